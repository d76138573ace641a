// OpenSSL 3, with functions and constants in the place of what Swift cannot import: macros, the
// typed stacks that are made of macros, and casts of void pointers. Nothing is decided here.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// The words of an error. Whoever told OpenSSL to load none gets their tables filled now.
static inline const char *copenssl_reason_text(unsigned long error) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    // Deprecated because OpenSSL loads its strings itself now, unless it is told not to.
    ERR_load_SSL_strings();
    ERR_load_CRYPTO_strings();
#pragma clang diagnostic pop
    return ERR_reason_error_string(error);
}

// MARK: - Contexts and sessions

static const uint64_t COPENSSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t COPENSSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t COPENSSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
// Since OpenSSL 3.2; none of the options before.
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
static const uint64_t COPENSSL_OP_NO_CERTIFICATE_COMPRESSION =
    SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION;
#else
static const uint64_t COPENSSL_OP_NO_CERTIFICATE_COMPRESSION = 0;
#endif

static inline int copenssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline int copenssl_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}

static inline void copenssl_set_session_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void copenssl_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline int copenssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

// The SSL whose handshake verifies a certificate.
static inline SSL *copenssl_ssl_of(X509_STORE_CTX *context) {
    return (SSL *)X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
}

// MARK: - Memory

// The bytes in a memory BIO; the pointer is good until the BIO changes.
static inline long copenssl_bio_bytes(BIO *bio, const unsigned char **bytes) {
    return BIO_get_mem_data(bio, (char **)bytes);
}

static inline void copenssl_bio_clear(BIO *bio) { (void)BIO_reset(bio); }

// MARK: - Certificates

// How `openssl x509 -issuer` writes a distinguished name.
static const unsigned long COPENSSL_NAME_ONELINE = XN_FLAG_ONELINE;

// The hash that a directory's files are called after (openssl-rehash(1)).
static inline unsigned long copenssl_name_hash(const X509_NAME *name) {
    return X509_NAME_hash_ex(name, NULL, NULL, NULL);
}

static inline STACK_OF(X509) *copenssl_new_certificates(void) { return sk_X509_new_null(); }

// The number of certificates; 0 where there is no stack.
static inline int copenssl_count(STACK_OF(X509) *certificates) {
    int count = sk_X509_num(certificates);
    return count < 0 ? 0 : count;
}

static inline X509 *copenssl_certificate(STACK_OF(X509) *certificates, int index) {
    return sk_X509_value(certificates, index);
}

// Adds a reference of its own.
static inline int copenssl_push_certificate(STACK_OF(X509) *certificates, X509 *certificate) {
    if (!X509_up_ref(certificate)) return 0;
    if (sk_X509_push(certificates, certificate) > 0) return 1;
    X509_free(certificate);
    return 0;
}

static inline void copenssl_free_certificates(STACK_OF(X509) *certificates) {
    sk_X509_pop_free(certificates, X509_free);
}

// A certificate's subject alternative names, which are the caller's to free; NULL for none.
static inline GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int copenssl_count_names(const GENERAL_NAMES *names) {
    int count = sk_GENERAL_NAME_num(names);
    return count < 0 ? 0 : count;
}

// The kind of a name, and its bytes where it is of a kind that has some.
static inline int copenssl_name(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *count) {
    int kind;
    const void *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &kind);
    *bytes = NULL;
    *count = 0;
    if (kind == GEN_DNS || kind == GEN_IPADD || kind == GEN_URI) {
        *bytes = ASN1_STRING_get0_data((const ASN1_STRING *)value);
        *count = ASN1_STRING_length((const ASN1_STRING *)value);
    }
    return kind;
}
