import FileSystem
import Glibc

/// A failure to read or write the sandbox's data folder.
struct StorageError: Error, CustomStringConvertible {
    /// What was tried, as a verb: "write", "rename".
    let operation: String
    /// The file or folder.
    let path: String
    /// What went wrong.
    let reason: Reason

    enum Reason {
        /// The system call failed with this `errno`.
        case system(Int32)
        /// The file ends before the bytes that belong to it.
        case truncated
        /// The file isn't what the sandbox writes there.
        case damaged(String)
    }

    init(_ operation: String, path: String, reason: Reason) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// Describes a failed system call.
    init(_ error: FileError, _ operation: String) {
        self.init(operation, path: error.path, reason: .system(error.code))
    }

    /// Runs system calls that make up one operation.
    static func catching<Success>(
        _ operation: String,
        _ body: () throws(FileError) -> Success
    ) throws(StorageError) -> Success {
        do throws(FileError) {
            return try body()
        } catch {
            throw StorageError(error, operation)
        }
    }

    var description: String {
        let cause =
            switch reason {
            case .system(let code): String(cString: strerror(code))
            case .truncated: "the file is shorter than it was when the sandbox wrote it"
            case .damaged(let detail): "the file is damaged (\(detail)); delete it or reset the sandbox"
            }
        return "Could not \(operation) \(path): \(cause)."
    }
}
