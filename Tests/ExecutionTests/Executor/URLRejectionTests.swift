import DiskImages
import Migration
import Testing
import WireEncoding

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// ImportVolume calls whose import manifest's URL EC2 rejects for its form.
@Suite("Rejected URLs")
struct URLRejectionTests {
    /// The forms that a setting allows, the one first that is tried first.
    private static let settings: [[S3Addressing]] = [[.virtual, .path, .global], [.virtual], [.path], [.global]]
    private static let rejections: [Set<S3Addressing>] = [
        [], [.virtual], [.path], [.global], [.virtual, .path], [.virtual, .global], [.path, .global],
        [.virtual, .path, .global],
    ]

    private func cloud(_ setting: [S3Addressing], rejecting rejected: Set<S3Addressing>) -> ScriptedCloud {
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            for id in cloud.tasks { cloud.complete(id) }
        }
        cloud.address(by: setting, rejecting: rejected)
        return cloud
    }

    /// Two imports whose target is bound to an account, as a run does first.
    private func runs() async throws -> TwoImports {
        let runs = try TwoImports()
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        try await session.bind(TargetBindings([runs.first.target: .account(id: "123456789012", partition: "aws")]))
        try await session.close()
        return runs
    }

    private func forms(of cloud: ScriptedCloud) -> [S3Addressing] {
        cloud.calls.compactMap(\.importManifestURLs.first?.addressing)
    }

    @Test("Each form is tried once, in one attempt and under a claim of its own", arguments: settings, rejections)
    func matrix(setting: [S3Addressing], rejected: Set<S3Addressing>) async throws {
        let runs = try await runs()
        let cloud = cloud(setting, rejecting: rejected)
        let summary = try await runs.apply([runs.first], in: cloud, listConsistency: 0)
        let taken = setting.firstIndex { !rejected.contains($0) }
        #expect(forms(of: cloud) == Array(setting[...(taken ?? setting.count - 1)]))
        #expect(Set(cloud.calls.map(\.marker.attempt)) == [1])
        let state = try #require(try runs.file.read())
        #expect(state.imports[runs.first.address]?.attempts == 1)
        guard let taken else {
            let message = try #require(summary.failed.values.first)
            let tried = setting.map(\.rawValue).joined(separator: ", ")
            #expect(message.hasSuffix("URLs of these forms were tried: \(tried) (staging.addressing)"), "\(message)")
            #expect(cloud.tasks == [])
            return
        }
        #expect(summary.completed.count == 1, "\(summary)")
        #expect(cloud.tasks.count == 1)
        #expect(state.targets.addressing(of: runs.first.target) == (taken > 0 ? setting[taken] : nil))
    }

    @Test("The next import begins with the form that EC2 took, in this run and in the next")
    func recorded() async throws {
        let runs = try await runs()
        let first = cloud([.virtual, .path, .global], rejecting: [.virtual, .path])
        let summary = try await runs.apply([runs.first], in: first, listConsistency: 0)
        #expect(summary.completed.count == 1 && forms(of: first) == [.virtual, .path, .global])
        let second = cloud([.virtual, .path, .global], rejecting: [.virtual, .path])
        let next = try await runs.apply([runs.second], in: second, listConsistency: 0)
        #expect(next.completed.count == 1 && forms(of: second) == [.global])
    }
}
