import Glibc
import SystemPackage

/// A folder, by its path.
package struct Folder: Sendable {
    /// The folder's path.
    package let path: String

    /// Names a folder, which need not exist.
    package init(path: String) {
        self.path = path
    }

    /// The path of the folder that contains a file; `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the names in the folder durable.
    package func synchronize() throws(FileError) {
        let descriptor = try FileError.catching("open", path) {
            try FileDescriptor.open(FilePath(text: path), .readOnly, options: [.directory, .closeOnExec])
        }
        defer { try? descriptor.close() }
        try FileError.checking("fsync", path) { fsync(descriptor.rawValue) }
    }

    /// Creates the folder and its parents where they do not exist.
    package func create(permissions: UInt32 = 0o777) throws(FileError) {
        var parent = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            parent += parent.isEmpty || parent == "/" ? String(name) : "/\(name)"
            let current = parent
            guard current.withSystemPath({ mkdir($0, permissions) }) == 0 || errno == EEXIST else {
                throw FileError(path: current, call: "mkdir", code: errno)
            }
        }
    }

    /// The names in the folder without `.` and `..`, in the file system's order.
    package func names() throws(FileError) -> [String] {
        guard let stream = path.withSystemPath({ opendir($0) }) else {
            throw FileError(path: path, call: "opendir", code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { SystemPath.text(of: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
