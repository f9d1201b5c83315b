// The kernel on a CUDA device: one thread a pixel, which adds its samples to the film.
#include "film.h"

struct Launch {
    const tilth::u8* scene;
    tilth::i64* sums;
    tilth::i32* rays;
    tilth::View view;
    tilth::u32 x, y, width, height;
    tilth::u32 first_sample, end_sample;
};

extern "C" __global__ void tilth_render(Launch launch) {
    tilth::u32 pixel = blockIdx.x * blockDim.x + threadIdx.x;
    if (pixel >= launch.width * launch.height) {
        return;
    }
    tilth::u32 x = launch.x + pixel % launch.width;
    tilth::u32 y = launch.y + pixel / launch.width;
    tilth::Scene scene = {launch.scene};
    tilth::i64* film = launch.sums + tilth::film_channels(launch.view) * (tilth::u64)pixel;
    tilth::render_pixel(scene, launch.view, x, y, launch.first_sample, launch.end_sample, film, launch.rays + pixel);
}
