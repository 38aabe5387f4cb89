package import EC2Types
package import Hashing
package import Migration
package import WireEncoding

/// The S3 operations that the executor uses for what it stages.
package protocol StagingStore: Sendable {
    /// The digests of all parts that a staging location holds.
    func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest>
    /// Stores a part under its digest. S3 rejects it if its bytes have another digest.
    func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError)
    /// Whether a part is stored with its length and the digest that S3 verified.
    ///
    /// - Parameter length: The length in bytes.
    func hasPart(_ digest: SHA256Digest, length: Int, in location: StagingLocation) async throws(ServiceError) -> Bool
    /// Stores a small object.
    ///
    /// - Returns: The time of the response, by S3's clock in seconds since 1970.
    func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> Int64
    /// A small object's content; `nil` if there is none.
    func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]?
    /// Removes an object; one that is not there counts as removed.
    func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError)
    /// The URLs by which EC2 can read an import manifest, in the order in which they are tried; never empty.
    func importManifestURLs(key: String, in location: StagingLocation) async throws(ServiceError) -> [ImportManifestURL]
    /// A URL that lets its holder make one kind of request for one object for as long as presigned URLs live.
    func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String
}

/// A presigned URL of an import manifest.
package struct ImportManifestURL: Hashable, Sendable {
    /// The place of the bucket in the URL.
    package var addressing: S3Addressing
    /// The URL: a secret for as long as it is valid.
    package var url: String

    /// Describes a URL.
    package init(addressing: S3Addressing, url: String) {
        self.addressing = addressing
        self.url = url
    }
}

extension StagingStore {
    /// The parts that the import manifest of a task names. One that is not here is in another location, or EC2 has removed it,
    /// which it does when it has them all: there are none then.
    func parts(of marker: TaskMarker, in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        guard let xml = try await object(key: location.importManifestKey(marker), in: location) else { return [] }
        return Set(ImportManifest.partKeys(in: xml).compactMap { location.part(ofKey: $0) })
    }
}

/// The methods an import manifest has URLs for.
package enum PresignedMethod: String, Sendable {
    case head = "HEAD", get = "GET", delete = "DELETE"
}

/// A part of an image, where it lies in the file.
package struct FilePart: Hashable, Sendable {
    /// The image's path.
    package var path: String
    /// Where the part begins, in bytes.
    package var offset: Int64
    /// The part's length in bytes.
    package var length: Int
    /// The digest of its bytes.
    package var digest: SHA256Digest
}

extension StagingLocation {
    /// The key of a part.
    package func key(ofPart digest: SHA256Digest) -> String { partsPrefix + digest.hex }

    /// The part that a key names; `nil` for another key.
    package func part(ofKey key: some StringProtocol) -> SHA256Digest? {
        key.hasPrefix(partsPrefix) ? SHA256Digest(hex: key.dropFirst(partsPrefix.count)) : nil
    }

    /// The key of an attempt's import manifest. It is short, because EC2 does not take every long URL.
    package func importManifestKey(_ marker: TaskMarker) -> String {
        attemptKey(marker) + (lineage == nil ? ".manifest.xml" : ".xml")
    }

    /// What the keys of one attempt's own objects begin with.
    package func attemptKey(_ marker: TaskMarker) -> String {
        importsPrefix + (lineage == nil ? marker.keyNameOfVersion1 : marker.keyName)
    }
}
