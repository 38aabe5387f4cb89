import AWS
import Foundation
import Logging
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// Images that lie in S3 already, in the sandbox's S3, put there by ferry's own client.
@Suite("Images in S3, from end to end", .serialized)
struct ObjectImagesTests {
    /// A workspace with a served sandbox whose bucket `exports` holds the images.
    private struct Cloud {
        let workspace: Workspace
        let server: BackgroundCommand
        let environment: [String: String]

        /// The images, as they are called in the folder and in the bucket, with qemu-img's name of their formats.
        static let images = [
            ("db.vmdk", "db.vmdk", "vmdk"), ("web.vhd", "deep/a b+c.vhd", "vpc"), ("fixed.vhd", "fixed.vhd", "vpc"),
            ("archive.raw", "archive.raw", "raw"),
        ]

        static let imports = """
              - {name: db, image: "s3://exports/db.vmdk", zones: [us-east-1a, us-east-1b]}
              - {name: web, image: "s3://exports/deep/a b+c.vhd"}
              - {name: fixed, image: "s3://exports/fixed.vhd"}
              - {name: archive, image: "s3://exports/archive.raw", size: 2 GiB}

            """

        init(data: String = "data", _ options: String...) async throws {
            workspace = try await Workspace()
            let fixed = try await Command.run(
                [
                    "qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on",
                    "archive.raw",
                    "fixed.vhd",
                ],
                in: workspace.folder.path
            )
            try #require(fixed.exitCode == 0, "\(fixed.errorOutput)")
            try Self.write(Self.imports, in: workspace)
            let arguments = [
                Workspace.ferry, "sandbox", "serve", "--data", data, "--bucket", "fleet-staging", "--bucket", "exports",
                "--stop-after", "240", "--signature-validity", "5",
            ]
            server = try await BackgroundCommand(arguments + options, in: workspace.folder.path, lines: 4)
            environment = Workspace.environment(of: server)
            for (file, key, _) in Self.images { try await put(file, as: key) }
        }

        private static func write(_ imports: String, in workspace: Workspace) throws {
            try workspace.folder.write(
                """
                version: 1
                name: fleet
                region: us-east-1
                staging: {bucket: fleet-staging}
                limits: {conversions: 4, listConsistency: 1 s, signatureValidity: 5 s}
                defaults: {zones: [us-east-1a]}
                imports:
                \(imports)
                """,
                to: "plan.yaml"
            )
        }

        /// Writes a migration manifest of other imports.
        func rewrite(_ imports: String) throws { try Self.write(imports, in: workspace) }

        func ferry(_ arguments: String...) async throws -> Command {
            try await Command.run(
                [Workspace.ferry] + arguments,
                in: workspace.folder.path,
                environment: environment
            )
        }

        private func s3<Result>(_ body: (S3Client) async throws -> Result) async throws -> Result {
            let transport = try HTTPTransport()
            defer { transport.shutdown() }
            let credentials = AWSCredentials(
                accessKeyID: environment["AWS_ACCESS_KEY_ID"] ?? "",
                secretAccessKey: Secret(environment["AWS_SECRET_ACCESS_KEY"] ?? "")
            )
            let client = ServiceClient(
                service: .s3,
                endpoint: AWSEndpoint(custom: environment["AWS_ENDPOINT_URL"] ?? ""),
                region: "us-east-1",
                transport: transport,
                credentials: StaticCredentials(credentials),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            return try await body(S3Client(client))
        }

        /// Puts a file into the bucket `exports`.
        func put(_ file: String, as key: String) async throws {
            let path = workspace.folder.path(file)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            _ = try await s3 { client in
                try await client.putObject(
                    bucket: "exports",
                    key: key,
                    body: .file(path: path, offset: 0, length: size),
                    payloadHash: nil
                )
            }
        }

        func remove(_ key: String) async throws {
            try await s3 { try await $0.deleteObject(bucket: "exports", key: key) }
        }

        /// The length of an object in the bucket `exports`.
        func length(of key: String) async throws -> Int64? {
            try await s3 { try await $0.headObject(bucket: "exports", key: key)?.byteCount }
        }

        /// The keys in the staging bucket.
        func stagedKeys() async throws -> [String] {
            try await s3 { client in
                var keys: [String] = []
                try await client.listObjects(bucket: "fleet-staging", prefix: "") { keys += $0.map(\.key) }
                return keys.filter { !$0.contains("claims/") }
            }
        }

        /// Changes a byte of `archive.raw`, which makes another disk.
        func changeArchive() throws {
            let path = URL(filePath: workspace.folder.path("archive.raw"))
            var archive = try Data(contentsOf: path)
            archive[5_000_000] ^= 0xFF
            try archive.write(to: path)
        }

        /// The records of the state: phase, volume and message by address.
        func records(_ options: String...) async throws -> [String: Record] {
            struct State: Decodable { var imports: [String: Record] }
            let status = try await ferry(arguments: ["status", "--json"] + options)
            return try JSONDecoder().decode(State.self, from: Data(status.output.utf8)).imports
        }

        private func ferry(arguments: [String]) async throws -> Command {
            try await Command.run([Workspace.ferry] + arguments, in: workspace.folder.path, environment: environment)
        }

        struct Record: Decodable {
            var phase: String
            var volume: String?
            var message: String?
        }
    }

