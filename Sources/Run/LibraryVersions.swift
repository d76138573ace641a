import HTTP2
import Network
import TLS

/// The libraries in this program, with their versions.
package var libraryVersions: [String] {
    [nghttp2Version, aresVersion] + [openSSLVersion].compactMap { $0 }
}
