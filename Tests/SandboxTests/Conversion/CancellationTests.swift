import AWS
import Foundation
import Sandbox
import TestSupport
import Testing

@testable import EC2Types

@Suite("Cancellation of conversion tasks")
struct CancellationTests {
    @Test("An active task is cancelled, with the reason, and leaves no volume")
    func active() async throws {
        try await SandboxFixture.run(configure: { $0.conversionDelay = .seconds(600) }) { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            let id = try await staged.importVolume(fixture)
            #expect(try await fixture.ec2().describeConversionTasks(ids: [id]).first?.state == .active)
            try await fixture.ec2().cancelConversionTask(id: id, reason: "another plan")
            let task = try await fixture.settled(id)
            #expect(task.state == .cancelled)
            #expect(task.statusMessage?.contains("another plan") == true)
            #expect(await fixture.sandbox.volumes().isEmpty)
            // Cancelling again is no error.
            try await fixture.ec2().cancelConversionTask(id: id, reason: "again")
        }
    }

    @Test("A task that waits for its turn is cancelled")
    func queued() async throws {
        try await SandboxFixture.run(
            configure: {
                $0.conversions = 1
                $0.conversionDelay = .seconds(600)
            }
        ) { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            let first = try await staged.importVolume(fixture)
            let second = try await staged.importVolume(fixture)
            try await fixture.ec2().cancelConversionTask(id: second, reason: "no")
            try await fixture.ec2().cancelConversionTask(id: first, reason: "no")
            #expect(try await fixture.settled(first).state == .cancelled)
            #expect(try await fixture.settled(second).state == .cancelled)
        }
    }

    @Test("A completed task can't be cancelled")
    func completed() async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            let id = try await staged.importVolume(fixture)
            #expect(try await fixture.settled(id).state == .completed)
            let error = await #expect(throws: AWSError.self) {
                try await fixture.ec2().cancelConversionTask(id: id, reason: "late")
            }
            #expect(error?.code == "IncorrectState")
            #expect(try await fixture.ec2().describeConversionTasks(ids: [id]).first?.state == .completed)
        }
    }
}
