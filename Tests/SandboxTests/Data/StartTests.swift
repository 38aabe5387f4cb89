import Foundation
import Sandbox
import TestSupport
import Testing

@Suite("Starting and stopping")
struct StartTests {
    @Test("A folder that another sandbox serves is refused, and the holder named")
    func lockedFolder() async throws {
        try await SandboxFixture.run { fixture in
            let configuration = SandboxConfiguration(dataDirectory: fixture.folder.path("data"))
            let error = await #expect(throws: SandboxError.self) {
                _ = try await Sandbox.start(configuration, logger: .silent)
            }
            let text = try #require(error?.description)
            #expect(text.contains(fixture.folder.path("data")))
            #expect(text.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        }
    }

    @Test("A port that is taken is refused, and the folder is free afterwards")
    func takenPort() async throws {
        try await SandboxFixture.run { fixture in
            let port = try #require(fixture.endpoint.split(separator: ":").last.flatMap { Int($0) })
            let folder = try TemporaryDirectory()
            let error = await #expect(throws: SandboxError.self) {
                _ = try await Sandbox.start(
                    SandboxConfiguration(dataDirectory: folder.path, port: port),
                    logger: .silent
                )
            }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
            let second = try await Sandbox.start(SandboxConfiguration(dataDirectory: folder.path), logger: .silent)
            await second.stop()
        }
    }

    @Test("What can't work is refused before anything is touched")
    func invalidConfiguration() async throws {
        let folder = try TemporaryDirectory()
        let edits: [(inout SandboxConfiguration) -> Void] = [
            { $0.port = 70_000 }, { $0.conversions = 0 }, { $0.region = "mars-north-1" }, { $0.accessKeyID = "" },
            { $0.conversionDelay = .seconds(-1) }, { $0.buckets = ["Wrong_Name"] },
            { $0.faults = SandboxFaults(errorProbability: 1.5) },
            { $0.faults = SandboxFaults(ec2Limit: .init(capacity: -1, refillPerSecond: 1)) },
        ]
        for edit in edits {
            var configuration = SandboxConfiguration(dataDirectory: folder.path("data"))
            edit(&configuration)
            await #expect(throws: SandboxError.self) { _ = try await Sandbox.start(configuration, logger: .silent) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("data")))
    }

    @Test("A damaged record is named, not passed over")
    func damagedRecord() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("{", to: "data/tasks/import-vol-00000000000000000.json")
        let error = await #expect(throws: SandboxError.self) {
            _ = try await Sandbox.start(SandboxConfiguration(dataDirectory: folder.path("data")), logger: .silent)
        }
        #expect(error?.description.contains("import-vol-00000000000000000.json") == true)
    }

    @Test("Stopping twice, also at the same time, returns")
    func stopping() async throws {
        let folder = try TemporaryDirectory()
        let sandbox = try await Sandbox.start(SandboxConfiguration(dataDirectory: folder.path), logger: .silent)
        async let other: Void = sandbox.stop()
        await sandbox.stop()
        await other
        await sandbox.stop()
    }

    @Test("A reset removes what the sandbox keeps and nothing else, and not while it is served")
    func reset() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("mine", to: "data/notes.txt")
        try await SandboxFixture.run(in: folder) { _ in
            await #expect(throws: SandboxError.self) { try await Sandbox.reset(dataDirectory: folder.path("data")) }
        }
        #expect(FileManager.default.fileExists(atPath: folder.path("data/s3/\(SandboxFixture.bucket)")))
        try await Sandbox.reset(dataDirectory: folder.path("data"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("data"))
        #expect(left.sorted() == ["lock", "notes.txt"])
        try await Sandbox.reset(dataDirectory: folder.path("absent"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("absent")))
    }
}
