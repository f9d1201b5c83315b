// The traversal in plain C++: for GPUs, and for processors without vectors of eight.
#pragma once
#include "traversal.h"

namespace tilth {

/// More than any hierarchy's path needs; see MAX_DEPTH in bvh_builder.h.
constexpr int STACK_SIZE = 384;

/// Not a child: here the ray is in the world again.
constexpr u32 LEAVES_INSTANCE = NO_CHILD - 1u;

/// What is still to be visited.
struct Stack {
    u32 child[STACK_SIZE];
    float entry[STACK_SIZE];
    int size;
};

TILTH_FN void push(Stack& stack, u32 child, float entry) {
    stack.child[stack.size] = child;
    stack.entry[stack.size] = entry;
    stack.size = stack.size + 1;
}

/// Rounding may place a node's planes, or a ray's distance to them, so much off.
constexpr float NODE_WIDENED = 1.000006f, LIMIT_WIDENED = 1.000002f;

/// A ray against the boxes of a packed node: the distance of a plane is scale * (its byte) + offset.
struct PackedRay {
    float scale[3], offset[3];
};

TILTH_FN PackedRay packed_ray(const TracedRay& ray, const PackedNode& node) {
    PackedRay r;
    for (int k = 0; k < 3; k++) {
        r.scale[k] = node.step[k] * ray.inverse[k];
        r.offset[k] = (node.origin[k] - ray.origin[k]) * ray.inverse[k];
    }
    return r;
}

TILTH_FN float plane_distance(const PackedRay& ray, const PackedNode& node, int k, int i, bool far) {
    int plane = 2 * k + (far == (ray.scale[k] > 0.0f) ? 1 : 0);
    return (float)(i32)node.planes[plane][i] * ray.scale[k] + ray.offset[k];
}

/// Where a ray is inside of a node's box: never less than where it is inside of what the box holds.
TILTH_FN Span span_of(const PackedRay& ray, const PackedNode& node, int i) {
    Span span;
    span.entry = largest_of(plane_distance(ray, node, 0, i, false), plane_distance(ray, node, 1, i, false),
                            larger(plane_distance(ray, node, 2, i, false), 0.0f));
    span.exit = smallest_of(plane_distance(ray, node, 0, i, true), plane_distance(ray, node, 1, i, true),
                            plane_distance(ray, node, 2, i, true)) *
                NODE_WIDENED;
    return span;
}

TILTH_FN Span span_of(const TracedRay& ray, const BvhNode& node, int i) {
    float low[3] = {node.planes[0][i], node.planes[2][i], node.planes[4][i]};
    float high[3] = {node.planes[1][i], node.planes[3][i], node.planes[5][i]};
    return box_span(ray, low, high);
}

TILTH_FN const TracedRay& node_ray(const TracedRay& ray, const BvhNode&) { return ray; }
TILTH_FN PackedRay node_ray(const TracedRay& ray, const PackedNode& node) { return packed_ray(ray, node); }

/// Pushes the children that the ray meets before `limit`, the nearest last.
template <typename Node>
TILTH_FN void push_children(Stack& stack, const TracedRay& ray, const Node& node, float limit) {
    const auto& prepared = node_ray(ray, node);
    int bottom = stack.size;
    for (int i = 0; i < 8; i++) {
        Span span = span_of(prepared, node, i);
        if ((node.used >> i & 1u) == 0u || !(span.entry <= span.exit && span.entry <= limit)) {
            continue;
        }
        int place = stack.size;
        while (place > bottom && stack.entry[place - 1] < span.entry) {
            stack.entry[place] = stack.entry[place - 1];
            stack.child[place] = stack.child[place - 1];
            place--;
        }
        stack.entry[place] = span.entry;
        stack.child[place] = node.child[i];
        stack.size = stack.size + 1;
    }
}

template <typename Node>
TILTH_FN Hit walk_over(const Scene& scene, const Ray& ray, bool any) {
    const SceneHeader& header = scene.header();
    const Node* nodes = scene.array<Node>(header.nodes);
    const TriangleBlock* blocks = scene.array<TriangleBlock>(header.blocks);
    Search search = search_of(ray);
    const TracedRay world = search.ray;
    Stack stack;
    stack.size = 0;
    if (header.root != NO_CHILD) {
        push(stack, header.root, 0.0f);
    }
    while (stack.size > 0) {
        stack.size = stack.size - 1;
        u32 child = stack.child[stack.size];
        if (child == LEAVES_INSTANCE) {
            search.ray = world;
            search.instance = 0u;
            search.floor = 0.0f;
            continue;
        }
        if (stack.entry[stack.size] > search.best.distance * LIMIT_WIDENED) {
            continue;
        }
        if ((child & IS_INSTANCE) != 0u) {
            u32 number = child & ~IS_INSTANCE;
            if (enter(scene, ray, world, number, search)) {
                push(stack, LEAVES_INSTANCE, 0.0f);
                push(stack, scene.array<InstanceRecord>(header.instances)[number].root, search.floor);
            }
        } else if ((child & IS_BLOCK) != 0u) {
            const TriangleBlock& block = blocks[child & ~IS_BLOCK];
            for (u32 i = 0; i < 4u; i++) {
                Meeting meeting;
                if (meets(search.ray, block, i, meeting) && accept(scene, ray.chance, search, block, i, meeting) && any) {
                    return search.best;
                }
            }
        } else {
            push_children(stack, search.ray, nodes[child], search.best.distance * LIMIT_WIDENED);
        }
    }
    return search.best;
}

#if !defined(__CUDACC__)
/// trace() by plain C++.
TILTH_APART Hit plain_trace(const Scene& scene, const Ray& ray, bool any) {
    return scene.header().packed != 0u ? walk_over<PackedNode>(scene, ray, any) : walk_over<BvhNode>(scene, ray, any);
}
#endif

/// The closest hit; or, with `any`, whether there is one: then only the triangle's number says something.
TILTH_FN Hit trace(const Scene& scene, const Ray& ray, bool any) {
#if defined(__CUDACC__)
    return walk_over<PackedNode>(scene, ray, any);
#else
    return scene.tracer != nullptr ? scene.tracer(scene, ray, any) : plain_trace(scene, ray, any);
#endif
}

}  // namespace tilth
