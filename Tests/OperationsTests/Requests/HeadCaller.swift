import AWS
import Diagnostics
import Hashing
import Migration
import TestSupport
import WireEncoding
import YAML

@testable import Execution
@testable import Operations

/// Everything in ferry that sends a HEAD.
enum HeadCaller: CaseIterable {
    case headObject, headBucket, stagedPart, sourceObject, plannedObject, stagingCheck

    private static let staging = StagingLocation(bucket: "b", prefix: "ferry/")
    private static let object = ObjectLocation(bucket: "b", key: "k")

    /// Sends the HEAD.
    ///
    /// - Returns: The problems of a caller that reports them.
    /// - Throws: What the caller throws.
    func call(_ client: S3Client) async throws -> String {
        switch self {
        case .headObject: _ = try await client.headObject(bucket: "b", key: "k")
        case .headBucket: _ = try await client.headBucket("b")
        case .stagedPart:
            let digest = SHA256.digest(of: "part")
            _ = try await S3StagingStore(client).hasPart(digest, length: 9, in: Self.staging)
        case .sourceObject: _ = try await S3SourceObjects(client).state(of: Self.object, for: Self.staging)
        case .plannedObject:
            let planned = S3ObjectVersion(bucket: "b", key: "k", entityTag: "t", bytes: 9)
            try await S3SourceObjects(client).require(planned, for: Self.staging)
        case .stagingCheck:
            let file = SourceFile(path: "plan.yaml", bytes: Array("staging: {bucket: b}\n".utf8))
            let location = SourceLocation(file: file, range: SourceRange(at: .start))
            let check = StagingCheck(s3: client, staging: Located(Self.staging, at: location), region: "us-east-1")
            // The server does not know conditions, which is a warning.
            return await check.problems().filter { $0.severity == .error }.map(\.message).joined(separator: "\n")
        }
        return ""
    }
}
