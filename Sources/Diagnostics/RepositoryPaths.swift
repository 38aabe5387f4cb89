/// The names that annotations and code scanning results give to files: paths relative to the root of the repository.
package struct RepositoryPaths: Sendable {
    /// The root folder of the repository: an absolute path without symbolic links.
    package let root: String
    private let absolutePath: @Sendable (String) -> String

    /// Names files relative to a folder.
    ///
    /// - Parameters:
    ///   - root: The root folder of the repository: an absolute path without symbolic links.
    ///   - absolutePath: The absolute path of a file, without symbolic links, however its path is written.
    package init(root: String, absolutePath: @escaping @Sendable (String) -> String) {
        self.root = root
        self.absolutePath = absolutePath
    }

    /// The path of a file relative to the root, or its absolute path if it is outside the repository.
    package func path(of file: String) -> String {
        let path = absolutePath(file)
        let folder = root.hasSuffix("/") ? root : root + "/"
        return path.hasPrefix(folder) && path != folder ? String(path.dropFirst(folder.count)) : path
    }
}

/// The names of the files of some diagnostics, each looked up once.
struct FileNames {
    /// The root folder that relative names are relative to, if it is known.
    let root: String?
    private let names: [String: String]

    /// Names the files of diagnostics; without `paths`, as their paths are written.
    init(of diagnostics: [Diagnostic], in paths: RepositoryPaths? = nil) {
        root = paths?.root
        var names: [String: String] = [:]
        if let paths {
            for diagnostic in diagnostics {
                for location in [diagnostic.location] + diagnostic.notes.map(\.location) {
                    guard let file = location?.file.path, names[file] == nil else { continue }
                    names[file] = paths.path(of: file)
                }
            }
        }
        self.names = names
    }

    /// The name of a file.
    subscript(file: SourceFile) -> String { names[file.path] ?? file.path }
}
