// The plaintext health check in straight C on libnghttp2: what the check costs at least, and so
// the limit to measure swift-health-probe against. It knows one numeric IPv4 address, has no
// options, and says little when something goes wrong; nothing that a check on the wire needs is
// left out.
//
// usage: floor ADDRESS PORT [SERVICE]...
//        floor-tls ADDRESS PORT FILE [SERVICE]...     (compiled with -DTLS; FILE has the trusted
//                                                     certificates)
// Prints the status of each service (of the whole server if none is named). Exit codes are those
// of the probe: 0 serving, 1 usage, 2 no connection, 3 the call failed, 4 not serving.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#endif

#ifdef TLS
#define SCHEME "https"
#else
#define SCHEME "http"
#endif

enum { MAX_CALLS = 100, MAX_NAME = 100, MAX_MESSAGE = 64 };

// One call: what is sent (a five-byte prefix and the request) and what came back.
struct call {
    uint8_t request[5 + 2 + MAX_NAME];
    size_t request_size, request_sent;
    uint8_t response[MAX_MESSAGE];
    size_t response_size;
    int http_ok, grpc_status;
};

static struct call calls[MAX_CALLS];
static int call_count, open_calls;

// HealthCheckRequest: field 1, the name of the service. The empty name is not on the wire.
static void prepare(struct call *call, const char *service) {
    size_t length = strlen(service);
    uint8_t *at = call->request + 5;
    if (length > 0) {
        *at++ = 0x0a;
        *at++ = (uint8_t)length;
        memcpy(at, service, length);
        at += length;
    }
    call->request[4] = (uint8_t)(at - call->request - 5);
    call->request_size = (size_t)(at - call->request);
    call->grpc_status = -1;
}

static ssize_t read_request(
    nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t size, uint32_t *flags,
    nghttp2_data_source *source, void *context) {
    (void)session, (void)stream, (void)context;
    struct call *call = source->ptr;
    size_t left = call->request_size - call->request_sent;
    size_t count = left < size ? left : size;
    memcpy(buffer, call->request + call->request_sent, count);
    call->request_sent += count;
    if (count == left) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)count;
}

// Status and trailers.
static int on_header(
    nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_size,
    const uint8_t *value, size_t value_size, uint8_t flags, void *context) {
    (void)flags, (void)context;
    struct call *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (call == NULL) return 0;
    if (name_size == 7 && memcmp(name, ":status", 7) == 0)
        call->http_ok = value_size == 3 && memcmp(value, "200", 3) == 0;
    else if (name_size == 11 && memcmp(name, "grpc-status", 11) == 0)
        call->grpc_status = atoi((const char *)value);
    return 0;
}

static int on_data(
    nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t size,
    void *context) {
    (void)flags, (void)context;
    struct call *call = nghttp2_session_get_stream_user_data(session, stream);
    if (call == NULL || size > MAX_MESSAGE - call->response_size)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    memcpy(call->response + call->response_size, bytes, size);
    call->response_size += size;
    return 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *context) {
    (void)session, (void)stream, (void)code, (void)context;
    open_calls -= 1;
    return 0;
}

#ifdef TLS
static SSL *tls;

// The same as the probe does: nothing loaded that is not needed, TLS 1.2 or 1.3, h2, verified.
static void start_tls(int descriptor, const char *address, const char *trusted) {
    OPENSSL_init_ssl(
        OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
            OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_SSL_STRINGS,
        NULL);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || SSL_CTX_load_verify_file(context, trusted) != 1) exit(1);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x02h2", 3);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    tls = SSL_new(context);
    if (tls == NULL) exit(2);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), address);
    SSL_set_fd(tls, descriptor);
    if (SSL_connect(tls) == 1) return;
    fprintf(stderr, "floor: tls: error %lx\n", ERR_get_error());
    exit(2);
}
#endif

static ssize_t put(int descriptor, const uint8_t *bytes, size_t size) {
#ifdef TLS
    (void)descriptor;
    return SSL_write(tls, bytes, (int)size);
#else
    return send(descriptor, bytes, size, MSG_NOSIGNAL);
#endif
}

static ssize_t take(int descriptor, uint8_t *bytes, size_t size) {
#ifdef TLS
    (void)descriptor;
    return SSL_read(tls, bytes, (int)size);
#else
    return recv(descriptor, bytes, size, 0);
#endif
}

