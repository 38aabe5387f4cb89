import Glibc
import Synchronization
import WireEncoding

/// Buckets and their objects on disk, with an index of them in memory.
///
/// A bucket is a folder with two folders in it: `blobs` with the bytes of objects under random names, and `keys` with
/// one record an object under the hash of its key, which names the blob. Renaming a new record over the old is what
/// replaces an object, so a reader sees the one or the other, and a crash leaves at most a blob without a record,
/// which the next start removes.
///
/// All methods block: call them on the disk's threads.
final class ObjectStore: Sendable {
    private struct Bucket {
        let created: Timestamp
        var objects: [ObjectKey: StoredObject]
        var keys: SortedKeys
    }

    private struct BucketRecord: Codable {
        let created: Timestamp
    }

    private let directory: DataDirectory
    private let buckets: Mutex<[String: Bucket]>

    /// Reads what is there.
    init(_ directory: DataDirectory) throws {
        self.directory = directory
        var buckets: [String: Bucket] = [:]
        for name in try DataDirectory.names(in: directory.buckets) {
            let folder = "\(directory.buckets)/\(name)"
            guard access("\(folder)/bucket.json", F_OK) == 0 else {
                // The process ended while it made or removed the bucket.
                DataDirectory.remove(folder)
                continue
            }
            buckets[name] = try Self.load(folder)
        }
        self.buckets = Mutex(buckets)
    }

    private static func load(_ folder: String) throws -> Bucket {
        let record = try DataDirectory.read(BucketRecord.self, from: "\(folder)/bucket.json")
        var objects: [ObjectKey: StoredObject] = [:]
        var blobs: Set<String> = []
        for name in try DataDirectory.names(in: "\(folder)/keys") {
            let object = try DataDirectory.read(StoredObject.self, from: "\(folder)/keys/\(name)")
            objects[ObjectKey(object.key)] = object
            blobs.insert(object.blob)
        }
        for name in try DataDirectory.names(in: "\(folder)/blobs") where !blobs.contains(name) {
            DataDirectory.remove("\(folder)/blobs/\(name)")
        }
        return Bucket(created: record.created, objects: objects, keys: SortedKeys(objects.keys))
    }

    /// The buckets' names and when they were made, by name.
    var bucketList: [(name: String, created: Timestamp)] {
        buckets.withLock { $0.map { ($0.key, $0.value.created) } }.sorted { $0.name < $1.name }
    }

    /// Whether a bucket is there.
    func hasBucket(_ name: String) -> Bool {
        buckets.withLock { $0[name] != nil }
    }

    /// Makes a bucket.
    func createBucket(_ name: String) throws {
        guard BucketName.isValid(name) else { throw S3Error.invalidBucketName(name) }
        try buckets.withLock { buckets in
            guard buckets[name] == nil else { throw S3Error.bucketAlreadyOwnedByYou(name) }
            let folder = "\(directory.buckets)/\(name)"
            try DataDirectory.makeFolder("\(folder)/keys")
            try DataDirectory.makeFolder("\(folder)/blobs")
            let record = BucketRecord(created: .now)
            try directory.write(record, to: "\(folder)/bucket.json")
            buckets[name] = Bucket(created: record.created, objects: [:], keys: SortedKeys([]))
        }
    }

    /// Removes an empty bucket.
    func deleteBucket(_ name: String) throws {
        try buckets.withLock { buckets in
            guard let bucket = buckets[name] else { throw S3Error.noSuchBucket(name) }
            guard bucket.objects.isEmpty else { throw S3Error.bucketNotEmpty(name) }
            buckets[name] = nil
            // The record first: without it the folder is waste, whatever is still in it.
            DataDirectory.remove("\(directory.buckets)/\(name)/bucket.json")
            DataDirectory.remove("\(directory.buckets)/\(name)")
        }
    }

    /// What is known of an object.
    func object(_ key: ObjectKey, in bucket: String) throws -> StoredObject {
        guard let object = try find(key, in: bucket) else { throw S3Error.noSuchKey(key.text) }
        return object
    }

    /// What is known of an object; `nil` when it isn't there.
    func find(_ key: ObjectKey, in name: String) throws -> StoredObject? {
        try buckets.withLock { buckets in
            guard let bucket = buckets[name] else { throw S3Error.noSuchBucket(name) }
            return bucket.objects[key]
        }
    }

    /// An object with its bytes, which stay readable when the object is replaced or deleted afterwards.
    func open(_ key: ObjectKey, in name: String) throws -> (StoredObject, DataFile) {
        try buckets.withLock { buckets in
            guard let bucket = buckets[name] else { throw S3Error.noSuchBucket(name) }
            guard let object = bucket.objects[key] else { throw S3Error.noSuchKey(key.text) }
            return (object, try DataFile(reading: blobPath(object.blob, in: name)))
        }
    }

    /// Stores an object whose bytes are in the file at `path`, which is moved; `object.blob` is chosen here.
    ///
    /// Condition and replacement are one step: of two writers that both want to be the first, one is.
    @discardableResult
    func put(
        _ object: StoredObject,
        bytesAt path: String,
        in name: String,
        condition: WriteCondition?
    ) throws -> StoredObject {
        let key = ObjectKey(object.key)
        var object = object
        object.blob = Identifier.hexadecimal(digits: 32)
        return try buckets.withLock { buckets in
            // No copy of the bucket is held, or each change would copy its whole index.
            guard buckets[name] != nil else { throw S3Error.noSuchBucket(name) }
            let previous = buckets[name]?.objects[key]
            try condition?.check(previous, key: key)
            try DataDirectory.install(path, at: blobPath(object.blob, in: name))
            try directory.write(object, to: recordPath(key, in: name))
            buckets[name]?.objects[key] = object
            buckets[name]?.keys.insert(key)
            if let previous {
                DataDirectory.remove(blobPath(previous.blob, in: name))
            }
            return object
        }
    }

    /// Stores a copy of an object under another key, or the same with other attributes.
    func copy(
        _ source: ObjectKey,
        in sourceBucket: String,
        to target: StoredObject,
        in name: String
    ) throws -> StoredObject {
        let (_, file) = try open(source, in: sourceBucket)
        let path = directory.scratchPath("copy")
        let copy = try DataFile(creating: path)
        try copy.append(file, count: target.size, at: 0)
        do {
            return try put(target, bytesAt: path, in: name, condition: .none)
        } catch {
            DataDirectory.remove(path)
            throw error
        }
    }

    /// Removes an object; one that isn't there is no error, as in S3.
    func delete(_ key: ObjectKey, in name: String) throws {
        try buckets.withLock { buckets in
            guard buckets[name] != nil else { throw S3Error.noSuchBucket(name) }
            guard let object = buckets[name]?.objects[key] else { return }
            try DataDirectory.removeFile(recordPath(key, in: name))
            buckets[name]?.objects[key] = nil
            buckets[name]?.keys.remove(key)
            DataDirectory.remove(blobPath(object.blob, in: name))
        }
    }

    /// The objects of a bucket that a listing asks for.
    func list(_ query: ListingQuery, in name: String) throws -> Listing {
        try buckets.withLock { buckets in
            guard let bucket = buckets[name] else { throw S3Error.noSuchBucket(name) }
            return Listing(query, keys: bucket.keys, objects: bucket.objects)
        }
    }

    private func blobPath(_ blob: String, in bucket: String) -> String {
        "\(directory.buckets)/\(bucket)/blobs/\(blob)"
    }

    private func recordPath(_ key: ObjectKey, in bucket: String) -> String {
        "\(directory.buckets)/\(bucket)/keys/\(key.fileName)"
    }
}