    @Test(
        "planned, imported and left alone: every volume has the bytes of its object, nothing is staged, nothing removed"
    )
    func wholeMigration() async throws {
        // The data of the embedded sandbox: what is in its S3 was put there while it was served.
        let cloud = try await Cloud(data: ".ferry/sandbox")
        let workspace = cloud.workspace
        cloud.server.crash()
        let inspected = try await workspace.ferry("inspect", "--sandbox", "s3://exports/deep/a b+c.vhd")
        #expect(inspected.exitCode == 0 && inspected.output.contains("dynamic"), "\(inspected.output)")
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 2, "\(plan.errorOutput)")
        #expect(plan.output.contains("in s3://exports/db.vmdk → 1 GiB") && !plan.output.contains("to upload"))
        let apply = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(!apply.output.contains("staging "))
        let again = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0 && again.output.hasPrefix("No changes."), "\(again.output)\(again.errorOutput)")

        var expected: [String: String] = [:]
        for (file, key, driver) in Cloud.images {
            let gibibytes = file == "archive.raw" ? 2 : 1
            let digest = try await workspace.expectedDigest(
                of: file,
                driver: ["-f", driver, file],
                gibibytes: gibibytes
            )
            expected["s3://exports/\(key)"] = digest
        }
        let records = try await cloud.records("--sandbox")
        #expect(records.count == 5)
        for (address, url) in [
            ("fleet/db@us-east-1a", "s3://exports/db.vmdk"), ("fleet/db@us-east-1b", "s3://exports/db.vmdk"),
            ("fleet/web@us-east-1a", "s3://exports/deep/a b+c.vhd"),
            ("fleet/fixed@us-east-1a", "s3://exports/fixed.vhd"),
            ("fleet/archive@us-east-1a", "s3://exports/archive.raw"),
        ] {
            let volume = try #require(records[address]?.volume)
            let found = try await workspace.digest(of: ".ferry/sandbox/volumes/\(volume).raw")
            #expect(found == expected[url], "\(address)")
        }
        // The objects are there, and in the staging there is nothing.
        let s3 = workspace.folder.path(".ferry/sandbox/s3")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: "\(s3)/exports/keys").count == Cloud.images.count)
        #expect(try cloud.workspace.stagedKeys(in: ".ferry/sandbox") == [])
    }

    @Test("an object put in another's place is a replacement, and makes a saved plan stale")
    func overwritten() async throws {
        let cloud = try await Cloud()
        defer { cloud.server.crash() }
        #expect(try await cloud.ferry("plan", "--out", "saved.json", "plan.yaml").exitCode == 0)
        try cloud.changeArchive()
        try await cloud.put("archive.raw", as: "archive.raw")
        let stale = try await cloud.ferry("apply", "saved.json")
        #expect(stale.exitCode == 4, "\(stale.output)\(stale.errorOutput)")
        #expect(stale.errorOutput.contains("the image s3://exports/archive.raw has another content"))
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 0, volumes: 0))

        #expect(try await cloud.ferry("apply", "--auto-approve", "plan.yaml").exitCode == 0)
        try cloud.changeArchive()
        try await cloud.put("archive.raw", as: "archive.raw")
        let plan = try await cloud.ferry("plan", "plan.yaml")
        #expect(plan.output.contains("1 to replace") && plan.output.contains("ETag "), "\(plan.output)")
        #expect(try await cloud.ferry("apply", "--auto-approve", "plan.yaml").exitCode == 0)
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 6, volumes: 6))
        #expect(try await cloud.stagedKeys() == [])
    }

    @Test(
        "an object that changes while EC2 reads it: the import fails, the volume is named and kept, and no plan is empty"
    )
    func changedMeanwhile() async throws {
        let cloud = try await Cloud("--conversion-seconds", "4")
        defer { cloud.server.crash() }
        try cloud.rewrite("  - {name: archive, image: \"s3://exports/archive.raw\"}\n")
        async let apply = cloud.ferry("apply", "--auto-approve", "plan.yaml")
        for _ in 0..<600 {
            if let tasks = try? cloud.workspace.counts(in: "data").tasks, tasks == 1 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        try cloud.changeArchive()
        try await cloud.put("archive.raw", as: "archive.raw")
        let failed = try await apply
        #expect(failed.exitCode == 3, "\(failed.output)\(failed.errorOutput)")
        #expect(failed.errorOutput.contains("nobody can tell what is in volume vol-"))
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 1, volumes: 1))
        let plan = try await cloud.ferry("plan", "plan.yaml")
        #expect(plan.output.contains("1 to replace"), "\(plan.output)")
        let last = try await cloud.ferry("apply", "--auto-approve", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 2, volumes: 2))
    }

    @Test("with a lock a plan needs neither S3 nor the objects; to apply it, it does")
    func lock() async throws {
        let cloud = try await Cloud()
        defer { cloud.server.crash() }
        let workspace = cloud.workspace
        let lock = try await cloud.ferry("lock", "plan.yaml")
        #expect(lock.exitCode == 0 && lock.output.contains("4 images, written"), "\(lock.output)\(lock.errorOutput)")
        #expect(try await cloud.ferry("lock", "--check", "plan.yaml").exitCode == 0)
        let online = try await cloud.ferry("plan", "--format", "line", "plan.yaml")
        // Nobody could be asked: there are no credentials and no endpoint.
        let offline = try await workspace.ferry("plan", "--refresh=false", "--format", "line", "plan.yaml")
        #expect(offline.exitCode == 0, "\(offline.errorOutput)")
        #expect(offline.output == online.output)
        let told = try await workspace.ferry("plan", "--refresh=false", "plan.yaml")
        #expect(told.output.contains("4 images are not here: what the plan says of them is from the lock"))
        #expect(try await workspace.ferry("validate", "plan.yaml").exitCode == 0)

        try await cloud.remove("db.vmdk")
        let gone = try await cloud.ferry("plan", "plan.yaml")
        #expect(gone.exitCode == 0 && gone.errorOutput.contains("there is no such object"), "\(gone.errorOutput)")
        let apply = try await cloud.ferry("apply", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 1)
        #expect(apply.errorOutput.contains("s3://exports/db.vmdk: it could not be looked at in S3"))
        try FileManager.default.removeItem(atPath: workspace.folder.path("plan.lock.json"))
        let unlocked = try await workspace.ferry("plan", "--refresh=false", "plan.yaml")
        #expect(unlocked.exitCode == 1 && unlocked.errorOutput.contains("[F0205]"))
        #expect(try await workspace.ferry("validate", "plan.yaml").exitCode == 0)
        let asked = try await cloud.ferry("validate", "--online", "plan.yaml")
        #expect(asked.exitCode == 1 && asked.errorOutput.contains("[F0201]"), "\(asked.errorOutput)")
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 0, volumes: 0))
    }

    @Test("killed again and again, it goes on: every object is imported once into each zone")
    func killed() async throws {
        let cloud = try await Cloud("--conversion-seconds", "0.4")
        defer { cloud.server.crash() }
        let interrupted = try await Workspace.killApplies(
            ["plan.yaml"],
            in: cloud.workspace.folder,
            state: "ferry.state.json",
            environment: cloud.environment
        )
        #expect(interrupted > 0, "no run was killed in its middle")
        let last = try await cloud.ferry("apply", "--auto-approve", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 5, volumes: 5))
        #expect(try await cloud.stagedKeys() == [])
        for (_, key, _) in Cloud.images { #expect(try await cloud.length(of: key) != nil, "\(key)") }
        // The volumes are known again by their markers when the state is lost.
        for name in ["", ".backup", ".lock"] {
            try? FileManager.default.removeItem(atPath: cloud.workspace.folder.path("ferry.state.json\(name)"))
        }
        let plan = try await cloud.ferry("plan", "plan.yaml")
        #expect(plan.output.contains("5 to adopt"), "\(plan.output)")
        #expect(try await cloud.ferry("apply", "--auto-approve", "plan.yaml").exitCode == 0)
        #expect(try cloud.workspace.counts(in: "data") == (tasks: 5, volumes: 5))
    }

    @Test("inspect tells of objects what it tells of files, and of what it cannot read")
    func inspect() async throws {
        let cloud = try await Cloud()
        defer { cloud.server.crash() }
        for (file, key, _) in Cloud.images {
            let object = try await cloud.ferry("inspect", "s3://exports/\(key)")
            let local = try await cloud.ferry("inspect", file)
            #expect(object.exitCode == 0, "\(object.output)\(object.errorOutput)")
            #expect(object.output.split(separator: "\n").dropFirst() == local.output.split(separator: "\n").dropFirst())
        }
        let missing = try await cloud.ferry("inspect", "s3://exports/none.vmdk", "s3://exports/db.vmdk", "s3://X/y")
        #expect(missing.exitCode == 1)
        #expect(missing.output.contains("there is no such object, or no such bucket"), "\(missing.output)")
        #expect(missing.output.contains("not a bucket's name"))
        #expect(try await cloud.ferry("inspect", "--digest", "s3://exports/db.vmdk").exitCode == 64)
        #expect(try await cloud.ferry("convert", "s3://exports/db.vmdk", "a.raw").exitCode == 64)
    }
}
