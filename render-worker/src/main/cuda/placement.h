// Triangles in the world: those of an instance, and their normals and tangents, as its transform places them.
#pragma once
#include "traversal.h"

namespace tilth {

struct Corners {
    Vec3 a, b, c;
    float reach;  ///< the largest coordinate that took part in computing them: what their rounding is measured by
};

TILTH_FN float largest_coordinate(Vec3 v) {
    return larger(absolute(v.x), larger(absolute(v.y), absolute(v.z)));
}

TILTH_FN float sum_of_sizes(Vec3 v) { return absolute(v.x) + absolute(v.y) + absolute(v.z); }

/// A triangle's corners in the space of the instance that it lies in.
TILTH_FN Corners corners_of(const Scene& scene, const u32* vertices) {
    const float* positions = scene.array<float>(scene.header().positions);
    Corners p;
    p.a = vec3(positions + 3 * (u64)vertices[0]);
    p.b = vec3(positions + 3 * (u64)vertices[1]);
    p.c = vec3(positions + 3 * (u64)vertices[2]);
    p.reach = larger(largest_coordinate(p.a), larger(largest_coordinate(p.b), largest_coordinate(p.c)));
    return p;
}

/// How an instance's triangles, normals and tangents get into the world.
struct Placement {
    Matrix to_world;
    Matrix normals;
    float side;  ///< -1 where the instance is mirrored, which turns the winding round
    bool is_world;
};

TILTH_FN Placement placement_of(const Scene& scene, const Hit& hit) {
    Placement placement;
    placement.is_world = hit.instance == 0u;
    placement.side = 1.0f;
    if (!placement.is_world) {
        const InstanceRecord& instance = scene.array<InstanceRecord>(scene.header().instances)[hit.instance];
        placement.to_world = to_world_at(instance, hit.time);
        placement.normals = cofactors(placement.to_world);
        placement.side = dot(placement.to_world.x, placement.normals.x) < 0.0f ? -1.0f : 1.0f;
    }
    return placement;
}

/// Of any length.
TILTH_FN Vec3 placed_normal(const Placement& placement, Vec3 n) {
    return placement.is_world ? n : direction(placement.normals, n) * placement.side;
}

/// Of any length.
TILTH_FN Vec3 placed_tangent(const Placement& placement, Vec3 t) {
    return placement.is_world ? t : direction(placement.to_world, t);
}

TILTH_FN Corners placed(const Placement& placement, const Corners& p) {
    if (placement.is_world) {
        return p;
    }
    const Matrix& m = placement.to_world;
    Corners q;
    q.a = point(m, p.a);
    q.b = point(m, p.b);
    q.c = point(m, p.c);
    float stretch = larger(sum_of_sizes(m.x), larger(sum_of_sizes(m.y), sum_of_sizes(m.z)));
    q.reach = p.reach * stretch + largest_coordinate(m.offset);
    return q;
}

}  // namespace tilth
