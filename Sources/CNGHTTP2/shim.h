#include <nghttp2/nghttp2.h>

// nghttp2 has this function since 1.61, and older versions that were patched since have it too.
// Weak, so that a version without it (and without the limit) links as well.
__attribute__((weak)) void nghttp2_option_set_max_continuations(
    nghttp2_option *option, size_t count);

static inline void cnghttp2_set_max_continuations(nghttp2_option *option, size_t count) {
    if (nghttp2_option_set_max_continuations) nghttp2_option_set_max_continuations(option, count);
}
