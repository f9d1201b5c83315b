// The camera: where a sample's first ray begins, where it goes, and when.
#pragma once
#include "random.h"
#include "traversal.h"

namespace tilth {

/// The kinds of scattering that have limits of their own.
enum BounceKind { BOUNCE_DIFFUSE = 0, BOUNCE_GLOSSY = 1, BOUNCE_TRANSMISSION = 2, BOUNCE_KINDS = 3 };

enum PixelFilter { FILTER_BOX = 0, FILTER_TENT = 1, FILTER_GAUSSIAN = 2 };

/// What a picture's samples depend on besides the scene.
struct View {
    u32 width, height;
    u32 frame;
    u32 max_bounces;       ///< of all kinds together
    u64 seed;
    u32 filter;
    u32 layers;            ///< a bit for each of Layer.java that the film holds
    u32 second_half;       ///< the number of the first sample of the second half
    float lens_radius;     ///< 0 for a pinhole
    float focus_distance;  ///< along the view
    u32 max_of_kind[3];    ///< by BounceKind
    float indirect_clamp;  ///< 0 for none
    u32 padding;
};

// The pairs of random dimensions that the camera uses; PAIR_TIME lies apart from the path's.
constexpr u32 PAIR_PIXEL = 0, PAIR_LENS = 1, PAIR_TIME = 0x80000000u;

/// A point of a tent over [-1, 1].
TILTH_FN float tent_point(float u) {
    float below = square_root(2.0f * u) - 1.0f;
    float above = 1.0f - square_root(2.0f - 2.0f * u);
    return u < 0.5f ? below : above;
}

/// Where in the picture a sample lies, in pixels from the pixel's corner, by a filter that is no box.
TILTH_APART Vec2 reshaped_point(u32 filter, Vec2 u) {
    if (filter == FILTER_TENT) {
        Vec2 p = {0.5f + tent_point(u.x), 0.5f + tent_point(u.y)};
        return p;
    }
    if (filter == FILTER_GAUSSIAN) {
        // Box and Muller's; 1 - exp(-9/2) of the mass lies within 3 deviations of half a pixel. ln 2 / 2 of log2.
        float t = 1.0f - u.x * 0.988891003f;
        float radius = square_root(-0.346573590f * log2_of(t));
        SinCos turn = sin_cos_turns(u.y);
        Vec2 p = {0.5f + radius * turn.cos, 0.5f + radius * turn.sin};
        return p;
    }
    return u;
}

/// A point of the unit disk (Shirley and Chiu, 1997).
TILTH_FN Vec2 disk_point(Vec2 u) {
    float a = 2.0f * u.x - 1.0f;
    float b = 2.0f * u.y - 1.0f;
    Vec2 p = {0.0f, 0.0f};
    if (a == 0.0f && b == 0.0f) {
        return p;
    }
    bool wide = absolute(a) > absolute(b);
    float radius = wide ? a : b;
    SinCos turn = sin_cos_turns(wide ? 0.125f * (b / a) : 0.25f - 0.125f * (a / b));
    p.x = radius * turn.cos;
    p.y = radius * turn.sin;
    return p;
}

/// Moves a pinhole's ray to a point of the lens; it still meets the plane of focus where it did.
TILTH_APART Ray through_lens(const CameraRecord& camera, const View& view, Ray ray, const Sampler& sampler) {
    float ahead = dot(ray.direction, vec3(camera.forward));
    if (!(ahead > 0.0f)) {
        return ray;
    }
    Vec2 p = disk_point(draw(sampler, PAIR_LENS));
    Vec3 shift = vec3(camera.right) * (p.x * view.lens_radius) + vec3(camera.up) * (p.y * view.lens_radius);
    Vec3 to_focus = ray.direction * (view.focus_distance / ahead);
    ray.origin = ray.origin + shift;
    ray.direction = normalized(to_focus - shift, ray.direction);
    return ray;
}

/// How wide the ray of a sample is: where it starts, and how much wider after a unit of length.
struct Cone {
    float width, spread;
};

/// A sample stands for this part of its pixel's side: the pixel is averaged anyway, and must not blur.
constexpr float SAMPLE_SIDE = 0.125f;

/// The square of the angle, times the density, that a scattered direction stands for: a cone of 1/256 of its share.
constexpr float SCATTER_SPREAD = 0.00497359198f;

TILTH_FN Cone camera_cone(const Scene& scene, const View& view) {
    const CameraRecord& camera = scene.header().camera;
    float side = 2.0f * SAMPLE_SIDE / (float)(i32)view.height;
    Cone cone = {camera.half_height * side, camera.tan_half_height * side};
    return cone;
}

/// Widens a cone by the directions that a scattered one stands for: the more of them, the less likely it was.
TILTH_FN void widen(Cone& cone, float pdf) {
    cone.spread = square_root(cone.spread * cone.spread + SCATTER_SPREAD / larger(pdf, 0.0625f));
}

/// The ray of a sample: through a point that the filter chooses, and one of the lens, at a moment of the shutter.
TILTH_FN Ray camera_ray(const Scene& scene, const View& view, u32 x, u32 y, const Sampler& sampler) {
    const CameraRecord& camera = scene.header().camera;
    Vec2 u = draw(sampler, PAIR_PIXEL);
    if (view.filter != FILTER_BOX) {
        u = reshaped_point(view.filter, u);
    }
    float px = ((float)(i32)x + u.x) / (float)(i32)view.width * 2.0f - 1.0f;
    float py = 1.0f - ((float)(i32)y + u.y) / (float)(i32)view.height * 2.0f;
    px = px * ((float)(i32)view.width / (float)(i32)view.height);
    Vec3 right = vec3(camera.right), up = vec3(camera.up), forward = vec3(camera.forward);
    Ray ray;
    ray.origin = vec3(camera.position) + right * (px * camera.half_height) + up * (py * camera.half_height);
    ray.direction = normalized(
        forward + right * (px * camera.tan_half_height) + up * (py * camera.tan_half_height), forward);
    ray.limit = INFINITE_DISTANCE;
    ray.chance = sampler_of_ray(sampler, 0u);
    ray.chance.pixel_seed |= CAMERA_RAY;
    bool moves = scene.array<InstanceRecord>(scene.header().instances)[0].moves != 0u;
    ray.time = moves ? draw(sampler, PAIR_TIME).x : 0.0f;
    return view.lens_radius > 0.0f ? through_lens(camera, view, ray, sampler) : ray;
}

}  // namespace tilth
