import DiskImages
import Foundation
import Hashing
import Schemas
import TestSupport
import Testing
import YAML

@testable import Diagnostics
@testable import Migration
@testable import Operations

@Suite struct LockFileTests {
    private static let digest = SHA256.digest(of: "content")

    private static let object = S3ObjectVersion(
        bucket: "exports",
        key: "db.vmdk",
        version: "v1",
        entityTag: "d41d8cd9",
        bytes: 4096
    )

    private static let lock = ImageLock(images: [
        ImageKey(image: "images/web.vhd"): LockedImage(
            facts: DiskImageFacts(
                format: .vhd,
                subformat: .dynamic,
                bytes: 20_979_200,
                virtualSize: 67_108_864,
                allocatedBytes: 20_971_520,
                producer: "qem2 5.3",
                files: ["web.vhd"],
                warnings: [
                    DiskImageWarning(code: .vhdResized, message: "it was “resized”", remedy: "look")
                ]
            ),
            digest: digest
        ),
        ImageKey(image: "images/Büro \"1\".img", declaredFormat: .raw): LockedImage(
            facts: DiskImageFacts(
                format: .raw,
                subformat: .raw,
                bytes: 512,
                virtualSize: 512,
                files: ["Büro \"1\".img"]
            ),
            digest: digest
        ),
        ImageKey(image: "s3://exports/db.vmdk"): LockedImage(
            facts: DiskImageFacts(
                format: .vmdk,
                subformat: .streamOptimized,
                bytes: 4096,
                virtualSize: 1 << 30,
                files: ["db.vmdk"]
            ),
            object: object
        ),
    ])

    @Test(
        "The lock lies beside its migration manifest",
        arguments: [
            ("plans/erp.yaml", "plans/erp.lock.json"), ("erp.yml", "erp.lock.json"), ("/a/erp", "/a/erp.lock.json"),
            ("a.yaml/b", "a.yaml/b.lock.json"),
        ]
    )
    func path(_ manifest: String, _ lock: String) {
        #expect(LockFile.path(besides: manifest) == lock)
    }

    @Test("What is written is read again as it was, and written again as the same bytes")
    func roundTrip() throws {
        let folder = try TemporaryDirectory()
        let manifest = folder.path("plan.yaml")
        #expect(LockFile.read(besides: manifest).lock == nil)
        #expect(LockFile.read(besides: manifest).diagnostics.isEmpty)
        #expect(try LockFile.write(Self.lock, besides: manifest))
        let (lock, diagnostics) = LockFile.read(besides: manifest)
        #expect(diagnostics.map(\.description) == [])
        #expect(lock == Self.lock)
        #expect(try !LockFile.write(Self.lock, besides: manifest))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.lock.json"])
        let schema = try JSONSchema(Data(Schema.lock.text.utf8))
        #expect(try schema.accepts(JSONDecoder().decode(JSONValue.self, from: Data(Self.lock.text.utf8))))
    }

    @Test("A lock that was merged so that an object and its digest are of two states is refused")
    func mergedObject() throws {
        for (old, new) in [("d41d8cd9", "00000000"), ("\"v1\"", "\"v2\""), ("\"etag\"", "\"tag\"")] {
            let text = try Self.lock.text.replacing(old, with: new)
            let (lock, diagnostics) = LockDecoder.decode(SourceFile(path: "a.lock.json", bytes: Array(text.utf8)))
            #expect(lock == nil && diagnostics.map(\.code) == [.lockUnreadable], "\(old)")
        }
    }

