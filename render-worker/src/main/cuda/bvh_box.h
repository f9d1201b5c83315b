// Boxes that are grown and measured four floats at a time, on the host.
#pragma once
#include "scene.h"

namespace tilth {

/// Three floats that are worked on at once; the fourth is without meaning.
typedef float Lanes __attribute__((vector_size(16)));
typedef i32 LaneBits __attribute__((vector_size(16)));

constexpr float FARTHEST = 3.402823466e38f;

inline Lanes least(Lanes a, Lanes b) { return a < b ? a : b; }
inline Lanes most(Lanes a, Lanes b) { return a > b ? a : b; }

struct Box {
    Lanes low = {FARTHEST, FARTHEST, FARTHEST, 0.0f};
    Lanes high = {-FARTHEST, -FARTHEST, -FARTHEST, 0.0f};

    void grow(Lanes lo, Lanes hi) {
        low = least(low, lo);
        high = most(high, hi);
    }
    void grow(const Box& other) { grow(other.low, other.high); }
    float half_area() const {
        Lanes d = high - low;
        return d[0] < 0.0f ? 0.0f : d[0] * d[1] + d[1] * d[2] + d[2] * d[0];
    }
};

}  // namespace tilth
