import Basics
import GRPC
import Outcome
import Plan

/// What the flags about SPIFFE say, until it is known what they say together.
struct SPIFFEDraft {
    var isWanted = false
    var requiredID: SPIFFEID?

    /// The plan, or nil without SPIFFE. A bad endpoint is no bad command line: whoever wrote that
    /// has nothing to do with the variable.
    ///
    /// - Parameter tls: the flags that are about files, which have no place beside SPIFFE.
    func settled(
        _ environment: [(name: String, value: String)], _ tls: TLSDraft
    ) throws(UsageError) -> SPIFFEPlan? {
        try UsageError.check(requiredID != nil, "-spiffe-id", needs: "-spiffe", isWanted)
        guard isWanted else { return nil }
        for (isGiven, flag) in tls.flagsBesideALPN where isGiven {
            throw UsageError("-spiffe and \(flag) cannot be used together")
        }
        let variable = environment.first { $0.name.utf8.spells(WorkloadEndpoint.variable) }
        return SPIFFEPlan(
            endpoint: WorkloadEndpoint(variable?.value), requiredID: requiredID,
            requiresALPN: !tls.skipsALPN)
    }

    /// The identity of a server.
    static func identity(_ text: String) throws(ValueError) -> SPIFFEID {
        let identity: SPIFFEID
        do throws(SPIFFEIDError) {
            identity = try SPIFFEID(text.utf8)
        } catch {
            throw ValueError("\(quoted(text)) is not a SPIFFE ID: \(error.text)")
        }
        guard identity.hasPath else {
            throw ValueError(
                "\(quoted(text)) is a trust domain, not the identity of a server",
                hint: "a SPIFFE ID is written spiffe://trust-domain/path")
        }
        return identity
    }
}
