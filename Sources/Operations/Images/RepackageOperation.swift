package import DiskImages
import FileSystem

/// Rewrites a disk image as a stream-optimized VMDK or as a sparse RAW file.
package struct RepackageOperation: Sendable {
    /// The format of the destination.
    package enum Target: Sendable {
        /// A stream-optimized VMDK.
        case vmdk
        /// A sparse file of the guest's bytes.
        case raw

        /// The target of a destination, from its suffix; `nil` for any other suffix.
        package init?(destination path: String) {
            let name = path.lowercased()
            if name.hasSuffix(".vmdk") {
                self = .vmdk
            } else if name.hasSuffix(".raw") || name.hasSuffix(".img") {
                self = .raw
            } else {
                return nil
            }
        }
    }

    /// The written image, in the shape of `--json`.
    package struct Written: Encodable, Sendable {
        /// The version of the JSON format.
        package let version = 1
        /// The path of the image.
        package let path: String
        /// The subformat.
        package let subformat: DiskImageSubformat
        /// The length of the file in bytes.
        package let bytes: Int64
        /// The size of the disk that a guest sees, in bytes.
        package let virtualSize: Int64
        /// The bytes of the disk that hold data.
        package let dataBytes: Int64
    }

    /// The image: the descriptor if a VMDK consists of several files.
    package var source: String
    /// The declared format of the image; `nil` to recognize it.
    package var format: DiskImageFormat?
    /// The file to write.
    package var destination: String
    /// The format to write.
    package var target: Target
    /// The compression level of a VMDK.
    package var level: CompressionLevel
    /// Threads, durability, and whether to replace an existing file.
    package var options: ImageWritingOptions

    /// Prepares to rewrite an image.
    package init(
        source: String,
        format: DiskImageFormat?,
        destination: String,
        target: Target,
        level: CompressionLevel,
        options: ImageWritingOptions
    ) {
        self.source = source
        self.format = format
        self.destination = destination
        self.target = target
        self.level = level
        self.options = options
    }

    /// Writes the destination.
    ///
    /// - Parameter cancellation: Cancels the operation; nothing is written then.
    /// - Throws: `DiskImageError`; what `cancellation` throws.
    package func run(cancellation: any CancellationCheck) async throws -> Written {
        try await BlockingExecutor.shared.run { () throws in try write(cancellation) }
    }

    /// Writes the destination. The call blocks.
    private func write(_ cancellation: any CancellationCheck) throws -> Written {
        let image = try DiskImage.open(path: source, declared: format)
        switch target {
        case .vmdk:
            let done = try StreamOptimizedImageWriter.write(image, to: destination, level: level, options: options) {
                _ in
                try cancellation.check()
            }
            return Written(
                path: destination,
                subformat: .streamOptimized,
                bytes: done.bytes,
                virtualSize: done.virtualSize,
                dataBytes: done.dataBytes
            )
        case .raw:
            let size = image.virtualSize
            let done = try RawImageWriter.write(image, to: destination, size: size, options: options) { _ in
                try cancellation.check()
            }
            return Written(
                path: destination,
                subformat: .raw,
                bytes: done.bytes,
                virtualSize: size,
                dataBytes: done.dataBytes
            )
        }
    }
}
