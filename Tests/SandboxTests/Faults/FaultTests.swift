import AWS
import EC2Types
import Sandbox
import TestSupport
import Testing

@testable import HTTPClient

@Suite("Injected faults")
struct FaultTests {
    private static let request = EC2Client.ImportVolumeRequest(
        availabilityZone: "us-east-1a",
        format: "RAW",
        bytes: 512,
        importManifestURL: "http://127.0.0.1:9/image.manifest.xml",
        volumeSize: 1,
        description: nil
    )

    @Test("Over the limit, ImportVolume is throttled as EC2 throttles it, and nothing else is")
    func throttledImports() async throws {
        let limit = SandboxFaults.Limit(capacity: 3, refillPerSecond: 0)
        try await SandboxFixture.run(configure: { $0.faults = SandboxFaults(importVolumeLimit: limit) }) { fixture in
            for _ in 0..<3 { _ = try await fixture.ec2().importVolume(Self.request) }
            let error = await #expect(throws: AWSError.self) { try await fixture.ec2().importVolume(Self.request) }
            #expect(error?.code == "RequestLimitExceeded")
            #expect(error?.status == 503)
            #expect(error?.isThrottle == true)
            #expect(error?.outcome == .rejected)
            #expect(try await fixture.ec2().describeConversionTasks().count == 3)
        }
    }

    @Test("A limit of all EC2 actions holds for all, and not for S3")
    func throttledActions() async throws {
        let limit = SandboxFaults.Limit(capacity: 1, refillPerSecond: 0)
        try await SandboxFixture.run(configure: { $0.faults = SandboxFaults(ec2Limit: limit) }) { fixture in
            _ = try await fixture.ec2().availabilityZones()
            let error = await #expect(throws: AWSError.self) { try await fixture.ec2().describeConversionTasks() }
            #expect(error?.code == "RequestLimitExceeded")
            #expect(try await fixture.send("GET", "/\(SandboxFixture.bucket)").status == 200)
        }
    }

    @Test("An answer is lost after the effect")
    func lostAnswer() async throws {
        let folder = try TemporaryDirectory()
        try await SandboxFixture.run(in: folder, configure: { $0.faults = SandboxFaults(lostAnswerProbability: 1) }) {
            fixture in
            let error = await #expect(throws: AWSError.self) { try await fixture.ec2().importVolume(Self.request) }
            #expect(error?.status == nil)
            #expect(error?.outcome == .unknown)
        }
        try await SandboxFixture.run(in: folder) { fixture in
            let tasks = try await fixture.ec2().describeConversionTasks()
            #expect(tasks.count == 1)
        }
    }

    @Test("An error before the effect leaves none")
    func errorBefore() async throws {
        let folder = try TemporaryDirectory()
        try await SandboxFixture.run(in: folder, configure: { $0.faults = SandboxFaults(seed: 7, errorProbability: 1) })
        { fixture in
            var codes: Set<String> = []
            for _ in 0..<12 {
                let error = await #expect(throws: AWSError.self) { try await fixture.ec2().importVolume(Self.request) }
                codes.insert(error?.code ?? "")
                let put = try await fixture.send("PUT", "/\(SandboxFixture.bucket)/key", body: [1])
                #expect([500, 503].contains(put.status))
            }
            #expect(codes == ["InternalError", "Unavailable"])
        }
        try await SandboxFixture.run(in: folder) { fixture in
            let tasks = try await fixture.ec2().describeConversionTasks()
            #expect(tasks.isEmpty)
            let head = try await fixture.send("HEAD", "/\(SandboxFixture.bucket)/key")
            #expect(head.status == 404)
        }
    }

    @Test("S3 is told to slow down, EC2 isn't")
    func slowDown() async throws {
        try await SandboxFixture.run(configure: { $0.faults = SandboxFaults(slowDownProbability: 1) }) { fixture in
            let answer = try await fixture.send("GET", "/\(SandboxFixture.bucket)")
            #expect(answer.status == 503)
            #expect(answer.errorCode == "SlowDown")
            #expect(try await fixture.ec2().describeConversionTasks().isEmpty)
        }
    }

    @Test("An import succeeds in spite of S3 that fails now and then")
    func importWithFaults() async throws {
        let folder = try TemporaryDirectory()
        var id = ""
        try await SandboxFixture.run(in: folder, configure: { $0.conversionDelay = .seconds(600) }) { fixture in
            id = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture).importVolume(fixture)
        }
        let faults = SandboxFaults(seed: 3, errorProbability: 0.1, lostAnswerProbability: 0.1)
        try await SandboxFixture.run(in: folder, configure: { $0.faults = faults }) { fixture in
            var state: ConversionTask.State?
            while state != .completed {
                // The test's own calls meet the faults as well.
                state = try? await fixture.ec2().describeConversionTasks(ids: [id]).first?.state
                try #require(state != .cancelled)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(await fixture.sandbox.volumes().count == 1)
        }
    }
}
