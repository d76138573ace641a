// A server whose health changes as fast as its client can read: it answers one call on one
// connection with COUNT messages, SERVING and NOT_SERVING in turn, each in a DATA frame of its
// own as the gRPC libraries send them, and ends it with UNIMPLEMENTED, after which a watch does
// not try again. It keeps to both HTTP/2 windows (RFC 9113 section 5.2), so that a client that
// does not read makes it wait.
//
// usage: flood COUNT
// Prints "listening 127.0.0.1:PORT", serves one connection, and ends.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 9, PREFACE = 24, MESSAGE = 7, FRAME = HEADER + MESSAGE, BATCH = 1000 };
enum { DATA = 0, HEADERS = 1, SETTINGS = 4, PING = 6, WINDOW_UPDATE = 8 };

static int client;
static uint8_t in[64 * 1024];
static size_t in_size;
static long stream_window = 65535, connection_window = 65535, initial_window = 65535;
static uint32_t stream;

static void stop(const char *why) {
    perror(why);
    exit(1);
}

static void put(const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = send(client, bytes, size, MSG_NOSIGNAL);
        if (count <= 0) stop("flood: send");
        bytes += count;
        size -= (size_t)count;
    }
}

static uint32_t number(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
        bytes[3];
}

static size_t frame(
    uint8_t *out, uint8_t type, uint8_t flags, uint32_t id, const void *payload, size_t size) {
    uint8_t head[HEADER] = {
        (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size, type, flags,
        (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id};
    memcpy(out, head, HEADER);
    if (size > 0) memcpy(out + HEADER, payload, size);
    return HEADER + size;
}

static void take(uint8_t type, uint8_t flags, uint32_t id, const uint8_t *payload, size_t size) {
    uint8_t out[HEADER + 8];
    if (type == HEADERS) {
        stream = id;
        stream_window = initial_window;
    } else if (type == WINDOW_UPDATE) {
        long more = (long)(number(payload) & 0x7fffffff);
        if (id == 0) connection_window += more;
        else stream_window += more;
    } else if (type == PING && (flags & 1) == 0 && size == 8) {
        put(out, frame(out, PING, 1, 0, payload, 8));
    } else if (type == SETTINGS && (flags & 1) == 0) {
        for (size_t at = 0; at + 6 <= size; at += 6) {
            if (payload[at] != 0 || payload[at + 1] != 4) continue;
            long window = (long)number(payload + at + 2);
            stream_window += window - initial_window;
            initial_window = window;
        }
        put(out, frame(out, SETTINGS, 1, 0, NULL, 0));
    }
}

// Reads once and takes every frame that is complete. Returns 0 at the end of the connection.
static int receive(void) {
    ssize_t count = recv(client, in + in_size, sizeof in - in_size, 0);
    if (count <= 0) return 0;
    in_size += (size_t)count;
    size_t at = 0;
    while (in_size - at >= HEADER) {
        const uint8_t *head = in + at;
        size_t size = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        if (in_size - at < HEADER + size) break;
        take(head[3], head[4], number(head + 5) & 0x7fffffff, head + HEADER, size);
        at += HEADER + size;
    }
    memmove(in, in + at, in_size - at);
    in_size -= at;
    return 1;
}

static void listen_and_accept(void) {
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (bind(listener, (struct sockaddr *)&here, size) != 0) stop("flood: bind");
    if (listen(listener, 1) != 0) stop("flood: listen");
    getsockname(listener, (struct sockaddr *)&here, &size);
    printf("listening 127.0.0.1:%d\n", ntohs(here.sin_port));
    fflush(stdout);
    client = accept(listener, NULL, NULL);
    if (client < 0) stop("flood: accept");
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void greet(void) {
    static const uint8_t fields[] = "\x88\x00\x0c" "content-type" "\x10" "application/grpc";
    uint8_t out[128];
    while (in_size < PREFACE) {
        ssize_t count = recv(client, in + in_size, PREFACE - in_size, 0);
        if (count <= 0) stop("flood: preface");
        in_size += (size_t)count;
    }
    in_size = 0;
    put(out, frame(out, SETTINGS, 0, 0, NULL, 0));
    while (stream == 0) {
        if (!receive()) stop("flood: request");
    }
    put(out, frame(out, HEADERS, 4, stream, fields, sizeof fields - 1));
}

int main(int count, char **words) {
    static const uint8_t trailers[] = "\x00\x0b" "grpc-status" "\x02" "12";
    static uint8_t batch[BATCH * FRAME];
    uint8_t out[64];
    if (count != 2) return 1;
    long left = atol(words[1]);
    listen_and_accept();
    greet();
    for (int index = 0; index < BATCH; index++) {
        uint8_t message[MESSAGE] = {0, 0, 0, 0, 2, 8, (uint8_t)(1 + index % 2)};
        frame(batch + index * FRAME, DATA, 0, stream, message, MESSAGE);
    }
    // Batches begin with an even message, so that each message differs from the one before.
    while (left > 0) {
        long size = left < BATCH ? left : BATCH;
        while (stream_window < size * MESSAGE || connection_window < size * MESSAGE) {
            if (!receive()) stop("flood: client");
        }
        put(batch, (size_t)size * FRAME);
        stream_window -= size * MESSAGE;
        connection_window -= size * MESSAGE;
        left -= size;
    }
    put(out, frame(out, HEADERS, 5, stream, trailers, sizeof trailers - 1));
    while (receive()) {}
    return 0;
}
