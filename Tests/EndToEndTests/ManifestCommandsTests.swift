import Foundation
import TestSupport
import Testing

/// The commands that look at migration manifests and apply nothing.
@Suite("validate, lock, schema and explain")
struct ManifestCommandsTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func ferry(_ arguments: String..., environment: [String: String] = [:]) async throws -> Command {
        let workspace = ["GITHUB_WORKSPACE": folder.path]
        return try await Command.run(
            [Workspace.ferry] + arguments,
            in: folder.path,
            environment: workspace.merging(environment) { $1 }
        )
    }

    /// The example of the README with its images.
    private func quickstart() async throws {
        let text = try String(contentsOfFile: "\(Self.repository)/plans/quickstart.yaml", encoding: .utf8)
        try folder.write(text, to: "plans/quickstart.yaml")
        let images = try await Command.run(
            ["bash", "\(Self.repository)/Scripts/example-images", folder.path("plans/images")]
        )
        try #require(images.exitCode == 0, "\(images.errorOutput)")
    }

    @Test("the plan by the lock is the plan by the images, but for the line that says so")
    func planWithoutImages() async throws {
        try await quickstart()
        let lock = try await ferry("lock", "plans")
        #expect(lock.exitCode == 0 && lock.output == "plans/quickstart.lock.json: 3 images, written\n")
        #expect(try await ferry("lock", "plans").output == "plans/quickstart.lock.json: 3 images, unchanged\n")
        let with = try await ferry("plan", "--sandbox", "plans/quickstart.yaml")
        let withJSON = try await ferry("plan", "--sandbox", "--json", "plans/quickstart.yaml")
        try FileManager.default.moveItem(atPath: folder.path("plans/images"), toPath: folder.path("away"))
        let without = try await ferry("plan", "--sandbox", "plans/quickstart.yaml")
        let withoutJSON = try await ferry("plan", "--sandbox", "--json", "plans/quickstart.yaml")
        #expect(without.exitCode == 0 && without.errorOutput == "")
        let line = "3 images are not here: what the plan says of them is from the lock.\n"
        #expect(without.output.replacingOccurrences(of: line, with: "") == with.output)
        #expect(without.output.contains(line) && with.output.contains("4 to create"))
        #expect(
            withoutJSON.output.replacingOccurrences(of: ",\n\"imagesFromLock\":3", with: "") == withJSON.output
        )
        // What is locked stays locked where the images are not; what the plan says can't be done here.
        #expect(try await ferry("lock", "--check", "plans").exitCode == 0)
        let apply = try await ferry("apply", "--sandbox", "--auto-approve", "plans/quickstart.yaml")
        #expect(apply.exitCode == 1)
        #expect(
            apply.errorOutput.contains("plans/images/web.vhd: there is no such file, and applying this plan needs it")
        )
    }

    @Test("an image that changed since it was locked is told before the plan and in it")
    func drift() async throws {
        try await quickstart()
        #expect(try await ferry("lock", "plans").exitCode == 0)
        var disk = try Data(contentsOf: URL(filePath: folder.path("plans/images/archive.raw")))
        disk[0] ^= 0xFF
        try disk.write(to: URL(filePath: folder.path("plans/images/archive.raw")))
        let plan = try await ferry("plan", "--sandbox", "plans/quickstart.yaml")
        #expect(plan.exitCode == 0)
        #expect(plan.errorOutput.contains("warning[F0207]: plans/images/archive.raw changed since it was locked"))
        #expect(plan.output.contains("Drift: plans/images/archive.raw changed since it was locked.\n"))
        #expect(try await ferry("lock", "--check", "plans").exitCode == 1)
    }

    @Test("a lock that was merged by hand is an error with its place, and is mended by locking again")
    func damagedLock() async throws {
        try await quickstart()
        #expect(try await ferry("lock", "plans").exitCode == 0)
        let path = folder.path("plans/quickstart.lock.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try folder.write("<<<<<<< HEAD\n{}\n=======\n\(text)>>>>>>> main\n", to: "plans/quickstart.lock.json")
        let validate = try await ferry("validate", "plans")
        #expect(validate.exitCode == 1)
        #expect(validate.errorOutput.contains("error[F0206]: a merge conflict that nobody resolved\n"))
        #expect(validate.errorOutput.contains("--> plans/quickstart.lock.json:1:"))
        #expect(try await ferry("lock", "plans").exitCode == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(try await ferry("validate", "plans").exitCode == 0)
    }

    @Test("validate says all in the form that is asked for; without images it warns and passes")
    func forms() async throws {
        let text = """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging}
            imports:
              - {name: db, image: db.vmdk, zones: [us-east-1a]}
            """
        try folder.write(text, to: "good.yaml")
        try folder.write(text.replacingOccurrences(of: "name: db", with: "nmae: db"), to: "bad.yaml")
        let good = try await ferry("validate", "good.yaml")
        #expect(good.exitCode == 0 && good.output.hasSuffix("all well.\n"))
        #expect(good.errorOutput.contains("warning[F0201]: db.vmdk: there is no such file"))
        let github = try await ferry("validate", "--diagnostics", "github", "bad.yaml")
        #expect(github.exitCode == 1 && github.errorOutput == "")
        #expect(github.output.hasPrefix("::error file=bad.yaml,line=6,"))
        #expect(github.output.contains("help: did you mean “name”?"))
        for form in ["json", "sarif"] {
            let result = try await ferry("validate", "--diagnostics", form, "bad.yaml")
            #expect(result.exitCode == 1 && result.errorOutput == "")
            let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(document?["version"] != nil && result.output.contains("F0102"))
        }
        let plan = try await ferry("plan", "--sandbox", "--diagnostics", "github", "bad.yaml")
        #expect(plan.exitCode == 1 && plan.output == "" && plan.errorOutput.hasPrefix("::error file=bad.yaml"))
    }

    @Test("explain and schema print what they name, and say what there is")
    func documents() async throws {
        let explain = try await ferry("explain", "F0107")
        #expect(
            explain.exitCode == 0 && explain.output.hasPrefix("F0107: not a zone of the region\n\nA zone is written")
        )
        #expect(explain.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(try await ferry("explain").output.contains("F0002  not UTF-8 text\n"))
        let topic = try await ferry("explain", "exactly-once")
        #expect(topic.exitCode == 0 && topic.output.contains("Not covered: runs with different staging buckets"))
        #expect(topic.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(try await ferry("explain").output.contains("exactly-once  each volume is imported once\n"))
        #expect(try await ferry("explain", "F9999").exitCode == 64)
        for name in ["migration-manifest", "lock", "plan", "state", "event", "diagnostics"] {
            let schema = try await ferry("schema", name)
            let file = "\(Self.repository)/schemas/\(name).schema.json"
            #expect(try schema.output == String(contentsOfFile: file, encoding: .utf8), "\(name)")
        }
        #expect(try await ferry("schema", "plans").exitCode == 64)
    }

    @Test("a zone's id is this account's zone: the address keeps the id, EC2 is given the name")
    func zoneIDs() async throws {
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "a.raw")
        func manifest(_ zones: String) -> String {
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging}
            imports: [{name: a, image: a.raw, zones: [\(zones)]}]
            """
        }
        try folder.write(manifest("use1-az2"), to: "plan.yaml")
        let apply = try await ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        let status = try await ferry("status", "--sandbox", "--json")
        #expect(status.output.contains("\"fleet/a@use1-az2\"") && status.output.contains("\"zone\": \"us-east-1b\""))
        #expect(try await ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml").exitCode == 0)
        try folder.write(manifest("use1-az9, use1-az2, us-east-1b"), to: "plan.yaml")
        let validate = try await ferry("validate", "--sandbox", "plan.yaml")
        #expect(validate.exitCode == 1)
        #expect(validate.errorOutput.contains("error[F0301]: region us-east-1 has no zone “use1-az9”"))
        #expect(validate.errorOutput.contains("“us-east-1b” and “use1-az2” are the same zone in this account"))
    }

    @Test("one plan for two regions: each image is staged in its region's bucket and each volume is made there")
    func regions() async throws {
        let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try folder.write(bytes, to: "a.raw")
        let text = """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-us}
            targets: {eu-west-1: {staging: {bucket: fleet-eu, prefix: europe/}}}
            imports:
              - {name: a, image: a.raw, zones: [us-east-1a]}
              - {name: b, image: a.raw, zones: [eu-west-1a, euw1-az2], region: eu-west-1}
            """
        // Slow enough that a run is killed while it uploads.
        try folder.write(text + "\nlimits: {bandwidth: 256 KiB/s}\n", to: "plan.yaml")
        let interrupted = try await Workspace.killApplies(
            ["--sandbox", "plan.yaml"],
            in: folder,
            state: ".ferry/sandbox/ferry.state.json"
        )
        try #require(interrupted > 0)
        try folder.write(text, to: "plan.yaml")
        let apply = try await ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        let again = try await ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0 && again.output.hasPrefix("No changes."), "\(again.output)")
        let status = try await ferry("status", "--sandbox", "--json")
        for words in ["\"bucket\": \"fleet-us\"", "\"bucket\": \"fleet-eu\"", "\"zone\": \"eu-west-1b\""] {
            #expect(status.output.contains(words), "\(words)")
        }
        let sandbox = folder.path(".ferry/sandbox")
        let volumes = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox)/volumes")
        #expect(volumes.count { $0.hasSuffix(".raw") } == 3)
        // Lost state: the volumes of both regions are known by their markers.
        for name in ["", ".backup", ".lock"] {
            try? FileManager.default.removeItem(atPath: "\(sandbox)/ferry.state.json\(name)")
        }
        #expect(try await ferry("plan", "--sandbox", "plan.yaml").output.contains("3 to adopt"))
        #expect(try await ferry("validate", "--sandbox", "--online", "plan.yaml").exitCode == 0)
        try folder.write(text.replacingOccurrences(of: "eu-west-1a,", with: "eu-west-1z,"), to: "plan.yaml")
        let wrong = try await ferry("plan", "--sandbox", "plan.yaml")
        #expect(wrong.errorOutput.contains("error[F0301]: region eu-west-1 has no zone “eu-west-1z”"))
    }

    @Test("what this version cannot do is refused before anything is done, with the place")
    func unsupported() async throws {
        try folder.write(
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-us}
            imports:
              - {name: c, image: "s3://exports/c.raw", zones: [us-east-1a]}
            """,
            to: "plan.yaml"
        )
        let plan = try await ferry("plan", "--sandbox", "plan.yaml")
        #expect(plan.exitCode == 1 && plan.output == "")
        #expect(plan.errorOutput.contains("--> plan.yaml:6:22\n"), "\(plan.errorOutput)")
    }

    @Test("a profile that a manifest names is used, whatever keys the environment has")
    func profile() async throws {
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "a.raw")
        let text = """
            version: 1
            name: fleet
            staging: {bucket: fleet-us}
            profile: nobody-has-this
            imports: [{name: a, image: a.raw, zones: [us-east-1a]}]
            """
        try folder.write(text, to: "plan.yaml")
        let environment = [
            "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "HOME": folder.path,
        ]
        let plan = try await ferry("plan", "plan.yaml", environment: environment)
        #expect(plan.exitCode == 1)
        #expect(plan.errorOutput.contains("nobody-has-this"), "\(plan.errorOutput)")
    }

    @Test("validate --online asks for zones, buckets and permissions, and changes nothing")
    func online() async throws {
        let server = try await BackgroundCommand(
            [
                Workspace.ferry, "sandbox", "serve", "--data", "data", "--bucket", "fleet-staging", "--stop-after",
                "120",
            ],
            in: folder.path,
            lines: 4
        )
        defer { server.crash() }
        let environment = Workspace.environment(of: server)
        func manifest(bucket: String, zone: String) -> String {
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: \(bucket)}
            imports: [{name: a, image: a.raw, zones: [\(zone)]}]
            """
        }
        try folder.write(manifest(bucket: "fleet-staging", zone: "use1-az1"), to: "good.yaml")
        let good = try await ferry("validate", "--online", "good.yaml", environment: environment)
        #expect(good.exitCode == 0, "\(good.errorOutput)")
        try folder.write(manifest(bucket: "fleet-elsewhere", zone: "us-east-1a"), to: "bucket.yaml")
        let bucket = try await ferry("validate", "--online", "bucket.yaml", environment: environment)
        #expect(bucket.exitCode == 1)
        #expect(
            bucket.errorOutput.contains("error[F0302]: there is no bucket \"fleet-elsewhere\"\n --> bucket.yaml:4:19")
        )
        try folder.write(manifest(bucket: "fleet-staging", zone: "us-east-1z"), to: "zone.yaml")
        let zone = try await ferry("validate", "--online", "zone.yaml", environment: environment)
        #expect(
            zone.exitCode == 1 && zone.errorOutput.contains("error[F0301]: region us-east-1 has no zone “us-east-1z”")
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("data/tasks")).isEmpty)
    }
}
