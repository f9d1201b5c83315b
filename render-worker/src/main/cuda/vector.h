// Vectors of three floats, and selections that treat NaN and -0 alike everywhere.
#pragma once
#include "platform.h"

namespace tilth {

TILTH_FN float absolute(float x) { return bits_float(float_bits(x) & 0x7fffffffu); }
TILTH_FN float smaller(float a, float b) { return a < b ? a : b; }
TILTH_FN float larger(float a, float b) { return a > b ? a : b; }
TILTH_FN float clamped(float x, float lo, float hi) { return x < lo ? lo : (x > hi ? hi : x); }
TILTH_FN float mix(float a, float b, float t) { return a + (b - a) * t; }
TILTH_FN float squared(float x) { return x * x; }
TILTH_FN bool finite(float x) { return (float_bits(x) & 0x7f800000u) != 0x7f800000u; }

struct Vec2 {
    float x, y;
};

struct Vec3 {
    float x, y, z;
};

TILTH_FN Vec3 vec3(float x, float y, float z) {
    Vec3 v = {x, y, z};
    return v;
}
TILTH_FN Vec3 vec3(float s) { return vec3(s, s, s); }
TILTH_FN Vec3 vec3(const float* p) { return vec3(p[0], p[1], p[2]); }
TILTH_FN Vec3 operator+(Vec3 a, Vec3 b) { return vec3(a.x + b.x, a.y + b.y, a.z + b.z); }
TILTH_FN Vec3 operator-(Vec3 a, Vec3 b) { return vec3(a.x - b.x, a.y - b.y, a.z - b.z); }
TILTH_FN Vec3 operator*(Vec3 a, Vec3 b) { return vec3(a.x * b.x, a.y * b.y, a.z * b.z); }
TILTH_FN Vec3 operator*(Vec3 a, float s) { return vec3(a.x * s, a.y * s, a.z * s); }
TILTH_FN Vec3 operator-(Vec3 a) { return vec3(-a.x, -a.y, -a.z); }
TILTH_FN float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
TILTH_FN Vec3 cross(Vec3 a, Vec3 b) {
    return vec3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
TILTH_FN Vec3 mix(Vec3 a, Vec3 b, float t) { return a + (b - a) * t; }
TILTH_FN float largest(Vec3 a) { return larger(a.x, larger(a.y, a.z)); }
/// By selections of integers, which processors do without jumps.
TILTH_FN float component(Vec3 v, int k) {
    u32 x = float_bits(v.x), y = float_bits(v.y), z = float_bits(v.z);
    return bits_float(k == 0 ? x : (k == 1 ? y : z));
}
TILTH_FN bool is_black(Vec3 c) { return !(c.x > 0.0f || c.y > 0.0f || c.z > 0.0f); }
TILTH_FN bool finite(Vec3 v) { return finite(v.x) && finite(v.y) && finite(v.z); }

/// Rec. 709 luminance.
TILTH_FN float luminance(Vec3 c) { return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z; }

/// The unit vector of v, or `otherwise` where v is too short (or too long) to have one.
TILTH_FN Vec3 normalized(Vec3 v, Vec3 otherwise) {
    float length2 = dot(v, v);
    if (!(length2 > 1e-30f && length2 < 1e30f)) {
        return otherwise;
    }
    return v * (1.0f / square_root(length2));
}

/// A right-handed orthonormal basis whose third vector is the normal (Duff et al., JCGT 6(1), 2017).
struct Frame {
    Vec3 s, t, n;
};

TILTH_FN Frame frame_around(Vec3 n) {
    float sign = n.z < 0.0f ? -1.0f : 1.0f;
    float a = -1.0f / (sign + n.z);
    float b = n.x * n.y * a;
    Frame f;
    f.s = vec3(1.0f + sign * n.x * n.x * a, sign * b, -sign * n.x);
    f.t = vec3(b, sign + n.y * n.y * a, -n.y);
    f.n = n;
    return f;
}

TILTH_FN Vec3 to_local(const Frame& f, Vec3 v) { return vec3(dot(f.s, v), dot(f.t, v), dot(f.n, v)); }
TILTH_FN Vec3 to_world(const Frame& f, Vec3 v) { return f.s * v.x + f.t * v.y + f.n * v.z; }

}  // namespace tilth
