/// One target and the services to ask it for.
package struct Subject: Equatable, Sendable {
    package var target: Target
    package var services: [String]

    package init(target: Target, services: [String]) {
        self.target = target
        self.services = services
    }
}
