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

/// Pushes the children that the ray meets before `limit`, the nearest last.
TILTH_FN void push_children(Stack& stack, const TracedRay& ray, const BvhNode& node, float limit) {
    int bottom = stack.size;
    for (int i = 0; i < 8; i++) {
        float low[3] = {node.planes[0][i], node.planes[2][i], node.planes[4][i]};
        float high[3] = {node.planes[1][i], node.planes[3][i], node.planes[5][i]};
        Span span = box_span(ray, low, high);
        if (!(low[0] <= high[0] && span.entry <= span.exit && span.entry <= limit)) {
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

/// The closest hit; or, with `any`, whether there is one: then only the triangle's number says something.
TILTH_FN Hit walk(const Scene& scene, const Ray& ray, bool any) {
    const SceneHeader& header = scene.header();
    const BvhNode* nodes = scene.array<BvhNode>(header.nodes);
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
        if (stack.entry[stack.size] > search.best.distance) {
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
                if (meets(search.ray, block, i, meeting) && accept(scene, ray.id, search, block, i, meeting) && any) {
                    return search.best;
                }
            }
        } else {
            push_children(stack, search.ray, nodes[child], search.best.distance);
        }
    }
    return search.best;
}

/// As walk, by the fastest traversal that the machine has.
TILTH_FN Hit trace(const Scene& scene, const Ray& ray, bool any) {
#if !defined(__CUDACC__)
    if (scene.tracer != nullptr) {
        return scene.tracer(scene, ray, any);
    }
#endif
    return walk(scene, ray, any);
}

}  // namespace tilth
