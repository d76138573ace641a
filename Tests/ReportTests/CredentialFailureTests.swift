import Basics
import GRPC
import Outcome
import Report
import TestSupport
import Testing

/// What is said where there are no credentials.
@Suite struct CredentialFailureTests {
    fileprivate struct Row: Sendable, CustomTestStringConvertible {
        var reason: CredentialFailure.Reason
        var word: String
        var initiator: String
        var text: String
        var hint: String?
        var needsIntervention = false

        var testDescription: String { text }
        var failure: Failure {
            Failure(
                phase: .spiffe,
                cause: .noCredentials(CredentialFailure(endpoint: "unix:/a", reason: reason)))
        }
    }

    private static let socket = EndpointAddress.unix(path: "/a")

    private static func refused(_ code: GRPCStatusCode, _ message: String = "") -> Failure {
        Failure(
            phase: .rpc, cause: .refused(GRPCStatus(code: code, message: Array(message.utf8))))
    }

    private static let calls = [
        Row(
            reason: .call(
                Failure(
                    phase: .connect,
                    cause: .unreachable([
                        AttemptFailure(address: socket, error: SystemErrorNumber(111))
                    ]))),
            word: "connection_refused", initiator: "network", text: "connection refused (/a)",
            hint: "is the SPIFFE agent running? SPIFFE_ENDPOINT_SOCKET names its socket"),
        Row(
            reason: .call(Failure(phase: .rpc, cause: .timedOut(.rpcTimeout(.seconds(1))))),
            word: "timeout", initiator: "clock", text: "no answer within 1s (DEADLINE_EXCEEDED)",
            hint: "-rpc-timeout sets the limit"),
        Row(
            reason: .call(Failure(phase: .connect, cause: .timedOut(.runTimeout(.seconds(1))))),
            word: "timeout", initiator: "clock", text: "no connection within 1s",
            hint: "-timeout sets the limit"),
        Row(
            reason: .call(refused(.permissionDenied, "no identity issued")),
            word: "status", initiator: "peer",
            text: "the agent has no identity for this process"
                + " (PERMISSION_DENIED: \"no identity issued\")",
            hint: "a registration entry has to match this process (its user, path or container)"),
        Row(
            reason: .call(refused(.unimplemented)), word: "status", initiator: "peer",
            text: "this is not a SPIFFE Workload API (UNIMPLEMENTED)", needsIntervention: true),
        Row(
            reason: .call(refused(.unavailable, "starting")), word: "status", initiator: "peer",
            text: "the agent answered UNAVAILABLE: \"starting\""),
    ]

    private static let others = [
        Row(
            reason: .endpointNotSet, word: "spiffe_endpoint_not_set", initiator: "probe",
            text: "the variable is not set",
            hint: "it says where the SPIFFE agent is: unix:///path or tcp://address:port",
            needsIntervention: true),
        Row(
            reason: .endpointMalformed("it has no port"), word: "spiffe_endpoint_malformed",
            initiator: "probe", text: "this is not the address of a SPIFFE agent: it has no port",
            hint: "SPIFFE_ENDPOINT_SOCKET says where the agent is", needsIntervention: true),
    ]

    private static let answers: [(SVIDError, String)] = [
        (.malformedMessage(.truncated), "is not an X509SVIDResponse"),
        (.noIdentity, "has no identity in it"),
        (.missing(.privateKey), "has no x509_svid_key"),
        (
            .badID(Array("x\n".utf8), .noScheme),
            "has a bad SPIFFE ID \"x\\n\": it does not begin with spiffe://"
        ),
        (.notCertificates(.bundle), "has no DER certificates in bundle"),
        (.tooManyCertificates(.chain), "has too many certificates in x509_svid"),
        (.tooManyEntries, "has too many identities or federated bundles"),
        (
            .unusable(.privateKey, "unsupported"),
            "has an x509_svid_key that cannot be used: unsupported"
        ),
        (.keyMismatch, "has a key that does not belong to its certificate"),
    ]

    private static let all =
        calls + others
        + answers.map {
            Row(
                reason: .answer($0), word: "spiffe_answer", initiator: "peer",
                text: "the agent's answer \($1)", needsIntervention: true)
        }

    @Test(arguments: all)
    private func `a failure has its words and its meaning`(row: Row) {
        let observation = Observation(.failed(row.failure))
        let text = FailureText(observation, row.failure)
        #expect(text.endpoint == "unix:/a")
        #expect(text.cause == row.text)
        #expect(text.hint == row.hint)
        #expect(row.failure.cause.word == row.word)
        #expect(row.failure.cause.initiator.word == row.initiator)
        #expect(row.failure.cause.needsIntervention == row.needsIntervention)
        #expect(row.failure.cause.statusCode == .unavailable)
        #expect(row.failure.cause.serverStatus == nil)
        #expect(ExitCode(of: [observation], binary: false).rawValue == 20)
        #expect(ExitCode(of: [observation], binary: true).rawValue == 1)
    }

    @Test func `the line is about the agent, once for all services`() {
        let failed = Observation(
            .failed(Self.others[0].failure), service: "a", target: "localhost:5000")
        var other = failed
        other.service = "b"
        let output = Report.output(
            of: [failed, other], quiet: false, colors: Colors(output: false, error: false))
        #expect(
            output.standardError == """
                swift-health-probe: spiffe unix:/a: the variable is not set
                hint: it says where the SPIFFE agent is: unix:///path or tcp://address:port

                """)
    }

    @Test func `JSON names the agent`() throws {
        let failed = Observation(.failed(Self.calls[0].failure))
        let line = JSONReport.output(of: [failed], quiet: false).standardOutput
        #expect(line.contains("\"exit_code\":20"))
        #expect(line.contains("\"grpc_origin\":\"probe\""))
        #expect(
            line.contains(
                "\"failure\":{\"phase\":\"spiffe\",\"cause\":\"connection_refused\","
                    + "\"initiator\":\"network\",\"endpoint\":\"unix:/a\","
                    + "\"message\":\"connection refused (/a)\""))
    }

    @Test func `a missing endpoint is named by its variable`() {
        let notSet = WorkloadEndpoint(nil).failure
        #expect(notSet?.endpoint == "SPIFFE_ENDPOINT_SOCKET")
        #expect(notSet?.reason == .endpointNotSet)
        #expect(WorkloadEndpoint("x").failure?.endpoint == "x")
        #expect(WorkloadEndpoint("unix:/a").failure == nil)
    }
}
