import Diagnostics
import Execution
import Foundation
import Logging
import Migration
import Operations
import Sandbox
import StateStore
import TestSupport

/// A folder with a migration manifest, its images and its state, and a sandbox for AWS.
final class OperationFixture {
    let folder: TemporaryDirectory
    let provider: SandboxProvider
    /// What operations reported.
    private(set) var diagnostics: [Diagnostic] = []

    var manifest: String { folder.path("plan.yaml") }
    var stateFile: StateFile { StateFile(path: folder.path("ferry.state.json")) }
    var codes: [String] { diagnostics.map(\.code.rawValue) }

    /// Writes a migration manifest `erp` with an image `db`, and whatever is added to the imports.
    init(
        createsBuckets: Bool = true,
        zones: [KnownZone]? = nil,
        faults: SandboxFaults = .none,
        moreImports: String = ""
    ) throws {
        folder = try TemporaryDirectory()
        provider = SandboxProvider(
            folder: folder.path("sandbox"),
            createsBuckets: createsBuckets,
            zones: zones,
            faults: faults
        )
        try writeImage("db.raw", byte: 1)
        try folder.write(
            """
            version: 1
            name: erp
            staging: {bucket: erp-staging}
            imports:
              - {name: db, image: db.raw, zones: [us-east-1a]}
            \(moreImports)

            """,
            to: "plan.yaml"
        )
    }

    func writeImage(_ name: String, byte: UInt8) throws {
        try folder.write([UInt8](repeating: byte, count: 4096), to: name)
    }

    /// Takes the import of an image out of the migration manifest.
    func removeImport(of image: String) throws {
        let lines = try String(contentsOfFile: manifest, encoding: .utf8).split(separator: "\n")
        let rest = lines.filter { !$0.contains("image: \(image),") }
        try folder.write(rest.joined(separator: "\n") + "\n", to: "plan.yaml")
    }

    /// Loses the state with all files beside it.
    func loseState() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix("ferry.state.json") {
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
    }

    func report(_ found: [Diagnostic]) { diagnostics += found }

    func withAWS<Result>(_ body: (AWSSession) async throws -> Result) async throws -> Result {
        try await AWSSession.with(provider, recorded: { [stateFile] in try stateFile.read() }, body)
    }

    func plan(_ options: PlanOptions = PlanOptions(), manifests: [String]? = nil) async throws -> Plan {
        try await withAWS { aws in
            let operation = PlanOperation(
                manifests: manifests ?? [manifest],
                options: options,
                stateFile: stateFile,
                aws: aws,
                knowsZones: false
            )
            return try await operation.run(report: report)
        }
    }

    func prepareApply(
        saved: Plan? = nil,
        options: PlanOptions = PlanOptions(),
        expecting digest: Plan? = nil,
        _ body: (PreparedApply) async throws -> Void
    ) async throws {
        try await withAWS { aws in
            let operation = ApplyOperation(
                manifests: [manifest],
                saved: saved,
                options: options,
                expected: digest?.digest,
                scratch: folder.path("scratch"),
                stateFile: stateFile,
                aws: aws,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let prepared = try await operation.prepare(report: report)
            try await prepared.closing { try await body(prepared) }
        }
    }

    /// Applies everything.
    func apply() async throws {
        try await prepareApply { prepared in
            _ = try await prepared.execute(stop: .init(), report: { _ in })
        }
    }

    /// Fails if somebody still holds the state.
    func requireReleased() async throws {
        try await StateSession.open(stateFile, command: "test").close()
    }
}
