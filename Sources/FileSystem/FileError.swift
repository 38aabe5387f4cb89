import Glibc
import SystemPackage

/// A file system call that failed.
package struct FileError: Error, Hashable, Sendable {
    /// The file or folder.
    package let path: String
    /// The system call, such as `open` or `rename`.
    package let call: String
    /// The value of `errno`.
    package let code: Int32
    /// The position in the file, in bytes from its start, where the call has one.
    package let offset: Int64?

    /// Creates an error from the parts of a failed call.
    package init(path: String, call: String, code: Int32, offset: Int64? = nil) {
        self.path = path
        self.call = call
        self.code = code
        self.offset = offset
    }

    /// Whether the file or a folder above it does not exist.
    package var isAbsence: Bool { code == ENOENT }

    /// The system's text for the error code, such as `No space left on device`.
    package var reason: String { Self.reason(code) }

    /// The system's text for an error code. It is plainer than the system's own where that speaks of levels.
    package static func reason(_ code: Int32) -> String {
        code == ELOOP ? "a loop of symbolic links" : Errno(rawValue: code).description
    }

    /// Runs a call of swift-system.
    static func catching<Success>(
        _ call: String,
        _ path: String,
        offset: Int64? = nil,
        _ body: () throws -> Success
    ) throws(FileError) -> Success {
        do {
            return try body()
        } catch {
            throw FileError(path: path, call: call, code: (error as? Errno ?? .ioError).rawValue, offset: offset)
        }
    }

    /// Runs a call of the C library that returns -1 if it fails.
    static func checking(_ call: String, _ path: String, _ body: () -> Int32) throws(FileError) {
        guard body() >= 0 else { throw FileError(path: path, call: call, code: errno) }
    }
}

extension FileError: CustomStringConvertible {
    package var description: String { "\(path): \(call): \(reason)" }
}
