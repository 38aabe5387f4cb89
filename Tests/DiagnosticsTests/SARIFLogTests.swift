import Testing

@testable import Diagnostics

@Suite struct SARIFLogTests {
    @Test(
        "A path is escaped as a URI, and in an annotation as a property",
        arguments: [
            ("plans/a.yaml", "plans/a.yaml", "plans/a.yaml"), ("a b.yaml", "a%20b.yaml", "a b.yaml"),
            ("100%.yaml", "100%25.yaml", "100%25.yaml"), ("a:b,c", "a%3Ab%2Cc", "a%3Ab%2Cc"), ("ü", "%C3%BC", "ü"),
            ("a#b?c", "a%23b%3Fc", "a#b?c"), ("%2F", "%252F", "%252F"), ("a\nb\r", "a%0Ab%0D", "a%0Ab%0D"),
            ("[x]\\\"", "%5Bx%5D%5C%22", "[x]\\\""),
        ]
    )
    func escaping(_ path: String, _ uri: String, _ property: String) throws {
        for prefix in ["/repository/", "/elsewhere/"] {
            let file = SourceFile(path: prefix + path, bytes: [])
            let location = SourceLocation(file: file, range: SourceRange(at: .start))
            let diagnostic = Diagnostic(DiagnosticCode("F9999", "Title", ""), "x", at: location).noting(
                "y",
                at: location
            )
            let paths = RepositoryPaths(root: "/repository") { $0 }
            let names = FileNames(of: [diagnostic], in: paths)
            let artifact = SARIFLog.ArtifactLocation(file, names)
            let isInside = prefix == "/repository/"
            #expect(artifact.uri == (isInside ? uri : "file:///elsewhere/\(uri)"))
            #expect(artifact.uriBaseId == (isInside ? "%SRCROOT%" : nil))
            let annotation = GitHubAnnotations.text(for: [diagnostic], in: paths)
            #expect(annotation.hasPrefix("::error file=\(isInside ? "" : "/elsewhere/")\(property),line=1,"))
            #expect(!annotation.contains("/repository/"))
        }
    }

    @Test("The root is a folder", arguments: [("/a b", "file:///a%20b/"), ("/", "file:///")])
    func root(_ root: String, _ uri: String) throws {
        let log = SARIFLog([], version: "1", paths: RepositoryPaths(root: root) { $0 })
        #expect(log.runs[0].originalUriBaseIds?["%SRCROOT%"]?.uri == uri)
        #expect(RepositoryPaths(root: root) { $0 }.path(of: root == "/" ? "/x" : "/a b/x") == "x")
        #expect(RepositoryPaths(root: root) { $0 }.path(of: root) == root)
        #expect(RepositoryPaths(root: "/a") { $0 }.path(of: "/ab/x") == "/ab/x")
    }
}
