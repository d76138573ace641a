// So that there is one thread, and nothing that nobody calls: OpenSSL compresses certificates
// (RFC 8879) with zstd where it was built so, and zstd compresses with threads. TLSContext tells
// OpenSSL not to compress.

#include "CStandIns.h"

#include <stdlib.h>

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
