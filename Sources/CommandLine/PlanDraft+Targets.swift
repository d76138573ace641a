import Basics
import Plan

extension PlanDraft {
    /// A target of the command line or of a variable.
    static func target(_ text: String) throws(ValueError) -> Target {
        do throws(TargetError) {
            return try Target.parse(text)
        } catch {
            throw ValueError(error.message, hint: error.hint)
        }
    }

    /// The name of a service, any text in UTF-8; empty for the server as a whole.
    static func service(_ name: String) throws(ValueError) -> String {
        // In a string, U+FFFD stands where bytes were not UTF-8. Nobody names a service with it.
        guard name.utf8.span.isASCII || !name.unicodeScalars.contains("\u{FFFD}") else {
            throw ValueError("the service name is not UTF-8")
        }
        return name
    }

    /// Takes one line of a `-targets` file: `target [service...] [# comment]`.
    mutating func addTarget(_ line: FileLine) throws(ValueError) {
        let words = line.text.utf8.split { $0.isBlank }
            .prefix { $0.first != UInt8(ascii: "#") }
        guard let spelling = words.first else { return }
        var services: [String] = []
        for word in words.dropFirst() {
            services.append(word.spells("\"\"") ? "" : try Self.service(String(bytes: word)))
        }
        if !services.isEmpty, firstLineWithServices == nil { firstLineWithServices = line.place }
        do throws(TargetError) {
            let target = try Target.parse(String(bytes: spelling))
            plan.listedTargets.append(Subject(target: target, services: services))
        } catch {
            throw ValueError(error.redactedMessage, hint: error.redactedHint)
        }
    }

    /// What a listed target is asked for: every `-service`, then what its line names besides.
    ///
    /// - Parameter given: the services of `-service`, none of them if it was not given.
    static func services(_ given: [String], and own: [String]) -> [String] {
        if own.isEmpty { return given.isEmpty ? [""] : given }
        return given + own.filter { name in !given.contains { $0.utf8.spells(name) } }
    }
}
