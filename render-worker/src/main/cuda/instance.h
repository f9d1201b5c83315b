// Where an instance is at a moment between the shutter's opening and its closing.
#pragma once
#include "scene.h"

namespace tilth {

/// The rows of an affine map.
struct Matrix {
    Vec3 x, y, z;
    Vec3 offset;
};

TILTH_FN Matrix matrix_of(const float (*rows)[4]) {
    Matrix m;
    m.x = vec3(rows[0]);
    m.y = vec3(rows[1]);
    m.z = vec3(rows[2]);
    m.offset = vec3(rows[0][3], rows[1][3], rows[2][3]);
    return m;
}

TILTH_FN Vec3 direction(const Matrix& m, Vec3 v) { return vec3(dot(m.x, v), dot(m.y, v), dot(m.z, v)); }
TILTH_FN Vec3 point(const Matrix& m, Vec3 p) { return direction(m, p) + m.offset; }

/// The map from the instance's space to the world. Every point moves along a straight line.
TILTH_FN Matrix to_world_at(const InstanceRecord& instance, float time) {
    Matrix m = matrix_of(instance.to_world);
    if (instance.moves != 0u) {
        Matrix close = matrix_of(instance.to_world_at_close);
        m.x = mix(m.x, close.x, time);
        m.y = mix(m.y, close.y, time);
        m.z = mix(m.z, close.z, time);
        m.offset = mix(m.offset, close.offset, time);
    }
    return m;
}

/// The rows of the cofactors' matrix, which turns normals; with the determinant's sign they keep their side.
TILTH_FN Matrix cofactors(const Matrix& m) {
    Matrix c;
    c.x = cross(m.y, m.z);
    c.y = cross(m.z, m.x);
    c.z = cross(m.x, m.y);
    c.offset = vec3(0.0f);
    return c;
}

/// The map back, or false where there is none: an instance that motion has made flat is not seen.
TILTH_FN bool to_object_at(const InstanceRecord& instance, float time, Matrix& inverse) {
    if (instance.moves == 0u) {
        inverse = matrix_of(instance.to_object);
        return true;
    }
    Matrix m = to_world_at(instance, time);
    Matrix c = cofactors(m);
    float determinant = dot(m.x, c.x);
    float scale = 1.0f / determinant;
    if (!(absolute(determinant) > 1.0e-30f && absolute(determinant) < 1.0e30f)) {
        return false;
    }
    inverse.x = vec3(c.x.x, c.y.x, c.z.x) * scale;
    inverse.y = vec3(c.x.y, c.y.y, c.z.y) * scale;
    inverse.z = vec3(c.x.z, c.y.z, c.z.z) * scale;
    inverse.offset = -direction(inverse, m.offset);
    return true;
}

}  // namespace tilth
