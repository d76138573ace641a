import Basics
import Compression
import GRPC

extension GRPCMessage {
    /// The message decompressed, if it is compressed.
    func plain() throws(BadResponse) -> [UInt8] {
        isCompressed ? try Inflater.inflate(bytes, limit: Limits.messageSize) : bytes
    }
}
