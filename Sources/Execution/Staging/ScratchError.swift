import Glibc

/// Why a scratch file cannot be made, read or removed.
package struct ScratchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or folder.
    package var path: String
    /// What was tried.
    package var call: String
    /// The system's error number.
    package var number: Int32

    /// Says what failed; the error number is that of the last system call.
    init(_ path: String, _ call: String, number: Int32 = errno) {
        self.path = path
        self.call = call
        self.number = number
    }

    package var description: String {
        let reason = String(cString: strerror(number))
        return "\(path): \(call): \(reason); it is where converted images are kept until they are uploaded (--scratch)"
    }
}
