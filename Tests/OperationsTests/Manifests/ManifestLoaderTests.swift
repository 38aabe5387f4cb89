import DiskImages
import Foundation
import Hashing
import TestSupport
import Testing
import YAML

@testable import Diagnostics
@testable import Migration
@testable import Operations

@Suite struct ManifestLoaderTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private static let smallest = """
        version: 1
        name: small
        staging: {bucket: erp-staging}
        imports: [{name: a, image: a.vmdk, zones: [us-east-1a]}]
        """

    private func manifest(_ name: String, image: String, zones: String) -> String {
        """
        version: 1
        name: \(name)
        staging: {bucket: erp-staging}
        imports: [{name: \(image), image: a.vmdk, zones: \(zones)}]
        """
    }

    /// `path:line:column code` of each diagnostic, without the test's folder.
    private func places(_ diagnostics: [Diagnostic]) -> [String] {
        diagnostics.map { diagnostic in
            let place =
                diagnostic.location.map { "\($0.file.path):\($0.range.start.line):\($0.range.start.column) " } ?? ""
            return (place + diagnostic.code.rawValue).replacingOccurrences(of: folder.path + "/", with: "")
        }
    }

    @Test("Everything a migration manifest says is read, each value with its place")
    func wholeManifest() throws {
        let text = """
            # yaml-language-server: $schema=../schemas/migration-manifest.schema.json
            version: 1
            name: erp-datacenter-exit
            region: us-east-1
            staging: {bucket: erp-staging, prefix: exit}
            limits: {uploads: 8, conversions: 3, bandwidth: 200 MiB/s, requests: 2.5/s}
            defaults: {zones: [us-east-1a], tags: {project: exit, tier: none}}
            imports:
              - name: erp-db
                image: ../exports/erp-db.vmdk
                format: VMDK
                zones: [us-east-1a, us-east-1-bos-1a]
                size: 2 TiB
                description: ERP database
                tags: {tier: db, port: 012}
              - {name: no, image: /images/no.raw}
            """
        let path = try folder.write(text, to: "plans/exit.yaml")
        let (manifests, diagnostics) = ManifestLoader.load(paths: [path])
        #expect(places(diagnostics).isEmpty)
        let manifest = try #require(manifests.first)
        #expect(manifest.file.path == path)
        #expect(manifest.digest == SHA256.digest(of: Array(text.utf8)))
        #expect(manifest.name.value == "erp-datacenter-exit")
        #expect(manifest.name.range == SourceRange(at: SourcePosition(line: 3, column: 7), columns: 19))
        #expect(manifest.region?.value == "us-east-1")
        #expect(manifest.target.staging.value == StagingLocation(bucket: "erp-staging", prefix: "exit/"))
        #expect(manifest.limits.uploads == 8)
        #expect(manifest.limits.conversions == 3)
        #expect(manifest.limits.bandwidth == 209_715_200)
        #expect(manifest.limits.requestsPerSecond == 2.5)
        try #require(manifest.imports.count == 2)
        let first = manifest.imports[0]
        #expect(first.name.value == "erp-db")
        #expect(first.name.range.start == SourcePosition(line: 9, column: 11))
        #expect(first.image.value == "../exports/erp-db.vmdk")
        #expect(first.imagePath == folder.path("plans/../exports/erp-db.vmdk"))
        #expect(first.format?.value == .vmdk)
        #expect(first.zones.map(\.value) == ["us-east-1a", "us-east-1-bos-1a"])
        #expect(first.zones[1].range.start == SourcePosition(line: 12, column: 25))
        #expect(first.region == "us-east-1")
        #expect(first.size?.value == 2048)
        #expect(first.description == "ERP database")
        #expect(first.tags == ["project": "exit", "tier": "db", "port": "012"])
        let second = manifest.imports[1]
        #expect(second.name.value == "no")
        #expect(second.imagePath == "/images/no.raw")
        #expect(second.zones.map(\.value) == ["us-east-1a"])
        #expect(second.zones[0].range.start.line == 7)
        #expect(second.tags == ["project": "exit", "tier": "none"])
        #expect(second.format == nil && second.size == nil && second.description == nil)
    }

    @Test(
        "A plain word is the text that stands there, whatever YAML 1.1 or 1.2 would make of it",
        arguments: [
            "no", "yes", "on", "off", "y", "N", "true", "False", "1e3", "012", "0o17", "0x1F", "1:30", "1_000", "+1",
            "-0", ".5", "1.0", ".inf", ".NaN", "2026-11-25", "12:30:45", "=", "<<", "1.", "0b101",
        ]
    )
    func plainWords(_ word: String) throws {
        let keys = "tags: {value: \(word)}, description: \(word), zones:"
        let text = Self.smallest.replacingOccurrences(of: "zones:", with: keys)
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "a.yaml")])
        #expect(diagnostics.map(\.description) == [])
        #expect(manifests.first?.imports.first?.tags == ["value": word])
        #expect(manifests.first?.imports.first?.description == word)
    }

    @Test("What is left out has its default")
    func defaults() throws {
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(Self.smallest, to: "a.yml")])
        #expect(diagnostics.isEmpty)
        let manifest = try #require(manifests.first)
        #expect(manifest.region == nil)
        #expect(manifest.target.staging.value.prefix == "ferry/")
        #expect(manifest.limits == MigrationManifest.Limits())
        #expect(manifest.limits.uploads == 4 && manifest.limits.conversions == 5)
        #expect(manifest.limits.bandwidth == nil && manifest.limits.requestsPerSecond == nil)
        #expect(manifest.imports.first?.region == "us-east-1")
    }

    @Test("Anchors, aliases and merge keys make the manifest they stand for")
    func aliases() throws {
        let text = """
            version: 1
            name: small
            staging: {bucket: erp-staging, prefix: ""}
            imports:
              - &first {name: a, image: a.vmdk, zones: &zones [us-east-1a], size: 8 GiB}
              - {<<: *first, name: b}
              - {name: c, image: c.vmdk, zones: *zones}
            """
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "a.yaml")])
        #expect(diagnostics.isEmpty)
        #expect(manifests.first?.target.staging.value.prefix.isEmpty == true)
        #expect(manifests.first?.imports.map(\.name.value) == ["a", "b", "c"])
        #expect(manifests.first?.imports.map { $0.size?.value } == [8, 8, nil])
        #expect(manifests.first?.imports[2].zones[0].range.start.line == 5)
    }

    @Test("A folder's YAML files are read in the order of their names, other files and folders are not")
    func folders() throws {
        for name in ["b.yaml", "a.yml", "c.txt", "sub/d.yaml", ".hidden.yaml"] {
            let text = manifest("m-\(name.first ?? "x")", image: "a", zones: "[us-east-1a]")
            try folder.write(name.hasSuffix("a.yml") || name == "b.yaml" ? text : "not: [yaml", to: name)
        }
        for path in [folder.path, folder.path + "/"] {
            let (manifests, diagnostics) = ManifestLoader.load(paths: [path])
            #expect(diagnostics.isEmpty)
            #expect(manifests.map(\.file.path) == [folder.path("a.yml"), folder.path("b.yaml")])
        }
    }

    @Test("A file that several paths lead to is read once")
    func sameFileTwice() throws {
        let path = try folder.write(Self.smallest, to: "a.yaml")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b.yaml"), withDestinationPath: path)
        let (manifests, diagnostics) = ManifestLoader.load(paths: [path, folder.path, path])
        #expect(diagnostics.isEmpty)
        #expect(manifests.map(\.file.path) == [path])
    }

    @Test("A path that cannot be read is told, and the others are read")
    func unreadablePaths() throws {
        let good = try folder.write(Self.smallest, to: "good.yaml")
        try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: folder.path("odd.yaml"), withIntermediateDirectories: false)
        try folder.write("", to: "odd.yaml/x.txt")
        mkfifo(folder.path("pipe.yaml"), 0o600)
        let paths = ["missing.yaml", "empty", "odd.yaml", "pipe.yaml"].map(folder.path) + ["/dev/null", good]
        let (manifests, diagnostics) = ManifestLoader.load(paths: paths)
        #expect(manifests.count == 1)
        #expect(
            diagnostics.map(\.code) == [.unreadableFile, .unreadableFile, .unreadableFile, .noManifest, .noManifest]
        )
        let text = diagnostics.map(\.message).joined(separator: "\n")
        for path in paths.dropLast() { #expect(text.contains("\(path): ")) }
        #expect(text.contains("there is no such file"))
    }

    @Test("A path that is too large is not read")
    func tooLarge() throws {
        let path = try folder.write("", to: "large.yaml")
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: (256 << 20) + 1)
        #expect(ManifestLoader.load(paths: [path]).diagnostics.map(\.code) == [.unreadableFile])
    }

    @Test("An address of two files is told at the second, with a note at the first")
    func addressesOfSeveralFiles() throws {
        let first = try folder.write(manifest("erp", image: "db", zones: "[us-east-1a, us-east-1b]"), to: "1.yaml")
        let second = try folder.write(manifest("erp", image: "db", zones: "[us-east-1c, us-east-1b]"), to: "2.yaml")
        let third = try folder.write(manifest("erp", image: "db", zones: "[us-east-1d]"), to: "3.yaml")
        let fourth = try folder.write(manifest("crm", image: "db", zones: "[us-east-1a]"), to: "4.yaml")
        let (manifests, diagnostics) = ManifestLoader.load(paths: [first, second, third, fourth])
        #expect(manifests.count == 4)
        #expect(places(diagnostics) == ["2.yaml:4:18 F0106"])
        #expect(diagnostics.first?.message == "the address “erp/db@us-east-1b” stands twice")
        #expect(diagnostics.first?.notes.first?.location?.file.path == first)
    }

    @Test("Imports of one name are compared even where the manifest or the zones are not readable")
    func addressesOfBadFiles() throws {
        let text = """
            version: 1
            name: ERP
            staging: {bucket: X}
            imports:
              - {name: db, image: a.vmdk, zones: [us-east-1a]}
              - {name: db, image: b.vmdk, zones: [us-east-1a]}
              - {name: web, image: a.vmdk, zones: [us-east-1]}
              - {name: web, image: b.vmdk, zones: [us-east-1b]}
              - {name: app, image: b.vmdk, zones: [us-east-1b]}
              - {name: app, image: b.vmdk, zones: [us-east-1c]}
            """
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "a.yaml")])
        #expect(manifests.isEmpty)
        #expect(
            places(diagnostics) == [
                "a.yaml:2:7 F0105", "a.yaml:3:19 F0110", "a.yaml:6:12 F0106", "a.yaml:7:40 F0107", "a.yaml:8:12 F0106",
            ]
        )
    }

    @Test("Ten thousand problems are told, and then that there are more")
    func manyProblems() throws {
        let imports = (0..<12_000).map { "  - {name: a\($0), image: a.vmdk, zones: [us-east-1]}\n" }.joined()
        let text = "version: 1\nname: many\nstaging: {bucket: erp-staging}\nimports:\n\(imports)"
        let diagnostics = ManifestLoader.load(paths: [try folder.write(text, to: "a.yaml")]).diagnostics
        #expect(diagnostics.count { $0.severity == .error } == 10_000)
        #expect(diagnostics.last?.severity == .note)
    }
}
