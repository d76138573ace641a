// So that nothing asks the system's name services. c-ares looks names up here, but it can name
// ports ("http"), and OpenSSL has sockets of its own; nobody asks them to. glibc would answer with
// shared libraries of the very version that it was built with (NSS), which an empty image has not,
// and which another machine has in another version.

#include "CStandIns.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>

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
