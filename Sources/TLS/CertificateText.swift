#if TLS
import COpenSSL
import ProbeCore

/// A distinguished name as `openssl x509 -issuer` writes it: `O=Example, CN=Example Root`.
func nameText(_ name: OpaquePointer?) -> String {
    guard let buffer = MemoryBuffer.make(),
        unsafe copenssl_print_name(buffer.pointer, name) >= 0
    else { return "" }
    return buffer.text
}

/// A certificate's time in seconds since 1970; 0 for one that is none.
func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
    guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
    defer { unsafe ASN1_STRING_free(epoch) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return 0 }
    return Int64(days) * 86_400 + Int64(seconds)
}

/// The host names and addresses that a certificate is for (RFC 5280 section 4.2.1.6).
func names(of certificate: OpaquePointer?) -> [String] { unsafe nameList(of: certificate).names }

/// The host names alone.
func hostNames(of certificate: OpaquePointer?) -> [String] {
    unsafe nameList(of: certificate).hostNames
}

private func nameList(of certificate: OpaquePointer?) -> NameList {
    let list = NameList()
    let user = unsafe Unmanaged.passUnretained(list).toOpaque()
    unsafe copenssl_each_name(certificate, user) {
        user, kind, bytes, count in
        guard let user = unsafe user else { return }
        let list = unsafe Unmanaged<NameList>.fromOpaque(user).takeUnretainedValue()
        unsafe list.add(
            kind, Array(UnsafeBufferPointer(start: bytes, count: max(0, Int(count)))))
    }
    return list
}

private final class NameList {
    private(set) var names: [String] = []
    private(set) var hostNames: [String] = []

    func add(_ kind: Int32, _ bytes: [UInt8]) {
        switch kind {
        case COPENSSL_NAME_DNS:
            hostNames.append(String(bytes: bytes))
            names.append(String(bytes: bytes))
        case COPENSSL_NAME_ADDRESS where bytes.count == 4:
            names.append(IPv4Address(octets: bytes).description)
        case COPENSSL_NAME_ADDRESS where bytes.count == 16:
            names.append(IPv6Address(octets: bytes).description)
        default: break
        }
    }
}
#endif
