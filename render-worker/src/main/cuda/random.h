// Randomness as a pure function of (seed, frame, pixel, sample, dimension): the (0,2)-sequence of Sobol, padded pair
// by pair, with Owen scrambling by hash (Burley, JCGT 9(4), 2020; the hash's constants are those that Vegdahl
// searched). Every pair of dimensions is stratified over a pixel's samples, whatever range of them is asked for.
#pragma once
#include "vector.h"

namespace tilth {

/// A bijective mix of 32 bits in which every input bit reaches every output bit.
TILTH_FN u32 mixed(u32 x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return x;
}

TILTH_FN u32 hash(u32 a, u32 b) { return mixed(a + 0x9e3779b9u + mixed(b + 0x85ebca6bu)); }

/// Permutes so that every bit depends on lower bits alone: Owen scrambling of the reversed number.
TILTH_FN u32 scrambled_upwards(u32 x, u32 seed) {
    x ^= x * 0x3d20adeau;
    x += seed;
    x *= (seed >> 16) | 1u;
    x ^= x * 0x05526c56u;
    x ^= x * 0x53a22864u;
    return x;
}

/// The index times Pascal's matrix modulo 2: the second Sobol dimension, with the bits in reverse.
TILTH_FN u32 pascal_product(u32 x) {
    x ^= (x >> 1) & 0x55555555u;
    x ^= (x >> 2) & 0x33333333u;
    x ^= (x >> 4) & 0x0f0f0f0fu;
    x ^= (x >> 8) & 0x00ff00ffu;
    x ^= (x >> 16) & 0x0000ffffu;
    return x;
}

/// Where a sample draws its numbers from.
struct Sampler {
    u32 pixel_seed;
    u32 sample;
};

TILTH_FN Sampler sampler_of(u64 seed, u32 frame, u32 x, u32 y, u32 sample) {
    u32 s = hash((u32)seed, (u32)(seed >> 32));
    s = hash(s, frame);
    s = hash(s, x);
    s = hash(s, y);
    Sampler sampler = {s, sample};
    return sampler;
}

/// Two independent 32-bit fractions.
struct Fractions {
    u32 x, y;
};

TILTH_FN Fractions draw_bits(const Sampler& sampler, u32 pair) {
    u32 seed = hash(sampler.pixel_seed, pair);
    u32 index = reverse_bits(scrambled_upwards(reverse_bits(sampler.sample), seed));
    Fractions f;
    f.x = reverse_bits(scrambled_upwards(index, mixed(seed ^ 0xa511e9b3u)));
    f.y = reverse_bits(scrambled_upwards(pascal_product(index), mixed(seed ^ 0x63d83595u)));
    return f;
}

/// A fraction as a float in [0, 1): 24 bits, exact.
TILTH_FN float unit_float(u32 fraction) { return (float)(i32)(fraction >> 8) * (1.0f / 16777216.0f); }

TILTH_FN Vec2 draw(const Sampler& sampler, u32 pair) {
    Fractions f = draw_bits(sampler, pair);
    Vec2 u = {unit_float(f.x), unit_float(f.y)};
    return u;
}

/// Where decisions are drawn from that depend on a ray and a primitive alone: each pair of them is one of random
/// dimensions, stratified over the pixel's samples like all others. The seed is even.
TILTH_FN Sampler sampler_of_ray(const Sampler& sampler, u32 ray) {
    Sampler own = {hash(sampler.pixel_seed, 0x80000001u + ray) & ~1u, sampler.sample};
    return own;
}

}  // namespace tilth
