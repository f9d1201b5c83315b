// Renders a picture of an encoded scene outside of Java: with the kernel as this file was compiled, or, where
// TILTH_TRANSLATED names a file, with the kernel's PTX translated to C++.
//
//     render_file SCENE OUT VIEW SAMPLES
//
// VIEW is a file that holds a View. OUT gets the sums, film_channels 64-bit integers a pixel, then the rays, one 32-bit integer a pixel.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "cpu_kernel.h"

using namespace tilth;

#if defined(TILTH_TRANSLATED)
#include TILTH_TRANSLATED

// As path_tracer.cu has it.
struct Launch {
    const u8* scene;
    i64* sums;
    i32* rays;
    View view;
    u32 x, y, width, height;
    u32 first_sample, end_sample;
};

static void render(const void* scene, const View& view, u32 samples, i64* sums, i32* rays) {
    Launch launch = {(const u8*)scene, sums, rays, view, 0, 0, view.width, view.height, 0, samples};
    u32 threads = 32, blocks = (view.width * view.height + threads - 1) / threads;
    for (u32 block = 0; block < blocks; block++) {
        for (u32 thread = 0; thread < threads; thread++) {
            translated_kernel((const u8*)&launch, block, threads, thread);
        }
    }
}
#else
static void render(const void* scene, const View& view, u32 samples, i64* sums, i32* rays) {
    Work work = {scene, sums, rays, 0, 0, (i32)view.width, 0, 0, (i32)view.width, (i32)view.height, 0, (i32)samples};
    render_at_level(CPU_BASELINE, &work, &view);
}
#endif

static void* read_aligned(const char* path) {
    FILE* file = fopen(path, "rb");
    if (file == nullptr || fseek(file, 0, SEEK_END) != 0) {
        return nullptr;
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    void* scene = aligned_alloc(64, (size + 63) / 64 * 64);
    bool whole = scene != nullptr && fread(scene, 1, size, file) == size;
    fclose(file);
    return whole ? scene : nullptr;
}

int main(int argc, char** argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: render_file SCENE OUT VIEW SAMPLES\n");
        return 2;
    }
    void* scene = read_aligned(argv[1]);
    void* view_file = read_aligned(argv[3]);
    FILE* out = fopen(argv[2], "wb");
    if (scene == nullptr || view_file == nullptr || out == nullptr) {
        fprintf(stderr, "cannot read %s and %s or write %s\n", argv[1], argv[3], argv[2]);
        return 1;
    }
    const View& view = *(const View*)view_file;
    std::vector<i64> sums((size_t)film_channels(view) * view.width * view.height);
    std::vector<i32> rays((size_t)view.width * view.height);
    render(scene, view, (u32)atoi(argv[4]), sums.data(), rays.data());
    fwrite(sums.data(), sizeof(i64), sums.size(), out);
    fwrite(rays.data(), sizeof(i32), rays.size(), out);
    fclose(out);
    free(view_file);
    free(scene);
    return 0;
}
