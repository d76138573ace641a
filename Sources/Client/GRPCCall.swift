import Basics
package import GRPC
package import Outcome

/// The client's side of one gRPC call, from the request sent to the status known
/// (PROTOCOL-HTTP2.md). A value without I/O: one method for each thing that can arrive.
///
///                        .------ 1xx ------.
///                        v                 |
///     request sent -> awaitingHeaders -----'
///                        |   |   |
///        HEADERS (gRPC)  |   |   |  HEADERS (not gRPC)
///            .-----------'   |   '-----------------.
///            v               |                     v
///     receivingMessages      | trailers-only    quotingBody
///       |  ^      |          |                     |
///       '--'      | trailers |                     | end, or enough bytes
///       DATA      v          v                     v
///              .--------------- ended ---------------.
///
/// RST_STREAM, a lost connection and the deadline lead to `ended` from everywhere. A message is
/// not a success: only trailers with status OK are.
package struct GRPCCall {
    /// How many messages a response with status OK may have.
    package enum Kind: Equatable {
        case unary
        case serverStreaming
    }

    /// How a call ended.
    package enum End: Equatable {
        /// Status OK, and as many messages as the kind of the call wants.
        case ok
        case failed(Cause)
    }

    /// What the caller has to do now.
    package enum Action: Equatable {
        /// Nothing; the call goes on.
        case proceed
        /// The call is over.
        case end(End)
        /// The call is over for us, but not for the peer: send RST_STREAM with this code.
        case abandon(End, HTTP2ErrorCode)
    }

    private enum State {
        case awaitingHeaders
        case receivingMessages
        case quotingBody(HTTPAnswer)
        case ended
    }

    private let kind: Kind
    private let room: MessageRoom?
    private var state = State.awaitingHeaders
    /// Cuts the messages; beside the state and not in it, so that its buffer grows in place.
    private var reader = MessageReader(encoding: nil)
    private var messageCount = 0

    /// - Parameter room: what its messages share with those of other calls on its connection.
    package init(kind: Kind, in room: MessageRoom? = nil) {
        self.kind = kind
        self.room = room
    }

    /// A header block arrived.
    ///
    /// - Parameter isTruncated: the block was over `Limits.headerListSize` and is not complete.
    package mutating func receiveHeaders(
        _ block: HeaderBlock, isTruncated: Bool = false, endStream: Bool
    ) -> Action {
        switch state {
        case .ended:
            return .proceed
        case .awaitingHeaders:
            let headers = ResponseHeaders(block)
            if isTruncated { return fail(.headersTooLarge, peerEnded: endStream) }
            return begin(headers, endStream: endStream)
        case .receivingMessages:
            guard endStream else { return fail(.headersInTheMiddle, peerEnded: false) }
            if isTruncated { return fail(.headersTooLarge, peerEnded: true) }
            return end(trailers: ResponseHeaders(block), cutShort: reader.isInsideMessage)
        case .quotingBody(let answer):
            // A status of the server's own counts, even this late.
            let trailers = ResponseHeaders(block)
            if case .code(let code) = trailers.grpcStatus, code != .ok {
                return end(trailers: trailers, cutShort: false)
            }
            return conclude(.failed(.notGRPC(answer)), peerEnded: endStream)
        }
    }

    /// DATA arrived; whole messages are appended to `messages`.
    package mutating func receiveData(
        _ bytes: [UInt8], endStream: Bool, messages: inout [GRPCMessage]
    ) -> Action {
        switch state {
        case .ended:
            return .proceed
        case .awaitingHeaders:
            // HTTP/2 itself forbids it, so the session has objected already.
            return fail(.missingHTTPStatus, peerEnded: endStream)
        case .receivingMessages:
            let before = messages.count
            do throws(MessageReader.Violation) {
                try reader.append(bytes, to: &messages)
            } catch {
                return fail(.message(error), peerEnded: endStream)
            }
            messageCount += messages.count - before
            if kind == .unary, messageCount > 1 {
                return fail(.secondMessage, peerEnded: endStream)
            }
            return endStream ? fail(.missingTrailers, peerEnded: true) : .proceed
        case .quotingBody(var answer):
            answer.excerpt += bytes.prefix(Limits.bodyExcerptSize - answer.excerpt.count)
            state = .quotingBody(answer)
            guard endStream || answer.excerpt.count == Limits.bodyExcerptSize else {
                return .proceed
            }
            return conclude(.failed(.notGRPC(answer)), peerEnded: endStream)
        }
    }

    /// RST_STREAM arrived.
    package mutating func receiveReset(_ code: HTTP2ErrorCode) -> Action {
        conclude(.failed(.streamReset(code)), peerEnded: true)
    }

    /// The peer broke a rule of HTTP/2 for this stream alone, and the session has reset it.
    package mutating func breakRule(_ text: String) -> Action {
        fail(.http2(text), peerEnded: true)
    }

    /// The stream is over, and nothing has said how the call ended.
    package mutating func closeStream() -> Action {
        fail(.missingTrailers, peerEnded: true)
    }

    /// The connection is gone, or will not serve this call.
    package mutating func loseConnection(_ cause: Cause) -> Action {
        conclude(.failed(cause), peerEnded: true)
    }

    /// The deadline has passed.
    package mutating func expire(_ limit: Limit) -> Action {
        conclude(.failed(.timedOut(limit)), peerEnded: false)
    }

    // MARK: - The first header block

    private mutating func begin(_ headers: ResponseHeaders, endStream: Bool) -> Action {
        if headers.httpStatus == 101 { return fail(.switchingProtocols, peerEnded: endStream) }
        if let status = headers.httpStatus, (100..<200).contains(status) {
            return endStream ? fail(.informationalEnd(status), peerEnded: true) : .proceed
        }
        // A status of the server's own wins over everything that is wrong with the rest
        // (http-grpc-status-mapping.md); a success has to be beyond doubt.
        if case .code(let code) = headers.grpcStatus, code != .ok,
            endStream || headers.httpStatus != 200 || !headers.isGRPC,
            headers.httpStatus != nil
        {
            return conclude(
                .failed(.refused(headers.serverStatus(code))), peerEnded: endStream)
        }
        if let name = headers.illegalField {
            return fail(.illegalHeaderField(name), peerEnded: endStream)
        }
        guard let status = headers.httpStatus else {
            return fail(.missingHTTPStatus, peerEnded: endStream)
        }
        if (status != 200 || !headers.isGRPC) && headers.grpcStatus == .absent {
            let answer = HTTPAnswer(status: status, contentType: headers.contentType)
            state = .quotingBody(answer)
            return endStream ? conclude(.failed(.notGRPC(answer)), peerEnded: true) : .proceed
        }
        if endStream { return end(trailers: headers, cutShort: false) }
        guard status == 200, headers.isGRPC else {
            let answer = HTTPAnswer(status: status, contentType: headers.contentType)
            return conclude(.failed(.notGRPC(answer)), peerEnded: false)
        }
        reader = MessageReader(encoding: headers.encoding, in: room)
        state = .receivingMessages
        return .proceed
    }

    // MARK: - The end

    private mutating func end(trailers: ResponseHeaders, cutShort: Bool) -> Action {
        switch trailers.grpcStatus {
        case .absent:
            // The status may be there under a name that is none.
            if let name = trailers.illegalField {
                return fail(.illegalHeaderField(name), peerEnded: true)
            }
            return fail(.missingStatus, peerEnded: true)
        case .malformed(let text):
            return fail(.malformedStatus(text), peerEnded: true)
        case .code(let code) where code != .ok:
            return conclude(.failed(.refused(trailers.serverStatus(code))), peerEnded: true)
        case .code:
            if let name = trailers.illegalField {
                return fail(.illegalHeaderField(name), peerEnded: true)
            }
            if cutShort { return fail(.truncatedMessage, peerEnded: true) }
            if kind == .unary, messageCount == 0 { return fail(.noMessage, peerEnded: true) }
            return conclude(.ok, peerEnded: true)
        }
    }

    private mutating func fail(_ rule: BadResponse, peerEnded: Bool) -> Action {
        conclude(.failed(.badResponse(rule)), peerEnded: peerEnded)
    }

    private mutating func conclude(_ end: End, peerEnded: Bool) -> Action {
        var end = end
        switch state {
        case .ended: return .proceed
        case .quotingBody(let answer):
            // The verdict was known with the headers; only the excerpt was still coming.
            if case .failed(.refused) = end { break }
            end = .failed(.notGRPC(answer))
        default: break
        }
        state = .ended
        // Half a message is of no use, and takes room.
        reader = MessageReader(encoding: nil)
        return peerEnded ? .end(end) : .abandon(end, end.resetCode)
    }
}

extension GRPCCall.End {
    /// The end of a call whose deadline has passed: that the server cancelled it, or noticed the
    /// deadline as well, is then that deadline seen from the other side, and nothing of what the
    /// server sent with it is used (PROTOCOL-HTTP2.md, "Client Cancellation").
    package func attributingCancellation(to limit: Limit) -> GRPCCall.End {
        guard case .failed(let cause) = self,
            cause.statusCode == .cancelled || cause.statusCode == .deadlineExceeded
        else { return self }
        return .failed(.timedOut(limit))
    }

    /// What RST_STREAM says to a peer that still thinks the call goes on: PROTOCOL_ERROR where
    /// it broke a rule, CANCEL where we lost interest.
    fileprivate var resetCode: HTTP2ErrorCode {
        if case .failed(let cause) = self, case .badResponse = cause, cause.initiator == .peer {
            return .protocolError
        }
        return .cancel
    }
}
