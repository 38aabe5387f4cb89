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
        private enum Key: String, CodingKey {
            case image, declaredFormat, warnings, digest, object
        }

        let key: ImageKey
        let locked: LockedImage

        func encode(to encoder: any Encoder) throws {
            // What EC2 would reject follows from the facts.
            try locked.facts.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(key.image, forKey: .image)
            try container.encodeIfPresent(key.declaredFormat, forKey: .declaredFormat)
            let warnings = locked.facts.warnings.map {
                Warning(code: $0.code.rawValue, message: $0.message, remedy: $0.remedy)
            }
            if !warnings.isEmpty { try container.encode(warnings, forKey: .warnings) }
            try container.encode(locked.digest, forKey: .digest)
            let object = locked.object.map {
                Object(bucket: $0.bucket, key: $0.key, version: $0.version, etag: $0.entityTag)
            }
            try container.encodeIfPresent(object, forKey: .object)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(images.sorted { $0.key < $1.key }.map(Image.init(key:locked:)), forKey: .images)
    }
}
