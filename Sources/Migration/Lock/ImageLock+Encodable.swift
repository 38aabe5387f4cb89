import DiskImages
import Hashing

/// The form of the lock file: one object an image, ordered by path, so that a change of one image is a change of a few
/// lines.
extension ImageLock: Encodable {
    private enum Key: String, CodingKey {
        case version, images
    }

    private struct Warning: Encodable {
        var code: String
        var message: String
        var remedy: String?
    }

    private struct Object: Encodable {
        var bucket: String
        var key: String
        var version: String?
        var etag: String
    }

    private struct Image: Encodable {
        var image: String
        var declaredFormat: DiskImageFormat?
        var format: DiskImageFormat
        var subformat: DiskImageSubformat
        var bytes: Int64
        var virtualSize: Int64
        var allocatedBytes: Int64?
        var producer: String?
        var files: [String]
        var warnings: [Warning]?
        var digest: SHA256Digest
        var object: Object?

        init(_ key: ImageKey, _ locked: LockedImage) {
            let facts = locked.facts
            image = key.image
            declaredFormat = key.declaredFormat
            format = facts.format
            subformat = facts.subformat
            bytes = facts.bytes
            virtualSize = facts.virtualSize
            allocatedBytes = facts.allocatedBytes
            producer = facts.producer
            files = facts.files
            // What EC2 would reject follows from the rest.
            let warnings = facts.warnings.map {
                Warning(code: $0.code.rawValue, message: $0.message, remedy: $0.remedy)
            }
            self.warnings = warnings.isEmpty ? nil : warnings
            digest = locked.digest
            object = locked.object.map {
                Object(bucket: $0.bucket, key: $0.key, version: $0.version, etag: $0.entityTag)
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(images.sorted { $0.key < $1.key }.map(Image.init), forKey: .images)
    }
}
