import DiskImages
import Hashing
import JSON

extension VolumeImport {
    /// Writes the fields of an import into the present object.
    ///
    /// - Parameter hasPath: Whether the image's path is among them: it differs from machine to machine.
    func write(to writer: inout JSONWriter, hasPath: Bool = true) {
        writer.string("address", address)
        writer.string("region", region)
        writer.string("zone", zone)
        writer.object("image") { writer in
            if hasPath { writer.string("path", image.path) }
            writer.string("format", image.format.rawValue)
            writer.integer("bytes", image.bytes)
            writer.integer("virtualSize", image.virtualSize)
            writer.string("digest", image.digest)
            writer.string("conversion", image.repackaging?.rawValue)
            if let object = image.object { writer.object("object") { object.write(to: &$0) } }
        }
        writer.integer("volumeSize", volumeSize)
        writer.string("description", description)
        writer.object("tags") { writer in
            for (key, value) in tags.sorted(by: { $0.key < $1.key }) { writer.string(key, value) }
        }
        writer.object("staging") { writer in
            writer.string("bucket", staging.bucket)
            writer.string("prefix", staging.prefix)
            writer.string("lineage", staging.lineage)
        }
    }

    /// Reads an import that ``write(to:)`` wrote.
    init(from reader: inout JSONReader) throws(JSONError) {
        var address: ImportAddress?
        var region, zone, description: String?
        var image: SourceImage?
        var volumeSize: Int?
        var tags: [String: String] = [:]
        var staging: StagingLocation?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "address": address = try ImportAddress(from: &reader)
            case "region": region = try reader.string()
            case "zone": zone = try reader.string()
            case "image": image = try SourceImage(from: &reader)
            case "volumeSize": volumeSize = try reader.integer()
            case "description": description = try reader.string()
            case "tags": try reader.object { (reader, key) throws(JSONError) in tags[key] = try reader.string() }
            case "staging": staging = try StagingLocation(from: &reader)
            default: try reader.skip()
            }
        }
        self.init(
            address: try reader.require(address, "address"),
            region: try reader.require(region, "region"),
            zone: try reader.require(zone, "zone"),
            image: try reader.require(image, "image"),
            volumeSize: try reader.require(volumeSize, "volumeSize"),
            description: description,
            tags: tags,
            staging: try reader.require(staging, "staging")
        )
    }
}

extension ImportAddress {
    init(from reader: inout JSONReader) throws(JSONError) {
        let text = try reader.string()
        guard let address = Self(text) else {
            throw reader.error("“\(text)” is not an address of the form manifest/image@zone")
        }
        self = address
    }
}

extension SourceImage {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var path: String?
        var format: DiskImageFormat?
        var bytes, virtualSize: Int?
        var digest: SHA256Digest?
        var repackaging: Repackaging?
        var object: S3ObjectVersion.Fields?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "path": path = try reader.string()
            case "format":
                let name = try reader.string()
                format = DiskImageFormat(rawValue: name)
                guard format != nil else { throw reader.error("there is no format “\(name)”") }
            case "bytes": bytes = try reader.integer()
            case "virtualSize": virtualSize = try reader.integer()
            case "digest": digest = try reader.digest()
            case "conversion": repackaging = try reader.word()
            case "object": object = try S3ObjectVersion.Fields(from: &reader)
            default: try reader.skip()
            }
        }
        let length = Int64(try reader.require(bytes, "bytes"))
        self.init(
            path: try reader.require(path, "path"),
            format: try reader.require(format, "format"),
            bytes: length,
            virtualSize: Int64(try reader.require(virtualSize, "virtualSize")),
            digest: try reader.require(digest, "digest"),
            repackaging: repackaging,
            object: object?.state(bytes: length)
        )
    }
}

extension StagingLocation {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var bucket, prefix, lineage: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "bucket": bucket = try reader.string()
            case "prefix": prefix = try reader.string()
            case "lineage": lineage = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(
            bucket: try reader.require(bucket, "bucket"),
            prefix: try reader.require(prefix, "prefix"),
            lineage: lineage
        )
    }
}
