extension PlanDraft {
    /// What `-spiffe` and `-spiffe-id` come to. A bad endpoint is no bad command line: whoever
    /// runs this has written one, and somebody else has set the variable or has not.
    func settledSPIFFE(_ workloadEndpoint: String?) throws(UsageError) -> SPIFFEPlan? {
        guard wantsSPIFFE else {
            guard requiredID == nil else {
                throw UsageError("-spiffe-id has a meaning only with -spiffe")
            }
            return nil
        }
        return SPIFFEPlan(endpoint: WorkloadEndpoint(workloadEndpoint), requiredID: requiredID)
    }

    /// The identity of a server.
    static func spiffeID(_ text: String) throws(ValueError) -> SPIFFEID {
        let identity: SPIFFEID
        do throws(SPIFFEIDError) {
            identity = try SPIFFEID(text.utf8)
        } catch {
            throw ValueError("\(quoted(text)) is not a SPIFFE ID: \(error.text)")
        }
        guard identity.hasPath else {
            throw ValueError(
                "\(quoted(text)) is a trust domain, and no server in it",
                hint: "a SPIFFE ID is written spiffe://trust-domain/path")
        }
        return identity
    }
}
