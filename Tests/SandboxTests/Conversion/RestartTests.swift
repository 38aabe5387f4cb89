import AWS
import Foundation
import Hashing
import Sandbox
import TestSupport
import Testing

@testable import EC2Types
@testable import HTTPClient

@Suite("Restarts")
struct RestartTests {
    @Test("A task that was active goes on after a restart on another port")
    func activeTask() async throws {
        let folder = try TemporaryDirectory()
        let guest = QemuImage.guest()
        var id = ""
        try await SandboxFixture.run(in: folder, configure: { $0.conversionDelay = .seconds(600) }) { fixture in
            id = try await StagedImage(guest, format: "RAW", with: fixture).importVolume(fixture)
        }
        try await SandboxFixture.run(in: folder) { fixture in
            let task = try await fixture.settled(id)
            #expect(task.state == .completed, "\(task)")
            let volume = try #require(await fixture.sandbox.volumes().first)
            #expect(try VolumeFile.digest(path: volume.path).0 == VolumeFile.digest(of: guest, paddedTo: 1 << 30))
            #expect(volume.id == task.volumeID)
            // The URLs named the old port; the parts were found and removed all the same.
            var keys: [String] = []
            try await fixture.s3().listObjects(bucket: SandboxFixture.bucket, prefix: "") { keys += $0.map(\.key) }
            #expect(keys.isEmpty)
        }
    }

    @Test("A folder as a killed process leaves it is taken up")
    func killed() async throws {
        let folder = try TemporaryDirectory()
        let guest = QemuImage.guest()
        let copy = try TemporaryDirectory()
        var id = ""
        try await SandboxFixture.run(in: folder, configure: { $0.conversionDelay = .seconds(600) }) { fixture in
            let staged = try await StagedImage(guest, format: "RAW", with: fixture)
            id = try await staged.importVolume(fixture)
            // Not before the partial volume is there. What a kill leaves is what a copy made meanwhile shows.
            var hasPartialVolume = false
            while !hasPartialVolume {
                try await Task.sleep(for: .milliseconds(20))
                let found = FileManager.default.enumerator(atPath: folder.path("data/scratch"))?.compactMap {
                    $0 as? String
                }
                hasPartialVolume = found?.contains { $0.hasSuffix("/volume") } == true
            }
            let result = try await Command.run(["cp", "-a", folder.path("data"), copy.path("data")])
            try #require(result.exitCode == 0, "\(result.errorOutput)")
        }
        try await SandboxFixture.run(in: copy) { fixture in
            #expect(try await fixture.settled(id).state == .completed)
            let volume = try #require(await fixture.sandbox.volumes().first)
            #expect(volume.path.hasPrefix(copy.path))
            #expect(try VolumeFile.digest(path: volume.path).0 == VolumeFile.digest(of: guest, paddedTo: 1 << 30))
            #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path("data/scratch")).isEmpty)
        }
    }

    @Test("Objects, uploads, tags and finished tasks are there after a restart")
    func everythingElse() async throws {
        let folder = try TemporaryDirectory()
        var id = ""
        var volumeID = ""
        try await SandboxFixture.run(in: folder) { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            id = try await staged.importVolume(fixture)
            volumeID = try #require(try await fixture.settled(id).volumeID)
            try await fixture.ec2().createTags(resources: [volumeID], tags: ["tier": "db"])
            let put = try await fixture.send(
                "PUT",
                "/\(SandboxFixture.bucket)/a/../%C3%BC",
                headers: [("Content-Type", "text/x"), ("x-amz-meta-colour", "blue")],
                body: Array("content".utf8)
            )
            #expect(put.status == 200)
        }
        try await SandboxFixture.run(in: folder) { fixture in
            #expect(try await fixture.ec2().describeConversionTasks().map(\.id) == [id])
            #expect(try await fixture.settled(id).state == .completed)
            #expect(await fixture.sandbox.volumes().map(\.tags) == [["tier": "db"]])
            let get = try await fixture.send("GET", "/\(SandboxFixture.bucket)/a/../%C3%BC")
            #expect(get.body == Array("content".utf8))
            #expect(get.header("content-type") == "text/x")
            #expect(get.header("x-amz-meta-colour") == "blue")
        }
    }
}
