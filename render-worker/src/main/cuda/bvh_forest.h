// The hierarchies of a scene: one for each set of triangles that is placed more than once, and above them the world's,
// whose leaves are the world's own triangles and the instances.
#pragma once
#include <atomic>
#include <cmath>
#include <memory>
#include <new>
#include <system_error>
#include <thread>

#include "bvh_builder.h"

namespace tilth {

/// What a forest is grown from. All arrays belong to the caller.
struct ForestInput {
    const float* positions;           ///< 3 a vertex, finite
    const TriangleRecord* triangles;  ///< valid indices
    const u32* has_holes;             ///< 1 a material: 0 or HAS_HOLES
    const u32* shapes;                ///< 2 each: the first triangle and the one after the last
    InstanceRecord* instances;        ///< their root is a shape's number, and is then replaced; 0 is the world
    u32 world_triangles;              ///< the world's are the first ones
    u32 shape_count, instance_count;
    u32 threads;
};

/// Packs a node. Its planes lie a thousandth of a step outside of their boxes at least, for the traversal's rounding.
inline PackedNode packed(const BvhNode& node) {
    PackedNode to = {};
    std::copy(node.child, node.child + 8, to.child);
    to.used = node.used;
    for (int k = 0; k < 3; k++) {
        double low = FARTHEST, high = -FARTHEST;
        for (u32 i = 0; i < 8; i++) {
            if ((node.used >> i & 1u) != 0u) {
                low = std::min(low, (double)node.planes[2 * k][i]);
                high = std::max(high, (double)node.planes[2 * k + 1][i]);
            }
        }
        // Room for two steps more than the boxes, and never so small that a step would vanish beside the origin.
        double least = std::max((high - low) / 253.0, std::max(std::fabs(low), std::fabs(high)) * 0x1p-22);
        to.step[k] = (float)(std::max(least, 1.0e-30) * (1.0 + 0x1p-22));
        to.origin[k] = (float)(low - to.step[k]);
        for (u32 i = 0; i < 8; i++) {
            double first = ((double)node.planes[2 * k][i] - to.origin[k]) / to.step[k];
            double last = ((double)node.planes[2 * k + 1][i] - to.origin[k]) / to.step[k];
            to.planes[2 * k][i] = (u8)std::max(0.0, std::min(255.0, std::floor(first - 0.001)));
            to.planes[2 * k + 1][i] = (u8)std::max(0.0, std::min(255.0, std::ceil(last + 0.001)));
        }
    }
    return to;
}

class Forest {
public:
    explicit Forest(const ForestInput& input) : input_(input) {
        std::vector<ChildReference> roots;
        for (u32 i = 0; i < input.shape_count; i++) {
            roots.push_back(grow(input.shapes[2 * i], input.shapes[2 * i + 1], false));
        }
        for (u32 i = 1; i < input.instance_count; i++) {
            input.instances[i].root = roots[input.instances[i].root];
        }
        root_ = grow(0, input.world_triangles, true);
    }

    ChildReference root() const { return root_; }
    u32 nodes() const { return nodes_; }
    u32 blocks() const { return blocks_; }

    /// Writes all nodes, packed or not, and all blocks, and forgets them.
    void write(bool packs, void* nodes, TriangleBlock* blocks) {
        BvhNode* plain_nodes = (BvhNode*)nodes;
        PackedNode* packed_nodes = (PackedNode*)nodes;
        for (Subtree& part : parts_) {
            if (packs) {
                packed_nodes = std::transform(part.nodes.begin(), part.nodes.end(), packed_nodes, packed);
            } else {
                plain_nodes = std::copy(part.nodes.begin(), part.nodes.end(), plain_nodes);
            }
            for (const BlockItems& items : part.blocks) {
                *blocks++ = block_of(items);
            }
            part = Subtree();
        }
    }

private:
    /// Below this a hierarchy is built by one thread.
    static constexpr u32 LEAST_PARALLEL = 4096;

    ChildReference grow(u32 first, u32 end, bool world) {
        u32 instances = world && input_.instance_count > 1 ? input_.instance_count - 1 : 0;
        u32 count = end - first + instances;
        std::unique_ptr<Item[]> items(new Item[count]);
        in_parallel(end - first, 4096, [&](u32 i) { items[i] = item_of(first + i); });
        for (u32 i = 0; i < instances; i++) {
            const InstanceRecord& instance = input_.instances[i + 1];
            Item& item = items[end - first + i];
            std::copy(instance.low, instance.low + 3, item.low);
            std::copy(instance.high, instance.high + 3, item.high);
            item.number = (i + 1) | IS_INSTANCE;
        }
        return grow(items.get(), count);
    }

