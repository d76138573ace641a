// vaes

#include "CStandIns.h"

#include <stdlib.h>

#define NEVER_CALLED(name) STAND_IN __attribute__((noreturn)) void name(void) { abort(); }

STAND_IN int ossl_vaes_vpclmulqdq_capable(void) { return 0; }

NEVER_CALLED(ossl_aes_gcm_init_avx512)
NEVER_CALLED(ossl_aes_gcm_setiv_avx512)
NEVER_CALLED(ossl_aes_gcm_update_aad_avx512)
NEVER_CALLED(ossl_aes_gcm_encrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_decrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_finalize_avx512)
NEVER_CALLED(ossl_gcm_gmult_avx512)
