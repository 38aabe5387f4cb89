import DiskImages
import FileSystem
import WireEncoding
import XML

/// Operations on buckets, the listing of their objects among them.
struct BucketOperations: Sendable {
    /// The most entries of a page ("ListObjectsV2", `max-keys`).
    private static let longestPage = 1000

    let store: ObjectStore
    let uploads: MultipartStore
    let region: String
    let disk: BlockingExecutor

    /// ListBuckets.
    func listBuckets() async throws -> ServerResponse {
        let store = store
        let list = await disk.run { store.bucketList }
        var document = XMLWriter()
        document.element("ListAllMyBucketsResult", namespace: S3Service.namespace) { result in
            result.element("Owner", content: Self.owner)
            result.element("Buckets") { buckets in
                for (name, created) in list {
                    buckets.element("Bucket") {
                        $0.element("Name", name)
                        $0.element("CreationDate", created.iso8601)
                    }
                }
            }
        }
        return .xml(document.bytes)
    }

    /// CreateBucket. The location that a body may ask for is of no matter here.
    func create(_ bucket: String) async throws -> ServerResponse {
        let store = store
        try await disk.run { try store.createBucket(bucket) }
        return ServerResponse(status: 200, headers: [("Location", "/\(bucket)")])
    }

    /// HeadBucket.
    func head(_ bucket: String) async throws -> ServerResponse {
        try await check(bucket)
        return ServerResponse(status: 200, headers: [("x-amz-bucket-region", region)])
    }

    /// DeleteBucket.
    func delete(_ bucket: String) async throws -> ServerResponse {
        let store = store
        try await disk.run { try store.deleteBucket(bucket) }
        return ServerResponse(status: 204)
    }

    /// GetBucketLocation, which leaves us-east-1 empty.
    func location(_ bucket: String) async throws -> ServerResponse {
        try await check(bucket)
        var document = XMLWriter()
        let location = region == "us-east-1" ? "" : region
        document.element("LocationConstraint", namespace: S3Service.namespace) { $0.content(location) }
        return .xml(document.bytes)
    }

    /// ListMultipartUploads, in one page.
    func listUploads(_ bucket: String) async throws -> ServerResponse {
        try await check(bucket)
        let uploads = uploads
        let list = await disk.run { uploads.list(in: bucket) }
        var document = XMLWriter()
        document.element("ListMultipartUploadsResult", namespace: S3Service.namespace) { result in
            result.element("Bucket", bucket)
            result.element("MaxUploads", list.count)
            result.element("IsTruncated", "false")
            for upload in list {
                result.element("Upload") {
                    $0.element("Key", upload.key)
                    $0.element("UploadId", upload.id)
                    $0.element("StorageClass", "STANDARD")
                    $0.element("Initiated", upload.created.iso8601)
                }
            }
        }
        return .xml(document.bytes)
    }

    /// ListObjectsV2 and ListObjects.
    func list(_ bucket: String, parameters: QueryParameters) async throws -> ServerResponse {
        let request = try ListingRequest(parameters, longestPage: Self.longestPage)
        let store = store
        let listing = try await disk.run { try store.list(request.query, in: bucket) }
        return .xml(ListingDocument(listing, of: bucket, request: request).bytes)
    }

    private func check(_ bucket: String) async throws {
        let store = store
        guard await disk.run({ store.hasBucket(bucket) }) else { throw S3Error.noSuchBucket(bucket) }
    }

    /// The one owner of everything.
    static func owner(_ writer: inout XMLWriter) {
        writer.element("ID", "ferry-sandbox")
        writer.element("DisplayName", "ferry-sandbox")
    }
}
