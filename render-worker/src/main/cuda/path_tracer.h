// One sample of one pixel: a path from the camera, with next-event estimation and multiple importance sampling at
// every vertex, and Russian roulette after a few of them.
#pragma once
#include "aov.h"
#include "lights.h"
#include "medium.h"

namespace tilth {

struct Sample {
    Vec3 radiance;
    float alpha;
    u32 rays;
    FirstHit first;
};

// The pairs of random dimensions: two for the camera, then four for every vertex of the path.
constexpr u32 PAIRS_BEFORE_PATH = 2, PAIRS_PER_VERTEX = 4;
enum VertexPair { PAIR_BSDF = 0, PAIR_LIGHT = 1, PAIR_CANDIDATE = 2, PAIR_ROULETTE = 3 };

constexpr u32 ROULETTE_AFTER = 3;

/// A contribution that is a number; anything else counts as nothing.
TILTH_FN Vec3 sound(Vec3 c) { return finite(c) ? c : vec3(0.0f); }

/// The light that arrives straight from a light source at a surface, as scattered to wo.
TILTH_FN Vec3 direct_light(const Scene& scene, const Surface& s, const Bsdf& bsdf, const Sampler& sampler, u32 pair,
                           const Sampler& chance, Candidates& candidates, u32& rays) {
    float random = draw(sampler, pair + PAIR_CANDIDATE).x;
    LightChoice choice = choose_light(scene, s.position, bsdf, candidates, random);
    if (!(choice.weight > 0.0f)) {
        return vec3(0.0f);
    }
    if (choice.light.kind == LIGHT_OF_ENVIRONMENT) {
        ask_for_radiance(scene, choice.light.point);
    }
    Ray shadow = leaving(s, choice.light.direction, choice.light.distance * 0.9999f, chance);
    rays = rays + 1u;
    if (trace(scene, shadow, true).triangle != NO_TRIANGLE) {
        return vec3(0.0f);
    }
    return sound(chosen_light(scene, choice));
}

/// A path as it grows.
struct Path {
    Vec3 throughput;
    Vec3 radiance;
    float bsdf_pdf;  ///< with which the last direction was drawn; 0 for the camera's
    Media media;     ///< that the path is inside of
    float band;      ///< the colour that dispersion has chosen: -1 red, 0 green, 1 blue; 2 while it has not
    u32 bounces[BOUNCE_KINDS];
    bool exhausted;  ///< a kind of bounce is used up: the path ends where it goes next
    Cone cone;       ///< around the ray, from where it starts
};

/// Adds light to what the path brings; what was scattered before it lit the first surface may be clamped.
TILTH_FN void add_light(const View& view, Path& path, Vec3 light, bool indirect) {
    light = sound(light);
    float most = 3.0f * view.indirect_clamp, sum = light.x + light.y + light.z;
    if (indirect && most > 0.0f && sum > most) {
        light = light * (most / sum);
    }
    path.radiance = path.radiance + light;
}

/// Light that the path found by itself at a vertex, weighted against finding it by sampling the light.
TILTH_FN void add_found(const View& view, Path& path, u32 vertex, Vec3 radiance, float light_pdf) {
    float weight = path.bsdf_pdf > 0.0f ? mis_weight(path.bsdf_pdf, light_pdf) : 1.0f;
    add_light(view, path, path.throughput * radiance * weight, vertex > 1u);
}

TILTH_FN void add_environment(const Scene& scene, const View& view, Path& path, u32 vertex, Vec3 direction) {
    const SceneHeader& header = scene.header();
    if (header.environment_pixels == 0) {
        return;
    }
    Vec2 point = environment_point(header, direction);
    float pdf = environment_pdf(scene, point, direction.y);
    add_found(view, path, vertex, environment_radiance(scene, point), pdf);
}

/// The indices of refraction on both sides of a boundary, the one behind it over the one before it.
TILTH_FN float index_step(const Scene& scene, const Path& path, const Surface& s, const Appearance& a) {
    const MaterialRecord& m = scene.array<MaterialRecord>(scene.header().materials)[s.material];
    if (a.transmission == 0.0f || (m.flags & MATERIAL_THIN) != 0u) {
        return m.index;
    }
    float band = path.band > 1.0f ? 0.0f : path.band;
    float inside = m.index + band * (m.index - 1.0f) * 0.025f * m.dispersion;
    Media outside = path.media;
    if (s.turn < 0.0f) {
        leave(outside, s.material);
    }
    float before = index_inside(scene, outside, band);
    return s.turn < 0.0f ? before / inside : inside / before;
}

/// A dispersive boundary sends each colour another way: the path goes on with one of them.
TILTH_APART void choose_band(Path& path, const Sampler& sampler, u32 pair) {
    path.band = rounded_down(draw(sampler, pair + PAIR_ROULETTE).y * 3.0f) - 1.0f;
    path.throughput = path.throughput * (path.band < 0.0f   ? vec3(3.0f, 0.0f, 0.0f)
                                         : path.band > 0.0f ? vec3(0.0f, 0.0f, 3.0f)
                                                            : vec3(0.0f, 3.0f, 0.0f));
}

/// Keeps account of the media when a ray goes through a solid's boundary.
TILTH_FN void cross_boundary(const Scene& scene, Path& path, const Surface& s) {
    const MaterialRecord& m = scene.array<MaterialRecord>(scene.header().materials)[s.material];
    if ((m.flags & MATERIAL_THIN) != 0u) {
        return;
    }
    if (s.turn < 0.0f) {
        leave(path.media, s.material);
    } else {
        enter(path.media, s.material);
    }
}

/// The kind of bounce by which `choice` leads to a direction.
TILTH_FN BounceKind kind_of_bounce(const Bsdf& b, Vec3 direction, float choice) {
    if (dot(b.ng, direction) < 0.0f) {
        return BOUNCE_TRANSMISSION;
    }
    bool shines = choice >= b.share.diffuse && choice < b.share.diffuse + b.share.highlight + b.share.coat;
    return shines ? BOUNCE_GLOSSY : BOUNCE_DIFFUSE;
}

TILTH_FN void count_bounce(const View& view, Path& path, BounceKind kind) {
    for (u32 k = 0; k < BOUNCE_KINDS; k++) {
        path.bounces[k] = path.bounces[k] + (k == (u32)kind ? 1u : 0u);
        path.exhausted = path.exhausted || (k == (u32)kind && path.bounces[k] >= view.max_of_kind[k]);
    }
}

/// Draws the path's next direction; false where the path ends.
TILTH_FN bool scatter(const Scene& scene, const View& view, Path& path, const Surface& s, const Bsdf& bsdf, const Sampler& sampler,
                      u32 pair, u32 vertex, Vec3& direction) {
    Vec2 u = draw(sampler, pair + PAIR_BSDF);
    direction = normalized(sampled_direction(bsdf, u), vec3(0.0f));
    BsdfValue value = evaluated(bsdf, direction);
    if (!(value.pdf > 0.0f) || !finite(value.pdf)) {
        return false;
    }
    path.bsdf_pdf = value.pdf;
    widen(path.cone, value.pdf);
    path.throughput = path.throughput * value.f_cos * (1.0f / value.pdf);
    if (!finite(path.throughput) || is_black(path.throughput)) {
        return false;
    }
    if (vertex >= ROULETTE_AFTER) {
        float survival = clamped(largest(path.throughput), 0.05f, 0.95f);
        if (draw(sampler, pair + PAIR_ROULETTE).x >= survival) {
            return false;
        }
        path.throughput = path.throughput * (1.0f / survival);
    }
    count_bounce(view, path, kind_of_bounce(bsdf, direction, u.x));
    if (dot(s.ng, direction) < 0.0f) {
        cross_boundary(scene, path, s);
    }
    return true;
}

/// Adds the light that a surface shines with or reflects, and sends the path on; false where it ends.
TILTH_FN bool shade(const Scene& scene, const View& view, Path& path, const Hit& hit, const Surface& s,
                    const Appearance& a, const Sampler& sampler, u32 vertex, Ray& ray, u32& rays) {
    const SceneHeader& header = scene.header();
    u32 pair = PAIRS_BEFORE_PATH + vertex * PAIRS_PER_VERTEX;
    const MaterialRecord& m = scene.array<MaterialRecord>(header.materials)[s.material];
    if (m.dispersion > 0.0f && a.transmission > 0.0f && path.band > 1.0f && (m.flags & MATERIAL_THIN) == 0u) {
        choose_band(path, sampler, pair);
    }
    // Begun before it is known how the surface scatters, for the sky's memory is far.
    Candidates candidates =
        candidates_by(scene, candidates_of(header, vertex == 0u), draw_bits(sampler, pair + PAIR_LIGHT));
    Bsdf bsdf;
    float left = set_bsdf(scene, s, a, -ray.direction, index_step(scene, path, s, a), bsdf);
    if (!is_black(a.emission)) {
        float pdf = emitter_pdf(scene, hit.triangle, hit.distance, ray.direction);
        add_found(view, path, vertex, a.emission * left, pdf);
    }
    if (vertex >= view.max_bounces || path.exhausted || (a.flags & MATERIAL_UNLIT) != 0u) {
        return false;
    }
    if (has_light(header)) {
        Sampler chance = sampler_of_ray(sampler, 2u * vertex + 1u);
        Vec3 light = direct_light(scene, s, bsdf, sampler, pair, chance, candidates, rays);
        add_light(view, path, path.throughput * light, vertex > 0u);
    }
    Vec3 direction;
    if (!scatter(scene, view, path, s, bsdf, sampler, pair, vertex, direction)) {
        return false;
    }
    ray = leaving(s, direction, INFINITE_DISTANCE, sampler_of_ray(sampler, 2u * vertex + 2u));
    return true;
}

TILTH_FN Path new_path(Cone cone) {
    Path path;
    path.cone = cone;
    path.throughput = vec3(1.0f);
    path.radiance = vec3(0.0f);
    path.bsdf_pdf = 0.0f;
    path.media.count = 0u;
    path.band = 2.0f;
    for (u32 k = 0; k < BOUNCE_KINDS; k++) {
        path.bounces[k] = 0u;
    }
    path.exhausted = false;
    return path;
}

TILTH_FN Sample traced_sample(const Scene& scene, const View& view, u32 x, u32 y, const Sampler& sampler) {
    const SceneHeader& header = scene.header();
    Ray ray = camera_ray(scene, view, x, y, sampler);
    Path path = new_path(camera_cone(scene, view));
    Sample sample;
    sample.alpha = 1.0f;
    sample.rays = 0u;
    sample.first = no_hit();
    for (u32 vertex = 0;; vertex++) {
        Hit hit = trace(scene, ray, false);
        sample.rays = sample.rays + 1u;
        if (hit.triangle == NO_TRIANGLE) {
            if (vertex > 0u || header.environment_visible != 0u) {
                add_environment(scene, view, path, vertex, ray.direction);
            } else {
                sample.alpha = 0.0f;
            }
            break;
        }
        path.throughput = path.throughput * attenuation(scene, path.media, hit.distance);
        path.cone.width = path.cone.width + path.cone.spread * hit.distance;
        Surface s = surface_at(scene, hit, -ray.direction, path.cone.width);
        if (s.turn < 0.0f && hidden(path.media, s.material)) {
            // The wall of a medium that another one fills here.
            leave(path.media, s.material);
            if (vertex >= view.max_bounces) {
                break;
            }
            ray = leaving(s, ray.direction, INFINITE_DISTANCE, sampler_of_ray(sampler, 2u * vertex + 2u));
            continue;
        }
        Appearance a = appearance_at(scene, hit, s);
        if (vertex == 0u && view.layers != 0u) {
            sample.first = first_hit(scene, hit, s, a);
        }
        if (!shade(scene, view, path, hit, s, a, sampler, vertex, ray, sample.rays)) {
            break;
        }
    }
    sample.radiance = path.radiance;
    return sample;
}

}  // namespace tilth
