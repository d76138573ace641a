import Outcome
import Plan
import TLS
import Testing

@Suite struct TLSContextTests {
    @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func refusesAFileWithoutCertificates(text: String) {
        let file = NamedFile(path: "ca.pem", bytes: Array(text.utf8))
        #expect(throws: UsageError("-tls-ca-cert: \"ca.pem\" has no certificate in PEM")) {
            try TLSContext.make(TLSPlan(trust: .certificates(file)), files: .none)
        }
    }
}
