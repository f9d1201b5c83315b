// The surface at a hit: position, normals and the material's values there.
#pragma once
#include "placement.h"
#include "walk.h"

namespace tilth {

struct Surface {
    Vec3 position;
    Vec3 ng;  ///< geometric normal, on the side that the ray came from
    Vec3 ns;  ///< shading normal, on that side too
    Vec3 base_color;
    Vec3 emission;
    float metallic;
    float alpha;  ///< of GGX: roughness squared
    float offset; ///< how far a new ray starts from the surface
    float time;   ///< of the ray that came
};

/// Below this a highlight is narrower than floats can follow.
constexpr float LEAST_ALPHA = 1.0e-3f;

/// The interpolated normal, bent by the normal map, on the front of the triangle.
TILTH_FN Vec3 front_normal(const Scene& scene, const MaterialRecord& material, const Placement& placement,
                           const u32* vertices, Vec3 weights, Vec3 ng) {
    const SceneHeader& header = scene.header();
    const float* normals = scene.array<float>(header.normals);
    Vec3 mean = vec3(normals + 3 * (u64)vertices[0]) * weights.x + vec3(normals + 3 * (u64)vertices[1]) * weights.y +
                vec3(normals + 3 * (u64)vertices[2]) * weights.z;
    Vec3 n = normalized(placed_normal(placement, mean), ng);
    if (material.normal_texture < 0 || header.tangents == 0) {
        return n;
    }
    const float* tangents = scene.array<float>(header.tangents);
    const float* ta = tangents + 4 * (u64)vertices[0];
    Vec3 t = vec3(ta) * weights.x + vec3(tangents + 4 * (u64)vertices[1]) * weights.y +
             vec3(tangents + 4 * (u64)vertices[2]) * weights.z;
    t = placed_tangent(placement, t);
    t = normalized(t - n * dot(n, t), vec3(0.0f));
    Vec3 b = cross(n, t) * (ta[3] * placement.side);
    Vec3 m = sampled(scene, material.normal_texture, vertices, weights).rgb * 2.0f - vec3(1.0f);
    Vec3 bent = t * (m.x * material.normal_scale) + b * (m.y * material.normal_scale) + n * m.z;
    return normalized(bent, n);
}

/// Bends a shading normal until the direction that is looked from lies above its plane.
TILTH_FN Vec3 facing(Vec3 ns, Vec3 wo, Vec3 ng) {
    float height = dot(ns, wo);
    if (height >= 0.01f) {
        return ns;
    }
    return normalized(ns + wo * (0.01f - height), ng);
}

TILTH_FN Surface surface_at(const Scene& scene, const Hit& hit, Vec3 wo) {
    const SceneHeader& header = scene.header();
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[hit.triangle];
    const MaterialRecord& material = scene.array<MaterialRecord>(header.materials)[triangle.material];
    const u32* vertices = triangle.vertices;
    Placement placement = placement_of(scene, hit);
    Corners p = placed(placement, corners_of(scene, vertices));
    Surface s;
    s.position = p.a * hit.weights.x + p.b * hit.weights.y + p.c * hit.weights.z;
    s.time = hit.time;
    s.offset = p.reach * (1.0f / 262144.0f);
    s.ng = normalized(cross(p.b - p.a, p.c - p.a) * placement.side, wo);
    s.ns = front_normal(scene, material, placement, vertices, hit.weights, s.ng);
    if (dot(s.ng, wo) < 0.0f) {
        s.ng = -s.ng;
        s.ns = -s.ns;
    }
    s.ns = facing(s.ns, wo, s.ng);
    s.base_color = base_color(scene, material, vertices, hit.weights).rgb;
    s.metallic = material.metallic;
    float roughness = material.roughness;
    if (material.metallic_roughness_texture >= 0) {
        Vec3 t = sampled(scene, material.metallic_roughness_texture, vertices, hit.weights).rgb;
        s.metallic = s.metallic * t.z;
        roughness = roughness * t.y;
    }
    s.alpha = larger(roughness * roughness, LEAST_ALPHA);
    s.emission = vec3(material.emissive);
    if (material.emissive_texture >= 0) {
        s.emission = s.emission * sampled(scene, material.emissive_texture, vertices, hit.weights).rgb;
    }
    return s;
}

/// A ray that leaves the surface on the side of its direction.
TILTH_FN Ray leaving(const Surface& s, Vec3 direction, float limit, u32 id) {
    Ray ray;
    ray.origin = s.position + s.ng * (dot(s.ng, direction) < 0.0f ? -s.offset : s.offset);
    ray.direction = direction;
    ray.limit = limit;
    ray.id = id;
    ray.time = s.time;
    return ray;
}

}  // namespace tilth
