import Glibc

/// The few system calls that durability is made of, each with an error that names the file.
enum FileBytes {
    /// The whole of a file; `nil` if there is none.
    static func read(path: String) throws(StateError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(path: path, operation: "open", reason: reason())
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(path: path, operation: "read", reason: reason())
            }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// Makes or replaces a file and waits until the disk has it.
    static func write(_ bytes: [UInt8], path: String) throws(StateError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path: path, operation: "create", reason: reason()) }
        defer { close(descriptor) }
        try append(bytes, to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw .system(path: path, operation: "write", reason: reason()) }
    }

    /// Writes all of `bytes` at the descriptor's place.
    static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(StateError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(path: path, operation: "write", reason: reason())
            }
            done += count
        }
    }

    /// Gives a file another name, replacing what had it.
    static func rename(_ path: String, to target: String) throws(StateError) {
        guard Glibc.rename(path, target) == 0 else {
            throw .system(path: path, operation: "rename to \(target)", reason: reason())
        }
    }

    /// Waits until the disk has the names in a file's folder.
    static func synchroniseFolder(of path: String) throws(StateError) {
        let folder = folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path: folder, operation: "open", reason: reason()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(path: folder, operation: "write", reason: reason()) }
    }

    /// The folder a path is in; `.` for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What `errno` says, in words.
    static func reason() -> String {
        String(cString: strerror(errno))
    }
}
