import Glibc

/// The calls on a folder of scratch files. They block.
enum ScratchFolder {
    /// Makes a folder, and those above it.
    static func make(_ folder: String) throws(ScratchError) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for name in folder.split(separator: "/") {
            path += path.isEmpty || path == "/" ? String(name) : "/\(name)"
            guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw ScratchError(path, "mkdir") }
        }
    }

    /// Whether there is a regular file.
    static func hasFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Removes a file; one that is not there counts as removed.
    static func remove(_ path: String) throws(ScratchError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw ScratchError(path, "unlink") }
    }

    /// The names of what is in a folder; nothing of one that is not there.
    static func files(in folder: String) throws(ScratchError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw ScratchError(folder, "opendir")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
