import TestSupport
import Testing

/// ImportVolume at a sandbox that rejects some forms of an import manifest's URL, as the real EC2 does in some regions.
@Suite("The form of an import manifest's URL")
struct URLFormTests {
    @Test(
        "auto goes on to the form that EC2 takes; any other setting fails with the form it names",
        arguments: [
            ("auto", [], "none"), ("auto", ["path"], "virtual"), ("auto", ["virtual"], "none"),
            ("auto", ["virtual", "path"], "path, virtual"), ("path", ["path"], "path"), ("path", ["virtual"], "none"),
            ("virtual", ["path"], "none"), ("virtual", ["virtual"], "virtual"),
        ] as [(String, [String], String)]
    )
    func forms(setting: String, rejected: [String], expected: String) async throws {
        let folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 7, count: 4096), to: "disk.raw")
        try folder.write(
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging, addressing: \(setting)}
            limits: {listConsistency: 1 s, signatureValidity: 5 s}
            imports:
              - {name: disk, image: disk.raw, zones: [us-east-1a, us-east-1b]}

            """,
            to: "plan.yaml"
        )
        let server = try await BackgroundCommand(
            [
                Workspace.ferry, "sandbox", "serve", "--data", "data", "--bucket", "fleet-staging", "--stop-after",
                "60",
                "--signature-validity", "5",
            ] + rejected.flatMap { ["--reject-url", $0] },
            in: folder.path,
            lines: 4
        )
        defer { server.crash() }
        // Only a name has a form with the bucket in front of it.
        let environment = Workspace.environment(of: server).mapValues { $0.replacing("127.0.0.1", with: "localhost") }
        let apply = try await Command.run(
            [Workspace.ferry, "apply", "--auto-approve", "plan.yaml"],
            in: folder.path,
            environment: environment
        )
        let status = try await Command.run([Workspace.ferry, "status", "--json"], in: folder.path)
        #expect(!status.output.contains("\"attempts\": 2"))
        if ["none", "virtual"].contains(expected), !(setting == "virtual" && expected == "virtual") {
            #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
            #expect(
                status.output.contains("\"addressing\": \"virtual\"") == (expected == "virtual"),
                "\(status.output)"
            )
        } else {
            #expect(apply.exitCode == 3)
            let words = "URLs of these forms were tried: \(expected) (staging.addressing)"
            #expect(apply.errorOutput.contains(words), "\(apply.errorOutput)")
            #expect(!apply.errorOutput.contains("X-Amz-Signature"))
        }
    }
}
