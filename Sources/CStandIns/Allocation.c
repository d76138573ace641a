// What every check pays for. Swift asks for every object with its alignment, which is nearly always
// the one that malloc keeps anyway. glibc finds that out by a longer way: a hundredth of a
// plaintext check's instructions, a fortieth of a TLS check's. glibc's own name is the weak one
// here.

#include "CStandIns.h"

#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

int posix_memalign(void **result, size_t alignment, size_t size) {
    bool is_power = alignment != 0 && (alignment & (alignment - 1)) == 0;
    if (!is_power || alignment % sizeof(void *) != 0) return EINVAL;
    void *memory =
        alignment <= alignof(max_align_t) ? malloc(size) : aligned_alloc(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}
