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

static inline int copenssl_add_directory(X509_STORE *store, const char *path) {
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    return lookup != NULL && X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM);
}

// The SSL whose handshake verifies a certificate.
static inline SSL *copenssl_ssl_of(X509_STORE_CTX *context) {
    return (SSL *)X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
}

// Of several trusted certificates with the issuer's name, the one that has signed `certificate`
// takes the place of the one that OpenSSL has chosen, which goes by name and key identifiers.
static inline void copenssl_prefer_signer(
    X509_STORE_CTX *context, X509 *certificate, X509 **issuer) {
    STACK_OF(X509) *namesakes =
        X509_STORE_CTX_get1_certs(context, X509_get_issuer_name(certificate));
    if (sk_X509_num(namesakes) > 1 &&
        X509_verify(certificate, X509_get0_pubkey(*issuer)) != 1) {
        for (int index = 0; index < sk_X509_num(namesakes); index++) {
            X509 *candidate = sk_X509_value(namesakes, index);
            if (X509_verify(certificate, X509_get0_pubkey(candidate)) != 1) continue;
            X509_up_ref(candidate);
            X509_free(*issuer);
            *issuer = candidate;
            break;
        }
    }
    sk_X509_pop_free(namesakes, X509_free);
}

// Whether the peer sent a certificate, other than `except`, with this subject.
static inline int copenssl_was_sent(
    X509_STORE_CTX *context, const X509_NAME *subject, const X509 *except) {
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
    for (int index = 0; index < sk_X509_num(sent); index++) {
        X509 *certificate = sk_X509_value(sent, index);
        if (certificate != except &&
            X509_NAME_cmp(X509_get_subject_name(certificate), subject) == 0) {
            return 1;
        }
    }
    return 0;
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

// Whether `authority` has signed a certificate that the peer sent; its own does not count.
static inline int copenssl_has_signed(X509_STORE_CTX *context, X509 *authority) {
    const X509_NAME *name = X509_get_subject_name(authority);
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
    for (int index = 0; index < sk_X509_num(sent); index++) {
        X509 *certificate = sk_X509_value(sent, index);
        if (X509_NAME_cmp(X509_get_issuer_name(certificate), name) == 0 &&
            X509_NAME_cmp(X509_get_subject_name(certificate), name) != 0 &&
            X509_verify(certificate, X509_get0_pubkey(authority)) == 1) {
            return 1;
        }
    }
    return 0;
}

// Of certificates with the same subject, those go that have signed nothing of what the peer
// sent: OpenSSL would take the first one, unless key identifiers tell them apart.
static inline void copenssl_drop_namesakes(
    X509_STORE_CTX *context, STACK_OF(X509) *certificates) {
    for (int index = sk_X509_num(certificates) - 1; index >= 0; index--) {
        X509 *certificate = sk_X509_value(certificates, index);
        const X509_NAME *name = X509_get_subject_name(certificate);
        int namesakes = 0;
        for (int other = 0; other < sk_X509_num(certificates); other++) {
            X509 *candidate = sk_X509_value(certificates, other);
            namesakes += X509_NAME_cmp(X509_get_subject_name(candidate), name) == 0;
        }
        if (namesakes > 1 && !copenssl_has_signed(context, certificate)) {
            X509_free(sk_X509_delete(certificates, index));
        }
    }
}

// Verification trusts these certificates, wherever in a chain they stand, and no others; what a
// certificate is for is not asked. The certificates stay the caller's.
static inline void copenssl_trust_only(X509_STORE_CTX *context, STACK_OF(X509) *certificates) {
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);
    X509_STORE_CTX_set0_trusted_stack(context, certificates);
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
    const uint64_t settings = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
        OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_SSL_STRINGS;
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

// A distinguished name as RFC 4514 writes it, with UTF-8 and control characters as they are:
// whoever prints it escapes it.
static inline int copenssl_print_name(BIO *bio, const X509_NAME *name) {
    const unsigned long escapes = ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_ESC_CTRL;
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~escapes);
}
