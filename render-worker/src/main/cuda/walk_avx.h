// The traversal by vectors of eight boxes and four triangles. Included by walk_x86.h once for each instruction level,
// in a namespace of its own: it has no guard against being included twice. All it does to a ray and a triangle is what
// traversal.h does, operation by operation; only boxes are gone through in another order.

/// An entry that there is not: more than the bits of any distance.
constexpr i32 NOT_MET = 0x7fffffff;

/// A ray against nodes: the distance of a plane is its coordinate * inverse + offset. The offsets are a little lower for
/// the planes that are met first, and higher for the others, than what rounding may have cost them.
struct BoxRay {
    __m256 near_inverse[3], near_offset[3];
    __m256 far_inverse[3], far_offset[3];  ///< widened
    u32 near[3];  ///< the byte in a node where the planes are that the ray meets first
};

TILTH_FN BoxRay box_ray(const TracedRay& ray) {
    BoxRay r;
#pragma GCC unroll 3  // what a loop indexes lies in memory and not in registers
    for (int k = 0; k < 3; k++) {
        float offset = -ray.origin[k] * ray.inverse[k], slack = absolute(offset) * 5.0e-7f;
        r.near_inverse[k] = _mm256_set1_ps(ray.inverse[k]);
        r.near_offset[k] = _mm256_set1_ps(offset - slack);
        r.far_inverse[k] = _mm256_set1_ps(ray.inverse[k] * NODE_WIDENED);
        r.far_offset[k] = _mm256_set1_ps((offset + slack) * NODE_WIDENED);
        r.near[k] = 64u * (u32)k + (ray.inverse[k] < 0.0f ? 32u : 0u);
    }
    return r;
}

TILTH_FN __m256 plane_distances(const BvhNode& node, u32 byte, __m256 inverse, __m256 offset) {
    return _mm256_fmadd_ps(_mm256_load_ps((const float*)((const u8*)&node + byte)), inverse, offset);
}

/// Where the ray enters the boxes of a node that it meets before `limit`: the distance's bits, of which the lowest three
/// make room for the box's number. Distances are not negative, so that their bits are in their order. NOT_MET for others.
TILTH_FN __m256i entries_of(const BoxRay& ray, const BvhNode& node, float limit, u32& met) {
    __m256 near_x = plane_distances(node, ray.near[0], ray.near_inverse[0], ray.near_offset[0]);
    __m256 near_y = plane_distances(node, ray.near[1], ray.near_inverse[1], ray.near_offset[1]);
    __m256 near_z = plane_distances(node, ray.near[2], ray.near_inverse[2], ray.near_offset[2]);
    __m256 far_x = plane_distances(node, ray.near[0] ^ 32u, ray.far_inverse[0], ray.far_offset[0]);
    __m256 far_y = plane_distances(node, ray.near[1] ^ 32u, ray.far_inverse[1], ray.far_offset[1]);
    __m256 far_z = plane_distances(node, ray.near[2] ^ 32u, ray.far_inverse[2], ray.far_offset[2]);
    __m256 entry = _mm256_max_ps(_mm256_max_ps(near_x, near_y), _mm256_max_ps(near_z, _mm256_setzero_ps()));
    __m256 exit = _mm256_min_ps(_mm256_min_ps(far_x, far_y), far_z);
    exit = _mm256_min_ps(exit, _mm256_set1_ps(limit));
    __m256 missed = _mm256_cmp_ps(entry, exit, _CMP_NLE_UQ);
    met = (u32)_mm256_movemask_ps(missed) ^ 0xffu;
    const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i key = _mm256_or_si256(_mm256_andnot_si256(_mm256_set1_epi32(7), _mm256_castps_si256(entry)), numbers);
    return _mm256_blendv_epi8(key, _mm256_set1_epi32(NOT_MET), _mm256_castps_si256(missed));
}

TILTH_FN i32 least_of(__m256i keys) {
    __m128i m = _mm_min_epi32(_mm256_castsi256_si128(keys), _mm256_extracti128_si256(keys, 1));
    m = _mm_min_epi32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_min_epi32(m, _mm_shuffle_epi32(m, 0xb1));
    return _mm_cvtsi128_si32(m);
}

