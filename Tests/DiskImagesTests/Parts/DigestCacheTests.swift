import DiskImages
import Foundation
import TestSupport
import Testing

/// Digests remembered between runs.
@Suite struct DigestCacheTests {
    private struct Setting {
        let folder: TemporaryDirectory
        let image: String
        let cache: DigestCache

        init() throws {
            folder = try TemporaryDirectory()
            image = folder.path("disk.raw")
            try writePattern(to: image, byteCount: 9 << 20)
            cache = DigestCache(folder: folder.path("cache"))
            try age()
        }

        /// Sets the image's modification time to a minute ago.
        func age(by seconds: TimeInterval = 60) throws {
            let attributes = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -seconds)]
            try FileManager.default.setAttributes(attributes, ofItemAtPath: image)
        }

        /// Asks the cache; `hashed` tells whether the image had to be read.
        func ask() throws -> (digest: ImageDigest, hashed: Bool) {
            var hashed = false
            let digest = try cache.digest(of: image) { _ in hashed = true }
            return (digest, hashed)
        }

        var entries: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: cache.folder).map { "\(cache.folder)/\($0)" }
            }
        }
    }

    @Test("An image is hashed once")
    func once() throws {
        let setting = try Setting()
        #expect(try setting.cache.remembered(setting.image) == nil)
        let first = try setting.ask()
        #expect(first.hashed)
        let second = try setting.ask()
        #expect(!second.hashed)
        #expect(second.digest == first.digest)
        #expect(try second.digest == ImageDigester.digest(path: setting.image))
        #expect(try setting.cache.remembered(setting.image) == first.digest)
        #expect(try setting.entries.count == 1)
        #expect(try setting.entries[0].hasSuffix(".digest"))
    }

    @Test("Every way to another state of the file is noticed", arguments: ["content", "time", "length", "replaced"])
    func states(change: String) throws {
        let setting = try Setting()
        _ = try setting.ask()
        let image = setting.image
        switch change {
        case "content":
            // The modification time is set back, which the change time gives away.
            let file = try FileHandle(forUpdating: URL(filePath: image))
            try file.write(contentsOf: Data([0xEE, 0xEE, 0xEE]))
            try file.close()
            try setting.age()
        case "time": try setting.age(by: 120)
        case "length":
            let file = try FileHandle(forUpdating: URL(filePath: image))
            try file.truncate(atOffset: 1 << 20)
            try file.close()
            try setting.age()
        default:
            try writePattern(to: image + ".new", byteCount: 9 << 20, seed: 2)
            try FileManager.default.removeItem(atPath: image)
            try FileManager.default.moveItem(atPath: image + ".new", toPath: image)
            try setting.age()
        }
        let asked = try setting.ask()
        #expect(asked.hashed)
        #expect(try asked.digest == ImageDigester.digest(path: image))
        #expect(try !setting.ask().hashed)
    }

    @Test("A damaged entry is made anew", arguments: ["cut", "empty", "long", "magic", "digest", "checksum"])
    func damage(kind: String) throws {
        let setting = try Setting()
        let digest = try setting.ask().digest
        let entry = try #require(setting.entries.first)
        var bytes = try Data(contentsOf: URL(filePath: entry))
        switch kind {
        case "cut": bytes.removeLast(7)
        case "empty": bytes = Data()
        case "long": bytes.append(0)
        case "magic": bytes[0] ^= 1
        case "digest": bytes[60] ^= 1
        default: bytes[bytes.count - 1] ^= 1
        }
        try bytes.write(to: URL(filePath: entry))
        let asked = try setting.ask()
        #expect(asked.hashed)
        #expect(asked.digest == digest)
        #expect(try !setting.ask().hashed)
    }

    @Test("A file just written is not remembered: it may change within the same tick of its clock")
    func unsettled() throws {
        let setting = try Setting()
        // In the future, so that the test needs no luck with its own speed.
        try setting.age(by: -3600)
        _ = try setting.ask()
        #expect(try setting.ask().hashed)
        #expect(!FileManager.default.fileExists(atPath: setting.cache.folder))
    }

    @Test("The same image by another path is the same entry")
    func paths() throws {
        let setting = try Setting()
        _ = try setting.ask()
        let link = setting.folder.path("link.raw")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: setting.image)
        #expect(try setting.cache.remembered(link) != nil)
        #expect(try setting.cache.remembered(setting.folder.path("./disk.raw")) != nil)
    }

    @Test("The folders above the cache are made too")
    func nested() throws {
        let setting = try Setting()
        let cache = DigestCache(folder: setting.folder.path("absent/cache"))
        #expect(cache.problem() == nil)
        _ = try cache.digest(of: setting.image)
        #expect(try cache.remembered(setting.image) != nil)
    }

    @Test(
        "A cache that cannot be used costs a reading of the image, and is no error",
        arguments: ["disk.raw", "disk.raw/cache", "/proc/self/cache", "/dev/full/cache", "/sys/cache", "locked/cache"]
    )
    func unusable(folder: String) throws {
        let setting = try Setting()
        // For root, who may write anywhere, this one is usable.
        try FileManager.default.createDirectory(
            atPath: setting.folder.path("locked"),
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o500]
        )
        let cache = DigestCache(folder: folder.hasPrefix("/") ? folder : setting.folder.path(folder))
        for _ in 0..<2 {
            let digest = try cache.digest(of: setting.image)
            #expect(try digest == ImageDigester.digest(path: setting.image))
        }
        if !folder.hasPrefix("locked") {
            #expect(cache.problem()?.contains(cache.folder) == true)
            #expect(try cache.remembered(setting.image) == nil)
        }
    }

    @Test("An entry that cannot be read is no error", arguments: ["folder", "loop"])
    func unreadableEntry(kind: String) throws {
        let setting = try Setting()
        let digest = try setting.ask().digest
        let entry = try #require(setting.entries.first)
        try FileManager.default.removeItem(atPath: entry)
        switch kind {
        case "folder": try FileManager.default.createDirectory(atPath: entry, withIntermediateDirectories: false)
        default: try FileManager.default.createSymbolicLink(atPath: entry, withDestinationPath: entry)
        }
        #expect(try setting.ask().digest == digest)
        #expect(try setting.cache.remembered(setting.image) == nil || kind == "loop")
    }
}
