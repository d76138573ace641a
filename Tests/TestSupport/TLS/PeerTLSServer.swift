import COpenSSL

/// Everything that the TLS connections of a scripted server have in common.
package final class PeerTLSServer: @unchecked Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let plan: PeerTLSPlan
    /// Thread-safe, as OpenSSL says of it once it is set up.
    fileprivate let context: OpaquePointer
    /// The protocol that is chosen, behind its length; without length where ALPN is not known.
    private let choice: UnsafeMutableBufferPointer<UInt8>?

    package init(_ plan: PeerTLSPlan) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else {
            throw Failure(description: "no TLS: \(lastError())")
        }
        self.plan = plan
        self.context = context
        switch plan.choice {
        case .name(let name): choice = Self.copy([UInt8(name.utf8.count)] + Array(name.utf8))
        case .none: choice = Self.copy([0])
        case .refuse: choice = nil
        }
        try configure()
    }

    deinit {
        SSL_CTX_free(context)
        choice?.deallocate()
    }

    private static func copy(_ bytes: [UInt8]) -> UnsafeMutableBufferPointer<UInt8> {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
        return buffer
    }

    private func configure() throws {
        // What a test's server shows may be as weak as the test wants.
        SSL_CTX_set_security_level(context, 0)
        try check("\(plan.certificate).pem") {
            SSL_CTX_use_certificate_chain_file(context, $0)
        }
        try check("\(plan.certificate).key") {
            SSL_CTX_use_PrivateKey_file(context, $0, SSL_FILETYPE_PEM)
        }
        if let version = plan.version {
            guard let minor = version.split(separator: ".").last.flatMap({ Int($0) }) else {
                throw Failure(description: "no such version: \(version)")
            }
            for command in [SSL_CTRL_SET_MIN_PROTO_VERSION, SSL_CTRL_SET_MAX_PROTO_VERSION] {
                SSL_CTX_ctrl(context, command, 0x0301 + minor, nil)
            }
        }
        if let ciphers = plan.ciphers {
            try check(ciphers) { SSL_CTX_set_cipher_list(context, $0) }
        }
        if let groups = plan.groups {
            try check(groups) { name in
                var bytes = name.utf8CString
                return bytes.withUnsafeMutableBytes {
                    Int32(SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, $0.baseAddress))
                }
            }
        }
        if let demand = plan.demand {
            try check(demand.authority) { SSL_CTX_load_verify_locations(context, $0, nil) }
            SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(demand.authority))
            let mode = SSL_VERIFY_PEER | (demand.isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
            SSL_CTX_set_verify(context, mode, nil)
        }
        SSL_CTX_set_alpn_select_cb(context, selectProtocol, choice?.baseAddress)
    }

    private func check(_ what: String, _ call: (String) -> Int32) throws {
        guard call(what) == 1 else { throw Failure(description: "\(what): \(lastError())") }
    }
}

/// Answers a client's ALPN with the protocol that stands behind `argument`.
private func selectProtocol(
    _: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ size: UnsafeMutablePointer<UInt8>?, _: UnsafePointer<UInt8>?, _: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let choice = argument?.assumingMemoryBound(to: UInt8.self) else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    guard choice.pointee > 0 else { return SSL_TLSEXT_ERR_NOACK }
    chosen?.pointee = UnsafePointer(choice + 1)
    size?.pointee = choice.pointee
    return SSL_TLSEXT_ERR_OK
}

private func lastError() -> String {
    var text = [UInt8](repeating: 0, count: 256)
    ERR_error_string_n(ERR_get_error(), &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
}

/// The server's side of one TLS connection: records in, records out, no sockets.
package final class PeerTLSSession {
    package private(set) var record = PeerTLSRecord()
    package var plan: PeerTLSPlan { server.plan }
    /// OpenSSL's calls back reach into it.
    private let server: PeerTLSServer
    private let handle: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    package init(_ server: PeerTLSServer) throws {
        guard let handle = SSL_new(server.context), let input = BIO_new(BIO_s_mem()),
            let output = BIO_new(BIO_s_mem())
        else { throw PeerTLSServer.Failure(description: "no TLS session: \(lastError())") }
        self.server = server
        self.handle = handle
        self.input = input
        self.output = output
        SSL_set_bio(handle, input, output)
        SSL_set_accept_state(handle)
    }

    deinit {
        SSL_free(handle)
    }

    /// Takes what has arrived and returns what it says.
    package func receive(_ bytes: [UInt8]) -> [UInt8] {
        _ = bytes.withUnsafeBytes { BIO_write(input, $0.baseAddress, Int32($0.count)) }
        guard !record.hasFailed, record.isEstablished || shakesHands() else { return [] }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            ERR_clear_error()
            let count = SSL_read(handle, &buffer, Int32(buffer.count))
            guard count > 0 else {
                note(SSL_get_error(handle, count))
                return text
            }
            text += buffer[..<Int(count)]
        }
    }

    /// Whether the handshake has come to its end.
    private func shakesHands() -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(handle)
        guard result == 1 else {
            note(SSL_get_error(handle, result))
            return false
        }
        record.isEstablished = true
        record.clientName = clientName
        return true
    }

    private func note(_ error: Int32) {
        switch error {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: record.isClosed = true
        default:
            record.hasFailed = true
            // A received alert is an error whose reason is 1000 more than the alert's number.
            let reason = ERR_GET_REASON(ERR_peek_error())
            if reason >= SSL_AD_REASON_OFFSET {
                record.alert = Int(reason - SSL_AD_REASON_OFFSET)
            }
        }
    }

    private var clientName: String? {
        guard let certificate = SSL_get1_peer_certificate(handle) else { return nil }
        defer { X509_free(certificate) }
        var name = [CChar](repeating: 0, count: 256)
        let count = X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, &name, Int32(name.count))
        return String(decoding: name.prefix(Int(max(count, 0))).map(UInt8.init), as: UTF8.self)
    }

    package func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = bytes.withUnsafeBytes { SSL_write(handle, $0.baseAddress, Int32($0.count)) }
    }

    /// Says close_notify.
    package func close() {
        SSL_shutdown(handle)
    }

    /// The records that must be written now.
    package func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        guard !bytes.isEmpty else { return [] }
        BIO_read(output, &bytes, Int32(bytes.count))
        return bytes
    }
}
