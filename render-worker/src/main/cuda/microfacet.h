// Rough boundaries: the GGX distribution of facets with height-correlated Smith shadowing (Heitz, "Understanding the
// masking-shadowing function in microfacet-based BRDFs", 2014), reflecting and refracting (Walter et al., "Microfacet
// models for refraction through rough surfaces", 2007). Directions are local, the normal along z.
#pragma once
#include "fresnel.h"
#include "scene.h"

namespace tilth {

/// Below this a highlight is narrower than floats can follow.
constexpr float LEAST_ALPHA = 1.0e-3f;

/// The roughness, squared, along x and y.
struct Facets {
    float x, y;
};

TILTH_FN Facets facets(float roughness) {
    float alpha = larger(roughness * roughness, LEAST_ALPHA);
    Facets f = {alpha, alpha};
    return f;
}

/// The density of facets with normal h, per solid angle and area.
TILTH_FN float density(Facets a, Vec3 h) {
    float around = squared(h.x / a.x) + squared(h.y / a.y) + h.z * h.z;
    return INV_PI / (a.x * a.y * around * around);
}

/// The cosine times Smith's 1 + 2 lambda.
TILTH_FN float smith_root(Facets a, Vec3 v) {
    return square_root(squared(a.x * v.x) + squared(a.y * v.y) + v.z * v.z);
}

/// A normal visible from wo (Dupuy and Benyoub, "Sampling visible GGX normals with spherical caps", 2023).
TILTH_FN Vec3 visible_normal(Facets a, Vec3 wo, Vec2 u) {
    Vec3 up = vec3(0.0f, 0.0f, 1.0f);
    Vec3 stretched = normalized(vec3(wo.x * a.x, wo.y * a.y, wo.z), up);
    SinCos phi = sin_cos_turns(u.x);
    float z = (1.0f - u.y) * (1.0f + stretched.z) - stretched.z;
    float sine = square_root(clamped(1.0f - z * z, 0.0f, 1.0f));
    Vec3 cap = vec3(sine * phi.cos, sine * phi.sin, z) + stretched;
    return normalized(vec3(cap.x * a.x, cap.y * a.y, larger(cap.z, 0.0f)), up);
}

/// Facets as wo sees them, with what all directions of light have in common.
struct SeenFacets {
    Facets a;
    Vec3 wo;
    float inverse_x, inverse_y;  ///< 1 over the facets' x and y
    float most;                  ///< their density along z
    float root;                  ///< the smith_root of wo
    float visible;               ///< half of the part that is visible of a facet, over its cosine
};

TILTH_FN SeenFacets seen(Facets a, Vec3 wo) {
    SeenFacets f;
    f.a = a;
    f.wo = wo;
    f.inverse_x = 1.0f / a.x;
    f.inverse_y = 1.0f / a.y;
    f.most = INV_PI * f.inverse_x * f.inverse_y;
    f.root = smith_root(a, wo);
    f.visible = 0.5f / (wo.z + f.root);
    return f;
}

/// One facet's contribution to scattering from wo to wi.
struct FacetSample {
    float f_cos;   ///< without Fresnel's part; 0 where no facet connects the directions
    float pdf;     ///< of drawing wi by visible_normal
    float cosine;  ///< of wo and the facet's normal
};

TILTH_FN FacetSample no_facet() {
    FacetSample s = {0.0f, 0.0f, 0.0f};
    return s;
}

TILTH_FN FacetSample reflecting_facet(const SeenFacets& f, Vec3 wi) {
    // The facet's normal, as long as twice the cosine of wo and it.
    Vec3 h = f.wo + wi;
    float length2 = dot(h, h);
    if (!(f.wo.z > 0.0f && wi.z > 0.0f && length2 > 1.0e-30f)) {
        return no_facet();
    }
    float around = squared(h.x * f.inverse_x) + squared(h.y * f.inverse_y) + h.z * h.z;
    float d = f.most * squared(length2 / around);
    FacetSample s;
    s.f_cos = d * 0.5f * wi.z / (wi.z * f.root + f.wo.z * smith_root(f.a, wi));
    s.pdf = d * f.visible;
    s.cosine = smaller(0.5f * square_root(length2), 1.0f);
    return s;
}

/// wi lies on the other side; eta is the index there over the one here.
TILTH_FN FacetSample refracting_facet(const SeenFacets& f, float eta, Vec3 wi) {
    Vec3 wo = f.wo;
    if (!(wo.z > 0.0f && wi.z < 0.0f)) {
        return no_facet();
    }
    Vec3 h = normalized(wi * eta + wo, vec3(0.0f, 0.0f, 1.0f));
    h = h.z < 0.0f ? -h : h;
    float cos_o = dot(wo, h), cos_i = -dot(wi, h);
    float sum = cos_o - eta * cos_i;
    if (!(cos_o > 0.0f && cos_i > 0.0f && sum * sum > 1.0e-12f)) {
        return no_facet();
    }
    float jacobian = eta * eta * cos_i / (sum * sum);
    float d = density(f.a, h);
    FacetSample s;
    s.f_cos = 2.0f * d * cos_o * jacobian * -wi.z / (-wi.z * f.root + wo.z * smith_root(f.a, wi));
    s.pdf = 4.0f * d * cos_o * jacobian * f.visible;
    s.cosine = cos_o;
    return s;
}

/// wo as refracted by a facet; the zero vector where it is reflected instead.
TILTH_FN Vec3 refracted(Vec3 wo, Vec3 h, float eta) {
    float cosine = dot(wo, h);
    float inside2 = 1.0f - (1.0f - cosine * cosine) / (eta * eta);
    if (!(cosine > 0.0f && inside2 > 0.0f)) {
        return vec3(0.0f);
    }
    return normalized(h * (cosine / eta - square_root(inside2)) - wo * (1.0f / eta), vec3(0.0f));
}

// ---- what the facets as a whole let through, from tables that FacetAlbedo.java makes ----

constexpr int ALBEDO_ROUGHNESSES = 16, ALBEDO_COSINES = 32, ALBEDO_INDICES = 16;
constexpr int ALBEDO_LAYER = ALBEDO_ROUGHNESSES * ALBEDO_COSINES;
constexpr int ALBEDO_MEAN = ALBEDO_LAYER;
constexpr int ALBEDO_RISE = ALBEDO_MEAN + ALBEDO_ROUGHNESSES;
constexpr int ALBEDO_ENTERING = ALBEDO_RISE + ALBEDO_LAYER * ALBEDO_INDICES;
constexpr int ALBEDO_LEAVING = ALBEDO_ENTERING + ALBEDO_LAYER * ALBEDO_INDICES;

/// A place between the entries of a table.
struct TablePlace {
    int index;
    float part;
};

TILTH_FN TablePlace table_place(float t, int count) {
    float x = clamped(t, 0.0f, 1.0f) * (float)(count - 1);
    TablePlace p;
    p.index = (i32)smaller(x, (float)(count - 2));
    p.part = x - (float)p.index;
    return p;
}

TILTH_FN float layer_value(const float* layer, TablePlace roughness, TablePlace cosine) {
    const float* above = layer + roughness.index * ALBEDO_COSINES + cosine.index;
    const float* below = above + ALBEDO_COSINES;
    return mix(mix(above[0], above[1], cosine.part), mix(below[0], below[1], cosine.part), roughness.part);
}

/// Round facets that return as much of the light as brushed ones do that are seen from wo, so that the tables serve for
/// both: a fit to integrals over roughness, strength and view, whose mean over views is within 1.5 %.
TILTH_APART Facets rounded_facets(Facets a, Vec3 wo) {
    // Seen low along one axis, the other's roughness counts more.
    float along = 0.5f - 0.5f * (1.0f - wo.z) * (wo.x * wo.x - wo.y * wo.y);
    float square = mix(a.y * a.y, a.x * a.x, along);
    float alpha = 0.8f * square_root(square) + 0.2f * mix(a.y, a.x, along);
    Facets round = {alpha, alpha};
    return round;
}

/// The roughness that the tables know it by.
TILTH_FN float table_roughness(Facets a) { return square_root(square_root(a.x * a.y)); }

/// How much of the light facets return that reflect all of it, but only once.
TILTH_FN float facet_albedo(const Scene& scene, Facets a, float cosine) {
    const float* table = scene.array<float>(scene.header().specular_albedo);
    return layer_value(table, table_place(table_roughness(a), ALBEDO_ROUGHNESSES), table_place(cosine, ALBEDO_COSINES));
}

/// The mean of facet_albedo over all directions, weighted by the cosine.
TILTH_FN float mean_facet_albedo(const Scene& scene, Facets a) {
    const float* table = scene.array<float>(scene.header().specular_albedo) + ALBEDO_MEAN;
    TablePlace p = table_place(table_roughness(a), ALBEDO_ROUGHNESSES);
    return mix(table[p.index], table[p.index + 1], p.part);
}

TILTH_FN float indexed_value(const Scene& scene, int start, Facets a, float cosine, float eta) {
    const float* table = scene.array<float>(scene.header().specular_albedo) + start;
    TablePlace roughness = table_place(table_roughness(a), ALBEDO_ROUGHNESSES);
    TablePlace place = table_place(cosine, ALBEDO_COSINES);
    // The tables' third axis: the square root of the reflected amplitude.
    TablePlace index = table_place(square_root(absolute((eta - 1.0f) / (eta + 1.0f))), ALBEDO_INDICES);
    const float* layer = table + index.index * ALBEDO_LAYER;
    return mix(layer_value(layer, roughness, place), layer_value(layer + ALBEDO_LAYER, roughness, place), index.part);
}

/// The mean of fresnel_rise over what rough facets reflect; eta >= 1.
TILTH_FN float facet_rise(const Scene& scene, Facets a, float cosine, float eta) {
    return indexed_value(scene, ALBEDO_RISE, a, cosine, eta);
}

/// How much light a rough boundary reflects or refracts once; the rest bounces between its facets.
TILTH_FN float glass_albedo(const Scene& scene, Facets a, float cosine, float eta) {
    return indexed_value(scene, eta < 1.0f ? ALBEDO_LEAVING : ALBEDO_ENTERING, a, cosine, eta);
}

}  // namespace tilth