    ChildReference grow(Item* items, u32 count) {
        u32 grain = count <= LEAST_PARALLEL ? 0 : std::max(LEAST_PARALLEL / 4, count / (8 * input_.threads));
        BvhBuilder top(items, grain);
        parts_.push_back(top.build(0, count, 0));
        size_t top_part = parts_.size() - 1;
        const auto& tasks = top.tasks();
        parts_.resize(parts_.size() + tasks.size());
        in_parallel((u32)tasks.size(), 1, [&](u32 i) {
            BvhBuilder below(items, 0);
            parts_[top_part + 1 + i] = below.build(tasks[i].begin, tasks[i].end, tasks[i].depth);
        });
        for (size_t i = top_part; i < parts_.size(); i++) {
            relocate(parts_[i]);
        }
        for (size_t i = 0; i < tasks.size(); i++) {
            parts_[top_part].nodes[tasks[i].node].child[tasks[i].place] = parts_[top_part + 1 + i].root;
        }
        return parts_[top_part].root;
    }

    /// Makes a part's references count from the whole forest's first node and block.
    void relocate(Subtree& part) {
        for (BvhNode& node : part.nodes) {
            for (ChildReference& child : node.child) {
                child = relocated(child);
            }
        }
        part.root = relocated(part.root);
        nodes_ += (u32)part.nodes.size();
        blocks_ += (u32)part.blocks.size();
    }

    ChildReference relocated(ChildReference child) const {
        if ((child & IS_INSTANCE) != 0u) {
            return child;
        }
        return child + ((child & IS_BLOCK) != 0u ? blocks_ : nodes_);
    }

    Item item_of(u32 triangle) const {
        Box box;
        for (u32 vertex : input_.triangles[triangle].vertices) {
            const float* p = input_.positions + 3 * (u64)vertex;
            Lanes corner = {p[0], p[1], p[2], 0.0f};
            box.grow(corner, corner);
        }
        return {{box.low[0], box.low[1], box.low[2]}, triangle, {box.high[0], box.high[1], box.high[2]}, 0u};
    }

    TriangleBlock block_of(const BlockItems& items) const {
        TriangleBlock block;
        for (u32 i = 0; i < 4; i++) {
            bool there = items[i] != NO_CHILD;
            const TriangleRecord& triangle = input_.triangles[there ? items[i] : items[0]];
            block.triangle[i] = there ? items[i] | input_.has_holes[triangle.material] : items[0];
            for (u32 corner = 0; corner < 3; corner++) {
                // A place that is not used holds a point, which no ray hits.
                const float* p = input_.positions + 3 * (u64)triangle.vertices[there ? corner : 0];
                for (int k = 0; k < 3; k++) {
                    block.corners[corner][k][i] = p[k];
                }
            }
        }
        return block;
    }

    /// Calls work(0) to work(count - 1) on all threads, `step` at a time. What it throws ends in the caller.
    template <typename Work>
    void in_parallel(u32 count, u32 step, const Work& work) {
        std::atomic<u32> next(0);
        std::atomic<bool> failed(false);
        auto loop = [&] {
            try {
                for (u32 i = next.fetch_add(step); i < count; i = next.fetch_add(step)) {
                    for (u32 j = i; j < std::min(count, i + step); j++) {
                        work(j);
                    }
                }
            } catch (const std::bad_alloc&) {
                failed = true;
            }
        };
        std::vector<std::thread> others;
        try {
            for (u32 i = 1; i < input_.threads && i * step < count; i++) {
                others.emplace_back(loop);
            }
        } catch (const std::system_error&) {
            // The system gives no more threads: those that there are do the work.
        }
        loop();
        for (std::thread& thread : others) {
            thread.join();
        }
        if (failed) {
            throw std::bad_alloc();
        }
    }

    ForestInput input_;
    std::vector<Subtree> parts_;
    ChildReference root_ = NO_CHILD;
    u32 nodes_ = 0, blocks_ = 0;
};

// ---- as Java calls it: addresses are raw, and a forest is one until it is released ----

/// A forest and its size.
struct Grown {
    Forest* forest;
    ChildReference root;
    u32 nodes, blocks;
};

/// Grows a forest from a ForestInput into a Grown; 0 when memory runs out.
inline i32 grow_forest(const void* input, void* result) {
    try {
        std::unique_ptr<Forest> forest(new Forest(*(const ForestInput*)input));
        Grown grown = {forest.get(), forest->root(), forest->nodes(), forest->blocks()};
        *(Grown*)result = grown;
        forest.release();
        return 1;
    } catch (const std::bad_alloc&) {
        return 0;
    }
}

inline void write_forest(void* forest, i32 packs, void* nodes, void* blocks) {
    ((Forest*)forest)->write(packs != 0, nodes, (TriangleBlock*)blocks);
}

inline void release_forest(void* forest) { delete (Forest*)forest; }

}  // namespace tilth
