// One sample of one pixel: a path from the camera, with next-event estimation and multiple importance sampling at
// every vertex, and Russian roulette after a few of them.
#pragma once
#include "aov.h"
#include "lights.h"

namespace tilth {

struct Sample {
    Vec3 radiance;
    float alpha;
    u32 rays;
    FirstHit first;
};

// The pairs of random dimensions: two for the camera, then four for every vertex of the path.
constexpr u32 PAIRS_BEFORE_PATH = 2, PAIRS_PER_VERTEX = 4;
enum VertexPair { PAIR_BSDF = 0, PAIR_LIGHT = 1, PAIR_CHOICES = 2, PAIR_ROULETTE = 3 };

constexpr u32 ROULETTE_AFTER = 3;

/// The power heuristic.
TILTH_FN float mis_weight(float pdf, float other) {
    if (!(other > 0.0f)) {
        return 1.0f;
    }
    float ratio = other / pdf;
    return 1.0f / (1.0f + ratio * ratio);
}

/// A contribution that is a number; anything else counts as nothing.
TILTH_FN Vec3 sound(Vec3 c) { return finite(c) ? c : vec3(0.0f); }

/// The light that arrives straight from a light source at a surface, as reflected to wo.
TILTH_FN Vec3 direct_light(const Scene& scene, const Surface& s, const Bsdf& bsdf, const Frame& frame, Vec3 wo,
                           const Sampler& sampler, u32 pair, u32 shadow_ray_id, u32& rays) {
    Fractions u = draw_bits(sampler, pair + PAIR_LIGHT);
    float choice = draw(sampler, pair + PAIR_CHOICES).x;
    LightSample light = sample_light(scene, s.position, s.ns, u, choice);
    if (!(light.pdf > 0.0f) || is_black(light.radiance) || !(dot(s.ng, light.direction) > 0.0f)) {
        return vec3(0.0f);
    }
    BsdfValue value = evaluated(bsdf, wo, to_local(frame, light.direction));
    if (is_black(value.f_cos)) {
        return vec3(0.0f);
    }
    Ray shadow = leaving(s, light.direction, light.distance * 0.9999f, shadow_ray_id);
    rays = rays + 1u;
    if (trace(scene, shadow, true).triangle != NO_TRIANGLE) {
        return vec3(0.0f);
    }
    if (light.punctual) {
        return sound(light.radiance * value.f_cos);
    }
    return sound(light.radiance * value.f_cos * (mis_weight(light.pdf, value.pdf) / light.pdf));
}

/// A path as it grows.
struct Path {
    Vec3 throughput;
    Vec3 radiance;
    float bsdf_pdf;  ///< with which the last direction was drawn; 0 for the camera's
};

/// Light that the path found by itself, weighted against finding it by sampling the light.
TILTH_FN void add_found(Path& path, Vec3 radiance, float light_pdf) {
    float weight = path.bsdf_pdf > 0.0f ? mis_weight(path.bsdf_pdf, light_pdf) : 1.0f;
    path.radiance = path.radiance + sound(path.throughput * radiance * weight);
}

TILTH_FN void add_environment(const Scene& scene, Path& path, Vec3 direction) {
    const SceneHeader& header = scene.header();
    if (header.environment_pixels == 0) {
        return;
    }
    Vec2 point = environment_point(header, direction);
    float pdf = environment_pdf(scene, point, direction.y) / (float)(i32)kinds_of_light(header);
    add_found(path, environment_radiance(scene, point), pdf);
}

/// Draws the path's next direction; false where the path ends.
TILTH_FN bool scatter(Path& path, const Surface& s, const Bsdf& bsdf, const Frame& frame, Vec3 wo,
                      const Sampler& sampler, u32 pair, u32 vertex, Vec3& direction) {
    float choice = draw(sampler, pair + PAIR_CHOICES).y;
    Vec3 wi = sampled_direction(bsdf, wo, draw(sampler, pair + PAIR_BSDF), choice);
    BsdfValue value = evaluated(bsdf, wo, wi);
    direction = normalized(to_world(frame, wi), s.ng);
    if (!(value.pdf > 0.0f) || !finite(value.pdf) || !(dot(s.ng, direction) > 0.0f)) {
        return false;
    }
    path.bsdf_pdf = value.pdf;
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
    return true;
}

TILTH_FN Sample traced_sample(const Scene& scene, const View& view, u32 x, u32 y, u32 number) {
    const SceneHeader& header = scene.header();
    Sampler sampler = sampler_of(view.seed, view.frame, x, y, number);
    Ray ray = camera_ray(scene, view, x, y, sampler);
    Path path;
    path.throughput = vec3(1.0f);
    path.radiance = vec3(0.0f);
    path.bsdf_pdf = 0.0f;
    Sample sample;
    sample.alpha = 1.0f;
    sample.rays = 0u;
    sample.first = no_hit();
    for (u32 vertex = 0;; vertex++) {
        Hit hit = trace(scene, ray, false);
        sample.rays = sample.rays + 1u;
        if (hit.triangle == NO_TRIANGLE) {
            if (vertex > 0u || header.environment_visible != 0u) {
                add_environment(scene, path, ray.direction);
            } else {
                sample.alpha = 0.0f;
            }
            break;
        }
        Vec3 wo = -ray.direction;
        Surface s = surface_at(scene, hit, wo);
        if (vertex == 0u) {
            sample.first = first_hit(scene, hit, s);
        }
        if (!is_black(s.emission)) {
            float pdf = emitter_pdf(scene, hit.triangle, hit.distance, ray.direction);
            float kinds = (float)(i32)kinds_of_light(header);
            add_found(path, s.emission, pdf > 0.0f ? pdf / kinds : 0.0f);
        }
        if (vertex >= view.max_bounces) {
            break;
        }
        Frame frame = frame_around(s.ns);
        Vec3 wo_local = to_local(frame, wo);
        Bsdf bsdf = bsdf_of(scene, s, wo_local.z);
        u32 pair = PAIRS_BEFORE_PATH + vertex * PAIRS_PER_VERTEX;
        if (kinds_of_light(header) != 0u) {
            Vec3 light = direct_light(scene, s, bsdf, frame, wo_local, sampler, pair, ray_id(sampler, 2u * vertex + 1u),
                                      sample.rays);
            path.radiance = path.radiance + sound(path.throughput * light);
        }
        Vec3 direction;
        if (!scatter(path, s, bsdf, frame, wo_local, sampler, pair, vertex, direction)) {
            break;
        }
        ray = leaving(s, direction, INFINITE_DISTANCE, ray_id(sampler, 2u * vertex + 2u));
    }
    sample.radiance = path.radiance;
    return sample;
}

}  // namespace tilth
