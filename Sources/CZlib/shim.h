#include <zlib.h>

// inflateInit2 is a macro that Swift does not import. 32 added to the largest window makes
// zlib tell gzip (RFC 1952) from zlib (RFC 1950) by the header.
static inline int czlib_inflate_init(z_streamp stream) { return inflateInit2(stream, 15 + 32); }
