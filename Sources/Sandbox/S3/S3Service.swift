import DiskImages
import FileSystem
import WireEncoding

/// The S3 API: which operation a request is, and what it answers.
struct S3Service: Sendable {
    /// `xmlns` of all answers.
    static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// Sub-resources that the sandbox doesn't have. A request that names one must not pass for one without.
    private static let unknownSubresources: Set<String> = [
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
        "legal-hold", "lifecycle", "logging", "metrics", "notification", "object-lock", "ownershipControls", "policy",
        "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select",
        "tagging", "torrent", "versionId", "versioning", "versions", "website",
    ]

    private let buckets: BucketOperations
    private let objects: ObjectOperations
    private let multipart: MultipartOperations
    /// The account that owns every bucket.
    private let owner: String
    /// The IAM actions that are denied.
    private let deniedActions: Set<String>

    /// Serves `store` and `uploads`; what blocks is done on `disk`.
    init(
        store: ObjectStore,
        uploads: MultipartStore,
        directory: DataDirectory,
        region: String,
        owner: String,
        faults: SandboxFaults,
        disk: BlockingExecutor
    ) {
        self.owner = owner
        deniedActions = faults.deniedActions
        let receiver = UploadReceiver(directory: directory, disk: disk)
        buckets = BucketOperations(store: store, uploads: uploads, region: region, disk: disk)
        objects = ObjectOperations(
            store: store,
            receiver: receiver,
            disk: disk,
            ignoresConditions: faults.ignoresConditions
        )
        multipart = MultipartOperations(uploads: uploads, receiver: receiver, disk: disk)
    }

    /// Does what a request, whose signature is right, asks for.
    func respond(to request: ServerRequest, authenticated: AuthenticatedRequest) async throws -> ServerResponse {
        let address = try S3Address(request)
        if let name = request.parameters.pairs.first(where: { Self.unknownSubresources.contains($0.name) })?.name {
            throw S3Error.notImplemented("the sub-resource \"\(name)\"")
        }
        guard let bucket = address.bucket else {
            guard request.method == "GET" else { throw S3Error.methodNotAllowed }
            return try await buckets.listBuckets()
        }
        if let expected = request.headers["x-amz-expected-bucket-owner"], expected != owner {
            throw S3Error.accessDenied("Access Denied")
        }
        if let action = Self.action(of: request, hasKey: address.key != nil), deniedActions.contains(action) {
            throw S3Error.accessDenied("Access Denied")
        }
        let payload = authenticated.payload
        guard let key = address.key else {
            return try await respondForBucket(bucket, request: request, payload: payload)
        }
        if request.parameters.contains("uploadId") || request.parameters.contains("uploads") {
            return try await respondForUpload(key, bucket: bucket, request: request, payload: payload)
        }
        switch request.method {
        case "PUT" where request.headers["x-amz-copy-source"] != nil:
            return try await objects.copy(to: key, in: bucket, request: request)
        case "PUT": return try await objects.put(key, in: bucket, request: request, payload: payload)
        case "GET", "HEAD":
            do {
                return try await objects.get(key, in: bucket, request: request)
            } catch S3Error.noSuchKey where deniedActions.contains("s3:ListBucket") {
                // Without s3:ListBucket, S3 does not say whether an object exists (S3 API Reference, "GetObject").
                throw S3Error.accessDenied("Access Denied")
            }
        case "DELETE": return try await objects.delete(key, in: bucket)
        default: throw S3Error.methodNotAllowed
        }
    }

    /// The IAM action that a request on a bucket or an object needs; `nil` if ferry does not need it
    /// (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3").
    private static func action(of request: ServerRequest, hasKey: Bool) -> String? {
        switch (request.method, hasKey) {
        case ("GET", false), ("HEAD", false): "s3:ListBucket"
        case ("GET", true), ("HEAD", true): "s3:GetObject"
        case ("PUT", true), ("POST", true): "s3:PutObject"
        case ("DELETE", true): "s3:DeleteObject"
        default: nil
        }
    }

    private func respondForBucket(
        _ bucket: String,
        request: ServerRequest,
        payload: SignedPayload
    ) async throws -> ServerResponse {
        let parameters = request.parameters
        switch request.method {
        case "PUT": return try await buckets.create(bucket)
        case "HEAD": return try await buckets.head(bucket)
        case "DELETE": return try await buckets.delete(bucket)
        case "GET" where parameters.contains("location"): return try await buckets.location(bucket)
        case "GET" where parameters.contains("uploads"): return try await buckets.listUploads(bucket)
        case "GET": return try await buckets.list(bucket, parameters: parameters)
        case "POST" where parameters.contains("delete"):
            return try await objects.deleteMany(in: bucket, request: request, payload: payload)
        default: throw S3Error.methodNotAllowed
        }
    }

    private func respondForUpload(
        _ key: ObjectKey,
        bucket: String,
        request: ServerRequest,
        payload: SignedPayload
    ) async throws -> ServerResponse {
        guard let id = request.parameters["uploadId"] else {
            guard request.method == "POST" else { throw S3Error.methodNotAllowed }
            return try await multipart.create(key, in: bucket, headers: request.headers)
        }
        switch request.method {
        case "PUT": return try await multipart.put(id, of: key, in: bucket, request: request, payload: payload)
        case "GET": return try await multipart.list(id, of: key, in: bucket, parameters: request.parameters)
        case "POST": return try await multipart.complete(id, of: key, in: bucket, request: request, payload: payload)
        case "DELETE": return try await multipart.abort(id, of: key, in: bucket)
        default: throw S3Error.methodNotAllowed
        }
    }
}
