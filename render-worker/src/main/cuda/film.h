// The film: fixed-point sums, which any order and any split of the samples adds up to the same bits.
#pragma once
#include "path_tracer.h"

namespace tilth {

constexpr float FILM_ONE = 16777216.0f;
constexpr float MAX_RADIANCE = 65504.0f;
constexpr float MAX_DEPTH = 262144.0f;
constexpr float MAX_MOMENT_LUMINANCE = 256.0f;

/// A value up to `most` as a fixed-point integer; a NaN and what is negative count as 0.
TILTH_FN i64 fixed_point(float value, float most) {
    if (!(value > 0.0f)) {
        return 0;
    }
    return (i64)(smaller(value, most) * FILM_ONE + 0.5f);
}

/// A value from -1 to 1.
TILTH_FN i64 signed_fixed_point(float value) {
    return value < 0.0f ? -fixed_point(-value, 1.0f) : fixed_point(value, 1.0f);
}

TILTH_FN i64* add_color(i64* film, Vec3 color, float most) {
    film[0] += fixed_point(color.x, most);
    film[1] += fixed_point(color.y, most);
    film[2] += fixed_point(color.z, most);
    return film + 3;
}

/// Adds a sample to the layers of its pixel.
TILTH_APART void add_layers(i64* film, const View& view, const Sample& sample, u32 number) {
    const FirstHit& first = sample.first;
    if (view.layers & LAYER_ALBEDO) {
        film = add_color(film, first.albedo, 1.0f);
    }
    if (view.layers & LAYER_NORMAL) {
        film[0] += signed_fixed_point(first.normal.x);
        film[1] += signed_fixed_point(first.normal.y);
        film[2] += signed_fixed_point(first.normal.z);
        film += 3;
    }
    if (view.layers & LAYER_DEPTH) {
        film[0] += fixed_point(first.depth, MAX_DEPTH);
        film[1] += first.material != 0u ? 1 : 0;
        film += 2;
    }
    if (view.layers & LAYER_OBJECT) {
        film[0] += number == 0u ? (i64)first.object : 0;
        film += 1;
    }
    if (view.layers & LAYER_MATERIAL) {
        film[0] += number == 0u ? (i64)first.material : 0;
        film += 1;
    }
    if (view.layers & LAYER_MOMENT) {
        float l = clamped(luminance(sample.radiance), 0.0f, MAX_MOMENT_LUMINANCE);
        film[0] += fixed_point(l * l, MAX_MOMENT_LUMINANCE * MAX_MOMENT_LUMINANCE);
        film += 1;
    }
    if ((view.layers & LAYER_HALF) && number >= view.second_half) {
        add_color(film, sample.radiance, MAX_RADIANCE);
    }
}

/// How many integers a pixel of the film has.
TILTH_FN u32 film_channels(const View& view) {
    u32 l = view.layers;
    return 4u + (l & LAYER_ALBEDO ? 3u : 0u) + (l & LAYER_NORMAL ? 3u : 0u) + (l & LAYER_DEPTH ? 2u : 0u) +
           (l & LAYER_OBJECT ? 1u : 0u) + (l & LAYER_MATERIAL ? 1u : 0u) + (l & LAYER_MOMENT ? 1u : 0u) +
           (l & LAYER_HALF ? 3u : 0u);
}

/// Adds the samples `first` to `end - 1` of a pixel to its film and its count of rays.
TILTH_FN void render_pixel(const Scene& scene, const View& view, u32 x, u32 y, u32 first, u32 end, i64* film,
                           i32* rays) {
    i64 r = 0, g = 0, b = 0, a = 0;
    u32 traced = 0u;
    Sampler sampler = sampler_of(view.seed, view.frame, x, y, first);
    for (u32 number = first; number < end; number++) {
        sampler.sample = number;
        Sample sample = traced_sample(scene, view, x, y, sampler);
        r += fixed_point(sample.radiance.x, MAX_RADIANCE);
        g += fixed_point(sample.radiance.y, MAX_RADIANCE);
        b += fixed_point(sample.radiance.z, MAX_RADIANCE);
        a += fixed_point(sample.alpha, 1.0f);
        traced += sample.rays;
        if (view.layers != 0u) {
            add_layers(film + 4, view, sample, number);
        }
    }
    film[0] += r;
    film[1] += g;
    film[2] += b;
    film[3] += a;
    *rays += (i32)traced;
}

}  // namespace tilth
