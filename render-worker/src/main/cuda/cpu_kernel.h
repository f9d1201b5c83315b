// The kernel on a CPU, as Java calls it. Addresses are those of the scene's buffer and of the film's arrays.
#pragma once
#include "film.h"
#include "host_memory.h"
#include "walk_x86.h"

namespace tilth {

/// Sets the arithmetic that the contract asks for: round to nearest, subnormal numbers kept, no trap.
class ExactArithmetic {
public:
#if defined(__x86_64__)
    ExactArithmetic() : before_(_mm_getcsr()) { _mm_setcsr(0x1f80); }
    ~ExactArithmetic() { _mm_setcsr(before_); }

private:
    unsigned before_;
#endif
};

/// A rectangle of a picture, the samples that it gets, and its place in a film.
struct Work {
    const void* scene;
    i64* sums;  ///< film_channels a pixel of the film; added to
    i32* rays;  ///< 1 a pixel of the film; added to
    i32 film_x, film_y, film_width;
    i32 x, y, width, height;
    i32 first_sample, end_sample;
};

typedef Hit (*Tracer)(const Scene& scene, const Ray& ray, bool any);

TILTH_FN void render_work(const Work& work, const View& view, Tracer tracer) {
    Scene scene = {(const u8*)work.scene, tracer};
    if (scene.header().packed != 0u) {
        scene.tracer = nullptr;
    }
    for (i32 y = work.y; y < work.y + work.height; y++) {
        for (i32 x = work.x; x < work.x + work.width; x++) {
            u64 pixel = (u64)(y - work.film_y) * (u64)work.film_width + (u64)(x - work.film_x);
            render_pixel(scene, view, (u32)x, (u32)y, (u32)work.first_sample, (u32)work.end_sample,
                         work.sums + film_channels(view) * pixel, work.rays + pixel);
        }
    }
}

/// What the machine code may use: any processor, or what x86-64-v3 (AVX2) or v4 (AVX-512) promises.
enum CpuLevel { CPU_BASELINE = 1, CPU_V3 = 3, CPU_V4 = 4 };

#if defined(__x86_64__)
__attribute__((flatten)) static void render_baseline(const Work& work, const View& view) {
    render_work(work, view, nullptr);
}
__attribute__((flatten, target("arch=x86-64-v3"))) static void render_v3(const Work& work, const View& view) {
    render_work(work, view, v3::walk);
}
__attribute__((flatten, target("arch=x86-64-v4"))) static void render_v4(const Work& work, const View& view) {
    render_work(work, view, v4::walk);
}

/// The highest level that this processor has.
inline i32 cpu_level() {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) {
        return CPU_V4;
    }
    return __builtin_cpu_supports("x86-64-v3") ? CPU_V3 : CPU_BASELINE;
}

/// Adds a rectangle's samples to a film; `work` and `view` are the addresses of a Work and a View.
inline void render_at_level(i32 level, const void* work_address, const void* view_address) {
    const Work& work = *(const Work*)work_address;
    const View& view = *(const View*)view_address;
    ExactArithmetic exact;
    if (level >= CPU_V4) {
        render_v4(work, view);
    } else if (level >= CPU_V3) {
        render_v3(work, view);
    } else {
        render_baseline(work, view);
    }
}
#else
inline i32 cpu_level() { return CPU_BASELINE; }
inline void render_at_level(i32, const void* work, const void* view) {
    render_work(*(const Work*)work, *(const View*)view, nullptr);
}
#endif

}  // namespace tilth
