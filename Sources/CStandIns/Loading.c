// So that nothing is loaded into the running program. OpenSSL can load engines and providers;
// nobody asks it to, and what it would load was made for another libc than the one in the file.

#define _GNU_SOURCE
#include "CStandIns.h"

#include <dlfcn.h>
#include <stddef.h>

STAND_IN void *dlopen(const char *file, int mode) {
    (void)file, (void)mode;
    return NULL;
}

STAND_IN void *dlsym(void *restrict library, const char *restrict symbol) {
    (void)library, (void)symbol;
    return NULL;
}

STAND_IN int dladdr(const void *address, Dl_info *info) {
    (void)address, (void)info;
    return 0;
}

STAND_IN int dlclose(void *library) {
    (void)library;
    return -1;
}

STAND_IN char *dlerror(void) { return "this program loads nothing"; }

// glibc itself would load converters of character sets, for files that name one when they are
// opened.

STAND_IN void *__libc_dlopen_mode(const char *file, int mode) { return dlopen(file, mode); }

STAND_IN void *__libc_dlsym(void *library, const char *symbol) { return dlsym(library, symbol); }

STAND_IN void *__libc_dlvsym(void *library, const char *symbol, const char *version) {
    (void)version;
    return dlsym(library, symbol);
}

STAND_IN int __libc_dlclose(void *library) { return dlclose(library); }

// glibc gets ready to load all the same, when the program starts: it splits the names of
// directories, and LD_LIBRARY_PATH.

void __wrap__dl_init_paths(const char *paths, const char *source, const char *hwcaps) {
    (void)paths, (void)source, (void)hwcaps;
}
