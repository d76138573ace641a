// The stand-ins of the program to ship (Sources/CStandIns) under names of their own, so that a test
// can call them and the originals.
#ifndef STANDINS_H
#define STANDINS_H

#include <netdb.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

// Allocation.c
int standin_posix_memalign(void **result, size_t alignment, size_t size);

// Time.c
struct tm *standin_gmtime_r(const time_t *time, struct tm *result);

// OneThread.c
int standin_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int standin_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int standin_pthread_rwlock_unlock(pthread_rwlock_t *lock);
int standin_pthread_once(pthread_once_t *once, void (*initialize)(void));
pid_t standin_getpid(void);

// Threads.c
int standin_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);

// NameServices.c
struct servent *standin_getservbyname(const char *name, const char *protocol);
int standin_getservbyname_r(
    const char *name, const char *protocol, struct servent *entry, char *buffer, size_t size,
    struct servent **result);
int standin_getservbyport_r(
    int port, const char *protocol, struct servent *entry, char *buffer, size_t size,
    struct servent **result);
int standin_getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result);
struct hostent *standin_gethostbyname(const char *name);

// Loading.c
void *standin_dlopen(const char *file, int mode);
void *standin_dlsym(void *library, const char *symbol);
char *standin_dlerror(void);

// SwiftRuntime.c. What it retained since it was last asked for, and how often.
void *standin_swift_bridgeObjectRetain(void *object);
void *standin_swift_bridgeObjectRetain_n(void *object, uint32_t count);
void *standin_take_retained(uint32_t *times);

// Relocation.c, on a file of `standin_word_count` words in memory. The words from
// `standin_openssl_first` up to `standin_openssl_end` are OpenSSL's.
enum {
    standin_word_count = 4096,
    standin_openssl_first = 1024,
    standin_openssl_end = 3072,
};
uintptr_t standin_word(size_t index);
// What an address in the file is relative to.
uintptr_t standin_base(void);
// The packed relocations, whose entries are relative to that, are applied as when a program starts.
// Returns how many bytes of them were left to glibc.
size_t standin_start(const uint64_t *table, size_t count);
// The first call into OpenSSL.
int standin_first_call(void);

#endif
