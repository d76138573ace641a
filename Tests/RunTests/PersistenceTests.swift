import Run
import TestSupport
import Testing

@Suite struct PersistenceTests {
    @Test func `without an answer there is one more try`() {
        var persistence = Persistence()
        #expect(persistence.allowsAnother)
        persistence.connecting()
        #expect(!persistence.allowsAnother)
    }

    @Test func `with one answer on each connection it goes on`() {
        var persistence = Persistence()
        for _ in 0..<100 {
            persistence.answered()
            #expect(persistence.allowsAnother)
            persistence.connecting()
        }
        // The last one brought nothing: there is one more.
        #expect(persistence.allowsAnother)
        persistence.connecting()
        #expect(!persistence.allowsAnother)
    }

    @Test func `an answer that comes late gives hope again`() {
        var persistence = Persistence()
        persistence.connecting()
        #expect(!persistence.allowsAnother)
        persistence.answered()
        #expect(persistence.allowsAnother)
    }
}
