#include <zlib.h>

// inflateInit2 is a macro that Swift does not import. 32 added to the largest window makes
// zlib tell gzip (RFC 1952) from zlib (RFC 1950) by the header.
static inline int czlib_inflate_init(z_streamp stream) { return inflateInit2(stream, 15 + 32); }

// The same for deflateInit2. 16 added to the window makes zlib write gzip. The smallest window and
// the smallest hash table need 6 KiB instead of 256: a request is a few bytes long.
static inline int czlib_deflate_init(z_streamp stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY);
}
