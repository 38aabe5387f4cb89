import FileSystem
import Foundation
import TestSupport
import Testing

@Suite struct CanonicalPathTests {
    @Test("Links and dots are resolved as far as the path exists, and the rest is kept")
    func paths() throws {
        let folder = try TemporaryDirectory()
        try folder.write("", to: "a/b/file")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "a/b")
        try files.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: "loop")
        try files.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
        let root = CanonicalPath.path(of: folder.path)
        for (path, expected) in [
            ("a/b/file", "a/b/file"), ("a//./b/../b/file", "a/b/file"), ("link/file", "a/b/file"), ("link/..", "a"),
            ("link/../missing/x", "a/missing/x"), ("missing/x/../y/.", "missing/y"), ("loop/x", "loop/x"),
            ("dangling", "dangling"), ("a/b/file/x", "a/b/file/x"), ("missing//x//", "missing/x"),
        ] {
            #expect(CanonicalPath.path(of: folder.path(path)) == "\(root)/\(expected)", "\(path)")
        }
        #expect(CanonicalPath.path(of: "/") == "/")
        #expect(CanonicalPath.path(of: "/missing-\(UUID().uuidString)/../..") == "/")
        #expect(CanonicalPath.path(of: "missing") == files.currentDirectoryPath + "/missing")
    }
}
