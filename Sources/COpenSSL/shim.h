// OpenSSL 3, with functions in the place of what Swift cannot import: macros, the typed stacks
// that are made of macros, and casts of void pointers.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Alerts of the peer are reasons of libssl's from here on (ssl.h).
static const int COPENSSL_ALERT_REASONS = SSL_AD_REASON_OFFSET;

static inline int copenssl_is_ssl_error(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL;
}

static inline int copenssl_reason(unsigned long error) { return ERR_GET_REASON(error); }

// The words of an error. Their tables are filled only now: a check that goes well needs none.
static inline const char *copenssl_reason_text(unsigned long error) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    // Deprecated because libraries load their own strings now; this program tells them not to.
    ERR_load_SSL_strings();
    ERR_load_CRYPTO_strings();
#pragma clang diagnostic pop
    return ERR_reason_error_string(error);
}

static inline int copenssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

// The key exchanges that are offered (RFC 8446 section 4.2.7). The finite fields of RFC 7919 are
// not: a server that chose the largest cost a tenth of a second in one stretch. A key share goes
// along for the first one only, so that the one that is safe from quantum computers, and that
// only newer OpenSSL has, does not make every hello 1.2 KB longer.
static inline int copenssl_set_groups(SSL_CTX *context) {
    return SSL_CTX_set1_groups_list(context, "X25519:X25519MLKEM768:P-256:P-384:P-521") == 1 ||
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521") == 1;
}

static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline int copenssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

// The bytes in a memory BIO; the pointer is good until the BIO changes.
static inline long copenssl_bio_bytes(BIO *bio, const unsigned char **bytes) {
    return BIO_get_mem_data(bio, (char **)bytes);
}

static inline void copenssl_bio_clear(BIO *bio) { (void)BIO_reset(bio); }

// The hash that a directory's files are called after (openssl-rehash(1)).
static inline unsigned long copenssl_name_hash(const X509_NAME *name) {
    return X509_NAME_hash_ex(name, NULL, NULL, NULL);
}

// The next certificate in PEM. One that is encrypted is none: its password would be asked for.
static inline X509 *copenssl_read_certificate(BIO *bio) {
    return PEM_read_bio_X509_AUX(bio, NULL, NULL, (void *)"");
}

// The SSL whose handshake verifies a certificate.
static inline SSL *copenssl_ssl_of(X509_STORE_CTX *context) {
    return (SSL *)X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
}

static inline int copenssl_count(STACK_OF(X509) *certificates) {
    int count = sk_X509_num(certificates);
    return count < 0 ? 0 : count;
}

static inline X509 *copenssl_certificate(STACK_OF(X509) *certificates, int index) {
    return sk_X509_value(certificates, index);
}

static inline void copenssl_free_certificates(STACK_OF(X509) *certificates) {
    sk_X509_pop_free(certificates, X509_free);
}

static inline STACK_OF(X509) *copenssl_new_certificates(void) { return sk_X509_new_null(); }

// Adds a reference of its own.
static inline int copenssl_push_certificate(STACK_OF(X509) *certificates, X509 *certificate) {
    if (!X509_up_ref(certificate)) return 0;
    if (sk_X509_push(certificates, certificate) > 0) return 1;
    X509_free(certificate);
    return 0;
}

// Another verification of the same certificate for the same purpose, since OpenSSL uses each but
// once.
static inline X509_STORE_CTX *copenssl_new_verification(X509_STORE_CTX *model) {
    const int ssl = SSL_get_ex_data_X509_STORE_CTX_idx();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL) return NULL;
    if (!X509_STORE_CTX_init(
            context, X509_STORE_CTX_get0_store(model), X509_STORE_CTX_get0_cert(model), NULL) ||
        !X509_VERIFY_PARAM_set1(
            X509_STORE_CTX_get0_param(context), X509_STORE_CTX_get0_param(model)) ||
        !X509_STORE_CTX_set_ex_data(context, ssl, X509_STORE_CTX_get_ex_data(model, ssl))) {
        X509_STORE_CTX_free(context);
        return NULL;
    }
    X509_STORE_CTX_set_verify_cb(context, X509_STORE_CTX_get_verify_cb(model));
    return context;
}

