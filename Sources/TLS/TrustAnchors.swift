#if TLS
import COpenSSL
import ProbeCore

/// The certificates that are trusted, found by the name of their subject when OpenSSL asks for
/// the issuer of another: it parses one certificate instead of 140.
final class TrustAnchors {
    private let roots: SystemRoots
    private let files: FileAccess
    /// Whether the system's certificates are trusted, or only `bundles`. Of the system's, OpenSSL
    /// finds those in hashed directories by itself.
    let isSystem: Bool
    /// What has been read so far.
    private var bundles: [CertificateBundle]
    private var hasReadSystemBundle = false
    private var hasReadLooseFiles = false
    private var hashedDirectory: Bool?
    /// The names that have been looked for lately: they need not be looked for again.
    private var known: [[UInt8]] = []

    /// - Parameter bundle: the only certificates that are trusted.
    init(_ bundle: CertificateBundle) {
        roots = SystemRoots()
        files = .none
        isSystem = false
        bundles = [bundle]
    }

    init(_ roots: SystemRoots, _ files: FileAccess) {
        self.roots = roots
        self.files = files
        isSystem = true
        bundles = []
    }

    /// Adds the trusted certificates with this name to `store`, as far as they were not there
    /// yet and are not in a hashed directory.
    ///
    /// - Parameters:
    ///   - name: a subject (DER).
    ///   - isOffered: whether the server sent a certificate of this name. An intermediate one
    ///     need not be among the trusted, so a machine with a hashed directory has said all.
    /// - Returns: whether there was one.
    func load(_ name: [UInt8], isOffered: Bool, into store: OpaquePointer?) -> Bool {
        guard !known.contains(name) else { return false }
        if isOffered, isSystem, hasHashedDirectory() { return false }
        // The names are the servers' choice, and a watch may see new ones for years.
        if known.count == Limits.issuersKnown { known.removeAll(keepingCapacity: true) }
        known.append(name)
        var isFound = false
        for bundle in bundles where unsafe add(name, from: bundle, to: store) { isFound = true }
        while !isFound, let bundle = nextSystemFile() {
            isFound = unsafe add(name, from: bundle, to: store)
        }
        return isFound
    }

    private func add(
        _ name: [UInt8], from bundle: CertificateBundle, to store: OpaquePointer?
    ) -> Bool {
        var isFound = false
        for der in bundle.certificates(of: name) {
            guard let certificate = CertificateHandle.make(der: der) else { continue }
            if unsafe X509_STORE_add_cert(store, certificate.pointer) == 1 { isFound = true }
        }
        return isFound
    }

    // MARK: - The system's files

    /// Reads what has not been read yet: the bundle first, then all that lies in the directories
    /// under names of its own.
    private func nextSystemFile() -> CertificateBundle? {
        guard isSystem else { return nil }
        if !hasReadSystemBundle {
            hasReadSystemBundle = true
            for path in roots.bundles {
                guard let bundle = bundle(at: path) else { continue }
                bundles.append(bundle)
                return bundle
            }
        }
        guard !hasReadLooseFiles else { return nil }
        hasReadLooseFiles = true
        let bundle = CertificateBundle(pem: looseFiles())
        bundles.append(bundle)
        return bundle
    }

    private func bundle(at path: String) -> CertificateBundle? {
        guard case .bytes(let bytes) = files.read(path, Limits.certificateFileSize) else {
            return nil
        }
        return CertificateBundle(pem: bytes)
    }

    /// The contents of the files that do not have a hashed name. Go reads all files of these
    /// directories, so images exist whose own certificate just lies there.
    private func looseFiles() -> [UInt8] {
        var contents: [UInt8] = []
        for directory in roots.directories {
            for name in files.list(directory, Limits.certificateFiles) {
                let path = "\(directory)/\(name)"
                guard !isHashed(name), !roots.bundles.contains(where: { path.utf8.spells($0) }),
                    case .bytes(let bytes) = files.read(path, Limits.certificateFileSize),
                    contents.count + bytes.count <= Limits.certificateFileSize
                else { continue }
                contents += bytes
                contents.append(UInt8(ascii: "\n"))
            }
        }
        return contents
    }

    private func hasHashedDirectory() -> Bool {
        if let hashedDirectory { return hashedDirectory }
        let isThere = roots.directories.contains { directory in
            files.list(directory, Limits.certificateFiles).contains { isHashed($0) }
        }
        hashedDirectory = isThere
        return isThere
    }

    /// Whether this is a name as openssl-rehash(1) gives them: eight hexadecimal digits, a dot, a
    /// number.
    private func isHashed(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.count > 9 && bytes[8] == UInt8(ascii: ".")
            && bytes[..<8].allSatisfy { $0.hexadecimalValue != nil }
            && bytes[9...].allSatisfy { $0.isASCIIDigit }
    }
}
#endif
