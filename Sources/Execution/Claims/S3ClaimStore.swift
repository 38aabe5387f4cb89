package import AWS
import EC2Types
import Foundation
import HTTPClient
package import Migration
import WireEncoding

/// The claims in one account's staging buckets.
package struct S3ClaimStore: ClaimStore {
    private let client: S3Client
    private let account: AWSAccount

    /// Keeps the claims of an account.
    ///
    /// - Parameters:
    ///   - client: S3.
    ///   - account: The account that the imports go to.
    package init(_ client: S3Client, account: AWSAccount) {
        self.client = client
        self.account = account
    }

    package func claim(_ key: ClaimKey) async throws(ServiceError) -> StoredClaim? {
        do throws(AWSError) {
            let content = try await client.readObject(
                bucket: key.folder.location.bucket,
                key: objectKey(key),
                limit: ImportClaim.longest
            )
            guard let lastModified = content.lastModified, let date = content.date else { throw Self.timeless }
            return StoredClaim(
                claim: ImportClaim(json: content.bytes),
                entityTag: content.entityTag,
                lastModified: lastModified,
                date: date
            )
        } catch  where error.code == "NoSuchKey" {
            return nil
        } catch {
            throw failure(error)
        }
    }

    package func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String? {
        do throws(AWSError) {
            return try await client.putObject(
                bucket: key.folder.location.bucket,
                key: objectKey(key),
                body: claim.json,
                contentType: "application/json",
                condition: entityTag.map { .unchanged(entityTag: $0) } ?? .absent
            )
        } catch {
            // 409: another write of the same key was under way. Which one won is read.
            if error.isConditionFailure { return nil }
            // 404: the object that was to be replaced is gone.
            if error.status == 404, error.code != "NoSuchBucket" { return nil }
            throw failure(error)
        }
    }

    package func claims(in folder: ClaimKey.Folder) async throws(ServiceError) -> ClaimListing {
        var listing = ClaimListing(entityTags: [:], date: 0)
        let prefix = folder.prefix(of: account)
        do throws(AWSError) {
            let date = try await client.listObjects(bucket: folder.location.bucket, prefix: prefix) { objects in
                for object in objects {
                    listing.entityTags[String(object.key.dropFirst(prefix.count))] = object.entityTag ?? ""
                }
            }
            guard let date else { throw Self.timeless }
            listing.date = date
            return listing
        } catch {
            throw failure(error)
        }
    }

    package func honorsConditions(in folder: ClaimKey.Folder) async throws(ServiceError) -> Bool {
        let key = "\(folder.location.claimsPrefix)probe-\(UUID().uuidString.lowercased())"
        let bucket = folder.location.bucket
        do throws(AWSError) {
            try await client.putObject(bucket: bucket, key: key, body: .bytes([0x31]), payloadHash: nil)
            let honors = try await client.rejectsCreation(ofExisting: key, in: bucket)
            try await client.deleteObject(bucket: bucket, key: key)
            return honors
        } catch {
            throw failure(error)
        }
    }

    private func objectKey(_ key: ClaimKey) -> String { key.folder.prefix(of: account) + key.name }

    private static let timeless = AWSError(
        service: .s3,
        operation: "claim",
        kind: .malformedAnswer("it has no Date or no Last-Modified; ferry needs the time by S3's clock")
    )

    private func failure(_ error: AWSError) -> ServiceError {
        var failure = ServiceError(error)
        if error.status == 403 {
            failure.description += "; claims need s3:GetObject, s3:PutObject, and s3:ListBucket on the staging bucket"
        }
        return failure
    }
}
