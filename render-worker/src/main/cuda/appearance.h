// What a material says about the surface at a hit: its factors times its textures.
#pragma once
#include "surface.h"

namespace tilth {

struct Appearance {
    Vec3 normal;  ///< the smooth normal as the normal map bends it
    Vec3 base_color;
    Vec3 emission;
    float metallic, roughness;
    float specular;
    Vec3 specular_color;
    float index;  ///< of refraction, inside over air
    float coat, coat_roughness;
    Vec3 coat_normal;
    Vec3 sheen_color;
    float sheen_roughness;
    float transmission;
    float translucency;
    Vec3 translucent_color;
    float iridescence, film_index, film_thickness;
    float anisotropy;  ///< strength
    Vec3 brushed;      ///< the direction in which it is smoother
    u32 flags;
};

/// The values of all textures of a material; white where it has none.
struct Samples {
    Color4 of[TEXTURE_SLOTS];
};

/// What shines is read as light sampling reads it, without a footprint.
TILTH_FN void set_samples(const Scene& scene, const MaterialRecord& m, const u32* vertices, Vec3 weights,
                          float footprint, Samples& samples) {
    TILTH_KEEP_LOOP
    for (u32 slot = 0; slot < TEXTURE_SLOTS; slot++) {
        Color4 value = {vec3(1.0f), 1.0f};
        if (m.textures[slot] >= 0) {
            value = sampled(scene, m.textures[slot], vertices, weights, slot == TEXTURE_EMISSIVE ? 0.0f : footprint);
        }
        samples.of[slot] = value;
    }
}

/// The smooth normal as the value of a normal map bends it.
TILTH_FN Vec3 mapped_normal(const Surface& s, Vec3 map, float scale) {
    Vec3 m = map * 2.0f - vec3(1.0f);
    Vec3 bent = s.tangent * (m.x * scale) + s.bitangent * (m.y * scale);
    return normalized(bent * s.turn + s.smooth * m.z, s.smooth);
}

TILTH_FN void set_base(const MaterialRecord& m, const Surface& s, const Samples& t, Vec3 vertex_color,
                       Appearance& a) {
    a.flags = m.flags;
    a.base_color = vec3(m.base_color) * t.of[TEXTURE_BASE_COLOR].rgb * vertex_color;
    a.emission = m.flags & MATERIAL_UNLIT ? a.base_color : vec3(m.emissive) * t.of[TEXTURE_EMISSIVE].rgb;
    a.normal = s.smooth;
    if (m.textures[TEXTURE_NORMAL] >= 0) {
        a.normal = mapped_normal(s, t.of[TEXTURE_NORMAL].rgb, m.normal_scale);
    }
    a.metallic = m.metallic * t.of[TEXTURE_METALLIC_ROUGHNESS].rgb.z;
    a.roughness = m.roughness * t.of[TEXTURE_METALLIC_ROUGHNESS].rgb.y;
    a.index = m.index;
    a.specular = m.specular * t.of[TEXTURE_SPECULAR].a;
    a.specular_color = vec3(m.specular_color) * t.of[TEXTURE_SPECULAR_COLOR].rgb;
    if (m.flags & MATERIAL_GLOSSY) {
        a.roughness = 1.0f - m.roughness * t.of[TEXTURE_SPECULAR_COLOR].a;
    }
}

TILTH_FN void set_layers(const MaterialRecord& m, const Surface& s, const Samples& t, Appearance& a) {
    a.coat = m.coat * t.of[TEXTURE_COAT].rgb.x;
    a.coat_roughness = m.coat_roughness * t.of[TEXTURE_COAT_ROUGHNESS].rgb.y;
    a.coat_normal = s.smooth;
    if (m.textures[TEXTURE_COAT_NORMAL] >= 0) {
        a.coat_normal = mapped_normal(s, t.of[TEXTURE_COAT_NORMAL].rgb, m.coat_normal_scale);
    }
    a.sheen_color = vec3(m.sheen_color) * t.of[TEXTURE_SHEEN_COLOR].rgb;
    a.sheen_roughness = m.sheen_roughness * t.of[TEXTURE_SHEEN_ROUGHNESS].a;
    a.iridescence = m.iridescence * t.of[TEXTURE_IRIDESCENCE].rgb.x;
    a.film_index = m.film_index;
    a.film_thickness = mix(m.film_least, m.film_most, t.of[TEXTURE_FILM].rgb.y);
    a.transmission = m.transmission * t.of[TEXTURE_TRANSMISSION].rgb.x;
    a.translucency = m.translucency * t.of[TEXTURE_TRANSLUCENCY].a;
    a.translucent_color = vec3(m.translucent_color) * t.of[TEXTURE_TRANSLUCENT_COLOR].rgb;
}

/// The direction of KHR_materials_anisotropy: the material's own turn after the texture's.
TILTH_FN void set_brushed(const MaterialRecord& m, const Surface& s, const Samples& t, Appearance& a) {
    a.anisotropy = m.anisotropy;
    Vec2 d = {1.0f, 0.0f};
    if (m.textures[TEXTURE_ANISOTROPY] >= 0) {
        Vec3 map = t.of[TEXTURE_ANISOTROPY].rgb;
        a.anisotropy = a.anisotropy * map.z;
        d.x = map.x * 2.0f - 1.0f;
        d.y = map.y * 2.0f - 1.0f;
    }
    float x = m.anisotropy_cos * d.x - m.anisotropy_sin * d.y, y = m.anisotropy_sin * d.x + m.anisotropy_cos * d.y;
    a.brushed = normalized(s.tangent * x + s.bitangent * y, s.tangent);
}

TILTH_FN Appearance appearance_at(const Scene& scene, const Hit& hit, const Surface& s) {
    const SceneHeader& header = scene.header();
    const MaterialRecord& material = scene.array<MaterialRecord>(header.materials)[s.material];
    const u32* vertices = scene.array<TriangleRecord>(header.triangles)[hit.triangle].vertices;
    Samples samples;
    set_samples(scene, material, vertices, hit.weights, s.footprint, samples);
    Appearance a;
    set_base(material, s, samples, vertex_color(scene, vertices, hit.weights).rgb, a);
    set_layers(material, s, samples, a);
    set_brushed(material, s, samples, a);
    return a;
}

}  // namespace tilth
