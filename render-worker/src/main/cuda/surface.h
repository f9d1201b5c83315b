// The surface at a hit: where it is and how it lies.
#pragma once
#include "placement.h"
#include "walk.h"

namespace tilth {

struct Surface {
    Vec3 position;
    Vec3 ng;      ///< geometric normal, on the side that the ray came from
    Vec3 smooth;  ///< interpolated normal, on that side too
    Vec3 tangent, bitangent;  ///< across the smooth normal of the front, for maps and brushed metal
    float offset;  ///< how far a new ray starts from the surface
    float time;    ///< of the ray that came
    float turn;    ///< -1 on the back of the triangle, else 1
    float footprint;  ///< the share of the triangle's area that the sample stands for
    u32 material;
};

/// The interpolated normal and tangents on the front of the triangle.
TILTH_FN void set_front(const Scene& scene, const Placement& placement, const u32* vertices, Vec3 weights,
                        Surface& s) {
    const SceneHeader& header = scene.header();
    const float* normals = scene.array<float>(header.normals);
    Vec3 mean = vec3(normals + 3 * (u64)vertices[0]) * weights.x + vec3(normals + 3 * (u64)vertices[1]) * weights.y +
                vec3(normals + 3 * (u64)vertices[2]) * weights.z;
    s.smooth = normalized(placed_normal(placement, mean), s.ng);
    s.tangent = vec3(0.0f);
    float sign = placement.side;
    if (header.tangents != 0) {
        const float* tangents = scene.array<float>(header.tangents);
        const float* ta = tangents + 4 * (u64)vertices[0];
        Vec3 t = vec3(ta) * weights.x + vec3(tangents + 4 * (u64)vertices[1]) * weights.y +
                 vec3(tangents + 4 * (u64)vertices[2]) * weights.z;
        s.tangent = placed_tangent(placement, t);
        sign = sign * ta[3];
    }
    s.tangent = normalized(s.tangent - s.smooth * dot(s.smooth, s.tangent), frame_around(s.smooth).s);
    s.bitangent = cross(s.smooth, s.tangent) * sign;
}

/// The share of a triangle's area that a ray of some width covers; a ray along it counts as one at 1 to 64.
TILTH_FN float covered_share(float width, float cosine, float twice_area) {
    return 2.0f * width * width / (larger(absolute(cosine), 0.015625f) * larger(twice_area, 1.0e-30f));
}

TILTH_FN Surface surface_at(const Scene& scene, const Hit& hit, Vec3 wo, float width) {
    const SceneHeader& header = scene.header();
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[hit.triangle];
    const u32* vertices = triangle.vertices;
    Placement placement = placement_of(scene, hit);
    Corners p = placed(placement, corners_of(scene, vertices));
    Surface s;
    s.position = p.a * hit.weights.x + p.b * hit.weights.y + p.c * hit.weights.z;
    s.time = hit.time;
    s.offset = p.reach * (1.0f / 262144.0f);
    s.material = triangle.material;
    Vec3 across = cross(p.b - p.a, p.c - p.a) * placement.side;
    s.ng = normalized(across, wo);
    set_front(scene, placement, vertices, hit.weights, s);
    s.footprint = covered_share(width, dot(s.ng, wo), square_root(dot(across, across)));
    s.turn = dot(s.ng, wo) < 0.0f ? -1.0f : 1.0f;
    s.ng = s.ng * s.turn;
    s.smooth = s.smooth * s.turn;
    return s;
}

/// Turns a normal, for raised(). In the plane of both normals, with wo at the angle g from the geometric normal and the
/// length r there, the mirrored direction rises to r cos(2 f - g) for a normal at the angle f; so the last f that lifts
/// it to t is (g + acos(t / r)) / 2.
TILTH_APART Vec3 turned_upwards(Vec3 n, Vec3 wo, Vec3 ng, float least) {
    float height = dot(wo, ng);
    Vec3 across = normalized(n - ng * dot(n, ng), vec3(0.0f));
    float x = dot(wo, across);
    float r = square_root(x * x + height * height);
    if (!(r > 0.0f)) {
        return ng;
    }
    SinCos f = sin_cos(0.5f * (atan2_of(x, height) + acos_of(least / r)));
    return normalized(ng * f.cos + across * f.sin, ng);
}

/// Turns a normal towards the geometric one until a mirror along it sends wo's light above the surface.
TILTH_FN Vec3 raised(Vec3 n, Vec3 wo, Vec3 ng) {
    float height = dot(wo, ng);
    float least = smaller(0.9f * height, 0.01f);
    if (2.0f * dot(n, wo) * dot(n, ng) - height >= least) {
        return n;
    }
    return turned_upwards(n, wo, ng, least);
}

/// A ray that leaves the surface on the side of its direction.
TILTH_FN Ray leaving(const Surface& s, Vec3 direction, float limit, const Sampler& chance) {
    Ray ray;
    ray.origin = s.position + s.ng * (dot(s.ng, direction) < 0.0f ? -s.offset : s.offset);
    ray.direction = direction;
    ray.limit = limit;
    ray.chance = chance;
    ray.time = s.time;
    return ray;
}

}  // namespace tilth
