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

func tests(_ name: String, of dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name, dependencies: values + dependencies + ["TestSupport"],
        swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error)])
}

/// The modules whose values all know.
let values: [Target.Dependency] = ["Basics", "GRPC", "Outcome"]
/// The modules that have a C library each.
let libraries: [Target.Dependency] = ["HTTP2", "Network", "TLS", "Compression"]

var targets: [Target] = [
    .systemLibrary(
        name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "CPlatform", cSettings: hardened),
    .target(name: "COpenSSLAlgorithms", dependencies: ["COpenSSL"], cSettings: hardened),
    // Each floor may use those above it in this list, as far as it says so.
    module("Basics"),
    module("GRPC", uses: ["Basics"]),
    module("Outcome", uses: ["Basics", "GRPC"]),
    module("Plan", uses: values),
    module("CommandLine", uses: values + ["Plan"]),
    module("Report", uses: values + ["Plan"]),
    module("HTTP2", uses: ["Basics", "GRPC", "CNGHTTP2"]),
    module("Network", uses: ["Basics", "Outcome", "CPlatform", "CAres"]),
    module("Compression", uses: ["GRPC", "CZlib"]),
    module(
        "TLS",
        uses: values + [
            "Plan", .target(name: "COpenSSL", condition: .when(traits: ["TLS"])),
            .target(name: "COpenSSLAlgorithms", condition: .when(traits: ["TLS"])),
        ]),
    module("Client", uses: values + ["Plan"] + libraries),
    module("Run", uses: values + ["Plan", "Report", "Client"] + libraries),
    program(
        "swift-health-probe",
        uses: ["Basics", "Outcome", "Plan", "CommandLine", "Report", "Network", "Run"]
            + (embedded ? ["CStandIns"] : [])),
]
if embedded {
    targets.append(.target(name: "CStandIns", cSettings: hardened))
} else {
    targets += [
        .target(
            name: "TestSupport", dependencies: values + ["COpenSSL"],
            path: "Tests/TestSupport",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
            ]),
        tests("BasicsTests"),
        tests("GRPCTests"),
        tests("OutcomeTests"),
        tests("PlanTests", of: ["Plan"]),
        tests("CommandLineTests", of: ["Plan", "CommandLine"]),
        tests("ReportTests", of: ["Plan", "Report"]),
        tests("HTTP2Tests", of: ["HTTP2"]),
        tests("TLSTests", of: ["Plan", "TLS"]),
        tests("NetworkTests", of: ["Network"]),
        tests("CompressionTests", of: ["Compression"]),
        tests("ClientTests", of: ["Client", "Plan", "HTTP2"]),
        tests(
            "RunTests",
            of: ["Run", "Client", "Plan", "CommandLine", "Report", "HTTP2", "Network"]),
        tests("CaseTests", of: ["swift-health-probe", "Compression"]),
        program(
            "health-demo-server",
            uses: ["Basics", "GRPC", "Outcome", "HTTP2", "Network", "Compression"]),
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
