#if TLS
import COpenSSL

/// An error that OpenSSL has kept (ERR_get_error(3)).
struct OpenSSLError {
    /// 0 where there was none.
    private let code: UInt

    /// The oldest of the errors that OpenSSL keeps, but rather one of TLS than the cipher's or the
    /// encoding's that led to it; forgets all of them.
    static func take() -> OpenSSLError {
        var first: UInt = 0
        while true {
            let error = OpenSSLError(code: ERR_get_error())
            guard error.code != 0 else { return OpenSSLError(code: first) }
            if error.isOfTLS {
                forgetAll()
                return error
            }
            if first == 0 { first = error.code }
        }
    }

    /// OpenSSL's words for what has gone wrong since it was last asked, and forgets it.
    static func takeText() -> String { take().text }

    static func forgetAll() {
        ERR_clear_error()
    }

    /// Whether libssl found it, and not what that is built on.
    var isOfTLS: Bool { ERR_GET_LIB(code) == ERR_LIB_SSL }

    /// libssl's number for what went wrong (`SSL_R_...`), where it is one of TLS.
    var reason: Int32 { ERR_GET_REASON(code) }

    var text: String {
        guard code != 0, let text = unsafe copenssl_reason_text(code) else {
            return "unknown error"
        }
        return unsafe String(cString: text)
    }
}
#endif
