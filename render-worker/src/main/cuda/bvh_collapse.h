// Chooses the nodes of eight in a binary hierarchy: those that cost least by the surface area heuristic (Ylitie, Karras
// and Laine, "Efficient incoherent ray traversal on GPUs through compressed wide BVHs", HPG 2017).
#pragma once
#include <algorithm>
#include <vector>

#include "bvh_box.h"

namespace tilth {

/// A node of a binary hierarchy; a leaf has no left child.
struct BinaryNode {
    Box box;
    u32 begin, end;
    u32 left, right;

    bool is_leaf() const { return left == 0u; }
};

class BvhCollapse {
public:
    static constexpr u32 WIDTH = 8;

    /// `nodes` with every child after its parent.
    explicit BvhCollapse(const std::vector<BinaryNode>& nodes) : nodes_(nodes), costs_(nodes.size()) {
        for (u32 i = (u32)nodes.size(); i-- > 0;) {
            weigh(i);
        }
    }

    /// The binary nodes that become the children of the node of eight that stands for a binary node; returns how many.
    u32 children(u32 node, u32* to) const {
        u32 count = 0;
        distribute(node, WIDTH, to, count);
        return count;
    }

private:
    /// Of a visit to a node of eight, and of the test of a block.
    static constexpr float NODE_COST = 1.0f, BLOCK_COST = 0.6f;

    /// The least cost of what is below a node with at most so many roots, by their number less one, and how many of them
    /// go to the left child: 0 where fewer roots cost no more.
    struct Costs {
        float cost[WIDTH];
        unsigned char left[WIDTH];
    };

    void weigh(u32 i) {
        const BinaryNode& node = nodes_[i];
        Costs& costs = costs_[i];
        float area = node.box.half_area();
        if (node.is_leaf()) {
            std::fill(costs.cost, costs.cost + WIDTH, area * BLOCK_COST);
            std::fill(costs.left, costs.left + WIDTH, 0);
            return;
        }
        const float* left = costs_[node.left].cost;
        const float* right = costs_[node.right].cost;
        for (u32 roots = 2; roots <= WIDTH; roots++) {
            float least = FARTHEST;
            u32 best = 1;
            for (u32 k = 1; k < roots; k++) {
                float cost = left[k - 1] + right[roots - k - 1];
                if (cost < least) {
                    least = cost;
                    best = k;
                }
            }
            costs.cost[roots - 1] = least;
            costs.left[roots - 1] = (unsigned char)best;
        }
        costs.cost[0] = costs.cost[WIDTH - 1] + area * NODE_COST;
        costs.left[0] = 0;
        for (u32 roots = 2; roots < WIDTH; roots++) {
            if (costs.cost[roots - 2] <= costs.cost[roots - 1]) {
                costs.cost[roots - 1] = costs.cost[roots - 2];
                costs.left[roots - 1] = 0;
            }
        }
    }

    void distribute(u32 node, u32 roots, u32* to, u32& count) const {
        u32 k = costs_[node].left[roots - 1];
        add(nodes_[node].left, k, to, count);
        add(nodes_[node].right, roots - k, to, count);
    }

    void add(u32 node, u32 roots, u32* to, u32& count) const {
        while (roots > 1 && costs_[node].left[roots - 1] == 0) {
            roots--;
        }
        if (roots == 1) {
            to[count++] = node;
        } else {
            distribute(node, roots, to, count);
        }
    }

    const std::vector<BinaryNode>& nodes_;
    std::vector<Costs> costs_;
};

}  // namespace tilth
