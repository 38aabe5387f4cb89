import Foundation

/// The repository's sources, for tests of the architecture.
enum SourceTree {
    /// The root folder of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The names of the Swift targets under `Sources`.
    static func targets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
            .filter { try !files(of: $0).isEmpty }
            .sorted()
    }

    /// The Swift files of a target.
    static func files(of target: String) throws -> [URL] {
        let folder = root.appending(path: "Sources/\(target)")
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    }

    /// The modules that the files of a target import, each with a file that imports it.
    static func imports(of target: String) throws -> [String: String] {
        var imports: [String: String] = [:]
        for file in try files(of: target) {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: importStatement) {
                imports[String(match.1)] = file.lastPathComponent
            }
        }
        return imports
    }

    /// The names of the targets and products on which each target of `Package.swift` depends.
    static func declaredDependencies() throws -> [String: Set<String>] {
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        var dependencies: [String: Set<String>] = [:]
        for match in manifest.matches(of: target) {
            let body = String(match.2 ?? "")
            let products = body.matches(of: product).map { String($0.1) }
            let names = body.replacing(product, with: "").matches(of: quoted).map { String($0.1) }
            dependencies[String(match.1)] = Set(names + products)
        }
        return dependencies
    }

    private static var importStatement: Regex<(Substring, Substring)> {
        /(?m)^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|public|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|enum|class|protocol|typealias|actor|func|let|var)\s+)?(\w+)/
    }

    private static var target: Regex<(Substring, Substring, Substring?)> {
        /\.(?:executableTarget|target|testTarget)\(\s*name: "([\w-]+)"(?:,\s*dependencies: \[((?:[^\[\]]|\[[^\]]*\])*)\])?/
    }

    private static var product: Regex<(Substring, Substring)> { /\.product\(name: "(\w+)"[^)]*\)/ }

    private static var quoted: Regex<(Substring, Substring)> { /"([\w-]+)"/ }
}
