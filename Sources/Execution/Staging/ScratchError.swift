import FileSystem

/// Why a scratch file cannot be made, read or removed.
package struct ScratchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or folder.
    package var path: String
    /// What was tried.
    package var call: String
    /// The system's error number.
    package var number: Int32

    /// Describes a failed call.
    ///
    /// - Parameter path: The file to name, if it is another than the call's.
    init(_ error: FileError, path: String? = nil) {
        self.path = path ?? error.path
        call = error.call
        number = error.code
    }

    package var description: String {
        let reason = FileError.reason(number)
        return "\(path): \(call): \(reason); it is where converted images are kept until they are uploaded (--scratch)"
    }
}
