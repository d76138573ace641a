#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <ares.h>

// From 1.20 on, c-ares has its status codes as an enum, before that as macros. As constants of
// one type they look the same to Swift with every version.
static const int CARES_SUCCESS = (int)ARES_SUCCESS;
static const int CARES_ENODATA = (int)ARES_ENODATA;
static const int CARES_ENOTFOUND = (int)ARES_ENOTFOUND;
static const int CARES_ECONNREFUSED = (int)ARES_ECONNREFUSED;
static const int CARES_ETIMEOUT = (int)ARES_ETIMEOUT;
static const int CARES_EBADRESP = (int)ARES_EBADRESP;
static const int CARES_EDESTRUCTION = (int)ARES_EDESTRUCTION;

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

static inline void cares_query(
    ares_channel channel, const char *name, int type, ares_callback callback, void *argument) {
    const int internet = 1;
    ares_query(channel, name, internet, type, callback, argument);
}

// The channel's name servers as `cares_set_servers` takes them, one or more with commas between;
// 0 where they cannot be told. 1.24 brought a function for it, which knows of zones as well.
static inline int cares_servers(ares_channel channel, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
#if ARES_VERSION >= 0x011800
    char *list = ares_get_servers_csv(channel);
    if (list == NULL) return 0;
    used = strlen(list);
    if (used < size) memcpy(text, list, used + 1);
    ares_free_string(list);
#else
    struct ares_addr_port_node *nodes = NULL;
    if (ares_get_servers_ports(channel, &nodes) != ARES_SUCCESS) return 0;
    for (struct ares_addr_port_node *node = nodes; node && used < size; node = node->next) {
        char address[INET6_ADDRSTRLEN];
        if (!inet_ntop(node->family, &node->addr, address, sizeof address)) continue;
        const int port = node->udp_port ? node->udp_port : 53;
        const char *format = node->family == AF_INET6 ? "%s[%s]:%d" : "%s%s:%d";
        used += (size_t)snprintf(
            text + used, size - used, format, used ? "," : "", address, port);
    }
    ares_free_data(nodes);
#endif
    return used > 0 && used < size;
}

// The addresses of one family (4 or 16 octets each) in an answer that has arrived; returns how
// many there are, at most `limit`, or -1 when the answer cannot be read.
static inline int cares_addresses(
    const unsigned char *answer, int size, int octets_each, unsigned char *octets, int limit) {
    struct ares_addrttl four[limit];
    struct ares_addr6ttl six[limit];
    int count = limit;
    const int status = octets_each == 4
                           ? (int)ares_parse_a_reply(answer, size, NULL, four, &count)
                           : (int)ares_parse_aaaa_reply(answer, size, NULL, six, &count);
    if (status == ARES_ENODATA) return 0;
    if (status != ARES_SUCCESS) return -1;
    for (int index = 0; index < count; index++) {
        const void *address = &four[index].ipaddr;
        if (octets_each != 4) address = &six[index].ip6addr;
        memcpy(octets + index * octets_each, address, (size_t)octets_each);
    }
    return count;
}

#pragma clang diagnostic pop
