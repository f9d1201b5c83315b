// The sheen of cloth: a linearly transformed cosine (Zeltner, Burley and Chiang, "Practical multiple-scattering sheen
// using linearly transformed cosines", 2022), whose parameters over the cosine of the view and the roughness are
// Stephen Hill's rational fits, as MaterialX 1.39 publishes their coefficients.
#pragma once
#include "fresnel.h"

namespace tilth {

/// The transform that makes a cosine lobe of the sheen's: x towards the viewer, z along the normal.
struct SheenLobe {
    float a, b;
    float albedo;
};

TILTH_FN SheenLobe sheen_lobe(float cosine, float roughness) {
    float x = clamped(cosine, 1.0e-3f, 1.0f), y = clamped(roughness, 0.01f, 1.0f);
    SheenLobe lobe;
    lobe.a = y * (2.58126f * x + 0.813703f * y) / (1.0f + x * (0.310327f * x + 2.60994f * y));
    lobe.b = square_root(1.0f - x) * (y - 1.0f) * y * y * y /
             (0.0000254053f + x * (1.71228f - 1.71506f * y) + 1.34174f * y * y);
    float width = y * (0.0206607f + 1.58491f * y) / (0.0379424f + y * (1.32227f + y));
    float centre = y * (-0.193854f + y * (-1.14885f + y * (1.7932f - 0.95943f * y * y))) / (0.046391f + y);
    float rest = y * (0.000654023f + y * (-0.0207818f + 0.119681f * y)) / (1.26264f + y * (-1.92021f + y));
    float height = decay(0.5f * squared((x - centre) / width)) / (width * 2.50662827f);
    lobe.albedo = clamped(height + rest, 0.0f, 1.0f);
    return lobe;
}

/// The lobe's value times the cosine of wi, for an albedo of 1; it is the density of sampled_sheen as well.
TILTH_FN float sheen_density(const SheenLobe& lobe, Vec3 wi) {
    if (!(wi.z > 0.0f)) {
        return 0.0f;
    }
    float x = lobe.a * wi.x + lobe.b * wi.z, y = lobe.a * wi.y;
    return INV_PI * wi.z * squared(lobe.a / (x * x + y * y + wi.z * wi.z));
}

/// A direction with that density; `cosine` is one distributed as the cosine about z.
TILTH_FN Vec3 sampled_sheen(const SheenLobe& lobe, Vec3 cosine) {
    return normalized(vec3((cosine.x - cosine.z * lobe.b) / lobe.a, cosine.y / lobe.a, cosine.z),
                      vec3(0.0f, 0.0f, 1.0f));
}

}  // namespace tilth
