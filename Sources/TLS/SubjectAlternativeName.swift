#if TLS
import Basics
import COpenSSL

/// A name that a certificate is for (RFC 5280 section 4.2.1.6), of those kinds that servers are
/// known by. What it says is the issuer's word, unchecked.
enum SubjectAlternativeName {
    case host([UInt8])
    case address([UInt8])
    case uri([UInt8])
}

extension Certificate {
    /// All of its names, in their order.
    var alternativeNames: [SubjectAlternativeName] {
        guard let list = unsafe copenssl_alternative_names(pointer) else { return [] }
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [SubjectAlternativeName] = []
        for index in 0..<(unsafe copenssl_count_names(list)) {
            var start: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let kind = unsafe copenssl_name(list, index, &start, &count)
            let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: max(0, Int(count))))
            switch kind {
            case GEN_DNS: names.append(.host(bytes))
            case GEN_IPADD: names.append(.address(bytes))
            case GEN_URI: names.append(.uri(bytes))
            default: break
            }
        }
        return names
    }

    /// The host names alone.
    var hostNames: [String] {
        alternativeNames.compactMap {
            if case .host(let bytes) = $0 { String(bytes: bytes) } else { nil }
        }
    }

    /// The host names and the addresses.
    var hostNamesAndAddresses: [String] {
        alternativeNames.compactMap { name in
            switch name {
            case .host(let bytes): String(bytes: bytes)
            case .address(let octets) where octets.count == 4:
                IPv4Address(octets: octets).description
            case .address(let octets) where octets.count == 16:
                IPv6Address(octets: octets).description
            case .address, .uri: nil
            }
        }
    }

    /// The URIs, all of them: a second one must not hide.
    var uris: [[UInt8]] {
        alternativeNames.compactMap { if case .uri(let bytes) = $0 { bytes } else { nil } }
    }
}
#endif
