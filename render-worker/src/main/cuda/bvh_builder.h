// Builds one hierarchy, on the host: nodes of eight by a binned surface area heuristic over blocks of four triangles.
// Its shape decides the speed alone; see traversal.h.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "bvh_collapse.h"

namespace tilth {

/// What a hierarchy is built over: a triangle's box, or with IS_INSTANCE in its number an instance's.
struct Item {
    float low[3];
    u32 number;
    float high[3];
    u32 padding;

    bool is_instance() const { return (number & IS_INSTANCE) != 0u; }
    Lanes low_lanes() const { return loaded(low); }
    Lanes high_lanes() const { return loaded(high); }
    /// Twice its centre.
    Lanes centre() const { return low_lanes() + high_lanes(); }

private:
    static Lanes loaded(const float* p) { return Lanes{p[0], p[1], p[2], 0.0f}; }
};

typedef std::array<u32, 4> BlockItems;

/// A part of a hierarchy that is built by itself; references count from its own first node and block.
struct Subtree {
    std::vector<BvhNode> nodes;
    std::vector<BlockItems> blocks;  ///< triangles; NO_CHILD where there are fewer than four
    ChildReference root = NO_CHILD;
};

class BvhBuilder {
public:
    /// Items from `begin` to `end - 1` that are left to somebody else: the reference to them goes to a node's place.
    struct Task {
        u32 begin, end, depth;
        u32 node, place;
    };

    /// Builds over items, which it reorders. Ranges of at most `grain` items become tasks, unless it is 0.
    BvhBuilder(Item* items, u32 grain) : items_(items), grain_(grain) {}

    Subtree build(u32 begin, u32 end, u32 depth) {
        Range range = {begin, end, Box(), Box()};
        measure(range);
        if (begin == end) {
            return Subtree();
        }
        if (grain_ == 0 && depth < MAX_SAH_DEPTH && collapsed(range, depth)) {
            return std::move(subtree_);
        }
        subtree_ = Subtree();
        subtree_.root = reference_to(range, depth);
        return std::move(subtree_);
    }

    const std::vector<Task>& tasks() const { return tasks_; }

private:
    static constexpr u32 WIDTH = 8;
    static constexpr u32 BINS = 32;
    /// From here on nodes are divided evenly, so that no path is longer than the traversal's stack.
    static constexpr u32 MAX_SAH_DEPTH = 14;
    /// So many nodes a path may have, which the traversal's stack is made for.
    static constexpr u32 MAX_DEPTH = 24;
    static constexpr u32 MAX_BINARY_DEPTH = 64;

    struct Range {
        u32 begin, end;
        Box box, centres;

        u32 count() const { return end - begin; }
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

    void measure(Range& range) const {
        for (u32 i = range.begin; i < range.end; i++) {
            range.box.grow(items_[i].low_lanes(), items_[i].high_lanes());
            range.centres.grow(items_[i].centre(), items_[i].centre());
        }
    }

    bool is_leaf(const Range& range) const {
        bool instances = false;
        for (u32 i = range.begin; i < range.end && range.count() <= 4; i++) {
            instances = instances || items_[i].is_instance();
        }
        return range.count() == 1 || (range.count() <= 4 && !instances);
    }

    ChildReference reference_to(const Range& range, u32 depth) {
        if (!is_leaf(range)) {
            return node_of(range, depth);
        }
        return leaf_of(range.begin, range.end);
    }

    ChildReference leaf_of(u32 begin, u32 end) {
        const Item* items = items_ + begin;
        if (items[0].is_instance()) {
            return items[0].number;
        }
        BlockItems block = {NO_CHILD, NO_CHILD, NO_CHILD, NO_CHILD};
        for (u32 i = 0; i < end - begin; i++) {
            block[i] = items[i].number;
        }
        subtree_.blocks.push_back(block);
        return (u32)(subtree_.blocks.size() - 1) | IS_BLOCK;
    }

    /// Cuts a range into eight: always the child that rays meet most.
    ChildReference node_of(const Range& range, u32 depth) {
        Range children[WIDTH];
        u32 used = 1;
        children[0] = range;
        while (used < WIDTH) {
            u32 chosen = WIDTH;
            float most_area = -1.0f;
            for (u32 i = 0; i < used; i++) {
                float area = depth < MAX_SAH_DEPTH ? children[i].box.half_area() : (float)children[i].count();
                if (!is_leaf(children[i]) && area > most_area) {
                    chosen = i;
                    most_area = area;
                }
            }
            if (chosen == WIDTH) {
                break;
            }
            Range left, right;
            cut(children[chosen], depth, left, right);
            children[chosen] = left;
            children[used++] = right;
        }
        u32 node = (u32)subtree_.nodes.size();
        subtree_.nodes.push_back(empty_node());
        for (u32 i = 0; i < used; i++) {
            set_box(children[i].box, i, subtree_.nodes[node]);
            if (grain_ != 0 && children[i].count() <= grain_ && !is_leaf(children[i])) {
                tasks_.push_back({children[i].begin, children[i].end, depth + 1, node, i});
            } else {
                ChildReference child = reference_to(children[i], depth + 1);
                subtree_.nodes[node].child[i] = child;
            }
        }
        return node;
    }

    /// Builds a binary hierarchy and makes nodes of eight of it; false where it gets too deep for the traversal's stack.
    bool collapsed(const Range& range, u32 depth) {
        binary_.clear();
        binary_of(range, 0);
        BvhCollapse collapse(binary_);
        deepest_ = depth;
        subtree_.root = reference_to(collapse, 0, depth);
        return deepest_ < MAX_DEPTH;
    }

