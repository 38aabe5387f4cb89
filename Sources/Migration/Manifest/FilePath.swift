/// Paths as text, without asking the file system.
struct FilePath {
    /// The folder that relative paths begin at, with a slash at the end; empty for the working folder.
    private let folder: String

    /// The folder of a file.
    init(besides file: String) {
        let parts = file.split(separator: "/").dropLast().filter { $0 != "." }
        folder = (file.hasPrefix("/") ? "/" : "") + parts.map { $0 + "/" }.joined()
    }

    /// A path that is relative to the folder, as a path from where the folder's path starts.
    ///
    /// `..` stays as it is: whether `plans/../x` is `x` depends on whether `plans` is a link.
    func resolve(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/") else { return path }
        guard Self.hasIdleParts(path) else { return folder + path }
        return folder + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether a path has a `.` or an empty part.
    private static func hasIdleParts(_ path: String) -> Bool {
        var length = 0
        var isDots = true
        for byte in path.utf8 {
            if byte == UInt8(ascii: "/") {
                if length == 0 || length == 1 && isDots { return true }
                (length, isDots) = (0, true)
            } else {
                length += 1
                isDots = isDots && byte == UInt8(ascii: ".")
            }
        }
        return length == 0 || length == 1 && isDots
    }
}
