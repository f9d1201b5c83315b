// Rays against triangles and their bounding volume hierarchy.
//
// What a ray hits is a function of the ray and the scene alone. A triangle is hit when the watertight test of Woop,
// Benthin and Wald (JCGT 2(1), 2013) says so and the ray meets the triangle's own box, and its instance's, by the same
// arithmetic that tests the nodes' boxes; its distance is never less than those boxes' entries. Rounding is monotonic,
// so every node that encloses the triangle is entered no later: no hierarchy over the same triangles can miss it or
// order two hits otherwise. Ties go to the lower instance, then to the lower triangle.
#pragma once
#include "instance.h"
#include "random.h"
#include "texture.h"

namespace tilth {

constexpr float INFINITE_DISTANCE = 3.0e38f;
constexpr u32 NO_TRIANGLE = 0xffffffffu;

struct Ray {
    Vec3 origin, direction;
    float limit;  ///< hits lie before it
    Sampler chance;  ///< decides which see-through surfaces stop the ray; with CAMERA_RAY in its seed
    float time;   ///< 0 where the shutter opens, 1 where it closes; 0 where nothing moves
};

/// Marks the rays that leave the camera: they alone meet what is unlit.
constexpr u32 CAMERA_RAY = 1u;

struct Hit {
    float distance;
    u32 triangle;  ///< NO_TRIANGLE for none
    u32 instance;  ///< in which the triangle lies
    Vec3 weights;  ///< barycentric
    float time;    ///< the ray's
};

/// A ray prepared for many tests.
struct TracedRay {
    float origin[3];
    float inverse[3];
    int kx, ky, kz;
    float sx, sy, sz;
};

/// 1 / d, finite also for 0.
TILTH_FN float safe_inverse(float d) {
    float least = 1.0e-18f;
    return 1.0f / (absolute(d) >= least ? d : (d < 0.0f ? -least : least));
}

TILTH_FN TracedRay traced(Vec3 origin, Vec3 d) {
    TracedRay t;
    t.origin[0] = origin.x;
    t.origin[1] = origin.y;
    t.origin[2] = origin.z;
    t.inverse[0] = safe_inverse(d.x);
    t.inverse[1] = safe_inverse(d.y);
    t.inverse[2] = safe_inverse(d.z);
    u32 ax = float_bits(d.x) & 0x7fffffffu, ay = float_bits(d.y) & 0x7fffffffu, az = float_bits(d.z) & 0x7fffffffu;
    t.kz = ax > ay ? (ax > az ? 0 : 2) : (ay > az ? 1 : 2);
    t.kx = (1 << t.kz) & 3;  // the next axis, round about
    t.ky = (1 << t.kx) & 3;
    float dz = component(d, t.kz);
    int exchanged = (t.kx ^ t.ky) & -(int)(dz < 0.0f);
    t.kx ^= exchanged;
    t.ky ^= exchanged;
    t.sz = 1.0f / dz;
    t.sx = component(d, t.kx) * t.sz;
    t.sy = component(d, t.ky) * t.sz;
    return t;
}

struct Span {
    float entry, exit;
};

/// Widens a box against the rounding of the triangles' test.
constexpr float WIDENED = 1.000003f;

/// Where a ray is inside of a box, a little widened. Monotonic: a larger box gives a larger span.
TILTH_FN Span box_span(const TracedRay& ray, const float* low, const float* high) {
    float x0 = (low[0] - ray.origin[0]) * ray.inverse[0], x1 = (high[0] - ray.origin[0]) * ray.inverse[0];
    float y0 = (low[1] - ray.origin[1]) * ray.inverse[1], y1 = (high[1] - ray.origin[1]) * ray.inverse[1];
    float z0 = (low[2] - ray.origin[2]) * ray.inverse[2], z1 = (high[2] - ray.origin[2]) * ray.inverse[2];
    Span span;
    span.entry = larger(larger(smaller(x0, x1), smaller(y0, y1)), larger(smaller(z0, z1), 0.0f));
    span.exit = smaller(smaller(larger(x0, x1), larger(y0, y1)), larger(z0, z1)) * WIDENED;
    return span;
}

TILTH_FN float smallest_of(float a, float b, float c) { return smaller(a, smaller(b, c)); }
TILTH_FN float largest_of(float a, float b, float c) { return larger(a, larger(b, c)); }

/// Where the ray meets the plane of a triangle that it hits.
struct Meeting {
    float distance;
    Vec3 weights;
};

/// The watertight test; false where triangle `i` of a block is missed.
TILTH_FN bool meets(const TracedRay& ray, const TriangleBlock& block, u32 i, Meeting& meeting) {
    const int kx = ray.kx, ky = ray.ky, kz = ray.kz;
    float ox = ray.origin[kx], oy = ray.origin[ky], oz = ray.origin[kz];
    float az = block.corners[0][kz][i] - oz, bz = block.corners[1][kz][i] - oz, cz = block.corners[2][kz][i] - oz;
    float ax = (block.corners[0][kx][i] - ox) - ray.sx * az, ay = (block.corners[0][ky][i] - oy) - ray.sy * az;
    float bx = (block.corners[1][kx][i] - ox) - ray.sx * bz, by = (block.corners[1][ky][i] - oy) - ray.sy * bz;
    float cx = (block.corners[2][kx][i] - ox) - ray.sx * cz, cy = (block.corners[2][ky][i] - oy) - ray.sy * cz;
    float u = cx * by - cy * bx;
    float v = ax * cy - ay * cx;
    float w = bx * ay - by * ax;
    if ((u < 0.0f || v < 0.0f || w < 0.0f) && (u > 0.0f || v > 0.0f || w > 0.0f)) {
        return false;
    }
    float determinant = u + v + w;
    if (!(determinant > 0.0f || determinant < 0.0f)) {
        return false;
    }
    float inverse = 1.0f / determinant;
    meeting.distance = (u * az + v * bz + w * cz) * ray.sz * inverse;
    meeting.weights = vec3(u * inverse, v * inverse, w * inverse);
    return meeting.distance > 0.0f;
}

/// Whether a surface with holes stops the ray here: a function of the ray, the instance and the triangle.
TILTH_FN bool stops(const Scene& scene, const Sampler& chance, u32 instance, u32 number, Vec3 weights) {
    const SceneHeader& header = scene.header();
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[number];
    const MaterialRecord& material = scene.array<MaterialRecord>(header.materials)[triangle.material];
    if ((material.flags & MATERIAL_UNLIT) != 0u && (chance.pixel_seed & CAMERA_RAY) == 0u) {
        return false;
    }
    if (material.alpha_mode == ALPHA_OPAQUE) {
        return true;
    }
    float alpha = base_alpha(scene, material, triangle.vertices, weights);
    if (material.alpha_mode == ALPHA_MASK) {
        return alpha >= material.alpha_cutoff;
    }
    return draw(chance, number + instance * 0x9e3779b9u).x < alpha;
}

/// What a traversal knows while it goes on.
struct Search {
    Hit best;
    TracedRay ray;   ///< in the space of the instance that it is in
    u32 instance;
    float floor;     ///< where the ray enters the instance's box
};

/// Takes a triangle that the ray meets for the best hit, where it is one. `number` is as the block has it.
TILTH_FN bool take(const Scene& scene, const Sampler& chance, Search& search, u32 number, float distance, Vec3 weights) {
    Hit& best = search.best;
    u32 triangle = number & ~HAS_HOLES;
    bool before = search.instance < best.instance || (search.instance == best.instance && triangle < best.triangle);
    bool nearer = distance < best.distance || (distance == best.distance && best.triangle != NO_TRIANGLE && before);
    if (!nearer ||
        ((number & HAS_HOLES) != 0u && !stops(scene, chance, search.instance, triangle, weights))) {
        return false;
    }
    ask_for(scene.array<TriangleRecord>(scene.header().triangles) + triangle);
    best.distance = distance;
    best.triangle = triangle;
    best.instance = search.instance;
    best.weights = weights;
    return true;
}

/// As take, where the ray also meets the triangle's own box.
TILTH_FN bool accept(const Scene& scene, const Sampler& chance, Search& search, const TriangleBlock& block, u32 i,
                     const Meeting& meeting) {
    float low[3], high[3];
    for (int k = 0; k < 3; k++) {
        float a = block.corners[0][k][i], b = block.corners[1][k][i], c = block.corners[2][k][i];
        low[k] = smallest_of(a, b, c);
        high[k] = largest_of(a, b, c);
    }
    Span own = box_span(search.ray, low, high);
    if (!(own.entry <= own.exit)) {
        return false;
    }
    float distance = larger(larger(meeting.distance, own.entry), search.floor);
    return take(scene, chance, search, block.triangle[i], distance, meeting.weights);
}

TILTH_FN Search search_of(const Ray& ray) {
    Search search;
    search.best.distance = ray.limit;
    search.best.triangle = NO_TRIANGLE;
    search.best.instance = 0u;
    search.best.weights = vec3(0.0f);
    search.best.time = ray.time;
    search.ray = traced(ray.origin, ray.direction);
    search.instance = 0u;
    search.floor = 0.0f;
    return search;
}

/// Moves a search into an instance; false where the ray passes it by. `world` is the ray in the world.
TILTH_FN bool enter(const Scene& scene, const Ray& ray, const TracedRay& world, u32 number, Search& search) {
    const InstanceRecord& instance = scene.array<InstanceRecord>(scene.header().instances)[number];
    Span span = box_span(world, instance.low, instance.high);
    Matrix to_object;
    if (!(span.entry <= span.exit && span.entry <= search.best.distance) ||
        !to_object_at(instance, ray.time, to_object)) {
        return false;
    }
    search.instance = number;
    search.floor = span.entry;
    search.ray = traced(point(to_object, ray.origin), direction(to_object, ray.direction));
    return true;
}

}  // namespace tilth
