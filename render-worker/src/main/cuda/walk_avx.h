// The traversal by vectors of eight boxes and four triangles. Included by walk_x86.h once for each instruction level,
// in a namespace of its own: it has no guard against being included twice. All it does to a ray and a triangle is what
// traversal.h does, operation by operation; only boxes are gone through in another order.

/// A ray against nodes: where its near and far planes are, and what they are measured by.
struct BoxRay {
    __m256 origin[3], inverse[3];
    u32 near[3];  ///< the number of the plane that the ray meets first
};

TILTH_FN BoxRay box_ray(const TracedRay& ray) {
    BoxRay r;
    for (int k = 0; k < 3; k++) {
        r.origin[k] = _mm256_set1_ps(ray.origin[k]);
        r.inverse[k] = _mm256_set1_ps(ray.inverse[k]);
        r.near[k] = 2u * (u32)k + (ray.inverse[k] < 0.0f ? 1u : 0u);
    }
    return r;
}

TILTH_FN __m256 plane_distance(const BoxRay& ray, const BvhNode& node, int k, u32 plane) {
    return _mm256_mul_ps(_mm256_sub_ps(_mm256_load_ps(node.planes[plane]), ray.origin[k]), ray.inverse[k]);
}

/// Which boxes of a node the ray meets before `limit`, as a bit each, and where it enters them.
TILTH_FN u32 met_boxes(const BoxRay& ray, const BvhNode& node, float limit, __m256& entry) {
    __m256 near_x = plane_distance(ray, node, 0, ray.near[0]), far_x = plane_distance(ray, node, 0, ray.near[0] ^ 1u);
    __m256 near_y = plane_distance(ray, node, 1, ray.near[1]), far_y = plane_distance(ray, node, 1, ray.near[1] ^ 1u);
    __m256 near_z = plane_distance(ray, node, 2, ray.near[2]), far_z = plane_distance(ray, node, 2, ray.near[2] ^ 1u);
    entry = _mm256_max_ps(_mm256_max_ps(near_x, near_y), _mm256_max_ps(near_z, _mm256_setzero_ps()));
    __m256 exit = _mm256_mul_ps(_mm256_min_ps(_mm256_min_ps(far_x, far_y), far_z), _mm256_set1_ps(WIDENED));
    exit = _mm256_min_ps(exit, _mm256_set1_ps(limit));
    return (u32)_mm256_movemask_ps(_mm256_cmp_ps(entry, exit, _CMP_LE_OQ));
}

/// What is still to be visited: a child with the bits of the distance where the ray enters it, a little rounded down.
struct Stack {
    alignas(32) u32 child[STACK_SIZE];
    alignas(32) u32 entry[STACK_SIZE];
};

TILTH_FN __m256i smaller_of(__m256i a, __m256i b) { return _mm256_min_epi32(a, b); }
TILTH_FN __m256i larger_of(__m256i a, __m256i b) { return _mm256_max_epi32(a, b); }

/// Sorts eight integers: Batcher's network.
TILTH_FN __m256i sorted(__m256i x) {
    __m256i y = _mm256_shuffle_epi32(x, 0xb1);
    x = _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xaa);
    y = _mm256_shuffle_epi32(x, 0x1b);
    x = _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xcc);
    y = _mm256_shuffle_epi32(x, 0xb1);
    x = _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xaa);
    y = _mm256_permutevar8x32_epi32(x, _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0));
    x = _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xf0);
    y = _mm256_shuffle_epi32(x, 0x4e);
    x = _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xcc);
    y = _mm256_shuffle_epi32(x, 0xb1);
    return _mm256_blend_epi32(smaller_of(x, y), larger_of(x, y), 0xaa);
}

/// Puts the boxes that were met on the stack, the nearest last. Distances are not negative, so that their bits are in
/// their order; the lowest three bits make room for the box's number.
TILTH_FN int push_sorted(Stack& stack, int size, const BvhNode& node, u32 met, __m256 entry) {
    const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i key = _mm256_or_si256(_mm256_andnot_si256(_mm256_set1_epi32(7), _mm256_castps_si256(entry)), numbers);
    // Rising order of the opposite keys: the farthest first, and last what was not met.
    const __m256i opposite = _mm256_set1_epi32(0x7fffffff);
    __m256i bit = _mm256_sllv_epi32(_mm256_set1_epi32(1), numbers);
    __m256i is_met = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((i32)met), bit), bit);
    __m256i order = _mm256_blendv_epi8(opposite, _mm256_xor_si256(key, opposite), is_met);
    order = _mm256_xor_si256(sorted(order), opposite);
    __m256i children = _mm256_load_si256((const __m256i*)node.child);
    _mm256_storeu_si256((__m256i*)(stack.child + size), _mm256_permutevar8x32_epi32(children, order));
    _mm256_storeu_si256((__m256i*)(stack.entry + size), order);
    return size + __builtin_popcount(met);
}

TILTH_FN __m128 product(__m128 a, __m128 b) { return _mm_mul_ps(a, b); }
TILTH_FN __m128 difference(__m128 a, __m128 b) { return _mm_sub_ps(a, b); }
TILTH_FN __m128 sum(__m128 a, __m128 b) { return _mm_add_ps(a, b); }

