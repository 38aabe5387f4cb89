import EC2Types
import Foundation
import Schemas
import TestSupport
import Testing
import YAML

@testable import Diagnostics
@testable import Migration

/// The schema that editors check migration manifests by agrees with the decoder.
@Suite struct ManifestSchemaTests {
    /// What a schema cannot say: what two places of a file must have to do with each other.
    private static let beyondSchemas: Set<String> = [
        "duplicate-addresses", "zones-of-another-region", "zones-without-a-region",
        "region-without-a-target",
    ]

    private static let schema = try? JSONSchema(Data(Schema.migrationManifest.text.utf8))

    private static let golden = Bundle.module.paths(forResourcesOfType: "yaml", inDirectory: "Golden").sorted()

    /// Files that are not YAML, or not the YAML that ferry reads: a schema never sees them.
    private static let notYAML: Set<String> = [
        "alias-bomb", "aliases", "binary", "duplicate-keys", "empty", "everything-at-once", "key-not-a-text",
        "long-text", "merge-conflict", "nesting", "not-utf-8", "syntax-at-sign", "syntax-bracket", "syntax-colon",
        "syntax-indentation", "syntax-missing-colon", "syntax-quote", "tab-and-syntax", "tabs", "tags-of-types",
        "two-documents", "utf-16", "utf-16-without-a-mark",
    ]

    @Test("What the decoder refuses, the schema refuses", arguments: golden)
    func badManifests(_ path: String) throws {
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        let schema = try #require(Self.schema)
        let parsed = YAMLParser.parse(SourceFile(path: path, bytes: Array(try Data(contentsOf: URL(filePath: path)))))
        let root = parsed.diagnostics.isEmpty ? parsed.root : nil
        #expect((root == nil) == Self.notYAML.contains(name), "\(name)")
        guard let root else { return }
        #expect(try schema.accepts(JSONValue(root)) == Self.beyondSchemas.contains(name), "\(name)")
    }

    @Test(
        "Each value is taken by both or by neither",
        arguments: [
            ("name", ["a", "erp-1", "1", "no", "true", "012"], ["A", "-a", "a-", "a_b", "null", "[a]", "1.5", "''"]),
            (
                "region", ["us-east-1", "us-gov-west-1", "eusc-de-east-1"],
                ["us-east", "us-east-1a", "1", "~", "US-EAST-1"]
            ),
            (
                "bucket", ["abc", "a.b-c", "123"],
                ["ab", "a..b", "-ab", "1.2.3.4", "xn--a", "abc-s3alias", "a_b", "A12", "~"]
            ),
            ("prefix", ["''", "ferry/", "a/b", "1", "no"], ["/a", "a//b", "../a", "a/./b", "~", "[a]"]),
            ("uploads", ["1", "256"], ["0", "257", "'1'", "1.5", "-1", "many", "~"]),
            ("conversions", ["1", "10000"], ["0", "10001", "[5]"]),
            ("bandwidth", ["200 MiB/s", "1GiB/s", "1 TiB /s"], ["200", "200 MB/s", "200 MiB", "-1 MiB/s", "~"]),
            ("requests", ["5/s", "0.5/s", "10 /s"], ["5", "5/m", "/s", "-5/s"]),
            (
                "zones", ["[us-west-2a]", "[us-west-2-lax-1a, us-west-2b]", "[usw2-az1, us-west-2b]"],
                ["[]", "us-west-2a", "[us-west-2]", "[~]"]
            ),
            (
                "zones", [],
                ["[us-west-2a, us-west-2a]", "[us-west-2-lax-1]", "[us-west-2-a]", "[US-WEST-2A]", "{a: b}"]
            ),
            (
                "image",
                ["a.vmdk", "../a", "/a", "1", "no", "a:b", "s3://exports/b", "s3://exports/b?versionId=a.B-1_"],
                [
                    "s3://exports/b?versionId=", "s3://exports/?versionId=a", "s3://a/b", "https://a", "a/", "''", "~",
                    "[a]", "\"a\\nb\"",
                ]
            ),
            ("format", ["VMDK", "VHD", "RAW"], ["vmdk", "QCOW2", "~", "1"]),
            (
                "size", ["1 GiB", "8GiB", "16384 GiB", "16 TiB", "1   TiB"],
                ["0 GiB", "16385 GiB", "17 TiB", "8", "8 GB", "08 GiB"]
            ),
            (
                "description", ["text", "1", "no", "Zürich → Dublin"],
                ["''", "~", "[a]", "\"a\\tb\"", String(repeating: "x", count: 201)]
            ),
            (
                "tags", ["{}", "{a: b, c: 1, d: no, e: ''}"],
                ["{aws:a: b}", "{AWS:a: b}", "{ferry:a: b}", "{'': a}", "{a: ~}", "{a: [b]}", "[a]"]
            ),
        ]
    )
    func values(_ key: String, _ good: [String], _ bad: [String]) throws {
        for value in good {
            let (decoder, schema) = try Self.accepts(Self.manifest(with: key, value))
            #expect(decoder && schema, "\(key): \(value): decoder \(decoder), schema \(schema)")
        }
        for value in bad {
            let (decoder, schema) = try Self.accepts(Self.manifest(with: key, value))
            #expect(!decoder && !schema, "\(key): \(value): decoder \(decoder), schema \(schema)")
        }
    }

