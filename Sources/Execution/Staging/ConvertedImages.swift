package import DiskImages
import EC2Types
import FileSystem
import Hashing
package import Migration

/// The images that ferry converts before it uploads them, in a folder of scratch files of one state.
///
/// A scratch file is named by the digest of the image it was made of, and appears when it is whole: a run that is killed
/// goes on with the one that is there, or makes it anew. The list of its parts stays beside it until the imports have
/// settled, so that what is staged already needs neither the file nor another conversion. Only whoever holds the state
/// may use the folder.
package struct ConvertedImages: ImageConversions {
    /// How hard images are compressed: as small as QEMU's, by a compressor that gives the same bytes on every machine, so
    /// that a conversion that is made anew fits the parts that are staged already.
    static let level = CompressionLevel.balanced

    private let folder: String
    private let sources: DigestCache
    /// A conversion takes all processors and a disk: one at a time.
    private let conversions = Slots(1)

    /// Keeps scratch files in a folder, which is made when it is needed.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - sources: The digests of images.
    package init(folder: String, sources: DigestCache) {
        self.folder = folder
        self.sources = sources
    }

    /// Where the scratch file of an image lies, or is to lie.
    package func path(of image: SourceImage) -> String { "\(folder)/\(name(of: image)).vmdk" }

    /// The digests of the parts of a converted image, where it was converted before; `nil` if nobody knows them.
    package func knownParts(of image: SourceImage) async throws -> ImageDigest? {
        let path = listPath(of: image)
        return try await BlockingExecutor.shared.run { () throws(ScratchError) in try PartList.read(path: path) }
    }

    /// Converts an image, unless that was done before and the file is still there, and lists its parts.
    ///
    /// - Parameters:
    ///   - began: Called when the conversion begins.
    ///   - check: Called now and then; may throw to cancel.
    /// - Throws: `DiskImageError`, ``ScratchError``, `ServiceError` if the image is not the one that was planned, or what
    ///   `check` throws. Nothing of a conversion that was not finished is left.
    package func convert(
        _ image: SourceImage,
        began: @Sendable () -> Void,
        check: @escaping @Sendable () throws -> Void
    ) async throws -> ImageDigest {
        let (folder, sources) = (folder, sources)
        let (scratch, list) = (path(of: image), listPath(of: image))
        return try await conversions.with {
            try await BlockingExecutor.shared.run { () throws in
                try ScratchFolder.make(folder)
                if !ScratchFolder.hasFile(scratch) {
                    began()
                    // Before and after: then the disk that was read in between is the one that was planned.
                    try Self.requirePlanned(image, sources, check)
                    let disk = try DiskImage.open(path: image.path)
                    try StreamOptimisedConverter.convert(disk, to: scratch, level: Self.level) { _ in try check() }
                    do {
                        try Self.requirePlanned(image, sources, check)
                    } catch {
                        try ScratchFolder.remove(scratch)
                        throw error
                    }
                }
                let digest = try ImageDigester.digest(path: scratch) { _ in try check() }
                try PartList.write(digest, to: list)
                return digest
            }
        }
    }

    /// Removes the scratch file of an image: its parts are staged.
    package func removeFile(of image: SourceImage) async throws(ScratchError) {
        let path = path(of: image)
        try await BlockingExecutor.shared.run { () throws(ScratchError) in try ScratchFolder.remove(path) }
    }

    /// Removes what earlier runs have left of other images than the given ones.
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
        guard digest == image.digest, facts.isConvertible else {
            throw ServiceError(
                outcome: .rejected,
                description: "\(image.path): the image changed after the plan was made; plan again"
            )
        }
    }
}