/// meets() for the four triangles of a block at once, then accept() for those that the ray meets.
TILTH_FN bool try_block(const Scene& scene, u32 ray_id, Search& search, const TriangleBlock& block) {
    const TracedRay& ray = search.ray;
    __m128 ox = _mm_set1_ps(ray.origin[ray.kx]), oy = _mm_set1_ps(ray.origin[ray.ky]);
    __m128 oz = _mm_set1_ps(ray.origin[ray.kz]), sx = _mm_set1_ps(ray.sx), sy = _mm_set1_ps(ray.sy);
    __m128 x[3], y[3], z[3];
    for (int i = 0; i < 3; i++) {
        z[i] = difference(_mm_load_ps(block.corners[i][ray.kz]), oz);
        x[i] = difference(difference(_mm_load_ps(block.corners[i][ray.kx]), ox), product(sx, z[i]));
        y[i] = difference(difference(_mm_load_ps(block.corners[i][ray.ky]), oy), product(sy, z[i]));
    }
    __m128 u = difference(product(x[2], y[1]), product(y[2], x[1]));
    __m128 v = difference(product(x[0], y[2]), product(y[0], x[2]));
    __m128 w = difference(product(x[1], y[0]), product(y[1], x[0]));
    const __m128 zero = _mm_setzero_ps();
    __m128 below = _mm_or_ps(_mm_or_ps(_mm_cmplt_ps(u, zero), _mm_cmplt_ps(v, zero)), _mm_cmplt_ps(w, zero));
    __m128 above = _mm_or_ps(_mm_or_ps(_mm_cmpgt_ps(u, zero), _mm_cmpgt_ps(v, zero)), _mm_cmpgt_ps(w, zero));
    __m128 determinant = sum(sum(u, v), w);
    __m128 some = _mm_or_ps(_mm_cmplt_ps(determinant, zero), _mm_cmpgt_ps(determinant, zero));
    __m128 inside = _mm_andnot_ps(_mm_and_ps(below, above), some);
    if (_mm_movemask_ps(inside) == 0) {
        return false;
    }
    __m128 inverse = _mm_div_ps(_mm_set1_ps(1.0f), determinant);
    __m128 height = sum(sum(product(u, z[0]), product(v, z[1])), product(w, z[2]));
    __m128 t = product(product(height, _mm_set1_ps(ray.sz)), inverse);
    __m128 ahead = _mm_and_ps(_mm_cmpgt_ps(t, zero), _mm_cmple_ps(t, _mm_set1_ps(search.best.distance)));
    u32 met = (u32)_mm_movemask_ps(_mm_and_ps(inside, ahead));
    if (met == 0u) {
        return false;
    }
    alignas(16) float distances[4], us[4], vs[4], ws[4];
    _mm_store_ps(distances, t);
    _mm_store_ps(us, product(u, inverse));
    _mm_store_ps(vs, product(v, inverse));
    _mm_store_ps(ws, product(w, inverse));
    bool accepted = false;
    for (; met != 0u; met &= met - 1u) {
        u32 i = (u32)__builtin_ctz(met);
        Meeting meeting = {distances[i], vec3(us[i], vs[i], ws[i])};
        accepted = accept(scene, ray_id, search, block, i, meeting) || accepted;
    }
    return accepted;
}

/// What a traversal reads all the time.
struct Tree {
    const BvhNode* nodes;
    const TriangleBlock* blocks;
};

template <bool any>
static bool visit_instance(const Scene& scene, const Ray& ray, const Tree& tree, ChildReference root, Search& search);

/// Visits what is in a reference, but for instances in an instance: there are none. True where `any` hit is enough.
template <bool any, bool inside>
TILTH_FN bool visit(const Scene& scene, const Ray& ray, const Tree& tree, ChildReference root, Search& search) {
    Stack stack;
    int size = 0;
    BoxRay boxes = box_ray(search.ray);
    ChildReference child = root;
    for (;;) {
        if (child < IS_BLOCK) {
            const BvhNode& node = tree.nodes[child];
            __m256 entry;
            u32 met = met_boxes(boxes, node, search.best.distance, entry);
            if (met != 0u && (met & (met - 1u)) == 0u) {
                child = node.child[__builtin_ctz(met)];
                continue;
            }
            if (met != 0u) {
                size = push_sorted(stack, size, node, met, entry);
                child = stack.child[--size];
                continue;
            }
        } else if (inside || child < IS_INSTANCE) {
            if (try_block(scene, ray.id, search, tree.blocks[child & ~IS_BLOCK]) && any) {
                return true;
            }
        } else if constexpr (!inside) {
            const TracedRay world = search.ray;
            u32 number = child & ~IS_INSTANCE;
            if (enter(scene, ray, world, number, search)) {
                ChildReference below = scene.array<InstanceRecord>(scene.header().instances)[number].root;
                if (visit_instance<any>(scene, ray, tree, below, search) && any) {
                    return true;
                }
                search.ray = world;
                search.instance = 0u;
                search.floor = 0.0f;
            }
        }
        do {
            if (size == 0) {
                return false;
            }
            size--;
        } while ((stack.entry[size] & ~7u) > float_bits(search.best.distance));
        child = stack.child[size];
    }
}

template <bool any>
__attribute__((noinline)) static bool visit_instance(const Scene& scene, const Ray& ray, const Tree& tree,
                                                     ChildReference root, Search& search) {
    return visit<any, true>(scene, ray, tree, root, search);
}

__attribute__((noinline)) static Hit walk(const Scene& scene, const Ray& ray, bool any) {
    const SceneHeader& header = scene.header();
    Search search = search_of(ray);
    Tree tree = {scene.array<BvhNode>(header.nodes), scene.array<TriangleBlock>(header.blocks)};
    if (header.root != NO_CHILD) {
        if (any) {
            visit<true, false>(scene, ray, tree, header.root, search);
        } else {
            visit<false, false>(scene, ray, tree, header.root, search);
        }
    }
    return search.best;
}
