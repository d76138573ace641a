import HTTP2
import Network

/// The libraries in this program, with their versions.
package var libraryVersions: [String] { [nghttp2Version, aresVersion] }
