import Foundation
import TestSupport
import Testing

@testable import Diagnostics
@testable import YAML

/// The YAML Test Suite: 402 inputs, of which 94 are invalid.
@Suite struct YAMLTestSuiteTests {
    struct Case: Sendable {
        var name: String
        var input: [UInt8]
        var events: [String]
        var isValid: Bool
    }

    @Test("The events are those of the suite, but for the cases in which libyaml is known to differ")
    func events() async throws {
        let cases = try await Self.cases()
        try #require(cases.count == 402)
        try #require(cases.count { !$0.isValid } == 94)
        var differing: [String] = []
        for item in cases {
            let (lines, failure) = EventNotation.lines(of: item.input)
            let isValid = failure == nil
            if isValid != item.isValid || isValid && lines != item.events { differing.append(item.name) }
        }
        let list = try #require(
            Bundle.module.path(forResource: "libyaml-differences", ofType: "txt", inDirectory: "Suites")
        )
        let known = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(differing == known)
        #expect(cases.count - differing.count == 330)
    }

    @Test("Events and errors are those of libyaml's own test program, byte by byte, for each of the 402 inputs")
    func eventsOfLibYAML() async throws {
        let folder = try await Self.unpacked("libyaml-0.2.5-events")
        let root = folder.path("libyaml-0.2.5-events")
        var failures = 0
        for item in try await Self.cases() {
            let events = try Data(contentsOf: URL(filePath: "\(root)/\(item.name)/events"))
            let (lines, failure) = EventNotation.lines(of: item.input)
            #expect(lines.map { $0 + "\n" }.joined() == String(decoding: events, as: UTF8.self), "\(item.name)")
            let problem = try? Data(contentsOf: URL(filePath: "\(root)/\(item.name)/problem"))
            let said = problem.map { String(decoding: $0, as: UTF8.self) }
            #expect(failure.map(EventNotation.text) == said, "\(item.name)")
            failures += failure == nil ? 0 : 1
        }
        #expect(failures == 129)
    }

    @Test("Every input is read to a document or to diagnostics that lie in the file")
    func documents() async throws {
        for item in try await Self.cases() {
            try Self.check(item.input, item.name)
        }
    }

    @Test("Every beginning of an input is read too, and every input with one byte changed")
    func damagedDocuments() async throws {
        let damage: [UInt8] = [0, 0x09, 0x0D, 0x22, 0x26, 0x2A, 0x3A, 0x5B, 0x7B, 0xC2, 0xFF]
        for item in try await Self.cases() {
            for length in 0..<item.input.count {
                try Self.check(Array(item.input[..<length]), "\(item.name) up to \(length)")
                var changed = item.input
                changed[length] = damage[(length + item.input.count) % damage.count]
                try Self.check(changed, "\(item.name) changed at \(length)")
            }
        }
    }

    /// Reads a text, goes over all nodes, and looks whether all places lie in the file.
    private static func check(_ bytes: [UInt8], _ name: String) throws {
        let file = SourceFile(path: "in.yaml", bytes: bytes)
        let result = YAMLParser.parse(file)
        var budget = 10_000
        if let root = result.root { visit(root, &budget) }
        for diagnostic in result.diagnostics {
            let start = try #require(diagnostic.location?.range.start, "\(name)")
            let isInside = start.line >= 1 && start.line <= file.lineCount + 1 && start.column >= 1
            #expect(isInside, "\(name): \(diagnostic)")
        }
        let text = DiagnosticRenderer().text(for: result.diagnostics)
        #expect(text.isEmpty == result.diagnostics.isEmpty, "\(name)")
    }

    private static func visit(_ node: YAMLNode, _ budget: inout Int) {
        budget -= 1
        guard budget > 0 else { return }
        for item in node.items { visit(item, &budget) }
        for pair in node.pairs { visit(pair.value, &budget) }
    }

    /// The cases of the archive, in the order of their names.
    private static func cases() async throws -> [Case] {
        let folder = try await unpacked("yaml-test-suite")
        let root = folder.path("yaml-test-suite")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix("/in.yaml") }
        return try paths.sorted().map { path in
            let name = String(path.dropLast("/in.yaml".count))
            let events = try String(contentsOfFile: "\(root)/\(name)/test.event", encoding: .utf8)
            return Case(
                name: name,
                input: Array(try Data(contentsOf: URL(filePath: "\(root)/\(path)"))),
                events: events.split(separator: "\n").map(withoutFlowMark),
                isValid: !FileManager.default.fileExists(atPath: "\(root)/\(name)/error")
            )
        }
    }

    /// An archive of the suites in a folder of its own.
    private static func unpacked(_ name: String) async throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        let archive = try #require(Bundle.module.path(forResource: name, ofType: "tar.xz", inDirectory: "Suites"))
        let tar = try await Command.run(["tar", "-xJf", archive, "-C", folder.path])
        try #require(tar.exitCode == 0, "\(tar.errorOutput)")
        return folder
    }

    /// An event without the mark that a collection is written in brackets, which changes nothing for its reader.
    private static func withoutFlowMark(_ event: Substring) -> String {
        for (mark, plain) in [("+SEQ []", "+SEQ"), ("+MAP {}", "+MAP")] where event.hasPrefix(mark) {
            return plain + event.dropFirst(mark.count)
        }
        return String(event)
    }
}
