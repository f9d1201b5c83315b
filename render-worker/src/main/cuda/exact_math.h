// Elementary functions from + - * / and sqrt alone, so that every compiler and processor gives the same bits.
// The polynomials are weighted minimax fits. The errors stated here are upper bounds in units of the last place
// (ulp) of the float result; MathTest measures them against double precision.
#pragma once
#include "vector.h"

namespace tilth {

constexpr float PI = 3.14159265358979f;
constexpr float INV_PI = 0.318309886183791f;
constexpr float TWO_PI = 6.28318530717959f;
constexpr float INV_TWO_PI = 0.159154943091895f;

/// x rounded down. Exact; a NaN stays a NaN.
TILTH_FN float rounded_down(float x) {
    if (!(absolute(x) < 8388608.0f)) {
        return x;
    }
    float whole = (float)(i32)x;
    return whole > x ? whole - 1.0f : whole;
}

struct SinCos {
    float sin, cos;
};

/// sin and cos of 2 pi t for |t| < 2^20; absolute error below 1.5e-7, and 3 ulp of sin near 0.
TILTH_FN SinCos sin_cos_turns(float t) {
    float quarter = rounded_down(t * 4.0f + 0.5f);
    float r = t - quarter * 0.25f;
    float z = r * r;
    float s = r * (6.28318548f +
                   z * (-41.3417015f + z * (81.6052017f + z * (-76.6977768f + z * 41.4698906f))));
    float c = 1.0f + z * (-19.7392082f + z * (64.9393234f + z * (-85.4437408f + z * 59.2459602f)));
    i32 quadrant = (i32)quarter & 3;
    SinCos result;
    result.sin = (quadrant & 1) ? c : s;
    result.cos = (quadrant & 1) ? s : c;
    result.sin = (quadrant & 2) ? -result.sin : result.sin;
    result.cos = (quadrant == 1 || quadrant == 2) ? -result.cos : result.cos;
    return result;
}

/// sin and cos of x radians for |x| <= 8192; absolute error below 2e-7. Outside of that: of 0.
TILTH_FN SinCos sin_cos(float x) {
    if (!(absolute(x) <= 8192.0f)) {
        x = 0.0f;
    }
    // pi/2 in three parts, of which the first two have few enough bits for exact products.
    float n = rounded_down(x * 0.636619772f + 0.5f);
    float r = ((x - n * 1.5703125f) - n * 4.83751296997e-4f) - n * 7.54978995489e-8f;
    SinCos turn = sin_cos_turns(r * INV_TWO_PI);
    i32 quadrant = (i32)n & 3;
    SinCos result;
    result.sin = (quadrant & 1) ? turn.cos : turn.sin;
    result.cos = (quadrant & 1) ? turn.sin : turn.cos;
    result.sin = (quadrant & 2) ? -result.sin : result.sin;
    result.cos = (quadrant == 1 || quadrant == 2) ? -result.cos : result.cos;
    return result;
}

/// Arc tangent of x in [0, 1]; 3 ulp.
TILTH_FN float atan_unit(float x) {
    bool far = x > 0.414213562f;
    float r = far ? (x - 1.0f) / (x + 1.0f) : x;
    float z = r * r;
    float p = z * (-0.333333164f +
                   z * (0.199984893f + z * (-0.142438486f + z * (0.105959982f + z * -0.0608344562f))));
    float a = r + r * p;
    return far ? 0.785398163f + a : a;
}

/// The angle of (x, y) in [-pi, pi]; 4 ulp. 0 for the origin.
TILTH_FN float atan2_of(float y, float x) {
    float ax = absolute(x);
    float ay = absolute(y);
    float most = larger(ax, ay);
    if (!(most > 0.0f)) {
        return 0.0f;
    }
    float a = atan_unit(smaller(ax, ay) / most);
    a = ay > ax ? 1.57079633f - a : a;
    a = x < 0.0f ? PI - a : a;
    return y < 0.0f ? -a : a;
}

/// Arc sine; x is clamped to [-1, 1]; 4 ulp.
TILTH_FN float asin_of(float x) {
    float a = smaller(absolute(x), 1.0f);
    bool far = a > 0.5f;
    float z = far ? (1.0f - a) * 0.5f : a * a;
    float s = far ? square_root(z) : a;
    float p = z * (0.166666597f +
                   z * (0.0750051066f +
                        z * (0.0445157215f + z * (0.0318176076f + z * (0.0144026149f + z * 0.0375651866f)))));
    float r = s + s * p;
    r = far ? 1.57079633f - 2.0f * r : r;
    return x < 0.0f ? -r : r;
}

/// Arc cosine; x is clamped to [-1, 1]; absolute error below 4e-7.
TILTH_FN float acos_of(float x) { return 1.57079633f - asin_of(x); }

/// 2^x; 2 ulp. Below 2^-126 the result is 0, from 2^128 on it is the largest float.
TILTH_FN float exp2_of(float x) {
    if (!(x >= -126.0f)) {
        return 0.0f;
    }
    if (x >= 128.0f) {
        return 3.40282347e38f;
    }
    float n = rounded_down(x + 0.5f);
    float f = x - n;
    float p = f * (0.693147182f +
                   f * (0.240226507f +
                        f * (0.055503279f + f * (0.00961800572f + f * (0.00134002836f + f * 0.000154758978f)))));
    // In two steps, for 2^128 is not a float.
    i32 e = (i32)n;
    i32 half = e >> 1;
    return (1.0f + p) * bits_float((u32)(half + 127) << 23) * bits_float((u32)(e - half + 127) << 23);
}

/// The binary logarithm of a normal float above 0; 4 ulp. Of anything else: -126.
TILTH_FN float log2_of(float x) {
    if (!(x >= 1.17549435e-38f && x <= 3.40282347e38f)) {
        return -126.0f;
    }
    u32 bits = float_bits(x);
    i32 e = (i32)(bits >> 23) - 127;
    float m = bits_float((bits & 0x007fffffu) | 0x3f800000u);
    if (m > 1.41421354f) {
        m = m * 0.5f;
        e = e + 1;
    }
    float s = (m - 1.0f) / (m + 1.0f);
    float z = s * s;
    float q = z * (0.961796701f + z * (0.577082872f + z * (0.411706328f + z * 0.340218574f)));
    return (float)e + (s * 2.88539004f + s * q);
}

/// x^y for x >= 0; relative error below (3 + 3 |y log2 x|) 2^-23, so about 30 ulp at 2^10. 0^y is 0.
TILTH_FN float pow_of(float x, float y) { return x > 0.0f ? exp2_of(y * log2_of(x)) : 0.0f; }

}  // namespace tilth
