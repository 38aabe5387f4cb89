import EC2Types
package import Hashing
package import Migration
import WireEncoding

/// S3 in several regions and accounts, seen as one: each call goes where its bucket lies.
package struct RegionalStagingStore: StagingStore {
    private let stores: [String: any StagingStore]

    /// Speaks to S3 through one store a bucket.
    package init(_ stores: [String: any StagingStore]) {
        self.stores = stores
    }

    package func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        try await store(of: location).stagedParts(in: location)
    }

    package func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError) {
        try await store(of: location).putPart(part, in: location)
    }

    package func hasPart(
        _ digest: SHA256Digest,
        length: Int,
        in location: StagingLocation
    ) async throws(ServiceError) -> Bool {
        try await store(of: location).hasPart(digest, length: length, in: location)
    }

    package func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> Int64 {
        try await store(of: location).putObject(bytes, key: key, contentType: contentType, in: location)
    }

    package func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]? {
        try await store(of: location).object(key: key, in: location)
    }

    package func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError) {
        try await store(of: location).deleteObject(key: key, in: location)
    }

    package func importManifestURLs(
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> [ImportManifestURL] {
        try await store(of: location).importManifestURLs(key: key, in: location)
    }

    package func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String {
        try await store(of: location).presignedURL(method, key: key, in: location)
    }

    private func store(of location: StagingLocation) throws(ServiceError) -> any StagingStore {
        guard let store = stores[location.bucket] else {
            let description =
                "no migration manifest says in which region bucket “\(location.bucket)” lies, and whose it is"
            throw ServiceError(outcome: .rejected, description: description)
        }
        return store
    }
}