    u32 binary_of(const Range& range, u32 depth) {
        u32 node = (u32)binary_.size();
        binary_.push_back({range.box, range.begin, range.end, 0u, 0u});
        if (!is_leaf(range)) {
            Range left, right;
            cut(range, depth < MAX_BINARY_DEPTH ? 0 : MAX_SAH_DEPTH, left, right);
            u32 l = binary_of(left, depth + 1), r = binary_of(right, depth + 1);
            binary_[node].left = l;
            binary_[node].right = r;
        }
        return node;
    }

    ChildReference reference_to(const BvhCollapse& collapse, u32 number, u32 depth) {
        const BinaryNode& from = binary_[number];
        if (from.is_leaf()) {
            return leaf_of(from.begin, from.end);
        }
        deepest_ = std::max(deepest_, depth);
        u32 children[WIDTH];
        u32 used = collapse.children(number, children);
        u32 node = (u32)subtree_.nodes.size();
        subtree_.nodes.push_back(empty_node());
        for (u32 i = 0; i < used; i++) {
            set_box(binary_[children[i]].box, i, subtree_.nodes[node]);
            ChildReference child = reference_to(collapse, children[i], depth + 1);
            subtree_.nodes[node].child[i] = child;
        }
        return node;
    }

    static BvhNode empty_node() {
        BvhNode node = {};
        for (int plane = 0; plane < 6; plane++) {
            std::fill(node.planes[plane], node.planes[plane] + WIDTH, plane % 2 == 0 ? INFINITY : -INFINITY);
        }
        std::fill(node.child, node.child + WIDTH, NO_CHILD);
        return node;
    }

    static void set_box(const Box& box, u32 place, BvhNode& node) {
        for (int k = 0; k < 3; k++) {
            node.planes[2 * k][place] = box.low[k];
            node.planes[2 * k + 1][place] = box.high[k];
        }
        node.used |= 1u << place;
    }

    void cut(const Range& range, u32 depth, Range& left, Range& right) {
        Cut best = depth < MAX_SAH_DEPTH ? best_cut(range) : Cut();
        u32 middle = range.begin;
        if (best.axis >= 0) {
            Item* first_right = std::partition(items_ + range.begin, items_ + range.end, [&](const Item& item) {
                return bins_of(item, range.centres)[best.axis] <= (i32)best.bin;
            });
            middle = (u32)(first_right - items_);
        }
        if (middle == range.begin || middle == range.end) {
            middle = halved(range);
        }
        left = {range.begin, middle, Box(), Box()};
        right = {middle, range.end, Box(), Box()};
        measure(left);
        measure(right);
    }

    u32 halved(const Range& range) {
        Lanes extent = range.centres.high - range.centres.low;
        int axis = extent[0] >= extent[1] && extent[0] >= extent[2] ? 0 : (extent[1] >= extent[2] ? 1 : 2);
        u32 middle = range.begin + range.count() / 2;
        std::nth_element(items_ + range.begin, items_ + middle, items_ + range.end, [axis](const Item& a, const Item& b) {
            return a.low[axis] + a.high[axis] < b.low[axis] + b.high[axis];
        });
        return middle;
    }

    static LaneBits bins_of(const Item& item, const Box& centres) {
        Lanes extent = centres.high - centres.low;
        Lanes none = {}, tiny = none + 1.0e-30f;
        Lanes scale = extent > tiny ? (float)BINS * 0.9999f / extent : none;
        return __builtin_convertvector((item.centre() - centres.low) * scale, LaneBits);
    }

    Cut best_cut(const Range& range) const {
        Bin bins[3][BINS];
        for (u32 i = range.begin; i < range.end; i++) {
            const Item& item = items_[i];
            LaneBits places = bins_of(item, range.centres);
            Lanes low = item.low_lanes(), high = item.high_lanes();
            for (int axis = 0; axis < 3; axis++) {
                Bin& bin = bins[axis][places[axis]];
                bin.box.grow(low, high);
                bin.count++;
            }
        }
        Cut best;
        for (int axis = 0; axis < 3; axis++) {
            if (range.centres.high[axis] > range.centres.low[axis]) {
                consider(bins[axis], axis, best);
            }
        }
        return best;
    }

    /// The cost of testing so many triangles, in blocks.
    static float blocks_of(u32 count) { return (float)((count + 3) / 4); }

    static void consider(const Bin* bins, int axis, Cut& best) {
        float right_cost[BINS] = {};
        Box right;
        u32 right_count = 0;
        for (u32 i = BINS - 1; i > 0; i--) {
            right.grow(bins[i].box);
            right_count += bins[i].count;
            right_cost[i - 1] = right_count == 0 ? FARTHEST : right.half_area() * blocks_of(right_count);
        }
        Box left;
        u32 left_count = 0;
        for (u32 i = 0; i + 1 < BINS; i++) {
            left.grow(bins[i].box);
            left_count += bins[i].count;
            float cost = left_count == 0 ? FARTHEST : left.half_area() * blocks_of(left_count) + right_cost[i];
            if (cost < best.cost) {
                best.axis = axis;
                best.bin = i;
                best.cost = cost;
            }
        }
    }

    Item* items_;
    u32 grain_;
    Subtree subtree_;
    std::vector<Task> tasks_;
    std::vector<BinaryNode> binary_;
    u32 deepest_ = 0;
};

}  // namespace tilth
