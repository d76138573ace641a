import CAres

/// c-ares's name and version, as it says itself.
package var aresVersion: String {
    guard let version = unsafe ares_version(nil) else { return "c-ares" }
    return unsafe "c-ares \(String(cString: version))"
}
