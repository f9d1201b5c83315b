// Memory for a scene on the host: in large pages where the system has them, for rays read it in no order.
#pragma once
#include <sys/mman.h>

#include "platform.h"

namespace tilth {

/// Pages that are all 0, or null when there is no memory.
inline void* new_pages(u64 bytes) {
    void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return nullptr;
    }
#if defined(MADV_HUGEPAGE)
    madvise(pages, bytes, MADV_HUGEPAGE);
#endif
    return pages;
}

inline void release_pages(void* pages, u64 bytes) { munmap(pages, bytes); }

// ---- as Java calls it ----

inline i64 address_of_new_pages(i64 bytes) { return (i64)new_pages((u64)bytes); }
inline void release_pages_at(i64 address, i64 bytes) { release_pages((void*)address, (u64)bytes); }

}  // namespace tilth