/// What a traversal reads all the time.
struct Tree {
    const BvhNode* nodes;
    const TriangleBlock* blocks;
};

/// Asks for a child's memory, for it will be visited next or soon.
TILTH_FN void prefetch(const Tree& tree, ChildReference child) {
    const char* node = (const char*)(tree.nodes + (child & ~IS_BLOCK));
    const char* block = (const char*)(tree.blocks + (child & ~IS_BLOCK));
    const char* at = (child & IS_BLOCK) != 0u ? block : node;
    _mm_prefetch(at, _MM_HINT_T0);
    _mm_prefetch(at + 64, _MM_HINT_T0);
    _mm_prefetch(at + 128, _MM_HINT_T0);
    _mm_prefetch(at + 192, _MM_HINT_T0);
}

/// What is still to be visited, and where the ray enters it.
struct Stack {
    ChildReference child[STACK_SIZE];
    i32 entry[STACK_SIZE];
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

/// Puts the boxes of a node that were met on the stack, the farthest first, but for the nearest. Returns its new size.
TILTH_FN int push_others(Stack& stack, int size, const BvhNode& node, __m256i entries, u32 met) {
    // In rising order of -2 - entry what was not met comes last: it becomes the largest number. The nearest comes to lie
    // just above the stack.
    const __m256i turn = _mm256_set1_epi32(-2);
    __m256i order = _mm256_sub_epi32(turn, sorted(_mm256_sub_epi32(turn, entries)));
    __m256i children = _mm256_loadu_si256((const __m256i*)node.child);
    _mm256_storeu_si256((__m256i*)(stack.child + size), _mm256_permutevar8x32_epi32(children, order));
    _mm256_storeu_si256((__m256i*)(stack.entry + size), order);
    return size + __builtin_popcount(met) - 1;
}

TILTH_FN __m128 product(__m128 a, __m128 b) { return _mm_mul_ps(a, b); }
TILTH_FN __m128 difference(__m128 a, __m128 b) { return _mm_sub_ps(a, b); }
TILTH_FN __m128 sum(__m128 a, __m128 b) { return _mm_add_ps(a, b); }

/// A corner of four triangles, in a space where the ray runs along z.
struct ShearedCorner {
    __m128 x, y, z;
};

TILTH_FN ShearedCorner sheared(const TriangleBlock& block, int corner, const TracedRay& ray, __m128 ox, __m128 oy,
                               __m128 oz, __m128 sx, __m128 sy) {
    ShearedCorner p;
    p.z = difference(_mm_load_ps(block.corners[corner][ray.kz]), oz);
    p.x = difference(difference(_mm_load_ps(block.corners[corner][ray.kx]), ox), product(sx, p.z));
    p.y = difference(difference(_mm_load_ps(block.corners[corner][ray.ky]), oy), product(sy, p.z));
    return p;
}

/// Where a ray is inside of the boxes of four triangles: box_span() of each.
struct Spans {
    __m128 entry, exit;
};

TILTH_FN Spans own_spans(const TracedRay& ray, const TriangleBlock& block) {
    __m128 first[3], last[3];
#pragma GCC unroll 3
    for (int k = 0; k < 3; k++) {
        __m128 a = _mm_load_ps(block.corners[0][k]), b = _mm_load_ps(block.corners[1][k]);
        __m128 c = _mm_load_ps(block.corners[2][k]);
        __m128 origin = _mm_set1_ps(ray.origin[k]), inverse = _mm_set1_ps(ray.inverse[k]);
        __m128 low = product(difference(_mm_min_ps(a, _mm_min_ps(b, c)), origin), inverse);
        __m128 high = product(difference(_mm_max_ps(a, _mm_max_ps(b, c)), origin), inverse);
        first[k] = _mm_min_ps(low, high);
        last[k] = _mm_max_ps(low, high);
    }
    Spans spans;
    spans.entry = _mm_max_ps(_mm_max_ps(first[0], first[1]), _mm_max_ps(first[2], _mm_setzero_ps()));
    spans.exit = product(_mm_min_ps(_mm_min_ps(last[0], last[1]), last[2]), _mm_set1_ps(WIDENED));
    return spans;
}

/// meets() and accept() for the four triangles of a block at once, then take() for those that are left.
__attribute__((always_inline)) TILTH_FN bool try_block(const Scene& scene, const Sampler& chance, Search& search,
                                                       const TriangleBlock& block) {
    const TracedRay& ray = search.ray;
    __m128 ox = _mm_set1_ps(ray.origin[ray.kx]), oy = _mm_set1_ps(ray.origin[ray.ky]);
    __m128 oz = _mm_set1_ps(ray.origin[ray.kz]), sx = _mm_set1_ps(ray.sx), sy = _mm_set1_ps(ray.sy);
    ShearedCorner a = sheared(block, 0, ray, ox, oy, oz, sx, sy);
    ShearedCorner b = sheared(block, 1, ray, ox, oy, oz, sx, sy);
    ShearedCorner c = sheared(block, 2, ray, ox, oy, oz, sx, sy);
    __m128 u = difference(product(c.x, b.y), product(c.y, b.x));
    __m128 v = difference(product(a.x, c.y), product(a.y, c.x));
    __m128 w = difference(product(b.x, a.y), product(b.y, a.x));
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
    __m128 height = sum(sum(product(u, a.z), product(v, b.z)), product(w, c.z));
    __m128 t = product(product(height, _mm_set1_ps(ray.sz)), inverse);
    Spans own = own_spans(ray, block);
    __m128 distance = _mm_max_ps(_mm_max_ps(t, own.entry), _mm_set1_ps(search.floor));
    __m128 within = _mm_and_ps(_mm_cmple_ps(own.entry, own.exit),
                               _mm_cmple_ps(distance, _mm_set1_ps(search.best.distance)));
    u32 met = (u32)_mm_movemask_ps(_mm_and_ps(_mm_and_ps(inside, _mm_cmpgt_ps(t, zero)), within));
    if (met == 0u) {
        return false;
    }
    alignas(16) float distances[4], us[4], vs[4], ws[4];
    _mm_store_ps(distances, distance);
    _mm_store_ps(us, product(u, inverse));
    _mm_store_ps(vs, product(v, inverse));
    _mm_store_ps(ws, product(w, inverse));
    bool taken = false;
    for (; met != 0u; met &= met - 1u) {
        u32 i = (u32)__builtin_ctz(met);
        taken = take(scene, chance, search, block.triangle[i], distances[i], vec3(us[i], vs[i], ws[i])) || taken;
    }
    return taken;
}

template <bool any>
static bool visit_instance(const Scene& scene, const Ray& ray, const Tree& tree, ChildReference root, Search& search);

/// Visits what is in a reference, but for instances in an instance: there are none. True where `any` hit is enough.
template <bool any, bool inside>
TILTH_FN bool visit(const Scene& scene, const Ray& ray, const Tree& tree, ChildReference root, Search& search) {
    Stack stack;
    int size = 0;
    BoxRay boxes = box_ray(search.ray);
    float limit = search.best.distance * LIMIT_WIDENED;
    ChildReference child = root;
    for (;;) {
        if (child < IS_BLOCK) {
            const BvhNode& node = tree.nodes[child];
            u32 met;
            __m256i entries = entries_of(boxes, node, limit, met);
            if (met != 0u) {
                i32 nearest = least_of(entries);
                size = push_others(stack, size, node, entries, met);
                child = node.child[nearest & 7];
                if (size > 0) {
                    prefetch(tree, stack.child[size - 1]);
                }
                continue;
            }
        } else if (inside || child < IS_INSTANCE) {
            if (try_block(scene, ray.chance, search, tree.blocks[child & ~IS_BLOCK])) {
                if (any) {
                    return true;
                }
                limit = search.best.distance * LIMIT_WIDENED;
            }
        } else if constexpr (!inside) {
            const TracedRay world = search.ray;
            u32 number = child & ~IS_INSTANCE;
            if (enter(scene, ray, world, number, search)) {
                ChildReference below = scene.array<InstanceRecord>(scene.header().instances)[number].root;
                if (visit_instance<any>(scene, ray, tree, below, search) && any) {
                    return true;
                }
                limit = search.best.distance * LIMIT_WIDENED;
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
        } while ((stack.entry[size] & ~7) > (i32)float_bits(limit));
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
