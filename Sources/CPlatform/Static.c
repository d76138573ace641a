// What the program that ships does without. It is linked statically, so a function that is called
// nowhere, or only where it must not be, still brings everything it refers to into the file. These
// stand in for such functions. They are weak: where the libraries need the original after all, it
// takes their place.
//
// Scripts/build-embedded defines CPLATFORM_STATIC. The ordinary build has the originals.
#ifdef CPLATFORM_STATIC

#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define STAND_IN __attribute__((weak))

// c-ares names services ("http") for callers that ask for it, which this program is not. glibc
// would load a shared library of the very version it was built with (NSS): 125 KB, and the only
// reason why a static program might load anything.

STAND_IN struct servent *getservbyname(const char *name, const char *protocol) {
    (void)name, (void)protocol;
    return NULL;
}

STAND_IN int getservbyport_r(
    int port, const char *protocol, struct servent *entry, char *buffer, size_t size,
    struct servent **result) {
    (void)port, (void)protocol, (void)entry, (void)buffer, (void)size;
    *result = NULL;
    return ENOENT;
}

// A failed assertion in a library. glibc's has translations and wide characters: 30 KB.
STAND_IN __attribute__((noreturn)) void __assert_fail(
    const char *assertion, const char *file, unsigned line, const char *function) {
    (void)file, (void)line, (void)function;
    static const char head[] = "swift-health-probe: assertion failed: ";
    if (write(STDERR_FILENO, head, sizeof head - 1) > 0 &&
        write(STDERR_FILENO, assertion, strlen(assertion)) > 0)
        (void)!write(STDERR_FILENO, "\n", 1);
    abort();
}

// Nothing unwinds the stack: no exceptions, no thread to cancel. The linker drops the tables for
// it (Scripts/embedded.ld), and with these the unwinder: 22 KB.

STAND_IN __attribute__((noreturn)) void _Unwind_Resume(void *exception) {
    (void)exception;
    abort();
}

STAND_IN int _Unwind_ForcedUnwind(void *exception, void *stop, void *parameter) {
    (void)exception, (void)stop, (void)parameter;
    abort();
}

STAND_IN uintptr_t _Unwind_GetCFA(void *context) {
    (void)context;
    abort();
}

STAND_IN int __gcc_personality_v0(
    int version, int actions, uint64_t class, void *exception, void *context) {
    (void)version, (void)actions, (void)class, (void)exception, (void)context;
    abort();
}

// glibc has each of these half a dozen times, for every kind of processor: 47 KB, to compare a few
// names when the program starts.

STAND_IN int strncmp(const char *left, const char *right, size_t count) {
    for (; count > 0; count--, left++, right++) {
        if (*left != *right || *left == '\0')
            return (unsigned char)*left - (unsigned char)*right;
    }
    return 0;
}

static int in_lower_case(char character) {
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : (unsigned char)character;
}

STAND_IN int strncasecmp(const char *left, const char *right, size_t count) {
    for (; count > 0; count--, left++, right++) {
        int difference = in_lower_case(*left) - in_lower_case(*right);
        if (difference != 0 || *left == '\0') return difference;
    }
    return 0;
}

STAND_IN int strcasecmp(const char *left, const char *right) {
    return strncasecmp(left, right, SIZE_MAX);
}

STAND_IN char *strncpy(char *target, const char *source, size_t count) {
    size_t length = 0;
    for (; length < count && source[length] != '\0'; length++) target[length] = source[length];
    for (; length < count; length++) target[length] = '\0';
    return target;
}

// Swift compares strings by what Unicode holds to be the same letter, with 36 KB of tables. The
// texts here are compared by their octets, as gRPC does; so no scalar has another spelling.

STAND_IN uint16_t _swift_stdlib_getNormData(uint32_t scalar) {
    (void)scalar;
    return 0;
}

STAND_IN uint32_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) {
    (void)scalar;
    return 0;
}

STAND_IN uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) {
    (void)first, (void)second;
    return UINT32_MAX;
}

const uint8_t *const _swift_stdlib_nfd_decompositions STAND_IN = NULL;

#endif
