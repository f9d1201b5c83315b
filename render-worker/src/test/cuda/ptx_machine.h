// The machine on which translated PTX runs: registers are plain bits, read as the type that an instruction names.
#pragma once
#include <cmath>
#include <cstring>

#include "platform.h"

namespace ptx {

using namespace tilth;
typedef unsigned short u16;
typedef short i16;
typedef signed char i8;

template <typename T, typename R>
static inline T as(R bits) {
    T value;
    static_assert(sizeof(T) <= sizeof(R), "the register holds the value");
    memcpy(&value, &bits, sizeof(T));
    return value;
}

template <typename R, typename T>
static inline R bits_of(T value) {
    R bits = 0;
    static_assert(sizeof(T) <= sizeof(R), "the register holds the value");
    memcpy(&bits, &value, sizeof(T));
    return bits;
}

template <typename T>
static inline T load(u64 address) {
    T value;
    memcpy(&value, (const void*)address, sizeof(T));
    return value;
}

template <typename T>
static inline void store(u64 address, T value) {
    memcpy((void*)address, &value, sizeof(T));
}

// Shifts by the width or more give what is left: nothing, or the sign.
template <typename T>
static inline T shifted_left(T x, u32 by) {
    return by >= 8 * sizeof(T) ? (T)0 : (T)(x << by);
}
template <typename T>
static inline T shifted_right(T x, u32 by) {
    u32 most = 8 * sizeof(T) - 1;
    return by > most ? (x < 0 ? (T)-1 : (T)0) : (T)(x >> by);
}

// The smaller or larger number; a NaN loses, and -0 is less than 0.
static inline float least(float a, float b) {
    return a != a ? b : b != b ? a : a < b || (a == b && std::signbit(a)) ? a : b;
}
static inline float most(float a, float b) {
    return a != a ? b : b != b ? a : a > b || (a == b && !std::signbit(a)) ? a : b;
}
template <typename T>
static inline T least(T a, T b) {
    return a < b ? a : b;
}
template <typename T>
static inline T most(T a, T b) {
    return a > b ? a : b;
}

// Truncation that saturates.
static inline i32 truncated_i32(float x) {
    return x != x ? 0 : x >= 2147483648.0f ? 2147483647 : x <= -2147483648.0f ? (i32)0x80000000 : (i32)x;
}
static inline u32 truncated_u32(float x) {
    return !(x > 0.0f) ? 0u : x >= 4294967296.0f ? 0xffffffffu : (u32)x;
}
static inline i64 truncated_i64(float x) {
    return x != x ? 0 : x >= 9.223372e18f ? (i64)0x7fffffffffffffffll : x <= -9.223372e18f ? (i64)1 << 63 : (i64)x;
}
static inline u64 truncated_u64(float x) {
    return !(x > 0.0f) ? 0ull : x >= 1.8446743e19f ? ~0ull : (u64)x;
}

static inline u32 high_product(u32 a, u32 b) { return (u32)(((u64)a * b) >> 32); }
static inline i32 high_product(i32 a, i32 b) { return (i32)(((i64)a * b) >> 32); }
static inline u64 high_product(u64 a, u64 b) { return (u64)(((unsigned __int128)a * b) >> 64); }

// The bit-wise function of three inputs whose table is the last operand.
static inline u32 lookup3(u32 a, u32 b, u32 c, u32 table) {
    u32 result = 0;
    for (u32 row = 0; row < 8; row++) {
        if (table >> row & 1u) {
            result |= (row & 4u ? a : ~a) & (row & 2u ? b : ~b) & (row & 1u ? c : ~c);
        }
    }
    return result;
}

static inline u32 funnel_left(u32 low, u32 high, u32 by) {
    by &= 31u;
    return by == 0 ? high : high << by | low >> (32 - by);
}

static inline u32 permuted(u32 a, u32 b, u32 selector) {
    u64 bytes = (u64)b << 32 | a;
    u32 result = 0;
    for (u32 i = 0; i < 4; i++) {
        u32 s = selector >> (4 * i) & 15u;
        u32 byte = (u32)(bytes >> (8 * (s & 7u))) & 255u;
        result |= ((s & 8u) ? (byte & 128u ? 255u : 0u) : byte) << (8 * i);
    }
    return result;
}

static inline u32 extracted(u32 x, u32 position, u32 length) {
    return length == 0 ? 0u : (x >> (position & 31u)) & (length >= 32 ? ~0u : (1u << length) - 1u);
}

}  // namespace ptx
