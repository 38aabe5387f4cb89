import DiskImages
import Foundation
import Hashing
import TestSupport
import Testing
import YAML

@testable import Diagnostics
@testable import Migration
@testable import Operations

/// Images by qemu-img, and the locks that stand in for them.
@Suite struct ImageInspectionTests {
    private let folder: TemporaryDirectory
    private let cache: DigestCache

    init() async throws {
        folder = try TemporaryDirectory()
        cache = DigestCache(folder: folder.path("digests"))
        var disk = [UInt8](repeating: 0, count: 3 << 20)
        disk.replaceSubrange(1 << 20..<(1 << 20) + 5, with: Array("hello".utf8))
        try folder.write(disk, to: "archive.raw")
        try await convert("vmdk", ["-o", "subformat=streamOptimized"], to: "db.vmdk")
        try await convert("vmdk", ["-o", "subformat=monolithicSparse"], to: "sparse.vmdk")
        try await convert("vmdk", ["-o", "subformat=twoGbMaxExtentSparse"], to: "split.vmdk")
        try await convert("qcow2", [], to: "web.qcow2")
    }

    private func convert(_ format: String, _ options: [String], to name: String) async throws {
        let arguments = ["qemu-img", "convert", "-f", "raw", "-O", format] + options + ["archive.raw", name]
        let result = try await Command.run(arguments, in: folder.path)
        try #require(result.exitCode == 0, "\(result.errorOutput)")
    }