    @Test("The schema has EC2's limits as the decoder has them")
    func limits() throws {
        func text(_ count: Int) -> String { String(repeating: "😀", count: count) }
        func tags(_ count: Int) -> String { "{\((0..<count).map { "t\($0): v" }.joined(separator: ", "))}" }
        for (excess, isAccepted) in [(0, true), (1, false)] {
            for (key, value) in [
                ("tags", "{\(text(EC2Limits.tagKey + excess)): v}"),
                ("tags", "{k: \(text(EC2Limits.tagValue + excess))}"), ("tags", tags(EC2Limits.userTags + excess)),
                ("description", text(EC2Limits.userDescription + excess)),
                ("size", "\(EC2Limits.volumeSize.upperBound + Int64(excess)) GiB"),
                ("size", "\(EC2Limits.volumeSize.lowerBound - Int64(excess)) GiB"),
            ] {
                let (decoder, schema) = try Self.accepts(Self.manifest(with: key, value))
                #expect(decoder == isAccepted && schema == isAccepted, "\(key): \(value)")
            }
        }
    }

    @Test("The example of the schema is a migration manifest")
    func example() throws {
        let text = """
            {version: 1, name: erp-datacenter-exit, region: us-east-1, staging: {bucket: erp-staging, prefix: ferry/},
             limits: {uploads: 4, conversions: 5, bandwidth: 200 MiB/s, requests: 5/s},
             defaults: {zones: [us-east-1a], tags: {project: exit}},
             imports: [{name: erp-db, image: ../exports/erp-db.vmdk, zones: [us-east-1a, us-east-1c], size: 512 GiB,
                        description: ERP database, tags: {tier: db}}]}
            """
        let (decoder, schema) = try Self.accepts(text)
        #expect(decoder && schema)
    }

    private static func accepts(_ text: String) throws -> (decoder: Bool, schema: Bool) {
        let file = SourceFile(path: "plan.yaml", bytes: Array(text.utf8))
        let parsed = YAMLParser.parse(file)
        try #require(parsed.diagnostics.isEmpty, "\(text)")
        let root = try #require(parsed.root)
        let output = ManifestDecoder.decode(file)
        #expect((output.manifest == nil) <= !output.diagnostics.isEmpty)
        return (output.diagnostics.isEmpty, try #require(Self.schema).accepts(JSONValue(root)))
    }

    /// A good migration manifest in which one value is another.
    private static func manifest(with key: String, _ value: String) -> String {
        let zones = key == "region" ? "[\(value)a]" : "[us-west-2a]"
        let usual: [(indentation: String, name: String, value: String?)] = [
            ("", "version", "1"), ("", "name", "plan"),
            ("", "staging", ""), ("  ", "bucket", "erp-staging"), ("  ", "prefix", "ferry/"),
            ("", "limits", ""), ("  ", "uploads", "4"), ("  ", "conversions", "5"), ("  ", "bandwidth", "1 GiB/s"),
            ("  ", "requests", "5/s"),
            ("", "imports", ""), ("  - ", "name", "a"), ("    ", "image", "a.vmdk"), ("    ", "zones", zones),
            ("    ", "region", nil), ("    ", "format", nil), ("    ", "size", nil), ("    ", "description", nil),
            ("    ", "tags", nil),
        ]
        return usual.compactMap { indentation, name, usual in
            (name == key ? value : usual).map { "\(indentation)\(name): \($0)\n" }
        }.joined()
    }
}

/// Implication: whether the right holds where the left does.
private func <= (left: Bool, right: Bool) -> Bool { !left || right }
