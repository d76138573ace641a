import Plan
import Testing

@Suite struct HostMatchTests {
    @Test(
        arguments: [
            ("db.internal", "db.internal"), ("db.internal", "DB.Internal"),
            ("db.internal", "*.internal"), ("DB.internal", "*.INTERNAL"),
            ("my_svc.example.com", "*.example.com"), ("my_svc.example.com", "my_svc.example.com"),
            ("xn--bcher-kva.example", "*.example"), ("a", "a"),
        ])
    func `a host name is matched by itself and by a wildcard for its first label`(
        host: String, pattern: String
    ) {
        #expect(ServerName(host).isMatched(by: pattern))
    }

    @Test(
        arguments: [
            ("internal", "*.internal"), ("a.b.internal", "*.internal"), ("internal", "*"),
            ("db.internal", "*"), ("db.internal", "*.*"), ("db.internal", "db.*"),
            ("db.internal", "d*.internal"), ("db.internal", "*b.internal"),
            ("db.internal", "**.internal"), ("a.db.internal", "a.*.internal"),
            ("*.internal", "*.internal"), ("*", "*"), ("-db.internal", "*.internal"),
            ("d b.internal", "*.internal"), ("db\0.internal", "*.internal"),
            ("db..internal", "*..internal"), ("db.internal", "db.internal."),
            ("db.internal", ".db.internal"), ("db.internal", "*.internal\0"),
            ("db.internal", ""), (".internal", "*.internal"), ("db.internal", "*.external"),
            ("10.0.0.1", "*.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("::1", "::1"),
        ])
    func `nothing else matches`(host: String, pattern: String) {
        #expect(!ServerName(host).isMatched(by: pattern))
    }
}
