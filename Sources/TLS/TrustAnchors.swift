#if TLS
import Basics
import Plan

/// The certificates that are trusted, found by the name of their subject when the issuer of
/// another is wanted: so one certificate is parsed instead of 140.
final class TrustAnchors {
    /// Where they are, in the order in which it costs to look there.
    enum Place {
        /// Under the hash of their names, as openssl-rehash(1) puts them.
        case hashedFiles
        case bundle
        /// In no file.
        case memory
        /// All other files in the directories. Go reads them, so images exist whose own
        /// certificate just lies there.
        case looseFiles
    }

    /// What a search had come to.
    private struct Finding {
        var place: Place
        var name: [UInt8]
        var certificates: [Certificate]
    }

    private let roots: SystemRoots
    private let files: FileAccess
    let places: [Place]
    private var bundle: CertificateBundle?
    private var looseFiles: CertificateBundle?
    /// Those that are parsed already: all that are in memory, or the first certificate of a file
    /// that the user named, which mostly has no other.
    private let parsed: [Certificate]
    /// What was found lately need not be looked for again.
    private var findings: [Finding] = []

    /// - Parameter bundle: the only certificates that are trusted; nil if there is none in it.
    init?(_ bundle: CertificateBundle) {
        guard let first = bundle.first else { return nil }
        parsed = [first]
        self.bundle = bundle
        roots = SystemRoots()
        files = .none
        places = [.bundle]
    }

    /// Those that the system trusts.
    init(_ roots: SystemRoots, _ files: FileAccess) {
        self.roots = roots
        self.files = files
        places = [.hashedFiles, .bundle, .looseFiles]
        parsed = []
    }

    /// These and no others.
    init(_ certificates: [Certificate]) {
        parsed = certificates
        roots = SystemRoots()
        files = .none
        places = [.memory]
    }

    /// The certificates in a place whose subject is this.
    func certificates(named name: DistinguishedName, in place: Place) -> [Certificate] {
        if !parsed.isEmpty, place == .memory || bundle?.count == parsed.count {
            return parsed.filter { $0.subject == name }
        }
        let encoding = name.encoding
        if let known = findings.first(where: { $0.place == place && $0.name == encoding }) {
            return known.certificates
        }
        let found: [Certificate]
        switch place {
        case .hashedFiles: found = hashedFiles(named: name)
        case .bundle: found = certificates(of: name, encoding, in: openBundle())
        case .looseFiles: found = certificates(of: name, encoding, in: openLooseFiles())
        case .memory: found = []
        }
        // A certificate may come to lie in a directory while a watch runs.
        if place != .hashedFiles || !found.isEmpty {
            remember(Finding(place: place, name: encoding, certificates: found))
        }
        return found
    }

    private func remember(_ finding: Finding) {
        // The names are the servers' choice, and a watch may see new ones for years.
        if findings.count == Limits.issuersKnown { findings.removeAll(keepingCapacity: true) }
        findings.append(finding)
    }

    private func certificates(
        of name: DistinguishedName, _ encoding: [UInt8], in bundle: CertificateBundle
    ) -> [Certificate] {
        var found: [Certificate] = []
        for der in bundle.certificates(of: encoding) {
            if let certificate = Certificate.make(der: der) { found.append(certificate) }
        }
        // Names that differ in their encoding only are told equal where it costs nothing.
        return found.isEmpty ? parsed.filter { $0.subject == name } : found
    }

    // MARK: - The system's files

    /// The files of all directories that are called after this name's hash, and hold it.
    private func hashedFiles(named name: DistinguishedName) -> [Certificate] {
        var found: [Certificate] = []
        let hash = zeroPadded(name.hash, to: 8, radix: 16)
        for directory in roots.directories {
            for number in 0..<Limits.hashedNamesakes {
                let path = "\(directory)/\(hash).\(number)"
                guard case .bytes(let bytes) = files.read(path, Limits.certificateFileSize) else {
                    break
                }
                found += PEM.certificates(in: bytes).filter { $0.subject == name }
            }
        }
        return found
    }

    /// The first of the bundles that can be read.
    private func openBundle() -> CertificateBundle {
        if let bundle { return bundle }
        var bundle = CertificateBundle(pem: [])
        for path in roots.bundles {
            guard case .bytes(let bytes) = files.read(path, Limits.certificateFileSize) else {
                continue
            }
            bundle = CertificateBundle(pem: bytes)
            break
        }
        self.bundle = bundle
        return bundle
    }

    /// The contents of the files that do not have a hashed name.
    private func openLooseFiles() -> CertificateBundle {
        if let looseFiles { return looseFiles }
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
        let bundle = CertificateBundle(pem: contents)
        looseFiles = bundle
        return bundle
    }

    /// Whether this is a name as openssl-rehash(1) gives them: eight hexadecimal digits, a dot, a
    /// number.
    private func isHashed(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.count > 9 && bytes[8] == UInt8(ascii: ".")
            && bytes[..<8].allSatisfy { $0.hexadecimalValue != nil }
            && bytes[9...].allSatisfy { $0.isASCIIDigit }
    }

    /// Where was looked in vain, if no certificate at all is trusted.
    var placesOfNone: [String]? {
        guard parsed.isEmpty, openBundle().first == nil, openLooseFiles().first == nil else {
            return nil
        }
        let isHashedFileThere = roots.directories.contains { directory in
            files.list(directory, Limits.certificateFiles).contains { isHashed($0) }
        }
        return isHashedFileThere ? nil : roots.bundles + roots.directories
    }
}

extension CertificateBundle {
    /// The first of them that is one.
    fileprivate var first: Certificate? {
        for index in 0..<count {
            guard let der = certificate(at: index), let certificate = Certificate.make(der: der)
            else { continue }
            return certificate
        }
        return nil
    }
}
#endif
