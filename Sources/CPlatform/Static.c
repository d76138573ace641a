// What the program that ships does without. It is linked statically, so a function that is called
// nowhere, or only where it must not be, still brings everything it refers to into the file. These
// stand in for such functions: together they halve what glibc adds. They are weak: where the
// libraries need the original after all, it takes their place. Some are names inside glibc; one
// that has none of them gets none of them, because nobody then refers to the stand-in.
//
// Where a name has no weak definition and stands in one file with others that are needed, the
// linker puts `__wrap_NAME` in its place for all who refer to it from other files;
// Scripts/build-embedded finds these names here.
//
// Scripts/build-embedded defines CPLATFORM_STATIC. The ordinary build has the originals.
#ifdef CPLATFORM_STATIC

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STAND_IN __attribute__((weak))

// Names are looked up by c-ares, and nothing is loaded at run time. But c-ares can name services
// ("http"), OpenSSL has sockets and engines of its own, and glibc would answer them with shared
// libraries of the very version it was built with (NSS): 125 KB, and nothing in an empty image.

STAND_IN struct servent *getservbyname(const char *name, const char *protocol) {
    (void)name, (void)protocol;
    return NULL;
}

STAND_IN int getservbyname_r(
    const char *name, const char *protocol, struct servent *entry, char *buffer, size_t size,
    struct servent **result) {
    (void)name, (void)protocol, (void)entry, (void)buffer, (void)size;
    *result = NULL;
    return ENOENT;
}

STAND_IN int getservbyport_r(
    int port, const char *protocol, struct servent *entry, char *buffer, size_t size,
    struct servent **result) {
    (void)port, (void)protocol, (void)entry, (void)buffer, (void)size;
    *result = NULL;
    return ENOENT;
}

STAND_IN int getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **result) {
    (void)name, (void)service, (void)hints, (void)result;
    return EAI_FAIL;
}

STAND_IN void freeaddrinfo(struct addrinfo *list) { (void)list; }

STAND_IN int getnameinfo(
    const struct sockaddr *address, socklen_t size, char *host, socklen_t host_size,
    char *service, socklen_t service_size, int flags) {
    (void)address, (void)size, (void)host, (void)host_size;
    (void)service, (void)service_size, (void)flags;
    return EAI_FAIL;
}

STAND_IN struct hostent *gethostbyname(const char *name) {
    (void)name;
    return NULL;
}

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
// opened. With these the loader is gone: 31 KB.

STAND_IN void *__libc_dlopen_mode(const char *file, int mode) { return dlopen(file, mode); }

STAND_IN void *__libc_dlsym(void *library, const char *symbol) { return dlsym(library, symbol); }

STAND_IN void *__libc_dlvsym(void *library, const char *symbol, const char *version) {
    (void)version;
    return dlsym(library, symbol);
}

STAND_IN int __libc_dlclose(void *library) { return dlclose(library); }

// glibc gets ready to load all the same, by splitting the names of directories.

void __wrap__dl_init_paths(const char *paths, const char *source, const char *hwcaps) {
    (void)paths, (void)source, (void)hwcaps;
}

// Failed assertions and errors of the libraries: in English, and without wide characters. 75 KB are
// translations, and what gives them back at the end, which only memory checkers ask for.

STAND_IN __attribute__((noreturn)) void __assert_fail(
    const char *assertion, const char *file, unsigned line, const char *function) {
    (void)file, (void)line, (void)function;
    static const char head[] = "swift-health-probe: assertion failed: ";
    if (write(STDERR_FILENO, head, sizeof head - 1) > 0 &&
        write(STDERR_FILENO, assertion, strlen(assertion)) > 0)
        (void)!write(STDERR_FILENO, "\n", 1);
    abort();
}

STAND_IN void perror(const char *text) { (void)text; }

STAND_IN char *dcgettext(const char *domain, const char *text, int category) {
    (void)domain, (void)category;
    return (char *)text;
}

STAND_IN char *__dcgettext(const char *domain, const char *text, int category) {
    return dcgettext(domain, text, category);
}

STAND_IN void _nl_finddomain_subfreeres(void) {}

STAND_IN void _nl_locale_subfreeres(void) {}

