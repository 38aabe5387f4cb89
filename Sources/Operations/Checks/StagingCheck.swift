import AWS
import Diagnostics
import Foundation
import HTTPClient
import Migration
import WireEncoding
import YAML

/// Checks that a staging bucket exists and that the credentials can use it as `ferry apply` does.
///
/// S3 has no dry runs. The check writes, reads, and deletes one object of one byte.
struct StagingCheck {
    /// S3, which expects the owner of the bucket.
    let s3: S3Client
    /// The staging location.
    let staging: Located<StagingLocation>
    /// The region that the bucket should be in.
    let region: String

    /// The problems of the bucket.
    func problems() async -> [Diagnostic] {
        do throws(AWSError) {
            guard try await s3.headBucket(staging.value.bucket) else {
                return [unavailable("there is no bucket \"\(staging.value.bucket)\"")]
            }
        } catch {
            // Which permission is missing, the listing shows.
            guard error.isDenial else {
                return [unavailable("bucket \"\(staging.value.bucket)\" cannot be used: \(error)")]
            }
        }
        return await permissionProblems()
    }

    private func permissionProblems() async -> [Diagnostic] {
        let bucket = staging.value.bucket
        let key = "\(staging.value.claimsPrefix)check-\(UUID().uuidString.lowercased())"
        var diagnostics: [Diagnostic] = []
        var isWritten = false
        /// Performs a request. Returns whether it succeeded.
        func check(_ action: String, _ request: () async throws(AWSError) -> Void) async -> Bool {
            do throws(AWSError) {
                try await request()
                return true
            } catch {
                diagnostics.append(problem(of: action, error, leaving: isWritten ? key : nil))
                return false
            }
        }
        // Only keys that begin with the probe's: a staging location may hold millions of objects.
        guard
            await check(
                "s3:ListBucket",
                { () throws(AWSError) in
                    _ = try await s3.listObjects(bucket: bucket, prefix: key) { _ in }
                }
            )
        else { return diagnostics }
        isWritten = await check("s3:PutObject") { () throws(AWSError) in
            _ = try await s3.putObject(bucket: bucket, key: key, body: .bytes([0x31]), payloadHash: nil)
        }
        if isWritten, (try? await s3.rejectsCreation(ofExisting: key, in: bucket)) == false {
            diagnostics.append(
                Diagnostic(
                    .conditionsIgnored,
                    "the server of bucket \"\(bucket)\" ignores conditional writes",
                    at: staging.location,
                    severity: .warning,
                    help: "import with one state only, and in one run at a time, or volumes may be imported twice"
                )
            )
        }
        _ = await check("s3:GetObject") { () throws(AWSError) in
            do throws(AWSError) {
                _ = try await s3.readObject(bucket: bucket, key: key)
            } catch {
                guard error.code == "NoSuchKey", !isWritten else { throw error }
            }
        }
        _ = await check("s3:DeleteObject") { () throws(AWSError) in
            try await s3.deleteObject(bucket: bucket, key: key)
        }
        return diagnostics
    }

    private func problem(of action: String, _ error: AWSError, leaving key: String?) -> Diagnostic {
        let bucket = staging.value.bucket
        var diagnostic = unavailable("bucket \"\(bucket)\" cannot be used: \(error)")
        if error.isDenial {
            diagnostic = Diagnostic(
                .notPermitted,
                "\(action) is not permitted in bucket \"\(bucket)\": \(error)",
                at: staging.location,
                help: "allow \(action) on the bucket and on the keys under \"\(staging.value.prefix)\""
            )
        }
        if let key, action == "s3:DeleteObject" {
            diagnostic = diagnostic.noting("the check left s3://\(bucket)/\(key)", at: staging.location)
        }
        return diagnostic
    }

    private func unavailable(_ message: String) -> Diagnostic {
        Diagnostic(
            .bucketUnavailable,
            message,
            at: staging.location,
            help: "make the bucket in \(region), or let these credentials read and write it"
        )
    }
}
