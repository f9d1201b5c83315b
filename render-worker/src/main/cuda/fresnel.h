// How much of the light a boundary reflects: Fresnel's equations, Schlick's approximation of them, and interference
// in a thin film.
#pragma once
#include "exact_math.h"

namespace tilth {

/// Schlick's term: (1 - cosine)^5.
TILTH_FN float schlick(float cosine) {
    float c = 1.0f - clamped(cosine, 0.0f, 1.0f);
    float c2 = c * c;
    return c2 * c2 * c;
}

/// The reflectance, seen head-on, of a boundary with this relative index of refraction.
TILTH_FN float reflectance_of_index(float eta) { return squared((eta - 1.0f) / (eta + 1.0f)); }

/// The index of refraction above 1 with this reflectance.
TILTH_FN float index_of_reflectance(float f0) {
    float root = square_root(clamped(f0, 0.0f, 0.99f));
    return (1.0f + root) / (1.0f - root);
}

/// The amplitudes that a boundary reflects, and the cosine of the refracted ray: -1 where all is reflected.
struct Boundary {
    float perpendicular, parallel;
    float refracted_cosine;
};

TILTH_FN Boundary boundary(float cosine, float eta) {
    Boundary b = {1.0f, 1.0f, -1.0f};
    float c = clamped(cosine, 0.0f, 1.0f);
    float refracted2 = 1.0f - (1.0f - c * c) / (eta * eta);
    if (!(refracted2 > 0.0f)) {
        return b;
    }
    float t = square_root(refracted2);
    b.perpendicular = (c - eta * t) / (c + eta * t);
    b.parallel = (eta * c - t) / (eta * c + t);
    b.refracted_cosine = t;
    return b;
}

/// The reflectance of unpolarised light; eta is the index behind the boundary over the one before it.
TILTH_FN float fresnel_dielectric(float cosine, float eta) {
    Boundary b = boundary(cosine, eta);
    return 0.5f * (squared(b.perpendicular) + squared(b.parallel));
}

/// A boundary that light from many directions meets.
struct Rising {
    float eta, inverse_eta2;
    float f0, scale;  ///< its reflectance head-on, and 1 over what it lacks to a mirror's
};

TILTH_FN Rising rising(float eta) {
    Rising r;
    r.eta = eta;
    r.inverse_eta2 = 1.0f / (eta * eta);
    r.f0 = reflectance_of_index(eta);
    r.scale = 1.0f / (1.0f - r.f0);
    return r;
}

/// How far a boundary's reflectance has risen from its head-on value (0) to a mirror's (1).
TILTH_FN float fresnel_rise(float cosine, const Rising& boundary) {
    float c = clamped(cosine, 0.0f, 1.0f), eta = boundary.eta;
    float refracted2 = 1.0f - (1.0f - c * c) * boundary.inverse_eta2;
    if (!(refracted2 > 0.0f)) {
        return 1.0f;
    }
    float t = square_root(refracted2);
    // Both polarisations' amplitudes over one denominator.
    float sine = c + eta * t, along = eta * c + t;
    float reflected = squared((c - eta * t) * along) + squared((eta * c - t) * sine);
    return clamped((0.5f * reflected / squared(sine * along) - boundary.f0) * boundary.scale, 0.0f, 1.0f);
}

/// The mean of fresnel_rise over a hemisphere, weighted by the cosine (the fits of Kulla and Conty, "Revisiting
/// physically based shading at Imageworks", 2017).
TILTH_FN float mean_fresnel_rise(float eta) {
    float mean = eta >= 1.0f
                     ? (eta - 1.0f) / (4.08567f + 1.00071f * eta)
                     : 0.997118f + eta * (0.1014f - eta * (0.965241f + eta * 0.130607f));
    float f0 = reflectance_of_index(eta);
    return clamped((mean - f0) / (1.0f - f0), 0.0f, 1.0f);
}

// ---- thin films ----
// After Belcour and Barla, "A practical extension to microfacet theory for the modeling of varying iridescence" (2017),
// as KHR_materials_iridescence prescribes it.

/// e^-x for x >= 0.
TILTH_FN float decay(float x) { return exp2_of(x * -1.44269504f); }

/// What the eye's three cones (CIE XYZ, as Gaussians in frequency) make of a cosine of the spectrum with this optical
/// path difference, in nanometres, and phase, in turns.
TILTH_FN Vec3 film_sensitivity(float path, float turns) {
    float p = TWO_PI * path * 1.0e-9f, p2 = p * p;
    float q = path * 1.0e-9f;
    float x = 5.4856e-13f * square_root(TWO_PI * 4.3278e9f) * sin_cos_turns(1.6810e6f * q + turns + 0.25f).sin *
              decay(p2 * 4.3278e9f);
    float y = 4.4201e-13f * square_root(TWO_PI * 9.3046e9f) * sin_cos_turns(1.7953e6f * q + turns + 0.25f).sin *
              decay(p2 * 9.3046e9f);
    float z = 5.2481e-13f * square_root(TWO_PI * 6.6121e9f) * sin_cos_turns(2.2084e6f * q + turns + 0.25f).sin *
              decay(p2 * 6.6121e9f);
    x = x + 9.7470e-14f * square_root(TWO_PI * 4.5282e9f) * sin_cos_turns(2.2399e6f * q + turns + 0.25f).sin *
                decay(p2 * 4.5282e9f);
    return vec3(x, y, z) * (1.0f / 1.0685e-7f);
}

/// XYZ with an even spectrum as white, to linear Rec. 709.
TILTH_FN Vec3 rgb_of_xyz(Vec3 c) {
    return vec3(3.2404542f * c.x - 1.5371385f * c.y - 0.4985314f * c.z,
                -0.9692660f * c.x + 1.8760108f * c.y + 0.0415560f * c.z,
                0.0556434f * c.x - 0.2040259f * c.y + 1.0572252f * c.z);
}

/// The sum over the light's bounces in the film, for one polarisation and one colour's base reflectance.
struct FilmSum {
    float constant, first, second;  ///< the coefficients of the first cosines of the path difference
};

TILTH_FN FilmSum film_sum(float r12, float r23) {
    float t121 = 1.0f - r12;
    float r123 = clamped(r12 * r23, 0.0f, 0.9999f);
    float amplitude = square_root(r123);
    float rs = squared(t121) * r23 / (1.0f - r123);
    FilmSum sum;
    sum.constant = r12 + rs;
    sum.first = (rs - t121) * amplitude;
    sum.second = sum.first * amplitude;
    return sum;
}

/// A film on a base.
struct ThinFilm {
    float index;      ///< of refraction, relative to what is before it
    float thickness;  ///< nanometres
};

/// The reflectance of a film over a base with this head-on reflectance against air.
TILTH_APART Vec3 fresnel_film(float cosine, const ThinFilm& film, Vec3 base_f0) {
    // A film that is thinner than waves can tell vanishes.
    float u = clamped(film.thickness * (1.0f / 30.0f), 0.0f, 1.0f);
    float index = mix(1.0f, film.index, u * u * (3.0f - 2.0f * u));
    float c = clamped(cosine, 0.0f, 1.0f);
    float refracted2 = 1.0f - (1.0f - c * c) / (index * index);
    if (!(refracted2 > 0.0f)) {
        return vec3(1.0f);
    }
    float t = square_root(refracted2);
    float r12 = reflectance_of_index(index);
    r12 = r12 + (1.0f - r12) * schlick(c);
    float path = 2.0f * index * film.thickness * t;
    float phase12 = index < 1.0f ? 0.5f : 0.0f;
    float phase21 = 0.5f - phase12;
    float base[3] = {base_f0.x, base_f0.y, base_f0.z};
    float out[3];
    TILTH_KEEP_LOOP
    for (int k = 0; k < 3; k++) {
        float base_index = index_of_reflectance(clamped(base[k], 0.0f, 0.9999f));
        float r23 = squared((base_index - index) / (base_index + index));
        r23 = r23 + (1.0f - r23) * schlick(t);
        float phase = phase21 + (base_index < index ? 0.5f : 0.0f);
        FilmSum sum = film_sum(r12, r23);
        Vec3 wave = rgb_of_xyz(film_sensitivity(path, phase) * (2.0f * sum.first) +
                               film_sensitivity(2.0f * path, 2.0f * phase) * (2.0f * sum.second));
        out[k] = sum.constant + component(wave, k);
    }
    Vec3 reflected = vec3(out);
    return vec3(clamped(reflected.x, 0.0f, 1.0f), clamped(reflected.y, 0.0f, 1.0f), clamped(reflected.z, 0.0f, 1.0f));
}

}  // namespace tilth
