// Rays against triangles and their bounding volume hierarchy.
//
// What a ray hits is a function of the ray and the triangles alone. A triangle is hit when the watertight test of
// Woop, Benthin and Wald (JCGT 2(1), 2013) says so and the ray meets the triangle's own box by the same arithmetic
// that tests the nodes' boxes; its distance is never less than that box's entry. Rounding is monotonic, so every node
// that encloses the triangle is entered no later: no hierarchy over the same triangles can miss it or order two hits
// otherwise. Ties go to the lower triangle number.
#pragma once
#include "random.h"
#include "texture.h"

namespace tilth {

constexpr float INFINITE_DISTANCE = 3.0e38f;
constexpr u32 NO_TRIANGLE = 0xffffffffu;
constexpr int STACK_SIZE = 64;

struct Ray {
    Vec3 origin, direction;
    float limit;  ///< hits lie before it
    u32 id;       ///< decides which see-through surfaces stop the ray
    float time;   ///< 0 where the shutter opens, 1 where it closes
};

struct Hit {
    float distance;
    u32 triangle;  ///< NO_TRIANGLE for none
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

TILTH_FN float component(Vec3 v, int k) { return k == 0 ? v.x : (k == 1 ? v.y : v.z); }

TILTH_FN TracedRay traced(const Ray& ray) {
    Vec3 d = ray.direction;
    TracedRay t;
    t.origin[0] = ray.origin.x;
    t.origin[1] = ray.origin.y;
    t.origin[2] = ray.origin.z;
    t.inverse[0] = safe_inverse(d.x);
    t.inverse[1] = safe_inverse(d.y);
    t.inverse[2] = safe_inverse(d.z);
    float ax = absolute(d.x), ay = absolute(d.y), az = absolute(d.z);
    t.kz = ax > ay ? (ax > az ? 0 : 2) : (ay > az ? 1 : 2);
    t.kx = t.kz == 2 ? 0 : t.kz + 1;
    t.ky = t.kx == 2 ? 0 : t.kx + 1;
    float dz = component(d, t.kz);
    if (dz < 0.0f) {
        int k = t.kx;
        t.kx = t.ky;
        t.ky = k;
    }
    t.sz = 1.0f / dz;
    t.sx = component(d, t.kx) * t.sz;
    t.sy = component(d, t.ky) * t.sz;
    return t;
}

struct Span {
    float entry, exit;
};

/// Where a ray is inside of a box, a little widened against rounding. Monotonic: a larger box gives a larger span.
TILTH_FN Span box_span(const TracedRay& ray, const float* low, const float* high) {
    float x0 = (low[0] - ray.origin[0]) * ray.inverse[0], x1 = (high[0] - ray.origin[0]) * ray.inverse[0];
    float y0 = (low[1] - ray.origin[1]) * ray.inverse[1], y1 = (high[1] - ray.origin[1]) * ray.inverse[1];
    float z0 = (low[2] - ray.origin[2]) * ray.inverse[2], z1 = (high[2] - ray.origin[2]) * ray.inverse[2];
    Span span;
    span.entry = larger(larger(smaller(x0, x1), smaller(y0, y1)), larger(smaller(z0, z1), 0.0f));
    span.exit = smaller(smaller(larger(x0, x1), larger(y0, y1)), larger(z0, z1));
    span.entry = span.entry * 0.999999f;
    span.exit = span.exit * 1.000001f;
    return span;
}

TILTH_FN float smallest_of(float a, float b, float c) { return smaller(a, smaller(b, c)); }
TILTH_FN float largest_of(float a, float b, float c) { return larger(a, larger(b, c)); }

/// Sets the hit's distance and weights; false where the triangle is missed.
TILTH_FN bool intersect(const TracedRay& ray, const float* corners, Hit& hit) {
    float ox = ray.origin[ray.kx], oy = ray.origin[ray.ky], oz = ray.origin[ray.kz];
    float az = corners[ray.kz] - oz, bz = corners[3 + ray.kz] - oz, cz = corners[6 + ray.kz] - oz;
    float ax = (corners[ray.kx] - ox) - ray.sx * az, ay = (corners[ray.ky] - oy) - ray.sy * az;
    float bx = (corners[3 + ray.kx] - ox) - ray.sx * bz, by = (corners[3 + ray.ky] - oy) - ray.sy * bz;
    float cx = (corners[6 + ray.kx] - ox) - ray.sx * cz, cy = (corners[6 + ray.ky] - oy) - ray.sy * cz;
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
    float t = (u * az + v * bz + w * cz) * ray.sz * inverse;
    if (!(t > 0.0f)) {
        return false;
    }
    float low[3], high[3];
    for (int k = 0; k < 3; k++) {
        low[k] = smallest_of(corners[k], corners[3 + k], corners[6 + k]);
        high[k] = largest_of(corners[k], corners[3 + k], corners[6 + k]);
    }
    Span own = box_span(ray, low, high);
    if (!(own.entry <= own.exit)) {
        return false;
    }
    hit.distance = larger(t, own.entry);
    hit.weights = vec3(u * inverse, v * inverse, w * inverse);
    return true;
}

/// Whether a surface with holes stops the ray here: a function of the ray and the triangle.
TILTH_FN bool stops(const Scene& scene, u32 ray_id, const LeafTriangle& leaf, Vec3 weights) {
    const SceneHeader& header = scene.header();
    const MaterialRecord& material = scene.array<MaterialRecord>(header.materials)[leaf.material_if_cut - 1u];
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[leaf.triangle];
    float alpha = base_color(scene, material, triangle.vertices, weights).a;
    if (material.alpha_mode == ALPHA_MASK) {
        return alpha >= material.alpha_cutoff;
    }
    return unit_float(hash(ray_id, leaf.triangle)) < alpha;
}

/// The nodes still to be visited.
struct Stack {
    u32 child[STACK_SIZE], count[STACK_SIZE];
    float entry[STACK_SIZE];
    int size;
};

TILTH_FN void push(Stack& stack, u32 child, u32 count, float entry) {
    stack.child[stack.size] = child;
    stack.count[stack.size] = count;
    stack.entry[stack.size] = entry;
    stack.size = stack.size + 1;
}

/// Pushes the children that the ray meets before `limit`, the nearer one last.
TILTH_FN void push_children(Stack& stack, const TracedRay& ray, const BvhNode& node, float limit) {
    Span a = box_span(ray, node.low[0], node.high[0]);
    Span b = box_span(ray, node.low[1], node.high[1]);
    bool meets_a = a.entry <= a.exit && a.entry <= limit && node.count[0] != EMPTY_CHILD;
    bool meets_b = b.entry <= b.exit && b.entry <= limit && node.count[1] != EMPTY_CHILD;
    bool a_first = a.entry <= b.entry;
    if (meets_a && !a_first) {
        push(stack, node.child[0], node.count[0], a.entry);
    }
    if (meets_b) {
        push(stack, node.child[1], node.count[1], b.entry);
    }
    if (meets_a && a_first) {
        push(stack, node.child[0], node.count[0], a.entry);
    }
}

/// The closest hit; or, with `any`, whether there is one: then only the triangle's number says something.
TILTH_FN Hit trace(const Scene& scene, const Ray& ray, bool any) {
    const SceneHeader& header = scene.header();
    const BvhNode* nodes = scene.array<BvhNode>(header.nodes);
    const LeafTriangle* leaves = scene.array<LeafTriangle>(header.leaves);
    TracedRay traced_ray = traced(ray);
    Hit best;
    best.distance = ray.limit;
    best.triangle = NO_TRIANGLE;
    best.weights = vec3(0.0f);
    best.time = ray.time;
    Stack stack;
    stack.size = 0;
    push(stack, 0u, 0u, 0.0f);
    while (stack.size > 0) {
        stack.size = stack.size - 1;
        u32 child = stack.child[stack.size], count = stack.count[stack.size];
        if (stack.entry[stack.size] > best.distance) {
            continue;
        }
        if (count == 0u) {
            push_children(stack, traced_ray, nodes[child], best.distance);
            continue;
        }
        for (u32 i = 0; i < count; i++) {
            const LeafTriangle& leaf = leaves[child + i];
            Hit hit;
            if (!intersect(traced_ray, leaf.corners, hit)) {
                continue;
            }
            bool nearer = hit.distance < best.distance ||
                          (hit.distance == best.distance && leaf.triangle < best.triangle &&
                           best.triangle != NO_TRIANGLE);
            if (nearer && (leaf.material_if_cut == 0u || stops(scene, ray.id, leaf, hit.weights))) {
                hit.triangle = leaf.triangle;
                hit.time = ray.time;
                best = hit;
                if (any) {
                    return best;
                }
            }
        }
    }
    return best;
}

}  // namespace tilth
