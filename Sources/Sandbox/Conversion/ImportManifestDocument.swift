import DiskImages
import XML

/// An import manifest, read as strictly as EC2 and its clients read it
/// (VM Import/Export User Guide, "VM Import Manifest").
struct ImportManifestDocument: Sendable {
    /// A part of the image file.
    struct Part: Sendable {
        /// Where it stands in the image file, in bytes.
        let offset: Int64
        /// Its length in bytes, at least one.
        let length: Int64
        /// The key under which it is staged.
        let key: String
        /// The presigned URL to get it by.
        let getURL: String
        /// The presigned URL to delete it by.
        let deleteURL: String
    }

    /// The longest document, in bytes. It holds 150,000 parts with three presigned URLs each, enough for 1 TiB in parts
    /// of 8 MiB, and its parts then take as much memory as half of it.
    static let longest: Int64 = 256 << 20
    /// The longest image file, in bytes: twice the largest disk that EC2 imports, which no format needs.
    private static let longestImage: Int64 = 32 << 40
    /// Bytes parsed at a time.
    private static let chunk: Int64 = 1 << 20
    /// The version of the schema.
    private static let version = "2010-11-15"

    /// The image file's format.
    let format: DiskImageFormat
    /// The length of the image file, in bytes.
    let size: Int64
    /// The presigned URL to delete the import manifest by.
    let selfDestructURL: String
    /// The parts in their order, which cover the image without a gap.
    let parts: [Part]

    /// Reads a document of `length` bytes from the start of `file`. It blocks.
    ///
    /// - Throws: ``ConversionFailure/importManifestInvalid(_:)`` or ``StorageError``.
    init(_ file: DataFile, length: Int64) throws {
        let reader = ImportManifestReader()
        do {
            let parser = try XMLParser(reader)
            var done: Int64 = 0
            while done < length {
                let bytes = try file.read(at: done, count: Int(min(Self.chunk, length - done)))
                try bytes.withUnsafeBytes { try parser.parse($0) }
                done += Int64(bytes.count)
            }
            try parser.finish()
        } catch let error as XMLError {
            throw ConversionFailure.importManifestInvalid("it is not well-formed XML: \(error)")
        }
        let version = try reader.text(at: "version")
        guard version == Self.version else {
            throw ConversionFailure.importManifestInvalid("version \(version), where \(Self.version) is known")
        }
        let formatName = try reader.text(at: "file-format")
        guard let format = DiskImageFormat(rawValue: formatName) else {
            throw ConversionFailure.importManifestInvalid("file-format \(formatName)")
        }
        for name in ["name", "version", "release"] {
            _ = try reader.text(at: "importer/\(name)")
        }
        _ = try reader.number(at: "import/volume-size")
        self.format = format
        size = try reader.number(at: "import/size")
        guard size <= Self.longestImage else {
            throw ConversionFailure.importManifestInvalid(
                "an image of \(size) bytes is larger than any that is imported"
            )
        }
        selfDestructURL = try reader.url(at: "self-destruct-url")
        try reader.checkParts(size: size)
        parts = reader.parts
    }
}
