// glTF 2.0's metallic-roughness model, appendix B: Lambert under a dielectric GGX coat of index 1.5, or a GGX metal,
// with height-correlated Smith shadowing. All directions are local, the normal along z.
#pragma once
#include "surface.h"

namespace tilth {

struct Bsdf {
    Vec3 diffuse;   ///< albedo under the coat
    Vec3 f0;        ///< reflectance of the coat or metal, seen head-on
    float coat_f0;  ///< what the coat keeps from the diffuse part
    float alpha;
    float specular_share;  ///< the probability of sampling the highlight
};

struct BsdfValue {
    Vec3 f_cos;  ///< BSDF times the cosine of wi
    float pdf;
};

constexpr float DIELECTRIC_F0 = 0.04f;

TILTH_FN float schlick(float f0, float cosine) {
    float c = 1.0f - clamped(cosine, 0.0f, 1.0f);
    float c2 = c * c;
    return f0 + (1.0f - f0) * (c2 * c2 * c);
}

TILTH_FN Bsdf bsdf_of(const Surface& s, float cos_o) {
    Bsdf b;
    b.diffuse = s.base_color * (1.0f - s.metallic);
    b.f0 = mix(vec3(DIELECTRIC_F0), s.base_color, s.metallic);
    b.coat_f0 = DIELECTRIC_F0;
    b.alpha = s.alpha;
    float specular = schlick(luminance(b.f0), cos_o);
    float diffuse = luminance(b.diffuse) * (1.0f - schlick(b.coat_f0, cos_o));
    float sum = specular + diffuse;
    b.specular_share = sum > 0.0f ? clamped(specular / sum, 0.1f, 1.0f) : 1.0f;
    if (diffuse > 0.0f) {
        b.specular_share = smaller(b.specular_share, 0.9f);
    }
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
    Vec3 fresnel = vec3(schlick(b.f0.x, h_cos), schlick(b.f0.y, h_cos), schlick(b.f0.z, h_cos));
    Vec3 specular = fresnel * (d * visibility);
    Vec3 diffuse = b.diffuse * ((1.0f - schlick(b.coat_f0, h_cos)) * INV_PI);
    value.f_cos = (specular + diffuse) * wi.z;
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
