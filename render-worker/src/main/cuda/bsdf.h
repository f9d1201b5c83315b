// glTF 2.0's metallic-roughness model, appendix B: Lambert under a dielectric GGX coat of index 1.5, or a GGX metal,
// with height-correlated Smith shadowing. Where the appendix leaves the energy open, none is lost or gained: light
// scattered repeatedly between facets is kept, and the diffuse part gets what the coat as a whole leaves over. All
// directions are local, the normal along z.
#pragma once
#include "surface.h"

namespace tilth {

struct Bsdf {
    Vec3 diffuse;   ///< albedo of what lies under the coat, less what the coat reflects
    Vec3 head_on;   ///< the highlight's reflectance, seen head-on ...
    Vec3 grazing;   ///< ... and what Schlick's term adds; in both, light that bounces repeatedly is counted in
    float alpha;
    float specular_share;  ///< the probability of sampling the highlight
};

struct BsdfValue {
    Vec3 f_cos;  ///< BSDF times the cosine of wi
    float pdf;
};

constexpr float DIELECTRIC_F0 = 0.04f;
constexpr int SPECULAR_SIDE = 32;

/// Schlick's term: (1 - cosine)^5.
TILTH_FN float schlick(float cosine) {
    float c = 1.0f - clamped(cosine, 0.0f, 1.0f);
    float c2 = c * c;
    return c2 * c2 * c;
}

/// How much of a uniform environment GGX reflects: f0 * x + y for Schlick's Fresnel term, so x + y for a perfect
/// mirror's. From a table over roughness and cosine that SpecularAlbedo.java makes.
TILTH_FN Vec2 specular_albedo(const Scene& scene, float alpha, float cosine) {
    const float* table = scene.array<float>(scene.header().specular_albedo);
    float x = clamped(cosine, 0.0f, 1.0f) * (float)(SPECULAR_SIDE - 1);
    float y = clamped(square_root(alpha), 0.0f, 1.0f) * (float)(SPECULAR_SIDE - 1);
    i32 column = (i32)smaller(x, (float)(SPECULAR_SIDE - 2)), row = (i32)smaller(y, (float)(SPECULAR_SIDE - 2));
    float fx = x - (float)column, fy = y - (float)row;
    const float* above = table + 2 * (row * SPECULAR_SIDE + column);
    const float* below = above + 2 * SPECULAR_SIDE;
    Vec2 albedo = {mix(mix(above[0], above[2], fx), mix(below[0], below[2], fx), fy),
                   mix(mix(above[1], above[3], fx), mix(below[1], below[3], fx), fy)};
    return albedo;
}

/// The BSDF of a surface seen from a direction with this cosine: a metal and a coated dielectric, mixed. Scaling by the
/// albedo for repeated bounces is Turquin's ("Practical multiple scattering compensation for microfacet models", 2019):
/// a white surface then reflects all light.
TILTH_FN Bsdf bsdf_of(const Scene& scene, const Surface& s, float cos_o) {
    Vec2 albedo = specular_albedo(scene, s.alpha, cos_o);
    float mirror = albedo.x + albedo.y;
    float lost = 1.0f / mirror - 1.0f;
    float coat_gain = 1.0f + DIELECTRIC_F0 * lost;
    float coat = (DIELECTRIC_F0 * albedo.x + albedo.y) * coat_gain;
    Vec3 metal_part = (vec3(1.0f) + s.base_color * lost) * s.metallic;
    float coat_part = coat_gain * (1.0f - s.metallic);
    Bsdf b;
    b.diffuse = s.base_color * ((1.0f - s.metallic) * larger(1.0f - coat, 0.0f));
    b.head_on = s.base_color * metal_part + vec3(DIELECTRIC_F0 * coat_part);
    b.grazing = (vec3(1.0f) - s.base_color) * metal_part + vec3((1.0f - DIELECTRIC_F0) * coat_part);
    b.alpha = s.alpha;
    float specular = luminance(b.head_on * mirror + b.grazing * albedo.y);
    float diffuse = luminance(b.diffuse);
    b.specular_share = diffuse > 0.0f ? clamped(specular / (specular + diffuse), 0.1f, 0.9f) : 1.0f;
    return b;
}

/// Smith's lambda of GGX, plus a half: sqrt(cos^2 + alpha^2 sin^2) / (2 cos), times the cosine.
TILTH_FN float smith_root(float cosine, float alpha2) { return square_root(alpha2 + (1.0f - alpha2) * cosine * cosine); }

TILTH_FN BsdfValue evaluated(const Bsdf& b, Vec3 wo, Vec3 wi) {
    BsdfValue value;
    value.f_cos = vec3(0.0f);
    value.pdf = 0.0f;
    if (!(wo.z > 0.0f && wi.z > 0.0f)) {
        return value;
    }
    Vec3 h = normalized(wo + wi, vec3(0.0f, 0.0f, 1.0f));
    float alpha2 = b.alpha * b.alpha;
    // 1 - (1 - alpha^2) cos^2 = sin^2 + alpha^2 cos^2, without the cancellation near the normal.
    float around = (h.x * h.x + h.y * h.y) + alpha2 * h.z * h.z;
    float d = alpha2 * INV_PI / (around * around);
    float root_o = smith_root(wo.z, alpha2), root_i = smith_root(wi.z, alpha2);
    float visibility = 0.5f / (wi.z * root_o + wo.z * root_i);
    float h_cos = clamped(dot(wo, h), 0.0f, 1.0f);
    Vec3 specular = (b.head_on + b.grazing * schlick(h_cos)) * (d * visibility);
    value.f_cos = (specular + b.diffuse * INV_PI) * wi.z;
    // The density of visible normals, G1(wo) D (wo.h) / cos_o, over the Jacobian 4 (wo.h).
    float specular_pdf = 0.5f * d / (wo.z + root_o);
    value.pdf = b.specular_share * specular_pdf + (1.0f - b.specular_share) * wi.z * INV_PI;
    return value;
}

/// A normal visible from wo, distributed as GGX (Dupuy and Benyoub, "Sampling visible GGX normals with spherical
/// caps", 2023).
TILTH_FN Vec3 visible_normal(Vec3 wo, float alpha, Vec2 u) {
    Vec3 up = vec3(0.0f, 0.0f, 1.0f);
    Vec3 stretched = normalized(vec3(wo.x * alpha, wo.y * alpha, wo.z), up);
    SinCos phi = sin_cos_turns(u.x);
    float z = (1.0f - u.y) * (1.0f + stretched.z) - stretched.z;
    float sine = square_root(clamped(1.0f - z * z, 0.0f, 1.0f));
    Vec3 cap = vec3(sine * phi.cos, sine * phi.sin, z) + stretched;
    return normalized(vec3(cap.x * alpha, cap.y * alpha, larger(cap.z, 0.0f)), up);
}

/// A direction about the normal with a density of cos / pi.
TILTH_FN Vec3 cosine_direction(Vec2 u) {
    SinCos phi = sin_cos_turns(u.x);
    float r = square_root(u.y);
    return vec3(r * phi.cos, r * phi.sin, square_root(larger(1.0f - u.y, 0.0f)));
}

TILTH_FN Vec3 sampled_direction(const Bsdf& b, Vec3 wo, Vec2 u, float choice) {
    if (choice >= b.specular_share) {
        return cosine_direction(u);
    }
    Vec3 h = visible_normal(wo, b.alpha, u);
    return normalized(h * (2.0f * dot(wo, h)) - wo, vec3(0.0f, 0.0f, 1.0f));
}

}  // namespace tilth
