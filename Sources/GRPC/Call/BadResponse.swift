/// A response that is not gRPC: what is known of it.
package struct HTTPAnswer: Equatable, Sendable {
    package var status: Int
    package var contentType: [UInt8]?
    /// The first bytes of the body, at most `Limits.bodyExcerptSize`.
    package var excerpt: [UInt8]

    package init(status: Int, contentType: [UInt8]?, excerpt: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.excerpt = excerpt
    }
}

/// The rules of gRPC that a response can break.
package enum BadResponse: Error, Equatable, Sendable {
    /// Header fields without `:status`.
    case missingHTTPStatus
    /// A header field that HTTP/2 does not allow; its name.
    case illegalHeaderField([UInt8])
    /// More header fields than `Limits.headerListSize`.
    case headersTooLarge
    /// HEADERS that neither begin nor end the response.
    case headersInTheMiddle
    /// An informational (1xx) response that ends the stream; its `:status`.
    case informationalEnd(Int)
    /// A `:status` of 101, which is HTTP/1.1's (RFC 9113 section 8.6).
    case switchingProtocols
    /// Trailers without `grpc-status`.
    case missingStatus
    /// A `grpc-status` that is not a number.
    case malformedStatus([UInt8])
    /// The stream ended with DATA.
    case missingTrailers
    /// Status OK, but the message is cut short.
    case truncatedMessage
    /// Status OK, but there is no message.
    case noMessage
    /// A unary response with a second message.
    case secondMessage
    /// The message or its prefix is not acceptable.
    case message(MessageReader.Violation)
    /// A compressed message that cannot be decompressed.
    case corruptCompression
    /// A compressed message that there is no memory to decompress.
    case noMemory
    /// A compressed message that would grow beyond `Limits.messageSize`.
    case inflatedTooLarge
    /// A rule of HTTP/2 that concerns the stream alone; nghttp2's name for it.
    case http2(String)
    /// The message is not a valid protobuf encoding.
    case malformedMessage(ProtobufError)
    /// A list with more services than are reported: so many were left out.
    case listTooLong(omitted: Int)
}

extension BadResponse {
    /// INTERNAL for everything but a status that says nothing (UNKNOWN) and what is over a
    /// limit of ours (RESOURCE_EXHAUSTED), as doc/statuscodes.md has it. A wrong number of
    /// messages is INTERNAL too: the document's UNIMPLEMENTED would read as "no health service".
    package var statusCode: GRPCStatusCode {
        switch self {
        case .missingStatus, .malformedStatus: .unknown
        case .message(.tooLarge), .message(.noRoom), .inflatedTooLarge, .listTooLong, .noMemory:
            .resourceExhausted
        default: .internal
        }
    }
}
