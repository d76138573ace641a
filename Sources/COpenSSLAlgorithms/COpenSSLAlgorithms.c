// What a TLS client here can come to use of OpenSSL's default provider, and nothing else of it.
//
// OpenSSL enters every algorithm of a provider into its tables, under all its names, before it
// finds the first one: some 130 ciphers and 80 decoders of keys, two fifths of what a check on TLS
// costs. So a provider of our own answers with the default provider's algorithms, but with few of
// the ciphers and decoders (provider-base(7), "Provider functions").
//
// What is not offered is not in the program that ships, either: Scripts/build-embedded gives the
// linker an empty list of functions for each of these ciphers, and for all encoders of keys, which
// a client never writes. That is half a megabyte with OpenSSL 3.5.
//
// The default provider's entry is a symbol of the static library only. Elsewhere, and where an
// OpenSSL will not have it, the default provider itself serves as always. So the two builds must
// understand the same servers; the case files have a server for each kind of key, also below an
// authority with DSA, which no suite uses any more, but certificates do. Only SM2, which needs
// suites of its own (RFC 8998), is understood by the ordinary build alone.
#include "COpenSSLAlgorithms.h"

#if __has_include(<openssl/provider.h>)

#include <openssl/core_dispatch.h>
#include <openssl/provider.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

extern OSSL_provider_init_fn ossl_default_provider_init __attribute__((weak));

// Whether a list such as "AES-256-GCM:id-aes256-GCM:2.16.840.1.101.3.4.1.46" begins with one of
// these names.
static int begins_with(const char *list, const char *const *names, size_t count) {
    size_t length = strcspn(list, ":");
    for (size_t index = 0; index < count; index++) {
        if (strlen(names[index]) == length && strncasecmp(list, names[index], length) == 0)
            return 1;
    }
    return 0;
}

// The ciphers of the suites that TLSOffer names, and those of OpenSSL's random numbers
// (EVP_RAND-CTR-DRBG(7)).
static int needs_cipher(const OSSL_ALGORITHM *cipher) {
    // The list of its functions is empty.
    if (cipher->implementation->function_id == 0) return 0;
    static const char *const needed[] = {
        "AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-256-CTR", "AES-256-ECB",
    };
    return begins_with(cipher->algorithm_names, needed, COUNT(needed));
}

// Decoders of keys, but not of kinds that cannot sign or whose signatures no suite here can use,
// nor of Microsoft's formats.
static int needs_decoder(const OSSL_ALGORITHM *decoder) {
    static const char *const useless[] = {"DH", "DHX", "SM2"};
    return !begins_with(decoder->algorithm_names, useless, COUNT(useless)) &&
        strstr(decoder->property_definition, "input=msblob") == NULL &&
        strstr(decoder->property_definition, "input=pvk") == NULL;
}

// Those algorithms that are needed, ended by an empty one as OpenSSL wants it, in `kept`; all of
// them where there is no room, which costs time only. OpenSSL asks several times.
static const OSSL_ALGORITHM *selection(
    const OSSL_ALGORITHM *all, int (*is_needed)(const OSSL_ALGORITHM *), OSSL_ALGORITHM *kept,
    size_t room) {
    if (kept[0].algorithm_names != NULL) return kept;
    size_t count = 0;
    for (const OSSL_ALGORITHM *next = all; next->algorithm_names != NULL; next++) {
        if (!is_needed(next)) continue;
        if (count + 1 == room) {
            kept[0] = (OSSL_ALGORITHM){0};
            return all;
        }
        kept[count++] = *next;
    }
    return kept;
}

static OSSL_FUNC_provider_query_operation_fn *query_default;

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache) {
    static OSSL_ALGORITHM ciphers[16], decoders[128];
    const OSSL_ALGORITHM *all = query_default(context, operation, no_cache);
    if (all == NULL) return NULL;
    switch (operation) {
    case OSSL_OP_CIPHER: return selection(all, needs_cipher, ciphers, COUNT(ciphers));
    case OSSL_OP_ENCODER: return NULL;
    case OSSL_OP_DECODER: return selection(all, needs_decoder, decoders, COUNT(decoders));
    default: return all;
    }
}

// The default provider, with a query of our own.
static int start(
    const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *offered, const OSSL_DISPATCH **functions,
    void **context) {
    static OSSL_DISPATCH ours[32];
    const OSSL_DISPATCH *theirs;
    if (!ossl_default_provider_init(core, offered, &theirs, context)) return 0;
    *functions = theirs;
    for (size_t index = 0; index < COUNT(ours); index++) {
        ours[index] = theirs[index];
        switch (theirs[index].function_id) {
        case 0: // the end
            if (query_default != NULL) *functions = ours;
            return 1;
        case OSSL_FUNC_PROVIDER_QUERY_OPERATION:
            query_default = OSSL_FUNC_provider_query_operation(&theirs[index]);
            ours[index].function = (void (*)(void))query;
        }
    }
    return 1;
}

void copenssl_select_algorithms(void) {
    static int is_done;
    if (is_done || ossl_default_provider_init == NULL) return;
    is_done = 1;
    if (OSSL_PROVIDER_add_builtin(NULL, "health-probe", start) != 1) return;
    // What fails leaves the default provider in its place.
    (void)OSSL_PROVIDER_try_load(NULL, "health-probe", 0);
}

#else

void copenssl_select_algorithms(void) {}

#endif
