import Glibc
import TestSupport
import Testing

@testable import FileSystem

@Suite("Paths of any bytes")
struct SystemPathTests {
    private static let names: [[UInt8]] = [
        Array("plain".utf8), Array("é日本😀".utf8), [0xFF], [0x61, 0xE9, 0x2E], [0xC3], [0xC3, 0x28], [0xE2, 0x82],
        [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
        // U+10FF80 and U+10FFFF in UTF-8, whose scalars stand for bytes.
        [0xF4, 0x8F, 0xBE, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x80, 0x80, 0x80], Array(0x80...0xFF),
    ]

    @Test("Every name has a text of its own, which leads back to its bytes", arguments: names)
    func roundTrip(name: [UInt8]) {
        #expect(SystemPath.bytes(of: SystemPath.text(of: name)) == name)
        let others = Self.names.filter { $0 != name }
        #expect(!others.map { Array(SystemPath.text(of: $0).utf8) }.contains(Array(SystemPath.text(of: name).utf8)))
        if let text = String(validating: name, as: UTF8.self), !name.starts(with: [0xF4, 0x8F]) {
            #expect(SystemPath.text(of: name) == text)
        }
    }

    @Test("A file is found, replaced, and removed by the text of its name", arguments: names)
    func files(name: [UInt8]) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path(SystemPath.text(of: name))
        try LocalFiles().replace(path, with: [1])
        try LocalFiles().replace(path, with: [2], through: .unique)
        #expect(try FileContents(path: path).bytes == [2])
        #expect(try Folder(path: folder.path).names().map(SystemPath.bytes(of:)) == [name])
        try #require(path.withSystemPath { symlink($0, folder.path("link")) } == 0)
        #expect(SystemPath.bytes(of: LocalFiles().target(of: folder.path("link"))) == SystemPath.bytes(of: path))
        try LocalFiles().remove(path)
        #expect(FileIdentity(path: path) == nil)
    }
}
