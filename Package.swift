// swift-tools-version: 6.2
import PackageDescription

// The program people ship is Embedded Swift, linked fully static; development, tests and
// sanitizers use ordinary Swift. Both come from the same sources: `Scripts/build-embedded` sets
// SWIFT_HEALTH_PROBE_EMBEDDED=1 and gives that build a scratch path of its own.
let embedded = Context.environment["SWIFT_HEALTH_PROBE_EMBEDDED"] == "1"

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
let embeddedSettings: [SwiftSetting] =
    embedded
    ? [
        .enableExperimentalFeature("Embedded"),
        // A section for each function lets the linker drop those that nobody calls. The runtime of
        // Embedded Swift does not look for overlapping accesses: asking it to would only cost.
        .unsafeFlags([
            "-wmo", "-Xfrontend", "-function-sections", "-enforce-exclusivity=unchecked",
        ]),
    ] : []

/// C of our own: an overrun of the stack or of a buffer whose size is known ends the program. Where
/// nothing is optimized, no size is known.
let hardened: [CSetting] = [
    .unsafeFlags(["-fstack-protector-strong"]),
    .unsafeFlags(["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"], .when(configuration: .release)),
]

/// A module of the program: strict, and built in both modes.
func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + embeddedSettings)
}

func program(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies,
        swiftSettings: strict + embeddedSettings + [.unsafeFlags(["-parse-as-library"])])
}

func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["ProbeCore", "TestSupport"],
        swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error)])
}

var targets: [Target] = [
    .systemLibrary(
        name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "CPlatform", cSettings: hardened),
    .target(name: "COpenSSLAlgorithms", dependencies: ["COpenSSL"], cSettings: hardened),
    module("ProbeCore"),
    module("HTTP2", uses: ["ProbeCore", "CNGHTTP2"]),
    module("Network", uses: ["ProbeCore", "CPlatform", "CAres"]),
    module("Compression", uses: ["ProbeCore", "CZlib"]),
    module(
        "TLS",
        uses: [
            "ProbeCore", .target(name: "COpenSSL", condition: .when(traits: ["TLS"])),
            .target(name: "COpenSSLAlgorithms", condition: .when(traits: ["TLS"])),
        ]),
    module("Client", uses: ["ProbeCore", "HTTP2", "Network", "TLS", "Compression"]),
    module("HealthProbe", uses: ["ProbeCore", "Client", "HTTP2", "Network", "TLS", "Compression"]),
    program(
        "swift-health-probe",
        uses: ["ProbeCore", "Network", "HealthProbe"] + (embedded ? ["CStandIns"] : [])),
]
if embedded {
    targets.append(.target(name: "CStandIns", cSettings: hardened))
} else {
    targets += [
        .target(
            name: "TestSupport", dependencies: ["ProbeCore", "COpenSSL"], path: "Tests/TestSupport",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
            ]),
        tests("ProbeCoreTests", of: []),
        tests("HTTP2Tests", of: ["HTTP2"]),
        tests("TLSTests", of: ["TLS"]),
        tests("NetworkTests", of: ["Network"]),
        tests("CompressionTests", of: ["Compression"]),
        tests("ClientTests", of: ["Client", "HTTP2"]),
        tests("HealthProbeTests", of: ["HealthProbe", "HTTP2", "Network"]),
        tests("CaseTests", of: ["swift-health-probe", "Compression"]),
        program("health-demo-server", uses: ["ProbeCore", "HTTP2", "Network", "Compression"]),
        tests(
            "DemoServerTests",
            of: ["health-demo-server", "swift-health-probe", "HTTP2", "Network"]),
    ]
    #if os(Linux)
    targets += [
        .target(
            name: "StandIns", path: "Tests/StandIns",
            cSettings: [.headerSearchPath("../../Sources/CStandIns/include")]),
        tests("StandInTests", of: ["StandIns"]),
    ]
    #endif
}

var products: [Product] = [
    .executable(name: "swift-health-probe", targets: ["swift-health-probe"])
]
if !embedded {
    products.append(.executable(name: "health-demo-server", targets: ["health-demo-server"]))
}

let package = Package(
    name: "swift-health-probe",
    products: products,
    traits: [
        .trait(name: "TLS", description: "TLS with OpenSSL; without it, -tls is refused."),
        .default(enabledTraits: ["TLS"]),
    ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
