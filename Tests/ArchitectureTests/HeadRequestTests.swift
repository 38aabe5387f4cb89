import Foundation
import Testing

/// `HeadFailureTests` covers every caller of HEAD: here is why there is no other.
@Suite("Requests with HEAD")
struct HeadRequestTests {
    private static var method: Regex<Substring> { /"HEAD"/ }
    private static var explainedCall: Regex<Substring> { /"HEAD", url, headers: headers\)\n +call\.explanation =/ }
    private static var callers: Regex<Substring> { /\.head(?:Object|Bucket)\(/ }

    /// The files under `Sources` in which a pattern occurs, by target and name.
    private static func files(matching pattern: Regex<Substring>) throws -> [String] {
        try SourceTree.targets().flatMap { target in
            try SourceTree.files(of: target)
                .filter { try String(contentsOf: $0, encoding: .utf8).contains(pattern) }
                .map { "\(target)/\($0.lastPathComponent)" }
        }
        .sorted()
    }

    @Test("are made in one place of the client, with the request that explains their failure")
    func client() throws {
        let senders = try Self.files(matching: Self.method).filter { !$0.hasPrefix("Sandbox/") }
        #expect(
            senders == [
                // Names of methods for which URLs are presigned.
                "AWS/S3Client.swift", "AWS/ServiceClient.swift", "Execution/SourceObjects.swift",
                "Execution/StagingStore.swift",
                // What a HEAD is to libcurl.
                "HTTPClient/Transfer.swift",
            ]
        )
        let file = try #require(try SourceTree.files(of: "AWS").first { $0.lastPathComponent == "S3Client.swift" })
        let source = try String(contentsOf: file, encoding: .utf8)
        #expect(source.matches(of: Self.method).count == 1)
        #expect(source.contains(Self.explainedCall))
    }

    @Test("have these callers")
    func places() throws {
        #expect(
            try Self.files(matching: Self.callers) == [
                "Execution/S3SourceObjects.swift", "Execution/S3StagingStore.swift", "Operations/StagingCheck.swift",
            ]
        )
    }
}