// Whether the chain over the certificates `between` to a trusted one is good. Both lists stay the
// caller's.
static inline int copenssl_verify(
    X509_STORE_CTX *context, STACK_OF(X509) *between, STACK_OF(X509) *trusted) {
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
    X509_STORE_CTX_set0_untrusted(context, between);
    X509_STORE_CTX_set0_trusted_stack(context, trusted);
    int isGood = X509_verify_cert(context) == 1;
    X509_STORE_CTX_set0_trusted_stack(context, NULL);
    X509_STORE_CTX_set0_untrusted(context, sent);
    return isGood;
}

static const int COPENSSL_NAME_DNS = GEN_DNS;
static const int COPENSSL_NAME_ADDRESS = GEN_IPADD;
static const int COPENSSL_NAME_URI = GEN_URI;

// The names of a certificate that are one of these kinds, each as it comes.
static inline void copenssl_each_name(
    X509 *certificate, void *user,
    void (*visit)(void *user, int kind, const unsigned char *bytes, int count)) {
    GENERAL_NAMES *names =
        (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        int kind;
        const ASN1_STRING *value = (const ASN1_STRING *)GENERAL_NAME_get0_value(
            sk_GENERAL_NAME_value(names, index), &kind);
        if (kind != GEN_DNS && kind != GEN_IPADD && kind != GEN_URI) continue;
        visit(user, kind, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
    }
    GENERAL_NAMES_free(names);
}

// A private key from PEM. A key that is encrypted is not asked a password for, because nobody is
// there to answer; `is_encrypted` is set instead.
static inline int copenssl_no_password(char *buffer, int size, int writing, void *is_encrypted) {
    (void)buffer, (void)size, (void)writing;
    *(int *)is_encrypted = 1;
    return -1;
}

static inline EVP_PKEY *copenssl_read_key(BIO *bio, int *is_encrypted) {
    *is_encrypted = 0;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, copenssl_no_password, is_encrypted);
    unsigned long error = key == NULL ? ERR_peek_last_error() : 0;
    // The old form names its cipher (RFC 1421 section 4.6.1.3), which is looked for first, and
    // OpenSSL was told to know no names (`copenssl_initialize`).
    if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_UNSUPPORTED_ENCRYPTION)
        *is_encrypted = 1;
    return key;
}

// Nothing is read, loaded or registered that a client does not need: no configuration file, no
// error strings, no work at exit, no names of ciphers from before there were providers. libssl
// would have those names, but what libcrypto is told first holds.
static inline int copenssl_initialize(void) {
    uint64_t settings = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
        OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS;
#if OPENSSL_VERSION_MAJOR == 3 && OPENSSL_VERSION_MINOR == 0
    // Newer ones that were told so never load them, not even when they are asked to.
    settings |= OPENSSL_INIT_NO_LOAD_SSL_STRINGS;
#endif
    return OPENSSL_init_crypto(settings | OPENSSL_INIT_NO_ADD_ALL_CIPHERS, NULL) &&
        OPENSSL_init_ssl(settings, NULL);
}

static inline void copenssl_set_client_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    // A server's chain of a few kilobytes is not worth what unpacks it (RFC 8879).
    SSL_CTX_set_options(
        context, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // Of our own certificate's chain exactly what the user gave is sent.
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS);
}

// A distinguished name as `openssl x509 -issuer` writes it from OpenSSL 3.2 on, with UTF-8 and
// control characters as they are: whoever prints it escapes it.
static inline int copenssl_print_name(BIO *bio, const X509_NAME *name) {
    const unsigned long others =
        ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_ESC_CTRL | XN_FLAG_SPC_EQ;
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~others);
}
