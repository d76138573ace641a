import CNGHTTP2

/// nghttp2's name and version, as it says itself.
package var nghttp2Version: String {
    guard let version = unsafe nghttp2_version(0)?.pointee.version_str else { return "nghttp2" }
    return unsafe "nghttp2 \(String(cString: version))"
}

/// nghttp2's words for one of its error numbers.
func libraryText(_ error: Int32) -> String {
    guard let text = unsafe nghttp2_strerror(error) else { return "error \(error)" }
    return unsafe String(cString: text)
}
