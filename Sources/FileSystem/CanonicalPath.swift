import Glibc

/// Paths by which files can be compared.
package enum CanonicalPath {
    /// The absolute path of a file without symbolic links, `.` and `..`. Of a file that does not exist or cannot be reached,
    /// the longest reachable part of the path is resolved, and the rest is kept. If the working directory does not exist, a
    /// relative path remains relative.
    package static func path(of file: String) -> String {
        var rest: [Substring] = []
        var head = Substring(file)
        while true {
            if let resolved = resolve(head.isEmpty ? "." : String(head)) {
                return rest.reversed().reduce(resolved, append)
            }
            while head.count > 1, head.last == "/" { head.removeLast() }
            guard !head.isEmpty, head != "/" else { return file }
            let name = head.lastIndex(of: "/").map { head[$0...].dropFirst() } ?? head
            rest.append(name)
            head = head.dropLast(name.count)
        }
    }

    /// The path with one more component.
    private static func append(_ path: String, _ name: Substring) -> String {
        switch name {
        case "", ".": path
        case "..": path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? path
        default: path.hasSuffix("/") ? path + name : path + "/" + name
        }
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
