import Glibc
import SystemPackage

/// The symbolic links at a path.
enum SymbolicLink {
    /// The symbolic links that Linux follows in one path (path_resolution(7)).
    private static let mostLinks = 40

    /// The path that the links lead to, which need not exist; the path itself if there is no link, or no end to them.
    static func target(of path: String) -> String {
        targets(of: FilePath(text: path))?.last?.text ?? path
    }

    /// The descriptor of this process that a path such as `/dev/stdout` or `/dev/fd/3` stands for; `nil` for any other path.
    ///
    /// Its link leads to the name of an open file. That name may be gone or belong to another file, and whoever holds the open
    /// file does not see one that takes its place.
    static func descriptor(at path: String) -> Int32? {
        let folders: Set = ["/proc/self/fd", "/proc/\(getpid())/fd", "/dev/fd"]
        guard let targets = targets(of: FilePath(text: path)) else { return nil }
        for target in targets {
            guard folders.contains(target.removingLastComponent().string), let name = target.lastComponent else {
                continue
            }
            return Int32(name.string)
        }
        return nil
    }

    /// The path and what its links lead to, one after another; `nil` if there is no end to them.
    private static func targets(of path: FilePath) -> [FilePath]? {
        var targets = [path]
        var current = path
        for _ in 0..<mostLinks {
            var buffer = [CInterop.PlatformChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let length = current.withPlatformString { readlink($0, &buffer, buffer.count - 1) }
            guard length > 0, length < buffer.count - 1 else { return targets }
            // The rest of the buffer is zero: the text ends where the link does.
            let target = FilePath(platformString: buffer)
            current = target.isAbsolute ? target : current.removingLastComponent().pushing(target)
            targets.append(current)
        }
        return nil
    }
}
