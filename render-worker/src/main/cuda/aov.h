// What a film holds besides colour: the first surface that a sample meets (Layer.java says what each layer is).
#pragma once
#include "camera.h"
#include "appearance.h"
#include "lights.h"

namespace tilth {

enum Layer {
    LAYER_ALBEDO = 1,
    LAYER_NORMAL = 2,
    LAYER_DEPTH = 4,
    LAYER_OBJECT = 8,
    LAYER_MATERIAL = 16,
    LAYER_MOMENT = 32,
    LAYER_HALF = 64
};

/// The first surface of a path; `object` and `material` are 0 where there was none.
struct FirstHit {
    Vec3 albedo, normal;
    float depth;
    u32 object, material;
};

TILTH_FN FirstHit no_hit() {
    FirstHit first;
    first.albedo = vec3(0.0f);
    first.normal = vec3(0.0f);
    first.depth = 0.0f;
    first.object = 0u;
    first.material = 0u;
    return first;
}

/// The number of the object that a ray met.
TILTH_FN u32 object_of(const Scene& scene, const Hit& hit) {
    const SceneHeader& header = scene.header();
    if (hit.instance != 0u) {
        return scene.array<InstanceRecord>(header.instances)[hit.instance].object;
    }
    const PartRecord* parts = scene.array<PartRecord>(header.parts);
    if (header.part_count == 0u || hit.triangle < parts[0].first_triangle) {
        return 0u;
    }
    return parts[interval(&parts[0].first_triangle, 2u, header.part_count, hit.triangle)].object;
}

TILTH_APART FirstHit first_hit(const Scene& scene, const Hit& hit, const Surface& s, const Appearance& a) {
    const SceneHeader& header = scene.header();
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[hit.triangle];
    FirstHit first;
    first.albedo = a.base_color;
    first.normal = a.normal;
    first.depth = dot(s.position - vec3(header.camera.position), vec3(header.camera.forward));
    first.object = object_of(scene, hit) + 1u;
    first.material = triangle.material + 1u;
    return first;
}

}  // namespace tilth
