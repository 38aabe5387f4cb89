import Foundation
import Sandbox
import TestSupport
import Testing

@Suite("Conformance with other clients")
struct ConformanceTests {
    /// A Python that has boto3; the environment names it where there is one.
    private static let python = ProcessInfo.processInfo.environment["FERRY_TEST_PYTHON"]

    @Test("boto3 can use the sandbox as it uses AWS", .enabled(if: python != nil))
    func boto3() async throws {
        let python = try #require(Self.python)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "conformance/boto3_conformance.py").path
        try await SandboxFixture.run { fixture in
            let result = try await Command.run(
                [python, script],
                environment: [
                    "FERRY_SANDBOX_ENDPOINT": fixture.endpoint,
                    "AWS_ACCESS_KEY_ID": SandboxConfiguration.defaultAccessKeyID,
                    "AWS_SECRET_ACCESS_KEY": SandboxConfiguration.defaultSecretAccessKey,
                ]
            )
            #expect(result.exitCode == 0, "\(result.output)\n\(result.errorOutput)")
            #expect(result.output.contains("checks passed"))
        }
    }
}
