#include <stddef.h>

#include <ares.h>

// From 1.20 on, c-ares has its status codes as an enum, before that as macros. As constants of
// one type they look the same to Swift with every version.
static const int CARES_SUCCESS = (int)ARES_SUCCESS;
static const int CARES_ENODATA = (int)ARES_ENODATA;
static const int CARES_ESERVFAIL = (int)ARES_ESERVFAIL;
static const int CARES_ENOTFOUND = (int)ARES_ENOTFOUND;
static const int CARES_EREFUSED = (int)ARES_EREFUSED;
static const int CARES_ECONNREFUSED = (int)ARES_ECONNREFUSED;
static const int CARES_ETIMEOUT = (int)ARES_ETIMEOUT;

// How long c-ares wants to wait at most, in microseconds; -1 when it has nothing to wait for.
// In C, because Swift would have to name the module that `struct timeval` comes from, and both
// this one and CPlatform include its header.
static inline long long cares_wait_microseconds(ares_channel channel) {
    struct timeval wait;
    if (ares_timeout(channel, NULL, &wait) == NULL) return -1;
    return wait.tv_sec * 1000000LL + wait.tv_usec;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

// c-ares 1.34 deprecates these in favour of ones that Debian 12's 1.18 does not have.
static inline int cares_sockets(ares_channel channel, ares_socket_t *sockets, int count) {
    return ares_getsock(channel, sockets, count);
}

static inline void cares_process(
    ares_channel channel, ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel, readable, writable);
}

static inline int cares_set_servers(ares_channel channel, const char *servers) {
    return (int)ares_set_servers_ports_csv(channel, servers);
}

#pragma clang diagnostic pop
