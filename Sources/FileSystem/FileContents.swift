import Glibc

/// The whole content of a file.
package struct FileContents: Sendable {
    /// Why the content could not be read.
    package enum Failure: Error, Hashable, Sendable {
        /// A system call failed.
        case system(FileError)
        /// The path leads to a folder, a pipe or a device.
        case notRegular
        /// The file has more bytes than the limit. The value is its length, if known, or the first length beyond the limit.
        case tooLarge(Int64)

        /// Whether the file does not exist.
        package var isAbsence: Bool {
            if case .system(let error) = self { error.call == "open" && error.isAbsence } else { false }
        }
    }

    /// What a path may lead to.
    package enum Kind: Sendable {
        /// Any file, such as a pipe.
        case any
        /// A regular file.
        case regular
        /// A regular file and no symbolic link.
        case regularWithoutLinks
    }

    /// The bytes.
    package let bytes: [UInt8]
    /// The state of the file when it was opened.
    package let identity: FileIdentity

    /// Reads a file. The call blocks.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - kind: What the path may lead to. Only for `any` the call may wait for the writer of a pipe.
    ///   - limit: The maximum length in bytes.
    package init(path: String, kind: Kind = .any, limit: Int64 = .max) throws(Failure) {
        let isAny = if case .any = kind { true } else { false }
        let followsLinks = if case .regularWithoutLinks = kind { false } else { true }
        let file: OpenFile
        let status: stat
        do {
            file = try OpenFile(path, .read(isBlocking: isAny, followsLinks: followsLinks))
            status = try file.status()
        } catch {
            throw .system(error)
        }
        guard isAny || status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        let length = Int64(status.st_size)
        guard length <= limit else { throw .tooLarge(length) }
        identity = FileIdentity(status)
        // One call reads a file whose length is right; the loop reads the rest of a file that grew, and pipes.
        var bytes = try Self.read(file, atMost: max(0, Int(length)))
        while case let piece = try Self.read(file, atMost: 1 << 16), !piece.isEmpty {
            bytes += piece
            guard bytes.count <= limit else { throw .tooLarge(Int64(bytes.count)) }
        }
        self.bytes = bytes
    }

    /// Reads the given number of bytes, or fewer at the end.
    private static func read(_ file: OpenFile, atMost most: Int) throws(Failure) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            do throws(FileError) {
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw .system(failure) }
        return bytes
    }
}
