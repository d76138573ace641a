#define _GNU_SOURCE

#define posix_memalign standin_posix_memalign
#define gmtime_r standin_gmtime_r
#define pthread_rwlock_rdlock standin_pthread_rwlock_rdlock
#define pthread_rwlock_wrlock standin_pthread_rwlock_wrlock
#define pthread_rwlock_unlock standin_pthread_rwlock_unlock
#define pthread_once standin_pthread_once
#define getpid standin_getpid
#define pthread_create standin_pthread_create
#define pthread_join standin_pthread_join
#define pthread_exit standin_pthread_exit
#define getservbyname standin_getservbyname
#define getservbyname_r standin_getservbyname_r
#define getservbyport_r standin_getservbyport_r
#define getaddrinfo standin_getaddrinfo
#define freeaddrinfo standin_freeaddrinfo
#define getnameinfo standin_getnameinfo
#define gethostbyname standin_gethostbyname
#define dlopen standin_dlopen
#define dlsym standin_dlsym
#define dladdr standin_dladdr
#define dlclose standin_dlclose
#define dlerror standin_dlerror
#define __libc_dlopen_mode standin_libc_dlopen_mode
#define __libc_dlsym standin_libc_dlsym
#define __libc_dlvsym standin_libc_dlvsym
#define __libc_dlclose standin_libc_dlclose
#define __wrap__dl_init_paths standin_dl_init_paths
#define swift_retain_n standin_swift_retain_n
#define swift_bridgeObjectRetain standin_swift_bridgeObjectRetain
#define swift_bridgeObjectRetain_n standin_swift_bridgeObjectRetain_n

#include "StandIns.h"

#include "../../Sources/CStandIns/Allocation.c"
#include "../../Sources/CStandIns/Loading.c"
#include "../../Sources/CStandIns/NameServices.c"
#include "../../Sources/CStandIns/OneThread.c"
#include "../../Sources/CStandIns/SwiftRuntime.c"
#include "../../Sources/CStandIns/Threads.c"
#include "../../Sources/CStandIns/Time.c"

static void *retained;
static uint32_t retained_times;

void *standin_swift_retain_n(void *object, uint32_t count) {
    retained = object;
    retained_times += count;
    return object;
}

void *standin_take_retained(uint32_t *times) {
    void *result = retained;
    *times = retained_times;
    retained = NULL;
    retained_times = 0;
    return result;
}
