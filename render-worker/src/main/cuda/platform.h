// What differs between g++ and nvcc (or NVRTC), and nothing else. Everything above this header is one source.
//
// The exactness contract: only IEEE 754 round-to-nearest + - * / sqrt, integers and comparisons; no libm, no
// contraction, no min or max that is decided by a NaN or by the sign of a zero, no conversion out of range.
#pragma once

#if defined(__CUDACC__)
#define TILTH_FN __device__ __forceinline__
#define TILTH_FN_MEMBER __device__ __forceinline__
#define TILTH_APART __device__ __forceinline__
#define TILTH_KEEP_LOOP _Pragma("unroll 1")  ///< before a loop whose body is too large to be copied
#else
#define TILTH_FN static inline
#define TILTH_FN_MEMBER inline
#define TILTH_APART __attribute__((noinline)) static  ///< what few paths need: it would crowd out what all need
#define TILTH_KEEP_LOOP _Pragma("GCC unroll 1")
#endif

namespace tilth {

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;

static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(float) == 4 && sizeof(void*) == 8, "a 64-bit machine");

TILTH_FN u32 float_bits(float x) {
#if defined(__CUDACC__)
    return __float_as_uint(x);
#else
    u32 bits;
    __builtin_memcpy(&bits, &x, 4);
    return bits;
#endif
}

TILTH_FN float bits_float(u32 bits) {
#if defined(__CUDACC__)
    return __uint_as_float(bits);
#else
    float x;
    __builtin_memcpy(&x, &bits, 4);
    return x;
#endif
}

/// Asks for memory that will be read soon; threads of GPUs wait for one another anyway.
TILTH_FN void ask_for(const void* at) {
#if !defined(__CUDACC__)
    __builtin_prefetch(at);
#endif
}

TILTH_FN float square_root(float x) {
#if defined(__CUDACC__)
    return __fsqrt_rn(x);
#else
    return __builtin_sqrtf(x);
#endif
}

TILTH_FN u32 reverse_bits(u32 x) {
#if defined(__CUDACC__)
    return __brev(x);
#else
    x = __builtin_bswap32(x);
    x = ((x & 0x0f0f0f0fu) << 4) | ((x >> 4) & 0x0f0f0f0fu);
    x = ((x & 0x33333333u) << 2) | ((x >> 2) & 0x33333333u);
    return ((x & 0x55555555u) << 1) | ((x >> 1) & 0x55555555u);
#endif
}

}  // namespace tilth