// printf and scanf of floating-point numbers, which no library here does: 44 KB and 130 KB of
// arithmetic and of foreign letters. scanf is for the URL of a revocation list's server, which is
// not asked, and has a name for each edition of the language.

STAND_IN int __printf_fp(FILE *file, const void *format, const void *const *arguments) {
    (void)file, (void)format, (void)arguments;
    return -1;
}

STAND_IN int __printf_fphex(FILE *file, const void *format, const void *const *arguments) {
    return __printf_fp(file, format, arguments);
}

// They are called these from glibc 2.37 on.
STAND_IN void __printf_fp_l_buffer(void) {}

STAND_IN void __printf_fphex_l_buffer(void) {}

STAND_IN int __isoc99_sscanf(const char *restrict text, const char *restrict format, ...) {
    (void)text, (void)format;
    return EOF;
}

STAND_IN int __isoc23_sscanf(const char *restrict text, const char *restrict format, ...) {
    (void)text, (void)format;
    return EOF;
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

// zlib's has 13 KB of tables, to be fast with much more than a health message.

STAND_IN unsigned long crc32_z(unsigned long crc, const unsigned char *bytes, size_t count) {
    // The remainders of four bits (RFC 1952 section 8, whose table is one of eight).
    static const uint32_t remainders[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    if (bytes == NULL) return 0;
    uint32_t rest = ~(uint32_t)crc;
    for (; count > 0; count--, bytes++) {
        rest ^= *bytes;
        rest = rest >> 4 ^ remainders[rest & 15];
        rest = rest >> 4 ^ remainders[rest & 15];
    }
    return (uint32_t)~rest;
}

STAND_IN unsigned long crc32(unsigned long crc, const unsigned char *bytes, unsigned count) {
    return crc32_z(crc, bytes, count);
}

// Swift asks for every object with its alignment, which is nearly always the one that malloc keeps
// anyway. glibc finds that out by a longer way: a fiftieth of a check's instructions. Its own name
// is the weak one here.

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *memory =
        alignment <= alignof(max_align_t) ? malloc(size) : aligned_alloc(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}

// glibc compares every variable of the environment with the names of its tunables, up to version
// 2.39: 600 instructions for each, and a pod has hundreds (some for each service around it). Nobody
// tunes a program of a millisecond.

void __wrap___tunables_init(char **environment) { (void)environment; }

// There is one thread and no child. So nobody has to be kept out of anything, or woken when
// something is done for the first and only time (OpenSSL has twenty such things), and nobody has
// become another process since the last random number: thirty system calls, and a twentieth of a
// TLS check's instructions.

STAND_IN int pthread_rwlock_rdlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_rwlock_wrlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_rwlock_unlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_once(pthread_once_t *once, void (*initialize)(void)) {
    if (*once != PTHREAD_ONCE_INIT) return 0;
    *once = !PTHREAD_ONCE_INIT;
    initialize();
    return 0;
}

STAND_IN pid_t getpid(void) {
    static pid_t own;
    if (own == 0) own = (pid_t)syscall(SYS_getpid);
    return own;
}

// c-ares can wait for answers in a thread of its own from version 1.22 on, and OpenSSL can hash
// passwords in several from 3.2 on. Nobody asks them to.

STAND_IN int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
    void *(*run)(void *), void *restrict argument) {
    (void)thread, (void)attributes, (void)run, (void)argument;
    return EAGAIN;
}

STAND_IN int pthread_join(pthread_t thread, void **result) {
    (void)thread, (void)result;
    return ESRCH;
}

STAND_IN __attribute__((noreturn)) void pthread_exit(void *result) {
    (void)result;
    abort();
}

// OpenSSL compresses certificates (RFC 8879) with zstd where it was built so. Here it is told not
// to, so nothing calls these: half a megabyte, and threads.

#define NEVER_CALLED(name) STAND_IN __attribute__((noreturn)) void name(void) { abort(); }

NEVER_CALLED(ZSTD_CStreamInSize)
NEVER_CALLED(ZSTD_DStreamInSize)
NEVER_CALLED(ZSTD_compress)
NEVER_CALLED(ZSTD_compressStream2)
NEVER_CALLED(ZSTD_createCStream_advanced)
NEVER_CALLED(ZSTD_createDStream_advanced)
NEVER_CALLED(ZSTD_decompress)
NEVER_CALLED(ZSTD_decompressStream)
NEVER_CALLED(ZSTD_endStream)
NEVER_CALLED(ZSTD_flushStream)
NEVER_CALLED(ZSTD_freeCStream)
NEVER_CALLED(ZSTD_freeDStream)
NEVER_CALLED(ZSTD_getErrorName)
NEVER_CALLED(ZSTD_initCStream)
NEVER_CALLED(ZSTD_initDStream)
NEVER_CALLED(ZSTD_isError)

// OpenSSL from 3.1 on has AES-GCM once more for processors with AVX-512, unrolled: 700 KB, to
// encrypt megabytes faster. The one before is written for AES instructions, too.

STAND_IN int ossl_vaes_vpclmulqdq_capable(void) { return 0; }

NEVER_CALLED(ossl_aes_gcm_init_avx512)
NEVER_CALLED(ossl_aes_gcm_setiv_avx512)
NEVER_CALLED(ossl_aes_gcm_update_aad_avx512)
NEVER_CALLED(ossl_aes_gcm_encrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_decrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_finalize_avx512)
NEVER_CALLED(ossl_gcm_gmult_avx512)

// Certificates have their dates in UTC. glibc reads the file of the local time zone even so, and
// waits if TZ names a FIFO.

STAND_IN struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict result) {
    // Years from March on have the leap day at their end, so that five months have 153 days.
    enum { day = 86400, century = 36524, era = 146097, march1of0 = 719468 };
    int64_t second = (*time % day + day) % day;
    int64_t date = (*time - second) / day + march1of0;
    int64_t eras = (date >= 0 ? date : date - (era - 1)) / era;
    int64_t in_era = date - eras * era;
    int64_t year = (in_era - in_era / 1460 + in_era / century - in_era / (era - 1)) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    year += eras * 400 + (month >= 10) - 1900;
    if (year != (int)year) {
        errno = EOVERFLOW;
        return NULL;
    }
    bool leaps = (year + 1900) % 4 == 0 && ((year + 1900) % 100 != 0 || (year + 1900) % 400 == 0);
    *result = (struct tm){
        .tm_sec = (int)(second % 60),
        .tm_min = (int)(second / 60 % 60),
        .tm_hour = (int)(second / 3600),
        .tm_mday = (int)(in_year - (153 * month + 2) / 5 + 1),
        .tm_mon = (int)((month + 2) % 12),
        .tm_year = (int)year,
        .tm_wday = (int)(((date + 3) % 7 + 7) % 7),
        .tm_yday = (int)(month < 10 ? in_year + 59 + leaps : in_year - 306),
    };
    return result;
}

