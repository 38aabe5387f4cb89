package import HTTPClient
package import Hashing
import WireEncoding
import XML

/// An upload of one object in parts (S3 User Guide, “Multipart upload”). It must be completed or aborted: until then its
/// parts are kept, and paid for.
package struct MultipartUpload: Hashable, Sendable {
    /// The bucket.
    package let bucket: String
    /// The key.
    package let key: String
    /// The upload's id.
    package let id: String

    /// Names an upload.
    package init(bucket: String, key: String, id: String) {
        self.bucket = bucket
        self.key = key
        self.id = id
    }

    /// A part that was stored.
    package struct Part: Hashable, Sendable {
        /// The part's number, 1 to 10,000.
        package let number: Int
        /// The `ETag` that S3 gave it, quotes included.
        package let entityTag: String

        /// Names a part.
        package init(number: Int, entityTag: String) {
            self.number = number
            self.entityTag = entityTag
        }
    }

    fileprivate var query: String { "uploadId=\(PercentEncoding.encode(id))" }
}

extension S3Client {
    /// Begins an upload.
    package func createMultipartUpload(
        bucket: String,
        key: String,
        contentType: String = "application/octet-stream"
    ) async throws(AWSError) -> MultipartUpload {
        let call = call(
            "CreateMultipartUpload",
            "POST",
            url(bucket, key) + "?uploads=",
            headers: [("Content-Type", contentType)]
        )
        guard let id = try document(try await client.perform(call), call).text("UploadId") else {
            throw client.failure(call, .malformedAnswer("there is no UploadId in it"))
        }
        return MultipartUpload(bucket: bucket, key: key, id: id)
    }

    /// Stores a part, in place of one of the same number.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - number: The part's number, 1 to 10,000, which gives its place.
    ///   - body: The part, 5 MiB to 5 GiB; the last one may be shorter.
    ///   - payloadHash: SHA-256 of the part, as for ``putObject(bucket:key:body:payloadHash:contentType:)``.
    package func uploadPart(
        _ upload: MultipartUpload,
        number: Int,
        body: HTTPRequest.Body,
        payloadHash: SHA256Digest?
    ) async throws(AWSError) -> MultipartUpload.Part {
        let url = url(upload.bucket, upload.key) + "?partNumber=\(number)&" + upload.query
        let call = call("UploadPart", "PUT", url, body: body, payloadHash: payloadHash)
        let tag = try entityTag(of: try await client.perform(call), call)
        return MultipartUpload.Part(number: number, entityTag: tag)
    }

    /// Makes one object of the parts.
    ///
    /// - Parameter parts: All parts by their numbers.
    package func completeMultipartUpload(
        _ upload: MultipartUpload,
        parts: [MultipartUpload.Part]
    ) async throws(AWSError) {
        let list = parts.map { part in
            let tag = part.entityTag.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(tag)</ETag></Part>"
        }
        let body = """
            <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
            \(list.joined())</CompleteMultipartUpload>
            """
        let call = call(
            "CompleteMultipartUpload",
            "POST",
            url(upload.bucket, upload.key) + "?" + upload.query,
            headers: [("Content-Type", "application/xml")],
            body: .bytes(Array(body.utf8))
        )
        let response = try await client.perform(call)
        // S3 begins its answer before it is done: an error may come with status 200 (“CompleteMultipartUpload”).
        guard try document(response, call).name != "Error" else {
            let answer = ErrorResponse(response, region: client.region)
            let kind = AWSError.Kind.service(status: 500, code: answer.code, message: answer.message)
            throw client.failure(call, kind, requestID: answer.requestID)
        }
    }

    /// Drops an upload and its parts; one that is not there counts as dropped.
    package func abortMultipartUpload(_ upload: MultipartUpload) async throws(AWSError) {
        do throws(AWSError) {
            let url = url(upload.bucket, upload.key) + "?" + upload.query
            _ = try await client.perform(call("AbortMultipartUpload", "DELETE", url))
        } catch {
            guard error.code == "NoSuchUpload" else { throw error }
        }
    }
}
