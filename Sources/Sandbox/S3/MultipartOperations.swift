import DiskImages
import FileSystem
import WireEncoding
import XML

/// Operations on multipart uploads.
struct MultipartOperations: Sendable {
    let uploads: MultipartStore
    let receiver: UploadReceiver
    let disk: BlockingExecutor

    /// CreateMultipartUpload.
    func create(_ key: ObjectKey, in bucket: String, headers: HeaderFields) async throws -> ServerResponse {
        let uploads = uploads
        let attributes = ObjectAttributes(headers)
        let upload = try await disk.run { try uploads.create(bucket: bucket, key: key, attributes: attributes) }
        var document = XMLWriter()
        document.element("InitiateMultipartUploadResult", namespace: S3Service.namespace) { result in
            result.element("Bucket", bucket)
            result.element("Key", key.text)
            result.element("UploadId", upload.id)
        }
        return .xml(document.bytes)
    }

    /// UploadPart.
    func put(
        _ id: String,
        of key: ObjectKey,
        in bucket: String,
        request: ServerRequest,
        payload: SignedPayload
    ) async throws -> ServerResponse {
        guard request.headers["x-amz-copy-source"] == nil else { throw S3Error.notImplemented("UploadPartCopy") }
        guard let number = request.parameters["partNumber"].flatMap(Int.init), (1...10_000).contains(number) else {
            throw S3Error.invalidArgument("Part number must be an integer between 1 and 10000, inclusive")
        }
        let uploads = uploads
        _ = try await disk.run { try uploads.parts(of: id, of: key, in: bucket) }
        let body = try await receiver.receive(request, payload: payload)
        let part = try await disk.run { try uploads.put(body, number: number, upload: id, of: key, in: bucket) }
        var response = ServerResponse(status: 200, headers: [("ETag", "\"\(part.etag)\"")])
        if let checksum = part.checksum {
            response.headers.append((checksum.algorithm.headerName, checksum.value))
        }
        return response
    }

    /// ListParts.
    func list(
        _ id: String,
        of key: ObjectKey,
        in bucket: String,
        parameters: QueryParameters
    ) async throws -> ServerResponse {
        let limit = min(parameters["max-parts"].flatMap(Int.init) ?? 1000, 1000)
        let marker = parameters["part-number-marker"].flatMap(Int.init) ?? 0
        let uploads = uploads
        let parts = try await disk.run { try uploads.parts(of: id, of: key, in: bucket) }
        let rest = parts.filter { $0.number > marker }
        let page = rest.prefix(max(0, limit))
        var document = XMLWriter()
        document.element("ListPartsResult", namespace: S3Service.namespace) { result in
            result.element("Bucket", bucket)
            result.element("Key", key.text)
            result.element("UploadId", id)
            result.element("PartNumberMarker", marker)
            result.element("NextPartNumberMarker", page.last?.number ?? 0)
            result.element("MaxParts", limit)
            result.element("IsTruncated", page.count < rest.count ? "true" : "false")
            for part in page {
                result.element("Part") {
                    $0.element("PartNumber", part.number)
                    $0.element("LastModified", part.modified.iso8601)
                    $0.element("ETag", "\"\(part.etag)\"")
                    $0.element("Size", part.size)
                    if let checksum = part.checksum {
                        $0.element(checksum.algorithm.elementName, checksum.value)
                    }
                }
            }
        }
        return .xml(document.bytes)
    }

    /// CompleteMultipartUpload.
    func complete(
        _ id: String,
        of key: ObjectKey,
        in bucket: String,
        request: ServerRequest,
        payload: SignedPayload
    ) async throws -> ServerResponse {
        let condition = try WriteCondition.read(request.headers)
        let body = try await SmallBody.collect(request, payload: payload)
        guard let root = try? XMLElement.parse(body), root.name == "CompleteMultipartUpload" else {
            throw S3Error.malformedXML
        }
        let parts = try root.children.filter { $0.name == "Part" }.map { part in
            guard let number = part.text("PartNumber").flatMap(Int.init), let etag = part.text("ETag") else {
                throw S3Error.malformedXML
            }
            return NamedPart(number: number, etag: etag)
        }
        let uploads = uploads
        let object = try await disk.run {
            try uploads.complete(id, parts: parts, of: key, in: bucket, condition: condition)
        }
        var document = XMLWriter()
        document.element("CompleteMultipartUploadResult", namespace: S3Service.namespace) { result in
            result.element("Location", "http://\(request.headers["host"] ?? "localhost")/\(bucket)/\(key.text)")
            result.element("Bucket", bucket)
            result.element("Key", key.text)
            result.element("ETag", "\"\(object.etag)\"")
            if let checksum = object.checksum {
                result.element(checksum.algorithm.elementName, checksum.value)
            }
        }
        return .xml(document.bytes)
    }

    /// AbortMultipartUpload.
    func abort(_ id: String, of key: ObjectKey, in bucket: String) async throws -> ServerResponse {
        let uploads = uploads
        try await disk.run { try uploads.abort(id, of: key, in: bucket) }
        return ServerResponse(status: 204)
    }
}
