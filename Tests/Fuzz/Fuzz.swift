// What hostile bytes meet first, for libFuzzer: Scripts/fuzz compiles this together with the pure
// floors.
//
// The first byte chooses who reads the rest. Nothing is expected of what comes out but that it
// comes: a trap, an endless loop or a read beyond the end is a finding. Some results have to agree
// with others, whatever the bytes are.

@_cdecl("LLVMFuzzerTestOneInput")
public func readHostileBytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    let text = String(decoding: bytes, as: UTF8.self)
    switch start[0] % 12 {
    case 0: _ = try? HealthCheckResponse.decode(bytes)
    case 1: _ = try? HealthListResponse.decode(bytes)
    case 2: _ = try? X509SVIDResponse.decode(bytes)
    case 3: readStream(bytes)
    case 4: readResponse(bytes)
    case 5: readCertificates(bytes)
    case 6: readEscaped(bytes)
    case 7: _ = percentDecoded(bytes)
    case 8: readTarget(text)
    case 9: _ = try? Duration(goSyntax: text)
    case 10: _ = try? HeaderField(metadata: text)
    default:
        let greeting = Greeting(bytes: bytes)
        _ = Greeting.canBeginHTTP2(bytes) || Greeting.canBeginTLS(bytes) || greeting.isWhole
    }
    return 0
}

/// The same bytes, whole and cut in two, are the same messages.
private func readStream(_ bytes: [UInt8]) {
    func messages(_ pieces: [ArraySlice<UInt8>]) -> [GRPCMessage]? {
        var reader = MessageReader(encoding: Array("gzip".utf8))
        var messages: [GRPCMessage] = []
        for piece in pieces {
            guard (try? reader.append(Array(piece), to: &messages)) != nil else { return nil }
        }
        return messages
    }
    let cut = bytes.count / 3
    precondition(messages([bytes[...]]) == messages([bytes[..<cut], bytes[cut...]]))
}

/// A response of header fields and DATA, as the bytes will have it.
private func readResponse(_ bytes: [UInt8]) {
    var call = GRPCCall(kind: bytes.count % 2 == 0 ? .unary : .serverStreaming)
    var messages: [GRPCMessage] = []
    for block in bytes.split(separator: 0, maxSplits: 20) {
        guard let kind = block.first else { continue }
        let endStream = kind & 1 != 0
        if kind & 2 != 0 {
            _ = call.receiveData(
                Array(block.dropFirst()), endStream: endStream, messages: &messages)
        } else {
            let fields = block.dropFirst().split(separator: 10).map { line in
                let parts = line.split(separator: 9, maxSplits: 1)
                return HeaderField(
                    name: Array(parts.first ?? []), value: parts.count > 1 ? Array(parts[1]) : [])
            }
            _ = call.receiveHeaders(HeaderBlock(fields), endStream: endStream)
        }
    }
    _ = call.loseConnection(.connectionLost(.closed))
}

private func readCertificates(_ bytes: [UInt8]) {
    let bundle = CertificateBundle(pem: bytes)
    for index in 0..<bundle.count { _ = bundle.certificate(at: index) }
    _ = bundle.certificates(of: Array(bytes.prefix(40)))
}

/// What is escaped is printable, and stays as it is when it is escaped again.
private func readEscaped(_ bytes: [UInt8]) {
    let once = escaped(bytes)
    precondition(once.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    precondition(escaped(once).utf8.elementsEqual(once.utf8))
    _ = quoted(bytes)
}

/// A target that is read can be written down and read again.
private func readTarget(_ text: String) {
    guard let target = try? Target.parse(text) else { return }
    precondition((try? Target.parse(target.spelling)) == target)
}
