package import AWS
import EC2Types
import HTTPClient
package import Hashing
package import Migration
package import WireEncoding

/// S3 as the executor sees it.
package struct S3StagingStore: StagingStore {
    private let client: S3Client
    private let addressing: S3Addressing?

    /// Speaks to S3 by a client.
    ///
    /// - Parameter addressing: The only addressing of import manifests' URLs; any if `nil`.
    package init(_ client: S3Client, addressing: S3Addressing? = nil) {
        self.client = client
        self.addressing = addressing
    }

    package func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        try await translating { () async throws(AWSError) in
            var parts: Set<SHA256Digest> = []
            let prefix = location.partsPrefix
            try await client.listObjects(bucket: location.bucket, prefix: prefix) { objects in
                for object in objects {
                    if let part = location.part(ofKey: object.key) { parts.insert(part) }
                }
            }
            return parts
        }
    }

    package func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError) {
        _ = try await translating { () async throws(AWSError) in
            try await client.putObject(
                bucket: location.bucket,
                key: location.key(ofPart: part.digest),
                body: .file(path: part.path, offset: part.offset, length: part.length),
                payloadHash: part.digest,
                storesChecksum: true
            )
        }
    }

    package func hasPart(
        _ digest: SHA256Digest,
        length: Int,
        in location: StagingLocation
    ) async throws(ServiceError) -> Bool {
        let head = try await translating { () async throws(AWSError) in
            try await client.headObject(
                bucket: location.bucket,
                key: location.key(ofPart: digest),
                withChecksum: true
            )
        }
        guard let head, head.byteCount == length else { return false }
        // Without a checksum, who stored it and what is unknown: it is uploaded again.
        return head.checksum == Base64.encode(digest.bytes)
    }

    package func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> Int64 {
        let date = try await translating { () async throws(AWSError) in
            try await client.putObject(
                bucket: location.bucket,
                key: key,
                body: .bytes(bytes),
                payloadHash: SHA256.digest(of: bytes),
                contentType: contentType
            )
        }
        guard let date else {
            let description = "S3's response has no Date; ferry needs the time by S3's clock"
            throw ServiceError(outcome: .rejected, description: description)
        }
        return date
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

    package func importManifestURLs(
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> [ImportManifestURL] {
        let possible = client.addressings(of: location.bucket)
        let chosen = possible.filter { addressing == nil || addressing == $0 }
        guard !chosen.isEmpty else {
            let words = possible.map(\.rawValue).joined(separator: " or ")
            throw ServiceError(
                outcome: .rejected,
                description: """
                    staging.addressing is \(addressing?.rawValue ?? "auto"), and URLs of bucket "\(location.bucket)" at this \
                    endpoint can only be \(words): change staging.addressing
                    """
            )
        }
        do {
            var urls: [ImportManifestURL] = []
            for addressing in chosen {
                let url = try await client.presignedURL(
                    PresignedMethod.get.rawValue,
                    bucket: location.bucket,
                    key: key,
                    addressing: addressing
                )
                urls.append(ImportManifestURL(addressing: addressing, url: url.absoluteString))
            }
            return urls
        } catch {
            throw ServiceError(outcome: .rejected, description: error.description)
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