// Sends all that the session has to send, in one packet if it fits.
static int flush_session(nghttp2_session *session, int descriptor) {
    static uint8_t out[64 * 1024];
    size_t filled = 0;
    for (;;) {
        const uint8_t *bytes;
        ssize_t size = nghttp2_session_mem_send(session, &bytes);
        if (size < 0 || (size_t)size > sizeof out - filled) return -1;
        if (size == 0) break;
        memcpy(out + filled, bytes, (size_t)size);
        filled += (size_t)size;
    }
    for (size_t sent = 0; sent < filled;) {
        ssize_t count = put(descriptor, out + sent, filled - sent);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        sent += (size_t)count;
    }
    return 0;
}

static int connect_to(const char *address, const char *port) {
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) exit(1);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    // A second, as the probe allows: for the connection, and for each silence.
    struct timeval limit = {.tv_sec = 1};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (struct sockaddr *)&peer, sizeof peer) == 0) return descriptor;
    fprintf(stderr, "floor: connect: %s\n", strerror(errno));
    exit(2);
}

static nghttp2_session *make_session(void) {
    nghttp2_session_callbacks *callbacks;
    nghttp2_session *session;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) exit(3);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    if (nghttp2_session_client_new(&session, callbacks, NULL) != 0) exit(3);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_settings_entry entries[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, entries, 1);
    return session;
}

#define FIELD(name, value, size) \
    { (uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, size, NGHTTP2_NV_FLAG_NONE }

static void submit(nghttp2_session *session, struct call *call, const char *authority) {
    nghttp2_nv fields[] = {
        FIELD(":method", "POST", 4),
        FIELD(":scheme", SCHEME, sizeof(SCHEME) - 1),
        FIELD(":path", "/grpc.health.v1.Health/Check", 28),
        FIELD(":authority", authority, strlen(authority)),
        FIELD("te", "trailers", 8),
        FIELD("grpc-timeout", "1S", 2),
        FIELD("content-type", "application/grpc", 16),
        FIELD("user-agent", "floor", 5),
    };
    nghttp2_data_provider body = {.source.ptr = call, .read_callback = read_request};
    size_t count = sizeof fields / sizeof fields[0];
    if (nghttp2_submit_request(session, NULL, fields, count, &body, call) < 0) exit(3);
    open_calls += 1;
}

// GOAWAY, FIN, and what the peer still has to say, so that the connection is not reset.
static void leave(nghttp2_session *session, int descriptor) {
    uint8_t rest[4096];
    nghttp2_session_terminate_session(session, NGHTTP2_NO_ERROR);
    flush_session(session, descriptor);
#ifdef TLS
    SSL_shutdown(tls);
#endif
    shutdown(descriptor, SHUT_WR);
    while (take(descriptor, rest, sizeof rest) > 0) {}
    close(descriptor);
    nghttp2_session_del(session);
}

// HealthCheckResponse: field 1, the status; 0 is not on the wire.
static int report(const struct call *call) {
    static const char *const names[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    const uint8_t *bytes = call->response;
    int plain = call->response_size >= 5 && bytes[0] == 0 &&
        bytes[4] == call->response_size - 5;
    if (!call->http_ok || call->grpc_status != 0 || !plain) {
        fprintf(stderr, "floor: rpc: grpc-status %d\n", call->grpc_status);
        return 3;
    }
    int status = bytes[4] == 2 && bytes[5] == 0x08 && bytes[6] < 4 ? bytes[6] : 0;
    printf("status: %s\n", names[status]);
    return status == 1 ? 0 : 4;
}

int main(int count, char **words) {
#ifdef TLS
    const int first = 4;
#else
    const int first = 3;
#endif
    if (count < first || count - first > MAX_CALLS) return 1;
    call_count = count == first ? 1 : count - first;
    for (int index = 0; index < call_count; index++) {
        const char *service = count == first ? "" : words[first + index];
        if (strlen(service) > MAX_NAME) return 1;
        prepare(&calls[index], service);
    }
    int descriptor = connect_to(words[1], words[2]);
#ifdef TLS
    start_tls(descriptor, words[1], words[3]);
#endif
    nghttp2_session *session = make_session();
    char authority[64];
    snprintf(authority, sizeof authority, "%s:%s", words[1], words[2]);
    for (int index = 0; index < call_count; index++) submit(session, &calls[index], authority);

    while (open_calls > 0) {
        uint8_t in[16 * 1024];
        if (flush_session(session, descriptor) != 0) return 3;
        ssize_t size = take(descriptor, in, sizeof in);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0 || nghttp2_session_mem_recv(session, in, (size_t)size) < 0) return 3;
    }
    leave(session, descriptor);
    int code = 0;
    for (int index = 0; index < call_count; index++) {
        int one = report(&calls[index]);
        if (code == 0) code = one;
    }
    return code;
}
