// The traversal for processors with vectors of eight, once for AVX2 and once for AVX-512.
#pragma once
#include "walk.h"

#if defined(__x86_64__) && !defined(__CUDACC__)
#include <immintrin.h>

namespace tilth {

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace v3 {
#include "walk_avx.h"
}
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
namespace v4 {
#include "walk_avx.h"
}
#pragma GCC pop_options

}  // namespace tilth
#endif
