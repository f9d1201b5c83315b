// Builds the bounding volume hierarchy, on the host: binned surface area heuristic, two children a node. Its shape
// decides the speed alone; see traversal.h.
#pragma once
#include <algorithm>
#include <new>
#include <vector>

#include "scene.h"

namespace tilth {

class BvhBuilder {
public:
    /// `vertices` and `triangles` as in the scene; finite positions and valid indices.
    BvhBuilder(const float* positions, const TriangleRecord* triangles, u32 count)
        : positions_(positions), triangles_(triangles), references_(count) {
        for (u32 i = 0; i < count; i++) {
            references_[i] = reference(i);
        }
    }

    /// Writes nodes (room for `count`, at least 1) and the leaves' triangles in order; returns the number of nodes.
    u32 build(BvhNode* nodes, u32* order) {
        nodes_ = nodes;
        used_ = 1;
        u32 count = (u32)references_.size();
        if (count <= MAX_LEAF) {
            leaf_root(count);
        } else {
            split(0, 0, count, 0);
        }
        for (u32 i = 0; i < count; i++) {
            order[i] = references_[i].triangle;
        }
        return used_;
    }

private:
    static constexpr u32 MAX_LEAF = 4;
    static constexpr u32 BINS = 16;
    /// From here on nodes are halved, so that no path is longer than the traversal's stack.
    static constexpr u32 MAX_SAH_DEPTH = 30;

    struct Box {
        float low[3] = {FARTHEST, FARTHEST, FARTHEST};
        float high[3] = {-FARTHEST, -FARTHEST, -FARTHEST};

        void grow(const float* lo, const float* hi) {
            for (int k = 0; k < 3; k++) {
                low[k] = std::min(low[k], lo[k]);
                high[k] = std::max(high[k], hi[k]);
            }
        }
        void grow(const Box& other) { grow(other.low, other.high); }
        float half_area() const {
            float x = high[0] - low[0], y = high[1] - low[1], z = high[2] - low[2];
            return x < 0.0f ? 0.0f : x * y + y * z + z * x;
        }
    };

    struct Reference {
        Box box;
        float centre[3];
        u32 triangle;
    };

    struct Bin {
        Box box;
        u32 count = 0;
    };

    struct Cut {
        int axis = -1;
        u32 bin = 0;
        float cost = FARTHEST;
    };

    static constexpr float FARTHEST = 3.402823466e38f;

    Reference reference(u32 i) const {
        Reference r;
        r.triangle = i;
        for (u32 vertex : triangles_[i].vertices) {
            const float* p = positions_ + 3 * (u64)vertex;
            r.box.grow(p, p);
        }
        for (int k = 0; k < 3; k++) {
            r.centre[k] = 0.5f * r.box.low[k] + 0.5f * r.box.high[k];
        }
        return r;
    }

    Box box_of(u32 begin, u32 end) const {
        Box box;
        for (u32 i = begin; i < end; i++) {
            box.grow(references_[i].box);
        }
        return box;
    }

    void leaf_root(u32 count) {
        set_child(0, 0, box_of(0, count), 0, count == 0 ? EMPTY_CHILD : count);
        set_child(0, 1, Box(), 0, EMPTY_CHILD);
    }

    void set_child(u32 node, int side, const Box& box, u32 child, u32 count) {
        bool empty = count == EMPTY_CHILD;
        for (int k = 0; k < 3; k++) {
            nodes_[node].low[side][k] = empty ? 0.0f : box.low[k];
            nodes_[node].high[side][k] = empty ? 0.0f : box.high[k];
        }
        nodes_[node].child[side] = child;
        nodes_[node].count[side] = count;
    }

    /// Splits the references between a node's two children, and so on down.
    void split(u32 node, u32 begin, u32 end, u32 depth) {
        u32 middle = partition(begin, end, depth);
        child(node, 0, begin, middle, depth);
        child(node, 1, middle, end, depth);
    }

