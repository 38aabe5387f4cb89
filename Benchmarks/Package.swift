// swift-tools-version: 6.2
import PackageDescription

/// The name by which ferry's sources share `package` access: SwiftPM takes it from the folder of the package. The
/// benchmarks measure declarations of `package` access, so they are compiled under that name and not under one of their own
/// (`packageAccess: false`).
let ferryPackageName: String = {
    let folder = Context.packageDirectory.split(separator: "/").dropLast().last ?? "ferry"
    return String(folder.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
}()

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-package-name", ferryPackageName]),
]

let ferry: Target.Dependency = .product(name: "FerryLibraries", package: "ferry")

let package = Package(
    name: "ferry-benchmarks",
    dependencies: [
        .package(name: "ferry", path: ".."),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
    ],
    targets: [
        .executableTarget(
            name: "aws-benchmark",
            dependencies: [ferry, .product(name: "Logging", package: "swift-log")],
            path: "AWS/Program",
            packageAccess: false,
            swiftSettings: settings
        ),
        .executableTarget(
            name: "manifest-benchmark",
            dependencies: [ferry],
            path: "ManifestBenchmark",
            packageAccess: false,
            swiftSettings: settings
        ),
        .executableTarget(
            name: "state-benchmark",
            dependencies: [ferry],
            path: "StateBenchmark/Program",
            packageAccess: false,
            swiftSettings: settings
        ),
    ]
)