    private func manifests(_ imports: String) throws -> [MigrationManifest] {
        let text = """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging}
            defaults: {zones: [us-east-1a, us-east-1b]}
            imports:
            \(imports)
            """
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "plan.yaml")])
        try #require(diagnostics.isEmpty, "\(diagnostics)")
        return manifests
    }

    private func text(_ diagnostics: [Diagnostic]) -> String {
        DiagnosticRenderer().text(for: diagnostics).replacingOccurrences(of: folder.path + "/", with: "")
    }

    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "images.txt").path

    private static let two = """
          - {name: db, image: db.vmdk, description: Database}
          - {name: archive, image: archive.raw, size: 2 GiB}
        """

    @Test("With the images away and the lock there, the imports are the very same")
    func lockInPlaceOfImages() async throws {
        let manifests = try manifests(Self.two)
        let path = manifests[0].file.path
        let with = await ImageInspection(cache: cache).inspect(manifests)
        try #require(with.diagnostics.isEmpty && with.imports.count == 4 && with.fromLock.isEmpty)
        let lock = ImageLock(images: try #require(with.images[path]))
        #expect(lock.images.count == 2)
        for name in ["db.vmdk", "archive.raw"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
        let without = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests)
        #expect(without.diagnostics.isEmpty)
        #expect(without.imports == with.imports)
        #expect(without.fromLock == [folder.path("db.vmdk"), folder.path("archive.raw")])
        #expect(without.images.isEmpty && without.changedSinceLock.isEmpty)
    }

    @Test("An image that is another one than the lock says is drift: the file counts, and a warning says so")
    func drift() async throws {
        // The digest of a file that was just written is not remembered: one more write could go unseen.
        let age: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSinceNow: -3600)]
        try FileManager.default.setAttributes(age, ofItemAtPath: folder.path("db.vmdk"))
        let manifests = try manifests(Self.two)
        let path = manifests[0].file.path
        let before = await ImageInspection(cache: cache).inspect(manifests)
        let lock = ImageLock(images: try #require(before.images[path]))
        var disk = Array(try Data(contentsOf: URL(filePath: folder.path("archive.raw"))))
        disk[7] = 1
        try folder.write(disk, to: "archive.raw")
        let after = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests)
        #expect(after.changedSinceLock == [folder.path("archive.raw")])
        #expect(after.imports.count == 4 && after.imports != before.imports)
        #expect(after.diagnostics.map(\.code) == [.imageDrift])
        #expect(after.diagnostics.map(\.severity) == [.warning])
        #expect(text(after.diagnostics).contains("archive.raw changed since it was locked: content "))
        #expect(after.images[path]?[ImageKey(image: "archive.raw")] != lock.images[ImageKey(image: "archive.raw")])
        // The headers alone tell what they can.
        try folder.write(disk + disk, to: "archive.raw")
        let inspection = ImageInspection(cache: cache, computesDigests: false, locks: [path: lock])
        let headers = await inspection.inspect(manifests)
        #expect(Set(headers.imports.map(\.address.image)) == ["db"])
        // What is not known yet is read; what is known is not looked at again.
        let read = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests, after: headers)
        #expect(read.imports.count == 4)
        try FileManager.default.removeItem(atPath: folder.path("archive.raw"))
        let again = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests, after: read)
        #expect(again.imports == read.imports && again.fromLock.isEmpty)
        #expect(text(headers.diagnostics).contains("bytes 3145728 when it was locked, 6291456 now"))
    }

    @Test("What is wrong with images reads like this")
    func words() async throws {
        try FileManager.default.createDirectory(atPath: folder.path("folder.raw"), withIntermediateDirectories: false)
        let manifests = try manifests(
            """
              - {name: gone, image: gone.raw}
              - {name: sparse, image: sparse.vmdk}
              - {name: web, image: web.qcow2, convert: true}
              - {name: tiny, image: archive.raw}
              - {name: bucket, image: "s3://exports/db.vmdk"}
              - {name: folder, image: folder.raw}
              - {name: misnamed, image: db.vmdk, format: VHD}
            """
        )
        let result = await ImageInspection(cache: cache).inspect(manifests)
        #expect(result.imports.map(\.address.image) == ["tiny", "tiny"])
        let said = text(result.diagnostics)
        #expect(
            result.diagnostics.map(\.code) == [
                .imageMissing, .imageRefused, .imageRefused, .imageUnreadable, .imageUnreadable, .imageRefused,
            ]
        )
        if ProcessInfo.processInfo.environment["FERRY_RECORD_GOLDEN"] == "1" {
            try said.write(toFile: Self.golden, atomically: true, encoding: .utf8)
        }
        #expect(said == (try String(contentsOfFile: Self.golden, encoding: .utf8)))
    }

    @Test("To validate, an image that is nowhere is a warning; a lock that does not know it says so")
    func absence() async throws {
        let manifests = try manifests("  - {name: gone, image: gone.raw}")
        let path = manifests[0].file.path
        let inspection = ImageInspection(cache: cache, locks: [path: ImageLock()], absence: .isAWarning)
        let result = await inspection.inspect(manifests)
        #expect(result.diagnostics.map(\.severity) == [.warning])
        #expect(result.diagnostics.first?.help?.contains("the lock does not know it either") == true)
        #expect(result.imports.isEmpty)
    }

    @Test("A lock that knows images of nobody is out of date; one read as another format is another image")
    func outdatedLock() async throws {
        let manifests = try manifests("  - {name: archive, image: archive.raw, format: RAW}")
        let path = manifests[0].file.path
        let facts = DiskImageFacts(format: .raw, subformat: .raw, bytes: 1, virtualSize: 1, files: [])
        let image = LockedImage(facts: facts, digest: SHA256.digest(of: ""))
        let lock = ImageLock(images: [ImageKey(image: "archive.raw"): image, ImageKey(image: "old.raw"): image])
        let result = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests)
        #expect(result.diagnostics.map(\.code) == [.lockOutdated])
        #expect(result.diagnostics.first?.message.contains("“archive.raw” and 1 more") == true)
        #expect(result.imports.count == 2)
    }

    @Test("A volume that is too small for the disk in the lock is told as it is for the disk in the image")
    func tooSmall() async throws {
        let manifests = try manifests("  - {name: big, image: big.raw, size: 1 GiB}")
        let path = manifests[0].file.path
        let facts = DiskImageFacts(format: .raw, subformat: .raw, bytes: 3 << 30, virtualSize: 3 << 30, files: [])
        let lock = ImageLock(images: [
            ImageKey(image: "big.raw"): LockedImage(facts: facts, digest: SHA256.digest(of: ""))
        ])
        let result = await ImageInspection(cache: cache, locks: [path: lock]).inspect(manifests)
        #expect(result.diagnostics.map(\.code) == [.volumeTooSmall])
    }

    @Test("Imports of several regions are staged in the bucket of their own")
    func targets() async throws {
        let text = """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-us}
            targets: {eu-west-1: {staging: {bucket: fleet-eu, prefix: eu/}, profile: europe}}
            imports:
              - {name: a, image: archive.raw, zones: [us-east-1a]}
              - {name: b, image: archive.raw, zones: [euw1-az1, eu-west-1b], region: eu-west-1}
            """
        let (manifests, diagnostics) = ManifestLoader.load(paths: [try folder.write(text, to: "plan.yaml")])
        try #require(diagnostics.isEmpty, "\(diagnostics)")
        let result = await ImageInspection(cache: cache).inspect(manifests)
        #expect(result.imports.map(\.staging.bucket) == ["fleet-us", "fleet-eu", "fleet-eu"])
        #expect(result.imports.map(\.staging.prefix) == ["ferry/", "eu/", "eu/"])
        #expect(result.imports.map(\.region) == ["us-east-1", "eu-west-1", "eu-west-1"])
        #expect(manifests[0].usedTargets.map(\.region) == ["eu-west-1", "us-east-1"])
        #expect(manifests[0].target(of: "eu-west-1").profile?.value == "europe")
    }

    @Test("convert: what EC2 refuses for its layout is imported, by the lock too; what it takes stays as it is")
    func conversion() async throws {
        let manifests = try manifests(
            """
              - {name: sparse, image: sparse.vmdk, convert: stream-optimized}
              - {name: split, image: split.vmdk, convert: true}
              - {name: db, image: db.vmdk, convert: stream-optimized}
            """
        )
        let path = manifests[0].file.path
        let headers = await ImageInspection(cache: cache, computesDigests: false).inspect(manifests)
        #expect(headers.diagnostics.isEmpty && headers.imports.isEmpty)
        let result = await ImageInspection(cache: cache).inspect(manifests)
        #expect(result.diagnostics.isEmpty)
        let images = result.imports.map(\.image)
        let made = Repackaging.streamOptimized
        #expect(images.map(\.repackaging) == [made, made, made, made, nil, nil])
        #expect(!images.isEmpty)
        #expect(images.allSatisfy { $0.format == .vmdk && $0.virtualSize == 3 << 20 })
        // The conversion makes another fingerprint, whatever the file.
        var plain = result.imports[0]
        plain.image.repackaging = nil
        #expect(plain.fingerprint != result.imports[0].fingerprint)
        #expect(Set(result.imports.map(\.fingerprint)).count == 6)

        let lock = ImageLock(images: try #require(result.images[path]))
        let (read, problems) = LockDecoder.decode(SourceFile(path: "x.lock.json", bytes: Array(try lock.text.utf8)))
        #expect(problems.isEmpty)
        let locked = try #require(read)
        for name in ["sparse.vmdk", "split.vmdk", "split-s001.vmdk", "db.vmdk"] {
            try FileManager.default.moveItem(atPath: folder.path(name), toPath: folder.path("away-\(name)"))
        }
        let without = await ImageInspection(cache: cache, locks: [path: locked]).inspect(manifests)
        #expect(without.diagnostics.isEmpty && without.imports == result.imports)
        // Nobody asks for the conversion any more: the lock does not make EC2 take the image.
        let unconverted = try self.manifests("  - {name: sparse, image: sparse.vmdk}")
        let refused = await ImageInspection(cache: cache, locks: [path: locked]).inspect(unconverted)
        #expect(refused.imports.isEmpty && refused.diagnostics.map(\.code).contains(.imageRefused))
    }

    @Test("A change in any file of an image is a change of the image; one that is gone is told by its name")
    func severalFiles() async throws {
        let manifests = try manifests("  - {name: split, image: split.vmdk, convert: stream-optimized}")
        let before = await ImageInspection(cache: cache).inspect(manifests)
        let extent = folder.path("split-s001.vmdk")
        var bytes = Array(try Data(contentsOf: URL(filePath: extent)))
        // In the last grain.
        bytes[bytes.count - 1] ^= 0xFF
        try folder.write(bytes, to: "split-s001.vmdk")
        let after = await ImageInspection(cache: cache).inspect(manifests)
        #expect(before.imports.count == 2 && after.imports.count == 2)
        #expect(before.imports[0].image.digest != after.imports[0].image.digest)
        try FileManager.default.removeItem(atPath: extent)
        let gone = await ImageInspection(cache: cache).inspect(manifests)
        #expect(gone.diagnostics.map(\.code) == [.imageUnreadable])
        #expect(text(gone.diagnostics).contains("split-s001.vmdk"))
    }
}
