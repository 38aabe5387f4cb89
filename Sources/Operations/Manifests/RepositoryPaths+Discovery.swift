package import Diagnostics
import FileSystem
import Glibc

extension RepositoryPaths {
    /// The paths relative to the root of the repository that this process runs in: `GITHUB_WORKSPACE`, which GitHub's runner
    /// sets, or the top folder of the Git working tree. If the working directory is in none, the top folder of the first file
    /// that is in one counts, or else the working directory.
    ///
    /// - Parameters:
    ///   - files: The files that will be named.
    ///   - environment: The environment of the process.
    package static func discovered(for files: [String], environment: [String: String]) -> RepositoryPaths {
        let here = CanonicalPath.path(of: ".")
        let root =
            workspace(environment) ?? topFolder(from: here)
            ?? files.lazy.compactMap { topFolder(from: CanonicalPath.path(of: $0)) }.first ?? here
        return RepositoryPaths(root: root, absolutePath: CanonicalPath.path(of:))
    }

    private static func workspace(_ environment: [String: String]) -> String? {
        guard let path = environment["GITHUB_WORKSPACE"], !path.isEmpty else { return nil }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return CanonicalPath.path(of: path)
    }

    /// The nearest folder with `.git`: a folder, or a file in a linked working tree and in a submodule.
    private static func topFolder(from path: String) -> String? {
        var folder = Substring(path)
        while folder.hasPrefix("/") {
            while folder.count > 1, folder.last == "/" { folder.removeLast() }
            var status = stat()
            if stat(folder == "/" ? "/.git" : folder + "/.git", &status) == 0 { return String(folder) }
            guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
            folder = slash == folder.startIndex ? "/" : folder[..<slash]
        }
        return nil
    }
}
