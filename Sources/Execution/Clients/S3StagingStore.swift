package import AWS
import EC2Types
import HTTPClient
package import Hashing
package import Migration
import WireEncoding

/// S3 as the executor sees it.
package struct S3StagingStore: StagingStore {
    private let client: S3Client

    /// Speaks to S3 by a client.
    package init(_ client: S3Client) {
        self.client = client
    }

    package func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        try await translating { () async throws(AWSError) in
            var parts: Set<SHA256Digest> = []
            let prefix = location.partsPrefix
            try await client.listObjects(bucket: location.bucket, prefix: prefix) { keys in
                for key in keys {
                    if let part = location.part(ofKey: key) { parts.insert(part) }
                }
            }
            return parts
        }
    }

    package func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.putObject(
                bucket: location.bucket,
                key: location.key(ofPart: part.digest),
                body: .file(path: part.path, offset: part.offset, length: part.length),
                payloadHash: part.digest
            )
        }
    }

    package func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.putObject(
                bucket: location.bucket,
                key: key,
                body: .bytes(bytes),
                payloadHash: SHA256.digest(of: bytes),
                contentType: contentType
            )
        }
    }

    package func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]? {
        try await translating { () async throws(AWSError) in
            do throws(AWSError) {
                return try await client.getObject(bucket: location.bucket, key: key)
            } catch  where error.code == "NoSuchKey" {
                return nil
            }
        }
    }

    package func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.deleteObject(bucket: location.bucket, key: key)
        }
    }

    package func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String {
        do {
            return try await client.presignedURL(method.rawValue, bucket: location.bucket, key: key).absoluteString
        } catch {
            throw ServiceError(outcome: .rejected, description: error.description)
        }
    }
}
