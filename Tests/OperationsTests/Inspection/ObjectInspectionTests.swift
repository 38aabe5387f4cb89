import DiskImages
import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing
import WireEncoding
import YAML

@testable import Diagnostics
@testable import Execution
@testable import Migration
@testable import Operations

/// Objects in memory, as S3 would tell of them.
private final class MemoryObjects: ImageObjects {
    private struct State {
        var objects: [String: (bytes: [UInt8], version: String?)] = [:]
        var failure: ObjectError.Kind?
        var fetched = 0
        var asked = 0
    }

    private let state = Mutex(State())

    /// How many bytes were fetched, and how often anything was asked.
    var fetched: Int { state.withLock(\.fetched) }
    var asked: Int { state.withLock(\.asked) }

    func put(_ bytes: [UInt8], _ url: String, version: String? = nil) {
        state.withLock { $0.objects[url] = (bytes, version) }
    }

    func remove(_ url: String) {
        state.withLock { $0.objects[url] = nil }
    }

    func fail(_ kind: ObjectError.Kind?) {
        state.withLock { $0.failure = kind }
    }

    func state(of object: ObjectLocation, for staging: StagingLocation) async throws(ObjectError) -> S3ObjectVersion? {
        try state.withLock { state throws(ObjectError) in
            state.asked += 1
            if let kind = state.failure { throw ObjectError(object, kind, "S3 says no") }
            guard let (bytes, version) = state.objects[object.name] else { return nil }
            let tag = SHA256.digest(of: bytes).hex
            return S3ObjectVersion(
                bucket: object.bucket,
                key: object.key,
                version: version,
                entityTag: tag,
                bytes: Int64(bytes.count)
            )
        }
    }

    func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        try state.withLock { state throws(ObjectError) in
            guard let (bytes, _) = state.objects[object.location.name],
                SHA256.digest(of: bytes).hex == object.entityTag
            else { throw ObjectError(object.location, .changed, "it changed") }
            state.fetched += range.count
            return Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        }
    }
}

/// Images that lie in S3, and the locks that stand in for them.
@Suite struct ObjectInspectionTests {
    private let folder: TemporaryDirectory
    private let cache: DigestCache
    private let objects = MemoryObjects()

    init() async throws {
        folder = try TemporaryDirectory()
        cache = DigestCache(folder: folder.path("digests"))
        var disk = [UInt8](repeating: 0, count: 3 << 20)
        disk.replaceSubrange(1 << 20..<(1 << 20) + 5, with: Array("hello".utf8))
        try folder.write(disk, to: "archive.raw")
        for (format, options, name) in [
            ("vmdk", "subformat=streamOptimized", "db.vmdk"), ("vmdk", "subformat=monolithicSparse", "sparse.vmdk"),
        ] {
            let arguments = ["qemu-img", "convert", "-f", "raw", "-O", format, "-o", options, "archive.raw", name]
            let result = try await Command.run(arguments, in: folder.path)
            try #require(result.exitCode == 0, "\(result.errorOutput)")
        }
        for name in ["archive.raw", "db.vmdk", "sparse.vmdk"] { objects.put(try content(name), "s3://exports/\(name)") }
    }

