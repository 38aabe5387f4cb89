import Glibc
import Hashing
import Synchronization
import WireEncoding

/// A part of a multipart upload.
struct UploadedPart: Codable, Sendable {
    /// 1 to 10,000.
    let number: Int
    /// The name of the file with its bytes.
    let blob: String
    let size: Int64
    /// The MD5 of its bytes, in hexadecimal.
    let etag: String
    let modified: Timestamp
    let checksum: ObjectChecksum?
}

/// A part as a client names it to complete an upload.
struct NamedPart: Sendable {
    let number: Int
    let etag: String
}

/// A multipart upload under way.
struct MultipartUpload: Codable, Sendable {
    let id: String
    let bucket: String
    let key: String
    let created: Timestamp
    let attributes: ObjectAttributes
}

/// Multipart uploads on disk: a folder each, with the upload's record, and a record and a file for each part.
///
/// All methods block: call them on the disk's threads.
final class MultipartStore: Sendable {
    /// What each part but the last must have, in bytes ("Amazon S3 multipart upload limits").
    private static let smallestPart: Int64 = 5 << 20

    private struct Upload {
        let record: MultipartUpload
        var parts: [Int: UploadedPart] = [:]
    }

    private let directory: DataDirectory
    private let objects: ObjectStore
    private let uploads: Mutex<[String: Upload]>

    /// Reads what is there. Completed uploads go to `objects`.
    init(_ directory: DataDirectory, objects: ObjectStore) throws {
        self.directory = directory
        self.objects = objects
        var uploads: [String: Upload] = [:]
        for id in try DataDirectory.names(in: directory.uploads) {
            let folder = "\(directory.uploads)/\(id)"
            guard access("\(folder)/upload.json", F_OK) == 0 else {
                DataDirectory.remove(folder)
                continue
            }
            var upload = Upload(record: try DataDirectory.read(MultipartUpload.self, from: "\(folder)/upload.json"))
            for name in try DataDirectory.names(in: folder) where name.hasPrefix("part-") && name.hasSuffix(".json") {
                let part = try DataDirectory.read(UploadedPart.self, from: "\(folder)/\(name)")
                upload.parts[part.number] = part
            }
            uploads[id] = upload
        }
        self.uploads = Mutex(uploads)
    }

    /// Begins an upload.
    func create(bucket: String, key: ObjectKey, attributes: ObjectAttributes) throws -> MultipartUpload {
        guard objects.hasBucket(bucket) else { throw S3Error.noSuchBucket(bucket) }
        let record = MultipartUpload(
            id: Identifier.hexadecimal(digits: 40),
            bucket: bucket,
            key: key.text,
            created: .now,
            attributes: attributes
        )
        let folder = "\(directory.uploads)/\(record.id)"
        try DataDirectory.makeFolder(folder)
        try directory.write(record, to: "\(folder)/upload.json")
        uploads.withLock { $0[record.id] = Upload(record: record) }
        return record
    }

    /// Adds a part, in place of one of the same number.
    func put(
        _ body: UploadReceiver.Received,
        number: Int,
        upload id: String,
        of key: ObjectKey,
        in bucket: String
    ) throws -> UploadedPart {
        try uploads.withLock { uploads in
            let upload = try Self.find(id, of: key, in: bucket, among: uploads)
            let part = UploadedPart(
                number: number,
                blob: "bytes-\(number)-\(Identifier.hexadecimal(digits: 16))",
                size: body.summary.count,
                etag: body.summary.md5.hexadecimal,
                modified: .now,
                checksum: body.checksum
            )
            let folder = "\(directory.uploads)/\(id)"
            try DataDirectory.install(body.file.path, at: "\(folder)/\(part.blob)")
            try directory.write(part, to: "\(folder)/part-\(number).json")
            uploads[id]?.parts[number] = part
            if let previous = upload.parts[number] {
                DataDirectory.remove("\(folder)/\(previous.blob)")
            }
            return part
        }
    }

    /// The parts that have come, by number.
    func parts(of id: String, of key: ObjectKey, in bucket: String) throws -> [UploadedPart] {
        try uploads.withLock {
            try Self.find(id, of: key, in: bucket, among: $0).parts.values.sorted { $0.number < $1.number }
        }
    }

