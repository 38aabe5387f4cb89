import DiskImages
import EC2Types
import Foundation
import Hashing
import ImportReadiness
import Migration
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Scratch files of images that are really repackaged.
@Suite("Repackaged images")
struct RepackagedImagesTests {
    private let folder: TemporaryDirectory
    private let images: RepackagedImages
    private let image: SourceImage

    private struct Stopped: Error {}

    /// Counts how often an image was repackaged.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    init() async throws {
        folder = try TemporaryDirectory()
        let sources = DigestCache(folder: folder.path("digests"))
        images = RepackagedImages(folder: folder.path("scratch/state"), sources: sources)
        let text = (0..<400_000).map { "line \($0 &* 2_654_435_761)\n" }.joined()
        try folder.write(Array(text.utf8) + [UInt8](repeating: 0, count: 512 - text.utf8.count % 512), to: "disk.raw")
        let arguments = ["-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicSparse", "disk.raw", "disk.vmdk"]
        let result = try await Command.run(["qemu-img", "convert"] + arguments, in: folder.path)
        try #require(result.exitCode == 0, "\(result.errorOutput)")
        let path = folder.path("disk.vmdk")
        let facts = try DiskImageInspector.inspect(path: path)
        image = SourceImage(
            path: path,
            format: .vmdk,
            bytes: facts.bytes,
            virtualSize: facts.virtualSize,
            digest: try sources.digest(of: facts, at: path),
            repackaging: .streamOptimized
        )
    }

    private func repackage(_ counter: Counter = Counter()) async throws -> ImageDigest {
        try await images.repackage(image) {
            counter.add()
        } check: {
        }
    }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path("scratch/state")).sorted() }
    }

    @Test("The file is a stream-optimised VMDK of the same disk; a finished one is used again; each has the same parts")
    func reuse() async throws {
        let counter = Counter()
        #expect(try await images.knownParts(of: image) == nil)
        let first = try await repackage(counter)
        let facts = try DiskImageInspector.inspect(path: images.path(of: image))
        #expect(facts.subformat == .streamOptimized && facts.isImportable && facts.bytes == first.bytes)
        let arguments = ["qemu-img", "compare", "-f", "vmdk", images.path(of: image), "-F", "raw", "disk.raw"]
        let comparison = try await Command.run(arguments, in: folder.path)
        #expect(comparison.exitCode == 0, "\(comparison.output)\(comparison.errorOutput)")
        #expect(try await repackage(counter) == first && counter.value == 1)
        #expect(try await images.knownParts(of: image) == first)
        // Uploaded: the parts are known without the file, and a conversion that is made anew gives the same.
        try await images.removeFile(of: image)
        #expect(try await images.knownParts(of: image) == first)
        #expect(try files == ["\(image.digest.hex).parts"])
        #expect(try await repackage(counter) == first && counter.value == 2)
        try await images.removeAll(but: [image])
        #expect(try files.count == 2)
        try await images.removeAll(but: [])
        #expect(try files == [])
        #expect(try await images.knownParts(of: image) == nil)
    }

    @Test(
        "A scratch file is used again only if its content is the listed one",
        arguments: [nil, "ferry parts 1\n3\n\(SHA256.digest(of: "other").hex)\n"]
    )
    func foreignFile(list: String?) async throws {
        let counter = Counter()
        let first = try await repackage(counter)
        let path = "scratch/state/\(image.digest.hex)"
        try folder.write([1, 2, 3], to: "\(path).vmdk")
        if let list { try folder.write(list, to: "\(path).parts") }
        #expect(try await repackage(counter) == first && counter.value == 2)
        try FileManager.default.removeItem(atPath: folder.path("\(path).parts"))
        #expect(try await repackage(counter) == first && counter.value == 3)
        #expect(try await repackage(counter) == first && counter.value == 3)
    }

    @Test("Two at once make one file")
    func together() async throws {
        let counter = Counter()
        async let first = repackage(counter)
        async let second = repackage(counter)
        #expect(try await first == second)
        #expect(counter.value == 1)
    }

    @Test("A conversion that is stopped leaves no file; what a crash leaves is no finished file")
    func stopped() async throws {
        await #expect(throws: Stopped.self) {
            try await images.repackage(image) {
            } check: {
                throw Stopped()
            }
        }
        #expect(try files == [])
        try folder.write([1, 2, 3], to: "scratch/state/\(image.digest.hex).vmdk.ferry-partial")
        try folder.write(Array("ferry parts 1\n17\n".utf8), to: "scratch/state/\(image.digest.hex).parts")
        #expect(try await images.knownParts(of: image) == nil)
        let counter = Counter()
        let digest = try await repackage(counter)
        #expect(counter.value == 1 && digest.bytes > 1 << 20)
        #expect(try files == ["\(image.digest.hex).parts", "\(image.digest.hex).vmdk"])
    }

    @Test("An image that is not the planned one is not converted")
    func changed() async throws {
        var other = image
        other.digest = SHA256.digest(of: "another")
        let planned = other
        let error = await #expect(throws: ServiceError.self) {
            try await images.repackage(planned) {
            } check: {
            }
        }
        #expect(error?.outcome == .rejected && error?.description.contains("plan again") == true)
        #expect(try files == [])
    }

    @Test("A folder that cannot be made is an error that names it and the option")
    func noFolder() async throws {
        try folder.write([1], to: "file")
        let images = RepackagedImages(folder: folder.path("file/state"), sources: DigestCache(folder: folder.path("d")))
        let error = await #expect(throws: ScratchError.self) {
            try await images.repackage(image) {
            } check: {
            }
        }
        #expect(error?.description.contains("\(folder.path("file"))") == true)
        #expect(error?.description.contains("--scratch") == true)
    }
}