    private func content(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder.path(name))))
    }

    private func manifests(_ imports: String, defaults: String = "") throws -> [MigrationManifest] {
        let text = """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: exports}
            defaults: {zones: [us-east-1a, us-east-1b]\(defaults)}
            imports:
            \(imports)
            """
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "plan.yaml")])
        try #require(diagnostics.isEmpty, "\(diagnostics)")
        return manifests
    }

    private func inspect(
        _ manifests: [MigrationManifest],
        _ objects: (any ImageObjects)?,
        lock: ImageLock? = nil,
        absence: ImageInspection.Absence = .isAnError
    ) async -> ImageInspection.Result {
        let locks = lock.map { [manifests[0].file.path: $0] } ?? [:]
        return await ImageInspection(cache: cache, locks: locks, absence: absence, objects: objects).inspect(manifests)
    }

    private static let three = """
          - {name: db, image: "s3://exports/db.vmdk"}
          - {name: archive, image: "s3://exports/archive.raw", size: 2 GiB}
          - {name: file, image: db.vmdk}
        """

    @Test("An object has the facts of the file it was made of, and another identity; its content is not read")
    func facts() async throws {
        let manifests = try manifests(Self.three)
        let result = await inspect(manifests, objects)
        #expect(result.diagnostics.isEmpty && result.fromLock.isEmpty)
        #expect(result.imports.map(\.address.image) == ["db", "db", "archive", "archive", "file", "file"])
        let (object, file) = (result.imports[0].image, result.imports[4].image)
        #expect((object.format, object.bytes, object.virtualSize) == (file.format, file.bytes, file.virtualSize))
        #expect(object.path == "s3://exports/db.vmdk" && object.object?.bytes == file.bytes && file.object == nil)
        #expect(object.digest != file.digest && object.digest == object.object?.digest)
        #expect(result.imports[2].volumeSize == 2 && result.imports[2].image.format == .raw)
        #expect(objects.fetched < 512 << 10 && objects.asked == 2)
        // What was looked at once is not looked at again, even if files are still to be read.
        let fresh = DigestCache(folder: folder.path("fresh"))
        let headers = await ImageInspection(cache: fresh, computesDigests: false, objects: objects).inspect(manifests)
        #expect(Set(headers.imports.map(\.address.image)) == ["db", "archive"])
        let asked = objects.asked
        let whole = await ImageInspection(cache: fresh, objects: objects).inspect(manifests, after: headers)
        #expect(whole.imports == result.imports && objects.asked == asked)
    }

    @Test("The identity is that of the object's state: another key, version, tag or length is another image")
    func identity() {
        func digest(_ key: String, _ version: String?, _ tag: String, _ bytes: Int64) -> SHA256Digest {
            S3ObjectVersion(bucket: "b", key: key, version: version, entityTag: tag, bytes: bytes).digest
        }
        let usual = digest("k", nil, "t", 1)
        let others = [
            digest("l", nil, "t", 1), digest("k", "v", "t", 1), digest("k", nil, "u", 1), digest("k", nil, "t", 2),
        ]
        #expect(Set(others + [usual]).count == 5)
        // To turn versions on is no change of what is there.
        #expect(digest("k", "null", "t", 1) == usual)
        #expect(!S3ObjectVersion(bucket: "b", key: "k", version: "null", entityTag: "t", bytes: 1).isLasting)
        #expect(S3ObjectVersion(bucket: "b", key: "k", version: "v", entityTag: "t", bytes: 1).isLasting)
    }

    @Test("By the lock the imports are the very same: without S3, with an object that is gone, with S3 that refuses")
    func lock() async throws {
        let manifests = try manifests(Self.three)
        objects.put(try content("db.vmdk"), "s3://exports/db.vmdk", version: "v1")
        let with = await inspect(manifests, objects)
        let written = ImageLock(images: try #require(with.images[manifests[0].file.path]))
        let source = SourceFile(path: "plan.lock.json", bytes: Array(try written.text.utf8))
        let lock = try #require(LockDecoder.decode(source).lock)
        #expect(lock == written)
        let urls: Set<String> = ["s3://exports/db.vmdk", "s3://exports/archive.raw"]

        let offline = await inspect(manifests, nil, lock: lock)
        #expect(offline.diagnostics.isEmpty && offline.imports == with.imports && offline.fromLock == urls)
        objects.fail(.unreachable)
        let refused = await inspect(manifests, objects, lock: lock)
        #expect(refused.imports == with.imports && refused.fromLock == urls)
        #expect(refused.diagnostics.map(\.code) == [.imageUnreadable, .imageUnreadable])
        #expect(!refused.diagnostics.isEmpty)
        #expect(refused.diagnostics.allSatisfy { $0.severity == .warning && $0.message.contains("S3 says no") })
        objects.fail(nil)
        objects.remove("s3://exports/archive.raw")
        let gone = await inspect(manifests, objects, lock: lock)
        #expect(gone.imports == with.imports && gone.fromLock == ["s3://exports/archive.raw"])
        #expect(gone.diagnostics.map(\.code) == [.imageMissing] && gone.diagnostics[0].severity == .warning)
        // Another object under the same name counts, and is told.
        objects.put(try content("db.vmdk"), "s3://exports/db.vmdk", version: "v2")
        let changed = await inspect(manifests, objects, lock: lock)
        #expect(changed.changedSinceLock == ["s3://exports/db.vmdk"])
        #expect(changed.imports[0].image.object?.version == "v2")
        #expect(changed.diagnostics.first?.message.contains("version v1 when it was locked, v2 now") == true)
    }

    @Test(
        "Without a lock, each reason why an object is not there is an error at its place; to validate, nobody is asked"
    )
    func refusals() async throws {
        let manifests = try manifests("  - {name: db, image: \"s3://exports/none.vmdk\"}")
        let absent = await inspect(manifests, objects)
        #expect(absent.diagnostics.map(\.code) == [.imageMissing] && absent.diagnostics[0].severity == .error)
        #expect(
            absent.diagnostics[0].location?.range.start.line == manifests[0].imports[0].image.location.range.start.line
        )
        for (kind, code) in [
            (ObjectError.Kind.unreachable, DiagnosticCode.imageUnreadable), (.archived(nil), .imageRefused),
            (.changed, .imageUnreadable),
        ] {
            objects.fail(kind)
            let result = await inspect(manifests, objects)
            #expect(result.diagnostics.map(\.code) == [code] && result.imports.isEmpty)
        }
        let unasked = await inspect(manifests, nil)
        #expect(unasked.diagnostics.map(\.code) == [.imageUnreadable])
        #expect(await inspect(manifests, nil, absence: .isAWarning).diagnostics.isEmpty)
    }

    @Test(
        "What EC2 would refuse is refused with the command that fetches it; no conversion is offered, nor done by default"
    )
    func notImportable() async throws {
        let manifests = try manifests(
            """
              - {name: sparse, image: "s3://exports/sparse.vmdk"}
              - {name: db, image: "s3://exports/db.vmdk"}
            """,
            defaults: ", convert: stream-optimized"
        )
        let result = await inspect(manifests, objects)
        #expect(result.imports.map(\.address.image) == ["db", "db"] && result.imports[0].image.repackaging == nil)
        #expect(result.diagnostics.map(\.code) == [.imageRefused])
        let help = try #require(result.diagnostics[0].help)
        #expect(help.contains("aws s3 cp 's3://exports/sparse.vmdk' sparse.vmdk && ferry convert sparse.vmdk"))
        #expect(!help.contains("or write convert"))
    }

    @Test("An object among the parts that ferry stages and removes is refused")
    func staged() async throws {
        let manifests = try manifests("  - {name: db, image: \"s3://exports/ferry/parts/db.vmdk\"}")
        objects.put(try content("db.vmdk"), "s3://exports/ferry/parts/db.vmdk")
        let result = await inspect(manifests, objects)
        #expect(result.diagnostics.map(\.code) == [.badStaging] && result.imports.isEmpty)
    }

    @Test("So is one among the parts of another manifest's staging")
    func stagedByAnother() async throws {
        let folder = try TemporaryDirectory()
        let own = """
            version: 1
            name: own
            region: us-east-1
            staging: {bucket: own-staging}
            defaults: {zones: [us-east-1a]}
            imports: [{name: db, image: "s3://other-staging/ferry/parts/db.vmdk"}]
            """
        let other = """
            version: 1
            name: other
            region: us-east-1
            staging: {bucket: other-staging}
            defaults: {zones: [us-east-1a]}
            imports: [{name: web, image: "s3://exports/db.vmdk"}]
            """
        let paths = [try folder.write(own, to: "own.yaml"), try folder.write(other, to: "other.yaml")]
        let manifests = ManifestLoader.load(paths: paths).manifests
        objects.put(try content("db.vmdk"), "s3://other-staging/ferry/parts/db.vmdk")
        let result = await inspect(manifests, objects)
        #expect(result.diagnostics.map(\.code) == [.badStaging])
        #expect(result.imports.map(\.address.image) == ["web"])
    }
}
