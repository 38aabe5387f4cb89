import Foundation
import TestSupport
import Testing

/// The Python programs that run botocore, the library of the AWS CLI.
enum Botocore {
    /// A Python that has botocore; the environment names it where there is one.
    static let python = ProcessInfo.processInfo.environment["FERRY_TEST_PYTHON"]

    /// Runs a program of the folder `conformance`.
    ///
    /// - Returns: What it printed.
    static func run(_ program: String, _ arguments: [String], input: String? = nil) async throws -> String {
        let python = try #require(python)
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "conformance/\(program).py").path
        // UTF-8 in any locale, as the AWS CLI's own Python has it.
        let words = [python, "-X", "utf8", script] + arguments
        let command = input.map { ["sh", "-c", "exec \"$@\" < '\($0)'", "sh"] + words } ?? words
        let result = try await Command.run(command)
        try #require(result.exitCode == 0, "\(result.errorOutput)")
        return result.output
    }
}
