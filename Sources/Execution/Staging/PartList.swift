import DiskImages
import FileSystem
import Hashing

/// The parts of a converted image, as they are remembered in a file: the length of the image, and a digest a line.
enum PartList {
    private static let title = "ferry parts 1"
    /// The longest list that is read, in bytes: that of an image of 64 TiB.
    private static let longest: Int64 = 1 << 30

    /// Reads a list; `nil` if there is none, or one that was not written whole.
    static func read(path: String) throws(ScratchError) -> ImageDigest? {
        let contents: FileContents
        do throws(FileContents.Failure) {
            contents = try FileContents(path: path, kind: .regularWithoutLinks, limit: longest)
        } catch {
            guard case .system(let failure) = error, !error.isAbsence else { return nil }
            throw ScratchError(failure)
        }
        // Fewer bytes: another program cut the file.
        guard contents.bytes.count >= contents.identity.byteCount else { return nil }
        let lines = contents.bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 2, lines[0] == title, let length = Int64(lines[1]) else { return nil }
        let parts = lines.dropFirst(2).compactMap { SHA256Digest(hex: $0) }
        return ImageDigest(bytes: length, parts: parts)
    }

    /// Writes a list, whole or not at all. It need not outlast a power cut: one that does not is made anew.
    static func write(_ digest: ImageDigest, to path: String) throws(ScratchError) {
        var bytes = Array("\(title)\n\(digest.bytes)\n".utf8)
        for part in digest.parts { bytes += "\(part.hex)\n".utf8 }
        do throws(FileError) {
            try LocalFiles(durability: .process).replace(path, with: bytes)
        } catch {
            throw ScratchError(error, path: error.call == "rename" ? path : error.path)
        }
    }
}
