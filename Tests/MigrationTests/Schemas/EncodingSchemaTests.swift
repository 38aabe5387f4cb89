import DiskImages
import Foundation
import Hashing
import Schemas
import Testing
import YAML

@testable import Diagnostics
@testable import EC2Types
@testable import Migration
@testable import StateStore

/// What ferry writes is as its schemas say.
@Suite struct EncodingSchemaTests {
    private static func desired(_ name: String, full: Bool) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "fleet", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: "images/\(name).raw",
                format: .raw,
                bytes: 512,
                virtualSize: 512,
                digest: SHA256.digest(of: name),
                repackaging: full ? .streamOptimized : nil,
                object: full
                    ? S3ObjectVersion(bucket: "exports", key: name, version: "v1", entityTag: "e", bytes: 512) : nil
            ),
            volumeSize: 1,
            description: full ? "the \(name)" : nil,
            tags: full ? ["tier": "db"] : [:],
            staging: StagingLocation(bucket: "fleet-staging", prefix: "ferry/")
        )
    }

    private static let steps: [StateEvent.Step] = [
        .began(desired("a", full: true)), .requested(attempt: 1), .abandoned(attempt: 1, reason: "throttled"),
        .submitted(attempt: 1, taskID: "import-vol-1", expiration: "2026-12-01T00:00Z"),
        .submitted(attempt: 1, taskID: "import-vol-1", expiration: nil),
        .adopted(desired("a", full: false), attempt: 2, taskID: "import-vol-2", expiration: nil),
        .reported(taskID: "import-vol-1", message: "Downloading 12%"),
        .completed(taskID: "import-vol-1", volumeID: "vol-1"), .failed(taskID: nil, message: "no"),
        .failed(taskID: "import-vol-1", message: ""), .settled, .forgotten,
    ]

    private static func accepts(_ value: some Encodable, _ schema: Schema) throws -> Bool {
        try accepts(json: JSONEncoder().encode(value), schema)
    }

    private static func accepts(json: Data, _ schema: Schema) throws -> Bool {
        try JSONSchema(Data(schema.text.utf8)).accepts(JSONDecoder().decode(JSONValue.self, from: json))
    }

    @Test("Every step of the journal", arguments: steps)
    func events(_ step: StateEvent.Step) throws {
        let address = ImportAddress(manifest: "fleet", image: "a", zone: "us-east-1a")
        // A line of the journal is a checksum of eight digits, a space, and the event.
        let line = JournalFile.line(for: StateEvent(time: 1_793_491_200, address: address, step: step))
        #expect(try Self.accepts(json: Data(line.dropFirst(9)), .event))
    }

    private static func accepts(_ plan: Plan) throws -> Bool {
        try JSONSchema(Data(Schema.plan.text.utf8)).accepts(JSONDecoder().decode(JSONValue.self, from: Data(plan.json)))
    }

    /// A state with an import in each phase, one of them in place of an earlier volume.
    private static func state() throws -> MigrationState {
        var state = MigrationState(lineage: "0b7e6d2c-0000-4000-8000-000000000000", serial: 7)
        let submitted = StateEvent.Step.submitted(attempt: 1, taskID: "import-vol-1", expiration: "2026-12-01T00:00Z")
        let completed = StateEvent.Step.completed(taskID: "import-vol-1", volumeID: "vol-1")
        let lives: [[StateEvent.Step]] = [
            [], [.requested(attempt: 1)], [.requested(attempt: 1), submitted],
            [.requested(attempt: 1), submitted, completed], [.requested(attempt: 1), submitted, completed, .settled],
            [.failed(taskID: nil, message: "no")],
            [.requested(attempt: 1), submitted, .failed(taskID: "import-vol-1", message: "cancelled")],
        ]
        for (number, life) in lives.enumerated() {
            let subject = desired("a\(number)", full: number % 2 == 0)
            for step in [.began(subject)] + life {
                try state.apply(StateEvent(time: 1_793_491_200, address: subject.address, step: step))
            }
        }
        var other = desired("a4", full: true)
        other.volumeSize = 2
        try state.apply(StateEvent(time: 1_793_491_300, address: other.address, step: .began(other)))
        return state
    }

    @Test("A state with an import in each phase")
    func state() throws {
        let state = try Self.state()
        #expect(state.imports.values.contains { !$0.superseded.isEmpty })
        #expect(try Self.accepts(json: Data(state.json), .state))
    }

    @Test("Plans of every action, with and without what may be absent")
    func plans() throws {
        let state = try Self.state()
        let desired = (0..<9).map { Self.desired("a\($0)", full: true) }
        let marker = TaskMarker(address: desired[8].address, fingerprint: desired[8].fingerprint, attempt: 1)
        let observed = ObservedState(
            tasks: [ConversionTask(id: "import-vol-9", state: .active, marker: marker)],
            unmarkedTasks: 3,
            volumes: ["vol-1"]
        )
        var plan = Planner.plan(desired: desired, manifests: [], recorded: state, observed: observed)
        #expect(plan.counts.count >= 6)
        plan.manifests = [Plan.ManifestDigest(path: "plans/a.yaml", digest: SHA256.digest(of: ""))]
        #expect(try Self.accepts(plan))
        plan.imagesFromLock = 2
        plan.imagesNotChecked = 1
        plan.imagesChangedSinceLock = ["images/a1.raw"]
        #expect(try Self.accepts(plan))
        plan.sessions = [
            PlanSession(
                targets: [.init(manifest: "fleet", region: "us-east-1")],
                source: "AWS_SESSION_TOKEN",
                isRenewed: false,
                expiration: nil,
                secondsLeft: nil
            ),
            PlanSession(targets: [], source: "a", isRenewed: true, expiration: 1_800_000_000, secondsLeft: 60),
        ]
        #expect(try Self.accepts(plan))
        let first = Planner.plan(desired: [], manifests: [], recorded: nil, observed: ObservedState())
        #expect(try Self.accepts(first))
        plan.options = PlanOptions(
            recreatesMissing: true,
            cancelsRemoved: true,
            targets: [try AddressPattern("fleet/*")],
            exclusions: [try AddressPattern("fleet/z")],
            replacements: [desired[0].address],
            refresh: .only
        )
        plan.limits.bandwidth = 1 << 20
        plan.limits.requestsPerSecond = 0.5
        plan.changes[0].cancels = "import-vol-9"
        plan.changes[0].upload = 0
        plan.changes[0].reasons = Reason.Kind.allCases.map { Reason($0, "detail") }
        #expect(try Self.accepts(plan))
    }

    @Test("What is not so is refused")
    func refused() throws {
        struct Odd: Encodable { var version = 1 }
        for schema in Schema.allCases { #expect(try !Self.accepts(Odd(), schema)) }
        var plan = Planner.plan(desired: [], manifests: [], recorded: nil, observed: ObservedState())
        plan.imagesFromLock = 0
        #expect(try !Self.accepts(plan))
    }

    @Test("Diagnostics in JSON")
    func diagnostics() throws {
        let file = SourceFile(path: "plan.yaml", bytes: Array("one\n".utf8))
        let location = SourceLocation(file: file, range: SourceRange(at: .start, columns: 3))
        let all = [
            Diagnostic(.tab, "odd", at: location, help: "mend it", suggestion: "two").noting("here", at: location)
                .noting("nowhere", at: nil),
            Diagnostic(.imageDrift, "changed", at: nil, severity: .warning),
        ]
        for diagnostics in [all, []] {
            let text = try DiagnosticFormat.json.document(for: diagnostics, version: "1")
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(try JSONSchema(Data(Schema.diagnostics.text.utf8)).accepts(value))
        }
    }
}
