import Foundation

/// Why a small file could not be read.
enum SmallFileError: Error {
    case absent, tooLong, unreadable
}

/// Reads files that are small or not what they should be.
enum SmallFile {
    /// The content of a file.
    ///
    /// - Parameter limit: The most bytes it may have.
    static func read(_ path: String, upTo limit: Int) throws(SmallFileError) -> [UInt8] {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: limit + 1) ?? Data()
        } catch let error as CocoaError where error.code == .fileNoSuchFile || error.code == .fileReadNoSuchFile {
            throw .absent
        } catch {
            throw .unreadable
        }
        guard bytes.count <= limit else { throw .tooLong }
        return Array(bytes)
    }
}
