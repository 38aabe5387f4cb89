import FoundationEssentials
import Hashing
import Migration
import MigrationSamples
import TestSupport
import Testing

@testable import Operations

@Suite("Plan files")
struct PlanFileTests {
    private static func plan() throws -> Plan {
        var plan = Planner.plan(
            desired: ["a", "b"].map { VolumeImport.sample(name: $0) },
            manifests: [Plan.ManifestDigest(path: "plans/\"erp\".yaml", digest: SHA256.digest(of: "m"))],
            recorded: try MigrationState.settled(.sample()),
            observed: ObservedState(unmarkedTasks: 2)
        )
        plan.sources = ["plans"]
        plan.sessions = [
            PlanSession(
                targets: [.init(manifest: "erp", region: "us-east-1")],
                source: "AWS_SESSION_TOKEN",
                isRenewed: false,
                expiration: 1_800_000_000,
                secondsLeft: 60
            ),
            PlanSession(targets: [], source: "role r", isRenewed: true, expiration: nil, secondsLeft: nil),
        ]
        return plan
    }

    @Test("a plan is read back as it was written, and the file is told from a migration manifest")
    func roundTrip() async throws {
        let folder = try TemporaryDirectory()
        let plan = try Self.plan()
        try await PlanFile.write(plan, path: folder.path("plan.json"))
        #expect(try PlanFile.read(path: folder.path("plan.json")) == plan)
        #expect(PlanFile.isPlan(path: folder.path("plan.json")))
        #expect(!PlanFile.isPlan(path: try folder.write("version: 1\n", to: "plan.yml")))
        #expect(!PlanFile.isPlan(path: try folder.write("{version: 1}\n", to: "flow.yaml")))
        #expect(!PlanFile.isPlan(path: folder.path))
        #expect(!PlanFile.isPlan(path: folder.path("missing")))
    }

    @Test("a file that is cut short anywhere is refused")
    func cut() throws {
        let json = try Self.plan().json
        for length in stride(from: 0, to: json.count - 2, by: 37) {
            #expect(throws: PlanFileError.self) { try PlanFile.read(Data(json[..<length]), path: "plan") }
        }
    }

    @Test(
        "an edited plan is refused, and so is one whose numbers no ferry writes",
        arguments: [
            ("\"action\":\"create\"", "\"action\":\"none\""), ("\"volumeSize\":1,", "\"volumeSize\":9,"),
            ("\"conversions\":5", "\"conversions\":0"), ("\"unselected\":0", "\"unselected\":-1"),
            ("\"version\":2", "\"version\":3"), ("\"bytes\":1000", "\"bytes\":-1"),
            ("\"bytes\":1000", "\"bytes\":99999999999999999999"), ("erp/b@us-east-1a", "erp-b"),
            ("\"refresh\":\"full\"", "\"refresh\":\"none\",\"refresh\":\"some\""), ("\"serial\":", "\"Serial\":"),
            ("\"recreatesMissing\":false", "\"recreatesMissing\":0"), ("\"digest\":\"", "\"digest\":\"0"),
        ]
    )
    func edited(old: String, new: String) throws {
        let json = String(decoding: try Self.plan().json, as: UTF8.self)
        #expect(json.contains(old))
        let error = #expect(throws: PlanFileError.self) {
            try PlanFile.read(Data(json.replacing(old, with: new).utf8), path: "p.json")
        }
        #expect(error?.description.hasPrefix("p.json: ") == true)
    }

    @Test("a plan of a later version is distinguished from JSON of another program")
    func laterVersion() {
        let later = Array(#"{"version": 3, "digest": 5, "changes": {}}"#.utf8)
        #expect(throws: PlanFileError.newerVersion(path: "p.json", version: 3)) {
            try PlanFile.read(later, path: "p.json")
        }
        let foreign = Array(#"{"version": 4, "serial": 1, "lineage": "a", "resources": []}"#.utf8)
        let error = #expect(throws: PlanFileError.self) { try PlanFile.read(foreign, path: "p.json") }
        if case .damaged = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test("a plan that cannot be read or written says why")
    func system() async throws {
        let folder = try TemporaryDirectory()
        let missing = #expect(throws: PlanFileError.self) { try PlanFile.read(path: folder.path("no/plan")) }
        #expect(missing?.description.contains("there is no such file") == true)
        let plan = try Self.plan()
        await #expect(throws: PlanFileError.self) { try await PlanFile.write(plan, path: folder.path("no/plan")) }
    }

    @Test("the digest is of what is done, not of where: another path leaves it, another tag does not")
    func digest() throws {
        let item = VolumeImport.sample()
        func digest(_ change: (inout VolumeImport) -> Void) -> SHA256Digest {
            var other = item
            change(&other)
            return Planner.plan(desired: [other], manifests: [], recorded: nil, observed: ObservedState()).digest
        }
        let digests = [
            digest { _ in }, digest { $0.tags = ["tier": "web"] }, digest { $0.volumeSize = 2 },
            digest { $0.description = "x" }, digest { $0.staging.bucket = "other" }, digest { $0.region = "us-east-2" },
        ]
        #expect(Set(digests).count == digests.count)
        #expect(digest { $0.image.path = "elsewhere/db.vmdk" } == digests[0])
    }
}
