// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the Swift 6 language mode of the tools version, and the upcoming features that
/// make dependencies between modules visible where they are used.
let settings: [SwiftSetting] = {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // Another compiler's new warning should not stop a user's build; in CI each one is an error.
    if Context.environment["CI"] != nil {
        settings.append(.treatAllWarnings(as: .error))
    }
    return settings
}()

let package = Package(
    name: "ferry",
    products: [
        .executable(name: "ferry", targets: ["ferry"]),
        // The libraries that the Benchmarks package measures.
        .library(name: "FerryLibraries", targets: ["AWS", "Operations", "StateStore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        // Traits off: the sandbox needs neither swift-configuration nor all of Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        // For tests, which start programs. Traits off: no part of Foundation is needed.
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.0", traits: []),
    ],
    targets: [
        // The program. Targets are listed from the top down: each imports only targets below it.
        .executableTarget(
            name: "ferry",
            dependencies: [
                "AWS", "Diagnostics", "DiskImages", "Execution", "FileSystem", "FlowControl", "HTTPClient", "Hashing",
                "ImportReadiness", "Migration", "Operations", "Reports", "Sandbox", "Schemas", "SigV4", "StateStore",
                "TerminalText", "WireEncoding", "YAML",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        // The executor, the planner, and the state in a simulated world with faults, and the program that runs seeds.
        .executableTarget(
            name: "ferry-simulate",
            dependencies: ["Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .target(
            name: "Simulation",
            dependencies: [
                "DiskImages", "EC2Types", "Execution", "Hashing", "Migration", "StateStore", "WireEncoding",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Operations",
            dependencies: [
                "AWS", "Diagnostics", "DiskImages", "EC2Types", "Execution", "FileSystem", "HTTPClient", "Hashing",
                "ImportReadiness", "JSON", "Migration", "SigV4", "StateStore", "WireEncoding", "YAML",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Sandbox",
            dependencies: [
                "DiskImages", "EC2Types", "FileSystem", "FlowControl", "HTTPClient", "Hashing", "ImportReadiness",
                "SigV4", "WireEncoding", "XML", .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Reports",
            dependencies: ["DiskImages", "Hashing", "ImportReadiness", "Migration", "TerminalText", "WireEncoding"],
            swiftSettings: settings
        ),
        .target(
            name: "Execution",
            dependencies: [
                "AWS", "DiskImages", "EC2Types", "FileSystem", "FlowControl", "HTTPClient", "Hashing",
                "ImportReadiness", "JSON", "Migration", "StateStore", "WireEncoding",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "StateStore",
            dependencies: ["FileSystem", "Hashing", "JSON", "Migration", "WireEncoding"],
            swiftSettings: settings
        ),
        .target(
            name: "Migration",
            dependencies: [
                "Diagnostics", "DiskImages", "EC2Types", "Hashing", "JSON", "TerminalText", "WireEncoding", "YAML",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "AWS",
            dependencies: [
                "EC2Types", "FileSystem", "FlowControl", "HTTPClient", "Hashing", "SigV4", "TerminalText",
                "WireEncoding", "XML",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        // What EC2 requires of an image, and what to do about one that it rejects.
        .target(
            name: "ImportReadiness",
            dependencies: ["DiskImages", "EC2Types", "Hashing", "WireEncoding"],
            swiftSettings: settings
        ),
        .target(name: "EC2Types", dependencies: ["WireEncoding", "XML"], swiftSettings: settings),
        .target(
            name: "DiskImages",
            dependencies: [
                "CISAL", "CLibDeflate", "FileSystem", "Hashing", "TerminalText",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: settings
        ),

        // Leaf libraries, each usable alone.
        .target(name: "YAML", dependencies: ["CLibYAML", "Diagnostics"], swiftSettings: settings),
        .target(name: "Diagnostics", dependencies: ["TerminalText"], swiftSettings: settings),
        .target(name: "TerminalText", swiftSettings: settings),
        .target(
            name: "HTTPClient",
            dependencies: ["CLibCurl", "FileSystem", "FlowControl", "WireEncoding"],
            swiftSettings: settings
        ),
        .target(name: "SigV4", dependencies: ["Hashing", "WireEncoding"], swiftSettings: settings),
        .target(name: "XML", dependencies: ["CLibXML2"], swiftSettings: settings),
        .target(name: "JSON", dependencies: ["Hashing", "TerminalText"], swiftSettings: settings),
        .target(name: "WireEncoding", dependencies: ["Hashing"], swiftSettings: settings),
        .target(name: "FlowControl", swiftSettings: settings),
        .target(
            name: "FileSystem",
            dependencies: [
                "TerminalText",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Hashing", dependencies: ["COpenSSL"], swiftSettings: settings),
        // The files are links to those in schemas/, so that the program prints what editors read.
        .target(
            name: "Schemas",
            resources: ["migration-manifest", "lock", "plan", "state", "event", "diagnostics"].map {
                .embedInCode("\($0).schema.json")
            },
            swiftSettings: settings
        ),

        // C libraries of the system.
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Tests mirror the modules; TestSupport holds what they share.
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "MigrationSamples",
            dependencies: ["DiskImages", "Hashing", "Migration"],
            path: "Tests/MigrationSamples",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SigV4Tests",
            dependencies: ["Hashing", "SigV4", "WireEncoding"],
            resources: [.copy("Suites")],
            swiftSettings: settings
        ),
        .testTarget(name: "WireEncodingTests", dependencies: ["SigV4", "WireEncoding"], swiftSettings: settings),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["AWS", "HTTPClient", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "JSONTests", dependencies: ["Hashing", "JSON"], swiftSettings: settings),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: settings),
        .testTarget(name: "TerminalTextTests", dependencies: ["TerminalText"], swiftSettings: settings),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "YAML"], swiftSettings: settings),
        .testTarget(
            name: "StateStoreTests",
            dependencies: ["EC2Types", "Migration", "MigrationSamples", "StateStore", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "AWS", "Diagnostics", "DiskImages", "EC2Types", "Execution", "HTTPClient", "Hashing", "ImportReadiness",
                "Migration", "MigrationSamples", "Operations", "Sandbox", "SigV4", "StateStore", "TestSupport",
                "WireEncoding", "YAML",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Inspection/images.txt"],
            swiftSettings: settings
        ),
        // Images made by hand.
        .target(
            name: "ImageSamples",
            dependencies: ["CLibDeflate"],
            path: "Tests/ImageSamples",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ImportReadinessTests",
            dependencies: ["DiskImages", "ImageSamples", "ImportReadiness", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DiskImagesTests",
            dependencies: ["DiskImages", "Hashing", "ImageSamples", "ImportReadiness", "TestSupport"],
            resources: [.copy("Samples")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AWSTests",
            dependencies: [
                "AWS", "EC2Types", "HTTPClient", "Hashing", "SigV4", "TestSupport", "WireEncoding", "XML",
                .product(name: "Logging", package: "swift-log"),
            ],
            // Python, run by tests with an interpreter that has botocore.
            exclude: ["conformance"],
            resources: [.copy("Suites")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FileSystemTests",
            dependencies: ["FileSystem", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "FlowControlTests", dependencies: ["FlowControl"], swiftSettings: settings),
        // The program itself: it must be built before these run.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "AWS", "ferry", "HTTPClient", "SigV4", "TestSupport", "WireEncoding",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.copy("Golden")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ExecutionTests",
            dependencies: [
                "AWS", "DiskImages", "EC2Types", "Execution", "HTTPClient", "Hashing", "Migration", "MigrationSamples",
                "SigV4", "StateStore", "TestSupport", "WireEncoding", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HashingTests",
            dependencies: ["Hashing"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EC2TypesTests",
            dependencies: ["EC2Types", "WireEncoding", "XML"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MigrationTests",
            dependencies: [
                "Diagnostics", "DiskImages", "EC2Types", "Hashing", "Migration", "MigrationSamples", "Operations",
                "Schemas", "StateStore", "TestSupport", "YAML",
            ],
            // Python, run by a test with an interpreter that has jsonschema.
            exclude: ["Manifest/conformance"],
            resources: [.copy("Lock/Locks"), .copy("Manifest/Corpus"), .copy("Manifest/Golden")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["DiskImages", "Hashing", "Migration", "Reports", "TerminalText", "TestSupport"],
            resources: [.copy("Golden")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "AWS", "DiskImages", "EC2Types", "HTTPClient", "Hashing", "Sandbox", "SigV4", "TestSupport",
                "WireEncoding", "XML", .product(name: "Logging", package: "swift-log"),
            ],
            // Python, run by a test with an interpreter that has boto3.
            exclude: ["conformance"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "YAMLTests",
            dependencies: ["Diagnostics", "TestSupport", "YAML"],
            resources: [.copy("Suites")],
            swiftSettings: settings
        ),
    ]
)