// glibc asks for all interfaces to find one: 7 KB.

STAND_IN unsigned if_nametoindex(const char *name) {
    struct ifreq request = {0};
    if (strlen(name) >= sizeof request.ifr_name) {
        errno = ENODEV;
        return 0;
    }
    strcpy(request.ifr_name, name);
    int socket_number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_number < 0) return 0;
    int result = ioctl(socket_number, SIOCGIFINDEX, &request);
    close(socket_number);
    return result < 0 ? 0 : (unsigned)request.ifr_ifindex;
}

STAND_IN char *if_indextoname(unsigned index, char *name) {
    (void)index, (void)name;
    errno = ENXIO;
    return NULL;
}

// Retaining a string or an array has to give back what it was given: the compiler says so to LLVM,
// which on AArch64, where argument and result have one register, goes on with the result. Embedded
// Swift's own (weak) functions give back the address alone, without the bits that make a short
// string of it, up to Swift 6.3 (swiftlang/swift#91151).

void *swift_retain_n(void *object, uint32_t count);

void *swift_bridgeObjectRetain_n(void *object, uint32_t count) {
    // Where the address is. The highest bit marks what is not counted, as short strings.
    const uintptr_t address = UINT64_C(0x0ffffffffffffff8);
    if ((intptr_t)object > 0) swift_retain_n((void *)((uintptr_t)object & address), count);
    return object;
}

void *swift_bridgeObjectRetain(void *object) { return swift_bridgeObjectRetain_n(object, 1); }

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