    void child(u32 node, int side, u32 begin, u32 end, u32 depth) {
        Box box = box_of(begin, end);
        if (end - begin <= MAX_LEAF) {
            set_child(node, side, box, begin, end - begin);
            return;
        }
        u32 below = used_++;
        set_child(node, side, box, below, 0);
        split(below, begin, end, depth + 1);
    }

    u32 partition(u32 begin, u32 end, u32 depth) {
        Box centres;
        for (u32 i = begin; i < end; i++) {
            centres.grow(references_[i].centre, references_[i].centre);
        }
        Cut cut = depth < MAX_SAH_DEPTH ? best_cut(begin, end, centres) : Cut();
        if (cut.axis < 0) {
            return halved(begin, end, centres);
        }
        auto first_right = std::partition(references_.begin() + begin, references_.begin() + end,
                                          [&](const Reference& r) { return bin_of(r, cut.axis, centres) <= cut.bin; });
        u32 middle = (u32)(first_right - references_.begin());
        return middle == begin || middle == end ? halved(begin, end, centres) : middle;
    }

    u32 halved(u32 begin, u32 end, const Box& centres) {
        int axis = 0;
        for (int k = 1; k < 3; k++) {
            if (centres.high[k] - centres.low[k] > centres.high[axis] - centres.low[axis]) {
                axis = k;
            }
        }
        u32 middle = begin + (end - begin) / 2;
        std::nth_element(references_.begin() + begin, references_.begin() + middle, references_.begin() + end,
                         [axis](const Reference& a, const Reference& b) { return a.centre[axis] < b.centre[axis]; });
        return middle;
    }

    static u32 bin_of(const Reference& r, int axis, const Box& centres) {
        float extent = centres.high[axis] - centres.low[axis];
        float place = (r.centre[axis] - centres.low[axis]) / extent * (float)BINS;
        return place < (float)(BINS - 1) ? (u32)place : BINS - 1;
    }

    Cut best_cut(u32 begin, u32 end, const Box& centres) const {
        Cut best;
        for (int axis = 0; axis < 3; axis++) {
            if (!(centres.high[axis] > centres.low[axis])) {
                continue;
            }
            Bin bins[BINS];
            for (u32 i = begin; i < end; i++) {
                Bin& bin = bins[bin_of(references_[i], axis, centres)];
                bin.box.grow(references_[i].box);
                bin.count++;
            }
            consider(bins, axis, best);
        }
        return best;
    }

    static void consider(const Bin* bins, int axis, Cut& best) {
        float right_cost[BINS] = {};
        Box right;
        u32 right_count = 0;
        for (u32 i = BINS - 1; i > 0; i--) {
            right.grow(bins[i].box);
            right_count += bins[i].count;
            right_cost[i - 1] = right_count == 0 ? FARTHEST : right.half_area() * (float)right_count;
        }
        Box left;
        u32 left_count = 0;
        for (u32 i = 0; i + 1 < BINS; i++) {
            left.grow(bins[i].box);
            left_count += bins[i].count;
            float cost = left_count == 0 ? FARTHEST : left.half_area() * (float)left_count + right_cost[i];
            if (cost < best.cost) {
                best.axis = axis;
                best.bin = i;
                best.cost = cost;
            }
        }
    }

    const float* positions_;
    const TriangleRecord* triangles_;
    std::vector<Reference> references_;
    BvhNode* nodes_ = nullptr;
    u32 used_ = 0;
};

/// Builds the hierarchy over a scene's triangles; returns the number of nodes, or 0 when memory runs out.
inline i32 build_bvh(const void* positions, const void* triangles, i32 count, void* nodes, void* order) {
    try {
        BvhBuilder builder((const float*)positions, (const TriangleRecord*)triangles, (u32)count);
        return (i32)builder.build((BvhNode*)nodes, (u32*)order);
    } catch (const std::bad_alloc&) {
        return 0;
    }
}

}  // namespace tilth
