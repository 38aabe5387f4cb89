import DiskImages
import EC2Types
import FileSystem

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
    /// Bytes parsed at a time.
    private static let chunk: Int64 = 1 << 20

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
        var parts: [Part] = []
        do throws(any Error) {
            let reader = try ImportManifestReader { part in
                parts.append(
                    Part(
                        offset: part.start,
                        length: part.end - part.start + 1,
                        key: part.key,
                        getURL: part.getURL,
                        deleteURL: part.deleteURL
                    )
                )
            }
            var done: Int64 = 0
            while done < length {
                let bytes = try file.read(at: done, count: Int(min(Self.chunk, length - done)))
                try bytes.withUnsafeBytes { try reader.parse($0) }
                done += Int64(bytes.count)
            }
            let header = try reader.finish()
            guard let format = DiskImageFormat(rawValue: header.format) else {
                throw ImportManifestError.unknownFormat(header.format)
            }
            self.format = format
            size = header.size
            selfDestructURL = header.selfDestructURL
        } catch let error as ImportManifestError {
            throw ConversionFailure.importManifestInvalid("\(error)")
        }
        self.parts = parts
    }
}