    /// The uploads of a bucket, by key and then by their beginning.
    func list(in bucket: String) -> [MultipartUpload] {
        uploads.withLock { $0.values.map(\.record).filter { $0.bucket == bucket } }
            .sorted { (ObjectKey($0.key), $0.created) < (ObjectKey($1.key), $1.created) }
    }

    /// Makes the object from its parts and ends the upload.
    func complete(
        _ id: String,
        parts named: [NamedPart],
        of key: ObjectKey,
        in bucket: String,
        condition: WriteCondition?
    ) throws -> StoredObject {
        // Taken out for as long as the object is put together: of two completions one wins.
        let upload = try uploads.withLock { uploads in
            let upload = try Self.find(id, of: key, in: bucket, among: uploads)
            uploads[id] = nil
            return upload
        }
        do {
            let parts = try Self.choose(named, from: upload)
            let path = directory.scratchPath("complete")
            defer { DataDirectory.remove(path) }
            let size = try join(parts, of: id, at: path)
            let object = StoredObject(
                key: upload.record.key,
                blob: "",
                size: size,
                etag: Self.etag(of: parts),
                modified: .now,
                attributes: upload.record.attributes,
                checksum: Self.checksum(of: parts)
            )
            let stored = try objects.put(object, bytesAt: path, in: bucket, condition: condition)
            DataDirectory.remove("\(directory.uploads)/\(id)")
            return stored
        } catch {
            uploads.withLock { $0[id] = upload }
            throw error
        }
    }

    /// Drops an upload and its parts.
    func abort(_ id: String, of key: ObjectKey, in bucket: String) throws {
        try uploads.withLock { uploads in
            _ = try Self.find(id, of: key, in: bucket, among: uploads)
            uploads[id] = nil
        }
        DataDirectory.remove("\(directory.uploads)/\(id)")
    }

    private static func find(
        _ id: String,
        of key: ObjectKey,
        in bucket: String,
        among uploads: [String: Upload]
    ) throws(S3Error) -> Upload {
        guard let upload = uploads[id], upload.record.bucket == bucket, ObjectKey(upload.record.key) == key else {
            throw .noSuchUpload
        }
        return upload
    }

    private static func choose(_ named: [NamedPart], from upload: Upload) throws(S3Error) -> [UploadedPart] {
        guard !named.isEmpty else { throw .malformedXML }
        var chosen: [UploadedPart] = []
        for name in named {
            if let last = chosen.last, last.number >= name.number { throw .invalidPartOrder }
            guard let part = upload.parts[name.number], part.etag == EntityTag.unquoted(name.etag) else {
                throw .invalidPart
            }
            chosen.append(part)
        }
        for part in chosen.dropLast() where part.size < smallestPart {
            throw .entityTooSmall(part: part.number)
        }
        return chosen
    }

    private func join(_ parts: [UploadedPart], of id: String, at path: String) throws -> Int64 {
        let whole = try DataFile(creating: path)
        var size: Int64 = 0
        for part in parts {
            let file = try DataFile(reading: "\(directory.uploads)/\(id)/\(part.blob)")
            try whole.append(file, count: part.size, at: size)
            size += part.size
        }
        return size
    }

    /// The MD5 over the parts' MD5s, and their number: what S3 gives for an object of several parts.
    private static func etag(of parts: [UploadedPart]) -> String {
        let digests = parts.flatMap { [UInt8](hexadecimal: $0.etag) ?? [] }
        return "\(MD5.digest(of: digests).hexadecimal)-\(parts.count)"
    }

    /// The composite checksum, where every part has one of the same algorithm.
    private static func checksum(of parts: [UploadedPart]) -> ObjectChecksum? {
        guard let algorithm = parts.first?.checksum?.algorithm else { return nil }
        var values: [UInt8] = []
        for part in parts {
            guard let checksum = part.checksum, checksum.algorithm == algorithm,
                let value = Base64.decode(checksum.value)
            else { return nil }
            values += value
        }
        return ObjectChecksum(algorithm: algorithm, value: "\(algorithm.value(of: values))-\(parts.count)")
    }
}
