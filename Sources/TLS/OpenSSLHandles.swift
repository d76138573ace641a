#if TLS
import COpenSSL

/// Owns one `SSL_CTX`.
@safe struct ContextHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}

/// Owns one `SSL` and, through it, the two memory buffers that it reads from and writes to.
@safe struct SSLHandle: ~Copyable {
    let pointer: OpaquePointer
    /// Bytes of the peer.
    let incoming: OpaquePointer
    /// Bytes for the peer.
    let outgoing: OpaquePointer

    private init(
        owning pointer: OpaquePointer, _ incoming: OpaquePointer, _ outgoing: OpaquePointer
    ) {
        unsafe self.pointer = pointer
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
    }

    /// A client's end of a connection; nil when there is no memory.
    static func make(_ context: borrowing ContextHandle) -> SSLHandle? {
        guard let ssl = unsafe SSL_new(context.pointer) else { return nil }
        guard let incoming = unsafe BIO_new(BIO_s_mem()),
            let outgoing = unsafe BIO_new(BIO_s_mem())
        else {
            unsafe SSL_free(ssl)
            return nil
        }
        // The SSL owns both from here on. An empty buffer says "later", not "end of file".
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        unsafe SSL_set_connect_state(ssl)
        return unsafe SSLHandle(owning: ssl, incoming, outgoing)
    }

    deinit {
        unsafe SSL_free(pointer)
    }
}

/// Owns one private key.
@safe struct KeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// A key from its encoding; nil if it is none.
    static func make(der: [UInt8]) -> KeyHandle? {
        let pointer = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &position, bytes.count)
        }
        guard let pointer = unsafe pointer else { return nil }
        return unsafe KeyHandle(owning: pointer)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }
}

/// A memory buffer, for what OpenSSL only writes to or reads from one.
@safe struct MemoryBuffer: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// A buffer that OpenSSL fills; nil when there is no memory.
    static func make() -> MemoryBuffer? {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return nil }
        return unsafe MemoryBuffer(owning: bio)
    }

    /// A buffer with these bytes in it; nil when there is no memory.
    static func make(_ bytes: [UInt8]) -> MemoryBuffer? {
        guard let buffer = make() else { return nil }
        let count = unsafe bytes.withUnsafeBufferPointer {
            unsafe BIO_write(buffer.pointer, $0.baseAddress, Int32($0.count))
        }
        guard count == Int32(bytes.count) else { return nil }
        return buffer
    }

    var text: String {
        var start: UnsafePointer<UInt8>?
        let count = unsafe copenssl_bio_bytes(pointer, &start)
        return unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: max(0, count)), as: UTF8.self)
    }

    deinit {
        unsafe BIO_free(pointer)
    }
}
#endif
