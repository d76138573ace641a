import Testing
import health_demo_server

@Suite struct HealthRegistryTests {
    @Test func `only a change is news`() {
        var registry = HealthRegistry([(.overall, .serving)])
        #expect(registry.set(.overall, to: .serving) == false)
        #expect(registry.set(.overall, to: .notServing) == true)
        #expect(registry[.overall] == .notServing)
    }

    @Test func `a new name registers a service, which is news unless it is unknown all the same`() {
        var registry = HealthRegistry()
        #expect(registry.set(ServiceName("shop.Cart"), to: .serving) == true)
        #expect(registry.set(ServiceName("shop.Odd"), to: .serviceUnknown) == false)
        #expect(registry[ServiceName("shop.Odd")] == .serviceUnknown)
    }

    @Test func `a service that is removed is unknown to those who watch`() {
        var registry = HealthRegistry([(ServiceName("shop.Cart"), .serving)])
        #expect(registry.remove(ServiceName("shop.Cart")) == true)
        #expect(registry.remove(ServiceName("shop.Cart")) == nil)
        #expect(registry[ServiceName("shop.Cart")] == nil)
        #expect(registry.watchedStatus(of: ServiceName("shop.Cart")) == .serviceUnknown)
    }

    @Test func `names are compared byte for byte`() {
        let composed = ServiceName("caf\u{E9}")
        let decomposed = ServiceName("cafe\u{301}")
        let registry = HealthRegistry([(composed, .serving), (decomposed, .notServing)])
        #expect(registry[composed] == .serving)
        #expect(registry[decomposed] == .notServing)
        #expect(ServiceName(wire: [0xC3, 0x28]) == nil)
    }

    @Test func `the list is sorted, the whole server first`() {
        let registry = HealthRegistry([
            (ServiceName("b"), .serving), (ServiceName("a"), .unknown), (.overall, .serving),
        ])
        #expect(registry.entries.map(\.name) == [.overall, ServiceName("a"), ServiceName("b")])
    }
}
