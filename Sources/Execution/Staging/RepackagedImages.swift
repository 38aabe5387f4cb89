package import DiskImages
import EC2Types
import FileSystem
import Hashing
import ImportReadiness
package import Migration

/// Repackaged images in a folder of scratch files of one state.
///
/// A scratch file is named after the digest of its source image. The list of its parts is kept next to it until the imports
/// have settled: parts that are staged need neither the file nor another repackaging. A run that resumes uses the file if
/// its content matches the list, and repackages the image again otherwise. Only the holder of the state lock may use the
/// folder.
package struct RepackagedImages: ImageRepackager {
    /// The compression level. Files are as small as QEMU's, and the compressor writes the same bytes on every machine, so
    /// an image that is repackaged again has the parts that are already staged.
    static let level = CompressionLevel.balanced

    private let folder: String
    private let sources: DigestCache
    /// Permits one repackaging at a time: it uses all processors and a disk.
    private let permits = AsyncSemaphore(1)

    /// Keeps scratch files in a folder, which is created when it is needed.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - sources: The digests of images.
    package init(folder: String, sources: DigestCache) {
        self.folder = folder
        self.sources = sources
    }

    package func path(of image: SourceImage) -> String { "\(folder)/\(name(of: image)).vmdk" }

    package func knownParts(of image: SourceImage) async throws -> ImageDigest? {
        let path = listPath(of: image)
        return try await BlockingExecutor.shared.run { () throws(ScratchError) in try PartList.read(path: path) }
    }

    /// Repackages an image, unless its file exists, and lists the file's parts.
    ///
    /// - Throws: `DiskImageError`; ``ScratchError``; `ServiceError` if the image changed after it was planned; the error
    ///   of `check`.
    package func repackage(
        _ image: SourceImage,
        began: @Sendable () -> Void,
        check: @escaping @Sendable () throws -> Void
    ) async throws -> ImageDigest {
        let (folder, sources) = (folder, sources)
        let (scratch, list) = (path(of: image), listPath(of: image))
        return try await permits.withPermit {
            try await BlockingExecutor.shared.run { () throws in
                try ScratchFolder.make(folder)
                if ScratchFolder.hasFile(scratch) {
                    let digest = try ImageDigester.digest(path: scratch) { _ in try check() }
                    if try PartList.read(path: list) == digest { return digest }
                }
                // A file that is not the listed one may be of anything.
                try ScratchFolder.remove(scratch)
                began()
                // Checked before and after: the disk that was read in between is then the planned one.
                try Self.requirePlanned(image, sources, check)
                let disk = try DiskImage.open(path: image.path)
                try StreamOptimizedImageWriter.write(disk, to: scratch, level: Self.level) { _ in try check() }
                do {
                    try Self.requirePlanned(image, sources, check)
                } catch {
                    try ScratchFolder.remove(scratch)
                    throw error
                }
                let digest = try ImageDigester.digest(path: scratch) { _ in try check() }
                try PartList.write(digest, to: list)
                return digest
            }
        }
    }

    package func removeFile(of image: SourceImage) async throws(ScratchError) {
        let path = path(of: image)
        try await BlockingExecutor.shared.run { () throws(ScratchError) in try ScratchFolder.remove(path) }
    }

    package func removeAll(but images: [SourceImage]) async throws(ScratchError) {
        let (folder, names) = (folder, Set(images.map(name)))
        try await BlockingExecutor.shared.run { () throws(ScratchError) in
            for file in try ScratchFolder.files(in: folder) where !names.contains(String(file.prefix { $0 != "." })) {
                try ScratchFolder.remove("\(folder)/\(file)")
            }
        }
    }

    private func name(of image: SourceImage) -> String { image.digest.hex }
    private func listPath(of image: SourceImage) -> String { "\(folder)/\(name(of: image)).parts" }

    private static func requirePlanned(
        _ image: SourceImage,
        _ sources: DigestCache,
        _ check: () throws -> Void
    ) throws {
        let facts = try DiskImageInspector.inspect(path: image.path)
        let digest = try sources.digest(of: facts, at: image.path) { _ in try check() }
        guard digest == image.digest, facts.isRepackageable else {
            throw ServiceError(
                outcome: .rejected,
                description: "\(image.path): the image changed after the plan was made; plan again"
            )
        }
    }
}
