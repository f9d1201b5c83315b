// The film: fixed-point sums, which any order and any split of the samples adds up to the same bits.
#pragma once
#include "path_tracer.h"

namespace tilth {

constexpr float FILM_ONE = 16777216.0f;
constexpr float MAX_RADIANCE = 65504.0f;

struct PixelSums {
    i64 r, g, b, a;
    u32 rays;
};

/// A value as a fixed-point integer; a NaN counts as 0.
TILTH_FN i64 fixed_point(float value) {
    if (!(value > 0.0f)) {
        return 0;
    }
    return (i64)(smaller(value, MAX_RADIANCE) * FILM_ONE + 0.5f);
}

/// The samples `first` to `end - 1` of a pixel.
TILTH_FN PixelSums rendered_pixel(const Scene& scene, const View& view, u32 x, u32 y, u32 first, u32 end) {
    PixelSums sums = {0, 0, 0, 0, 0u};
    for (u32 number = first; number < end; number++) {
        Sample sample = traced_sample(scene, view, x, y, number);
        sums.r += fixed_point(sample.radiance.x);
        sums.g += fixed_point(sample.radiance.y);
        sums.b += fixed_point(sample.radiance.z);
        sums.a += fixed_point(sample.alpha);
        sums.rays += sample.rays;
    }
    return sums;
}

}  // namespace tilth
