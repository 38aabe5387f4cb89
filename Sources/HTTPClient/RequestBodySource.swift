import FileSystem
import Foundation

/// Hands the bytes of a request's body to libcurl, from memory or from a file.
///
/// It lives on the transport's thread alone. The file is read there too: a part lies in the page cache, where it was
/// just hashed, and a thread for every upload would cost more than it saves.
final class RequestBodySource {
    private let body: HTTPRequest.Body
    private var descriptor: Int32 = -1
    private var position = 0

    /// Opens the file of the body, if it has one.
    ///
    /// - Throws: ``TransportError`` of kind `unreadableBody`.
    init(_ body: HTTPRequest.Body) throws(TransportError) {
        self.body = body
        guard case .file(let path, let offset, let length) = body else { return }
        guard offset >= 0, length >= 0, !offset.addingReportingOverflow(Int64(length)).overflow else {
            throw Self.unreadable(path, "bytes \(offset) and \(length) more are no range of a file")
        }
        descriptor = path.withSystemPath { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw Self.unreadable(path, String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The body's length in bytes.
    var count: Int { body.count }

    /// How many bytes are still to be read.
    var remaining: Int { count - position }

    /// Goes on from another byte of the body; whether there is one.
    func seek(to offset: Int64) -> Bool {
        guard let offset = Int(exactly: offset), (0...count).contains(offset) else { return false }
        position = offset
        return true
    }

    /// Copies the next bytes, and says how many; 0 at the end.
    ///
    /// - Throws: ``TransportError`` of kind `unreadableBody`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
        let wanted = min(buffer.count, count - position)
        guard wanted > 0 else { return 0 }
        switch body {
        case .none:
            return 0
        case .bytes(let bytes):
            bytes[position..<position + wanted].withUnsafeBytes { buffer.copyMemory(from: $0) }
            position += wanted
            return wanted
        case .file(let path, let offset, _):
            while true {
                let read = pread(descriptor, buffer.baseAddress, wanted, off_t(offset) + off_t(position))
                if read < 0, errno == EINTR { continue }
                guard read != 0 else {
                    throw Self.unreadable(path, "it ends before byte \(offset + Int64(count)); it has become shorter")
                }
                guard read > 0 else { throw Self.unreadable(path, String(cString: strerror(errno))) }
                position += read
                return read
            }
        }
    }

    // A request whose body ends early is no request that a service could act on.
    private static func unreadable(_ path: String, _ reason: String) -> TransportError {
        TransportError(kind: .unreadableBody, reason: "cannot read \(path): \(reason)", provesNothingSent: true)
    }
}
