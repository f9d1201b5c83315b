// How a surface scatters light: from the outside in, a sheen, a clear coat, a highlight (metal and dielectric over the
// same facets), and below it a diffuse body that may let light through, or clear glass. A layer takes away from the
// ones below it what it reflects as a whole, and light that bounces between facets is kept (Turquin, "Practical
// multiple scattering compensation for microfacet models", 2019), so that what is white reflects all light.
#pragma once
#include "appearance.h"
#include "microfacet.h"
#include "sheen.h"

namespace tilth {

/// The probability with which each lobe is sampled; they sum to 1.
struct Shares {
    float diffuse, translucent, highlight, refraction, coat, sheen;
};

/// Directions are in world space but for those named local.
struct Bsdf {
    Vec3 ng, normal;  ///< the geometric normal and the diffuse body's, on wo's side
    Vec3 smooth;      ///< the normal that the body's was bent from
    Frame frame;      ///< of the highlight and of glass
    SeenFacets facets;
    Vec3 metal, metal_f0;            ///< the metal's weight and its reflectance head-on
    Vec3 dielectric, dielectric_f0;  ///< the same of the boundary between two clear media ...
    float eta;                       ///< ... and the index behind it over the one before it
    Rising rising;                   ///< of that index
    float iridescence;
    ThinFilm film;
    Vec3 refraction;  ///< the weight of what passes the boundary clear
    bool thin;        ///< whether it does without being bent
    Vec3 diffuse, translucent;
    Frame coat_frame;
    SeenFacets coat_facets;
    float coat;
    Frame sheen_frame;
    SheenLobe sheen_lobe;
    Vec3 sheen;
    Shares share;
};

struct BsdfValue {
    Vec3 f_cos;  ///< BSDF times the cosine of wi
    float pdf;
};

constexpr float COAT_INDEX = 1.5f;
/// A boundary between closer indices than that is taken as one of this ratio, for the facets' arithmetic.
constexpr float LEAST_ETA_STEP = 2.0e-3f;

TILTH_FN Vec3 clamped_color(Vec3 c) {
    return vec3(clamped(c.x, 0.0f, 1.0f), clamped(c.y, 0.0f, 1.0f), clamped(c.z, 0.0f, 1.0f));
}

/// What the facets reflect at this cosine: a metal, and the boundary between clear media.
struct Reflectance {
    Vec3 metal, dielectric;
};

/// Without a film's interference.
TILTH_FN Reflectance plain_reflectance(const Bsdf& b, float cosine) {
    Reflectance r;
    r.metal = b.metal_f0 + (vec3(1.0f) - b.metal_f0) * schlick(cosine);
    r.dielectric = b.dielectric_f0 + (vec3(1.0f) - b.dielectric_f0) * fresnel_rise(cosine, b.rising);
    return r;
}

TILTH_FN Reflectance reflectance(const Bsdf& b, float cosine) {
    Reflectance r = plain_reflectance(b, cosine);
    if (b.iridescence > 0.0f) {
        bool metal = !is_black(b.metal);
        Vec3 film = fresnel_film(cosine, b.film, metal ? b.metal_f0 : b.dielectric_f0);
        r.metal = mix(r.metal, film, b.iridescence);
        r.dielectric = mix(r.dielectric, film, b.iridescence);
    }
    return r;
}

/// Scales a lobe that reflects on average `mean` of what strikes its facets for the light that strikes them again.
TILTH_FN Vec3 repeated(Vec3 mean, float albedo, float mean_albedo) {
    float lost = (1.0f - albedo) / albedo, mean_lost = 1.0f - mean_albedo;
    return vec3(1.0f + lost * mean.x * mean_albedo / (1.0f - mean.x * mean_lost),
                1.0f + lost * mean.y * mean_albedo / (1.0f - mean.y * mean_lost),
                1.0f + lost * mean.z * mean_albedo / (1.0f - mean.z * mean_lost));
}

/// The sheen and the coat; returns what they leave over for the layers below.
TILTH_FN float set_outer_layers(const Scene& scene, const Appearance& a, Vec3 wo, Bsdf& b) {
    float left = 1.0f;
    b.sheen = vec3(0.0f);
    b.sheen_frame = b.frame;
    b.sheen_lobe.a = 1.0f;
    b.sheen_lobe.b = 0.0f;
    b.coat = 0.0f;
    b.coat_frame = b.frame;
    b.coat_facets = b.facets;
    float cos_o = dot(b.normal, wo);
    if (!is_black(a.sheen_color) && cos_o > 0.0f) {
        b.sheen_frame.n = b.normal;
        b.sheen_frame.s = normalized(wo - b.normal * cos_o, frame_around(b.normal).s);
        b.sheen_frame.t = cross(b.normal, b.sheen_frame.s);
        b.sheen_lobe = sheen_lobe(cos_o, a.sheen_roughness);
        b.sheen = clamped_color(a.sheen_color) * b.sheen_lobe.albedo;
        left = 1.0f - largest(b.sheen);
    }
    if (a.coat > 0.0f) {
        b.coat_frame = frame_around(raised(a.coat_normal, wo, b.ng));
        Facets coat = facets(a.coat_roughness);
        b.coat_facets = seen(coat, to_local(b.coat_frame, wo));
        float cos_coat = b.coat_facets.wo.z, f0 = reflectance_of_index(COAT_INDEX);
        float albedo = facet_albedo(scene, coat, cos_coat);
        float mean = f0 + (1.0f - f0) * mean_fresnel_rise(COAT_INDEX);
        float gain = repeated(vec3(mean), albedo, mean_facet_albedo(scene, coat)).x;
        float rise = facet_rise(scene, coat, cos_coat, COAT_INDEX);
        float reflected = (f0 + (1.0f - f0) * rise) * albedo * gain;
        b.coat = left * a.coat * gain;
        left = left * (1.0f - clamped(a.coat * reflected, 0.0f, 1.0f));
    }
    return left;
}

/// The reflectance head-on and the index of the dielectric highlight: KHR_materials_specular weakens the boundary
/// itself, as if its index were closer to the air's, and tints it.
TILTH_FN void set_dielectric(const Appearance& a, float eta, Bsdf& b) {
    float step = eta - 1.0f;
    b.eta = absolute(step) >= LEAST_ETA_STEP ? eta : (step < 0.0f ? 1.0f - LEAST_ETA_STEP : 1.0f + LEAST_ETA_STEP);
    if (a.flags & MATERIAL_GLOSSY) {
        b.dielectric_f0 = clamped_color(a.specular_color);
        b.eta = larger(index_of_reflectance(largest(b.dielectric_f0)), 1.0f + LEAST_ETA_STEP);
    } else {
        float f0 = reflectance_of_index(b.eta) * a.specular;
        if (a.specular != 1.0f && a.transmission == 0.0f) {
            b.eta = larger(index_of_reflectance(f0), 1.0f + LEAST_ETA_STEP);
        }
        b.dielectric_f0 = clamped_color(a.specular_color * f0);
    }
    b.rising = rising(b.eta);
}

/// How much light the clear boundary lets through: also beyond the angle at which a flat one mirrors all, where facets
/// that lean towards the view do not.
TILTH_FN float passing(const Bsdf& b, float cos_o, Vec3 reflected) {
    float flat = luminance(b.refraction * (vec3(1.0f) - reflected));
    if (b.thin || !(b.eta < 1.0f) || is_black(b.refraction)) {
        return flat;
    }
    float leaning = smaller(cos_o + 2.0f * larger(b.facets.a.x, b.facets.a.y), 1.0f);
    return larger(flat, 0.25f * luminance(b.refraction * (vec3(1.0f) - plain_reflectance(b, leaning).dielectric)));
}

/// Gives each lobe the probability that its albedo suggests.
TILTH_FN void set_shares(Bsdf& b, float cos_o) {
    Reflectance r = plain_reflectance(b, cos_o);
    float passes = passing(b, cos_o, r.dielectric);
    float shines = luminance(b.metal * r.metal + b.dielectric * r.dielectric);
    float diffuse = luminance(b.diffuse), translucent = luminance(b.translucent);
    float sheen = luminance(b.sheen), coat = 0.0f;
    if (b.coat > 0.0f) {
        coat = b.coat * fresnel_dielectric(b.coat_facets.wo.z, COAT_INDEX);
    }
    float least = 0.08f * (passes + shines + diffuse + translucent + sheen + coat);
    shines = shines > 0.0f ? larger(shines, least) : 0.0f;
    coat = coat > 0.0f ? larger(coat, least) : 0.0f;
    passes = passes > 0.0f ? larger(passes, least) : 0.0f;
    diffuse = diffuse > 0.0f ? larger(diffuse, least) : 0.0f;
    float sum = passes + shines + diffuse + translucent + sheen + coat;
    float scale = sum > 0.0f ? 1.0f / sum : 0.0f;
    b.share.diffuse = diffuse * scale;
    b.share.translucent = translucent * scale;
    b.share.highlight = shines * scale;
    b.share.refraction = passes * scale;
    b.share.coat = coat * scale;
    b.share.sheen = sheen * scale;
}

/// The highlight's facets and frame, drawn out along the brushed direction.
TILTH_FN void set_facets(const Surface& s, const Appearance& a, Vec3 wo, Bsdf& b) {
    Facets rough = facets(a.roughness);
    b.frame = frame_around(raised(a.normal, wo, s.ng));
    if (a.anisotropy > 0.0f) {
        float along = mix(rough.x, 1.0f, a.anisotropy * a.anisotropy);
        rough.x = along;
        Vec3 t = a.brushed - b.frame.n * dot(a.brushed, b.frame.n);
        b.frame.s = normalized(t, b.frame.s);
        b.frame.t = cross(b.frame.n, b.frame.s);
    }
    b.facets = seen(rough, to_local(b.frame, wo));
}

/// The glass and the body below the highlight; `left` is what the layers above leave over.
TILTH_FN void set_inner_layers(const Scene& scene, const Appearance& a, float left, Bsdf& b) {
    Facets rough = b.facets.a;
    if (rough.x != rough.y) {
        rough = rounded_facets(rough, b.facets.wo);
    }
    float cos_o = b.facets.wo.z;
    float albedo = facet_albedo(scene, rough, cos_o), mean_albedo = mean_facet_albedo(scene, rough);
    b.metal_f0 = clamped_color(a.base_color);
    Vec3 metal_mean = b.metal_f0 + (vec3(1.0f) - b.metal_f0) * (1.0f / 21.0f);
    b.metal = repeated(metal_mean, albedo, mean_albedo) * (left * a.metallic);
    float rest = left * (1.0f - a.metallic), clear = a.transmission;
    float glass_gain = clear > 0.0f && !b.thin ? 1.0f / glass_albedo(scene, rough, cos_o, b.eta) : 1.0f / albedo;
    Vec3 dielectric_mean = b.dielectric_f0 + (vec3(1.0f) - b.dielectric_f0) * mean_fresnel_rise(b.eta);
    Vec3 opaque_gain = repeated(dielectric_mean, albedo, mean_albedo);
    b.dielectric = (opaque_gain * (1.0f - clear) + vec3(clear * glass_gain)) * rest;
    Vec3 tint = clamped_color(a.base_color);
    if (!b.thin) {
        // Light crosses a solid's boundary twice.
        tint = vec3(square_root(tint.x), square_root(tint.y), square_root(tint.z));
    }
    b.refraction = tint * (rest * clear * glass_gain);
    float rise = b.eta >= 1.0f ? facet_rise(scene, rough, cos_o, b.eta) : 1.0f;
    Vec3 reflected = (b.dielectric_f0 + (vec3(1.0f) - b.dielectric_f0) * rise) * opaque_gain * albedo;
    float body = rest * (1.0f - clear) * clamped(1.0f - largest(reflected), 0.0f, 1.0f);
    b.diffuse = a.base_color * (body * (1.0f - a.translucency));
    b.translucent = a.translucent_color * (body * a.translucency);
}

/// The BSDF of a surface seen from wo; eta is the index of refraction behind it over the one before it. Emission passes
/// through the outer layers: returns what they leave of it.
TILTH_FN float set_bsdf(const Scene& scene, const Surface& s, const Appearance& a, Vec3 wo, float eta, Bsdf& b) {
    b.ng = s.ng;
    b.normal = a.normal;
    b.smooth = s.smooth;
    b.thin = (a.flags & MATERIAL_THIN) != 0u;
    b.iridescence = a.iridescence;
    b.film.index = a.film_index;
    b.film.thickness = a.film_thickness;
    set_dielectric(a, eta, b);
    set_facets(s, a, wo, b);
    float left = set_outer_layers(scene, a, wo, b);
    set_inner_layers(scene, a, left, b);
    set_shares(b, b.facets.wo.z);
    return left;
}

TILTH_FN void add_lobe(BsdfValue& value, Vec3 f_cos, float pdf) {
    value.f_cos = value.f_cos + f_cos;
    value.pdf = value.pdf + pdf;
}

/// The part of the light that bumps which a normal map stands for leave to the diffuse body. They shadow one another
/// where light comes in low: without that, it would end at the horizon like cut off (Chiang, Li and Burley, "Taming the
/// shadow terminator", 2019). `cosine` is that of wi and the bent normal.
TILTH_FN float left_by_bumps(const Bsdf& b, Vec3 wi, float cosine) {
    float flat = dot(b.smooth, wi), bent = cosine * dot(b.smooth, b.normal);
    if (!(flat > 0.0f)) {
        return 0.0f;
    }
    if (!(flat < bent)) {
        return 1.0f;
    }
    float g = flat / bent;
    return g * (1.0f + g * (1.0f - g));
}

TILTH_FN void add_reflection(const Bsdf& b, Vec3 wi, BsdfValue& value) {
    float cosine = dot(b.normal, wi);
    if (cosine > 0.0f) {
        float left = left_by_bumps(b, wi, cosine);
        add_lobe(value, b.diffuse * (left * cosine * INV_PI), b.share.diffuse * cosine * INV_PI);
    }
    if (b.share.coat > 0.0f) {
        FacetSample facet = reflecting_facet(b.coat_facets, to_local(b.coat_frame, wi));
        if (facet.f_cos > 0.0f) {
            float f = b.coat * fresnel_dielectric(facet.cosine, COAT_INDEX) * facet.f_cos;
            add_lobe(value, vec3(f), b.share.coat * facet.pdf);
        }
    }
    if (b.share.sheen > 0.0f) {
        float density = sheen_density(b.sheen_lobe, to_local(b.sheen_frame, wi));
        add_lobe(value, b.sheen * density, b.share.sheen * density);
    }
}

TILTH_FN bool transmits(const Bsdf& b) { return b.share.translucent > 0.0f || b.share.refraction > 0.0f; }

/// The highlight's part, or on the other side the clear glass's.
TILTH_FN void add_facets(const Bsdf& b, Vec3 wi, bool passes, BsdfValue& value) {
    float share = passes ? b.share.refraction : b.share.highlight;
    if (!(share > 0.0f)) {
        return;
    }
    Vec3 local = to_local(b.frame, wi);
    FacetSample facet;
    if (passes && !b.thin) {
        facet = refracting_facet(b.facets, b.eta, local);
    } else {
        local.z = passes ? -local.z : local.z;
        facet = reflecting_facet(b.facets, local);
    }
    if (!(facet.f_cos > 0.0f)) {
        return;
    }
    Reflectance r = reflectance(b, facet.cosine);
    Vec3 part = passes ? b.refraction * (vec3(1.0f) - r.dielectric) : b.metal * r.metal + b.dielectric * r.dielectric;
    add_lobe(value, part * facet.f_cos, share * facet.pdf);
}

TILTH_FN BsdfValue evaluated(const Bsdf& b, Vec3 wi) {
    BsdfValue value;
    value.f_cos = vec3(0.0f);
    value.pdf = 0.0f;
    bool passes = !(dot(b.ng, wi) > 0.0f);
    if (passes) {
        float cosine = -dot(b.normal, wi);
        if (b.share.translucent > 0.0f && cosine > 0.0f) {
            add_lobe(value, b.translucent * (cosine * INV_PI), b.share.translucent * cosine * INV_PI);
        }
    } else {
        add_reflection(b, wi, value);
    }
    add_facets(b, wi, passes, value);
    return value;
}

/// A direction about z with a density of cos / pi.
TILTH_FN Vec3 cosine_direction(Vec2 u) {
    SinCos phi = sin_cos_turns(u.x);
    float r = square_root(u.y);
    return vec3(r * phi.cos, r * phi.sin, square_root(larger(1.0f - u.y, 0.0f)));
}

TILTH_FN Vec3 mirrored(Vec3 wo, Vec3 h) {
    return normalized(h * (2.0f * dot(wo, h)) - wo, vec3(0.0f, 0.0f, 1.0f));
}

/// Draws a direction by the facets of the highlight or of glass; the zero vector where there is none.
TILTH_FN Vec3 sampled_facet(const Bsdf& b, Vec2 u, bool passes) {
    Vec3 h = visible_normal(b.facets.a, b.facets.wo, u);
    Vec3 wi;
    if (passes && !b.thin) {
        wi = refracted(b.facets.wo, h, b.eta);
    } else {
        wi = mirrored(b.facets.wo, h);
        wi.z = passes ? -wi.z : wi.z;
    }
    return (wi.z < 0.0f) == passes ? to_world(b.frame, wi) : vec3(0.0f);
}

/// Whether a number that is even over [0, 1) falls on a share; then it is made even again.
TILTH_FN bool falls(float share, float& x) {
    bool here = x < share;
    x = here ? smaller(x / share, 0.999999940f) : x - share;
    return here;
}

/// A direction of the lobe that u.x picks; `passes` tells whether that lobe lies on the other side. What u.x is inside
/// of the lobe's share serves for the direction, so that the directions of each lobe are as even as the numbers are.
TILTH_FN Vec3 lobe_direction(const Bsdf& b, Vec2 u, bool& passes) {
    passes = false;
    if (falls(b.share.diffuse, u.x)) {
        return to_world(frame_around(b.normal), cosine_direction(u));
    }
    if (falls(b.share.highlight, u.x)) {
        return sampled_facet(b, u, false);
    }
    if (falls(b.share.coat, u.x)) {
        Vec3 h = visible_normal(b.coat_facets.a, b.coat_facets.wo, u);
        return to_world(b.coat_frame, mirrored(b.coat_facets.wo, h));
    }
    if (falls(b.share.sheen, u.x)) {
        return to_world(b.sheen_frame, sampled_sheen(b.sheen_lobe, cosine_direction(u)));
    }
    passes = true;
    if (falls(b.share.translucent, u.x)) {
        return -to_world(frame_around(b.normal), cosine_direction(u));
    }
    if (!(b.share.refraction > 0.0f)) {
        return vec3(0.0f);
    }
    // Rounding may have left it beyond the last share.
    u.x = smaller(u.x / b.share.refraction, 0.999999940f);
    return sampled_facet(b, u, true);
}

/// A direction drawn with the density that `evaluated` tells; the zero vector where the path ends. What a lobe sends to
/// the wrong side ends, for the lobes of that side know nothing of its density.
TILTH_FN Vec3 sampled_direction(const Bsdf& b, Vec2 u) {
    bool passes;
    Vec3 wi = lobe_direction(b, u, passes);
    return (dot(b.ng, wi) > 0.0f) == passes ? vec3(0.0f) : wi;
}

}  // namespace tilth
