// Beside the shims of COpenSSL, because this has state, and a header cannot.
#ifndef COPENSSLALGORITHMS_H
#define COPENSSLALGORITHMS_H

/// Has OpenSSL begin with few algorithms, where that can be; otherwise it has all of its default
/// provider as always. To be called before anything else of OpenSSL but OPENSSL_init_crypto: it
/// begins with the default provider by itself. Further calls do nothing.
void copenssl_select_algorithms(void);

#endif