    @Test("A lock of this program's first version is read")
    func golden() throws {
        let path = try #require(
            Bundle.module.path(forResource: "quickstart.lock", ofType: "json", inDirectory: "Locks")
        )
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let (lock, diagnostics) = LockDecoder.decode(SourceFile(path: path, bytes: bytes))
        #expect(diagnostics.map(\.description) == [])
        #expect(lock?.images.count == 3)
        #expect(try lock?.text == String(decoding: bytes, as: UTF8.self))
    }

    @Test("A lock that cannot be written is said to be so, and the one that was there stays")
    func notWritable() throws {
        let folder = try TemporaryDirectory()
        let manifest = folder.path("plan.yaml")
        _ = try LockFile.write(Self.lock, besides: manifest)
        // A folder in the way of the file beside it.
        try FileManager.default.createDirectory(
            atPath: folder.path("plan.lock.json.next"),
            withIntermediateDirectories: false
        )
        let error = #expect(throws: LockFile.Failure.self) { try LockFile.write(ImageLock(), besides: manifest) }
        #expect(error?.description.contains("plan.lock.json: the lock cannot be made") == true)
        #expect(LockFile.read(besides: manifest).lock == Self.lock)
    }

    @Test("What is no regular file is not taken for a lock")
    func notAFile() throws {
        let folder = try TemporaryDirectory()
        mkfifo(folder.path("plan.lock.json"), 0o600)
        #expect(LockFile.read(besides: folder.path("plan.yaml")).diagnostics.map(\.code) == [.lockUnreadable])
    }

    @Test(
        "A lock that is not as ferry writes it is refused with its place, by the schema as by ferry",
        arguments: [
            (#""version" : 1"#, #""version" : 2"#), (#""version" : 1"#, #""version" : "1""#),
            (#""version" : 1"#, #""version" : 1, "name" : "x""#), (#""bytes" : 512,"#, ""),
            (#""bytes" : 512"#, #""bytes" : -1"#), (#""bytes" : 512"#, #""bytes" : "512""#),
            (#""format" : "RAW""#, #""format" : "raw""#), (#""subformat" : "raw""#, #""subformat" : "flat""#),
            (#""subformat" : "raw""#, #""subformat" : "raw", "odd" : 1"#),
            (#""code" : "vhd-resized""#, #""code" : "gone""#),
            (#""remedy" : "look""#, #""remedy" : null"#),
            (#"      "digest" : "ed"#, #"      "digest" : "ED"#), (#""version" : 1"#, #""images" : 1"#),
        ]
    )
    func damaged(_ sound: String, _ damaged: String) throws {
        let text = try Self.lock.text
        try #require(text.contains(sound))
        let bytes = Array(text.replacingOccurrences(of: sound, with: damaged).utf8)
        let (lock, diagnostics) = LockDecoder.decode(SourceFile(path: "plan.lock.json", bytes: bytes))
        #expect(lock == nil)
        #expect(diagnostics.contains { ($0.location?.range.start.line ?? 0) > 1 || damaged.contains("version") })
        #expect(!diagnostics.isEmpty)
        #expect(diagnostics.allSatisfy { $0.code == .lockUnreadable && $0.help?.contains("ferry lock") == true })
        let schema = try JSONSchema(Data(Schema.lock.text.utf8))
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        // A schema sees one of two equal keys.
        if damaged != #""images" : 1"# { #expect(try !schema.accepts(value)) }
    }

    @Test("A merge conflict is told with its line")
    func mergeConflict() throws {
        let text = try Self.lock.text.replacingOccurrences(
            of: "      \"bytes\" : 512,",
            with: "<<<<<<< HEAD\n      \"bytes\" : 512,\n=======\n      \"bytes\" : 1024,\n>>>>>>> other"
        )
        let (lock, diagnostics) = LockDecoder.decode(SourceFile(path: "a.lock.json", bytes: Array(text.utf8)))
        #expect(lock == nil)
        let expected = "a.lock.json:4:1: error[F0206]: a merge conflict that nobody resolved"
        #expect(diagnostics.map(\.description) == [expected])
    }

    @Test("A lock that is cut short anywhere is refused, and nothing crashes")
    func cutShort() throws {
        let bytes = Array(try Self.lock.text.utf8)
        for length in 0..<(bytes.count - 2) {
            let file = SourceFile(path: "a.lock.json", bytes: Array(bytes[..<length]))
            let (lock, diagnostics) = LockDecoder.decode(file)
            #expect(lock == nil && !diagnostics.isEmpty, "\(length)")
        }
    }
}
