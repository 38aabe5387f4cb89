import DiskImages
import FileSystem
import Hashing
import WireEncoding
import XML

/// Operations on whole objects.
struct ObjectOperations: Sendable {
    /// Parameters of GetObject that replace header fields of the answer.
    private static let overrides = [
        "response-cache-control": "cache-control",
        "response-content-disposition": "content-disposition",
        "response-content-encoding": "content-encoding",
        "response-content-language": "content-language",
        "response-content-type": "content-type",
        "response-expires": "expires",
    ]

    let store: ObjectStore
    let receiver: UploadReceiver
    let disk: BlockingExecutor
    /// Whether PutObject ignores conditions, as some servers with an S3 API do.
    let ignoresConditions: Bool

    /// PutObject.
    func put(
        _ key: ObjectKey,
        in bucket: String,
        request: ServerRequest,
        payload: SignedPayload
    ) async throws -> ServerResponse {
        let condition = ignoresConditions ? nil : try WriteCondition.read(request.headers)
        // Before the body as well, so that a client that waits to be told to go on needn't send it for nothing.
        let store = store
        try await disk.run { try condition?.check(try store.find(key, in: bucket), key: key) }
        let attributes = ObjectAttributes(request.headers)
        let body = try await receiver.receive(request, payload: payload)
        let object = try await disk.run {
            let object = StoredObject(
                key: key.text,
                blob: "",
                size: body.summary.count,
                etag: body.summary.md5.hexadecimal,
                modified: .now,
                attributes: attributes,
                checksum: body.checksum
            )
            return try store.put(object, bytesAt: body.file.path, in: bucket, condition: condition)
        }
        var response = ServerResponse(status: 200, headers: [("ETag", "\"\(object.etag)\"")])
        if let checksum = object.checksum {
            response.headers.append((checksum.algorithm.headerName, checksum.value))
        }
        return response
    }

    /// GetObject and HeadObject.
    func get(_ key: ObjectKey, in bucket: String, request: ServerRequest) async throws -> ServerResponse {
        let store = store
        let (object, file) = try await disk.run { try store.open(key, in: bucket) }
        try ReadConditions.check(request.headers, object: object)
        let range = try ByteRange(request.headers["range"], size: object.size)
        var attributes = object.attributes
        for (parameter, field) in Self.overrides {
            if let value = request.parameters[parameter] {
                attributes.headers[field] = value
            }
        }
        var headers = attributes.fields
        headers.append(("ETag", "\"\(object.etag)\""))
        headers.append(("Last-Modified", object.modified.httpDate))
        headers.append(("Accept-Ranges", "bytes"))
        if let range {
            let last = range.start + range.count - 1
            headers.append(("Content-Range", "bytes \(range.start)-\(last)/\(object.size)"))
        } else if let checksum = object.checksum, request.headers["x-amz-checksum-mode"]?.uppercased() == "ENABLED" {
            headers.append((checksum.algorithm.headerName, checksum.value))
        }
        let count = range?.count ?? object.size
        return ServerResponse(
            status: range == nil ? 200 : 206,
            headers: headers,
            body: request.method == "HEAD" ? .none : .file(file, offset: range?.start ?? 0, length: count),
            headLength: count
        )
    }

    /// DeleteObject.
    func delete(_ key: ObjectKey, in bucket: String) async throws -> ServerResponse {
        let store = store
        try await disk.run { try store.delete(key, in: bucket) }
        return ServerResponse(status: 204)
    }

    /// DeleteObjects.
    func deleteMany(in bucket: String, request: ServerRequest, payload: SignedPayload) async throws -> ServerResponse {
        let body = try await SmallBody.collect(request, payload: payload)
        let deletion = try DeletionRequest(body)
        let store = store
        try await disk.run {
            for key in deletion.keys {
                try store.delete(ObjectKey(key), in: bucket)
            }
        }
        var document = XMLWriter()
        document.element("DeleteResult", namespace: S3Service.namespace) { result in
            for key in deletion.isQuiet ? [] : deletion.keys {
                result.element("Deleted") { $0.element("Key", key) }
            }
        }
        return .xml(document.bytes)
    }

    /// CopyObject.
    func copy(to key: ObjectKey, in bucket: String, request: ServerRequest) async throws -> ServerResponse {
        let (sourceKey, sourceBucket) = try Self.source(request.headers["x-amz-copy-source"] ?? "")
        let replaces = request.headers["x-amz-metadata-directive"]?.uppercased() == "REPLACE"
        let attributes = replaces ? ObjectAttributes(request.headers) : nil
        let store = store
        let object = try await disk.run {
            let source = try store.object(sourceKey, in: sourceBucket)
            guard replaces || sourceKey != key || sourceBucket != bucket else {
                throw S3Error.invalidRequest("This copy request is illegal: it would change nothing.")
            }
            var target = source
            target.key = key.text
            target.modified = .now
            target.attributes = attributes ?? source.attributes
            return try store.copy(sourceKey, in: sourceBucket, to: target, in: bucket)
        }
        var document = XMLWriter()
        document.element("CopyObjectResult", namespace: S3Service.namespace) { result in
            result.element("LastModified", object.modified.iso8601)
            result.element("ETag", "\"\(object.etag)\"")
        }
        return .xml(document.bytes)
    }

    private static func source(_ header: String) throws(S3Error) -> (ObjectKey, bucket: String) {
        let path = header.hasPrefix("/") ? header.dropFirst() : header[...]
        guard let text = PercentEncoding.strictlyDecoded(path), let slash = text.firstIndex(of: "/")
        else {
            throw .invalidArgument("x-amz-copy-source must be BUCKET/KEY")
        }
        let key = text[text.index(after: slash)...]
        guard !key.isEmpty else { throw .invalidArgument("x-amz-copy-source must be BUCKET/KEY") }
        return (ObjectKey(String(key)), String(text[..<slash]))
    }
}
