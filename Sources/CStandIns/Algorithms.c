// So that the file keeps within its size (Tests/Release/release_tests.py): what OpenSSL has beside
// the few ciphers of TLSContext makes a quarter of it. Scripts/build-embedded leaves out more, by
// pattern.

#include "CStandIns.h"

#include <stdlib.h>

// The names of ciphers from before OpenSSL had providers. `copenssl_initialize` tells it to know
// none, so nothing calls this.

STAND_IN void openssl_add_all_ciphers_int(void) {}

// From 3.1 on there is AES-GCM once more for processors with AVX-512, unrolled: 700 KB, to encrypt
// megabytes faster. The one before is written for AES instructions, too.

STAND_IN int ossl_vaes_vpclmulqdq_capable(void) { return 0; }

#define NEVER_CALLED(name) STAND_IN __attribute__((noreturn)) void name(void) { abort(); }

NEVER_CALLED(ossl_aes_gcm_init_avx512)
NEVER_CALLED(ossl_aes_gcm_setiv_avx512)
NEVER_CALLED(ossl_aes_gcm_update_aad_avx512)
NEVER_CALLED(ossl_aes_gcm_encrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_decrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_finalize_avx512)
NEVER_CALLED(ossl_gcm_gmult_avx512)
