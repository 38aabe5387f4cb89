package import Diagnostics
import DiskImages
import Hashing
import JSON
import TerminalText
import YAML

/// Reads a lock file.
///
/// ferry writes the file, and people merge it: what is not as ferry writes it is told with its place, the first such place
/// alone, because the remedy is the same for all of them. A lock of 100,000 images is 30 MB, read on every plan.
package enum LockDecoder {
    private static let help = "ferry writes this file: run ferry lock where the images are"

    /// Decodes a file; `nil` if anything is wrong with it, and then what.
    package static func decode(_ file: SourceFile) -> (lock: ImageLock?, diagnostics: [Diagnostic]) {
        do throws(JSONError) {
            return (try JSONReader.read(file.bytes) { (reader) throws(JSONError) in try ImageLock(from: &reader) }, [])
        } catch {
            let place = SourceLocation(file: file, range: SourceRange(at: file.position(ofByte: error.offset)))
            let conflicts = MergeConflict.problems(in: file)
            let found = conflicts.isEmpty ? [Diagnostic(.lockUnreadable, error.reason, at: place)] : conflicts
            let diagnostics = found.map { diagnostic in
                var diagnostic = diagnostic
                diagnostic.code = .lockUnreadable
                diagnostic.help = help
                return diagnostic
            }
            return (nil, diagnostics)
        }
    }
}

extension ImageLock {
    /// Reads a lock. Unlike a state, it has no keys but those this ferry knows: a later ferry that needs more raises the
    /// version.
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var version: Int?
        var images: [ImageKey: LockedImage]?
        do throws(JSONError) {
            try reader.object { (reader, key) throws(JSONError) in
                switch key {
                case "version": try reader.once(&version, key) { (reader) throws(JSONError) in try reader.integer() }
                case "images":
                    try reader.once(&images, key) { (reader) throws(JSONError) in try Self.images(from: &reader) }
                default: throw reader.unknown(key, in: "the lock")
                }
            }
        } catch {
            // What another version has otherwise is no error of its own.
            try Self.check(version, &reader)
            throw error
        }
        try Self.check(try reader.require(version, "version"), &reader)
        self.init(images: try reader.require(images, "images"))
    }

    private static func check(_ found: Int?, _ reader: inout JSONReader) throws(JSONError) {
        guard let found, found != version else { return }
        throw reader.error("this ferry reads locks of version \(version), and this is \(found)")
    }

    private static func images(from reader: inout JSONReader) throws(JSONError) -> [ImageKey: LockedImage] {
        var images: [ImageKey: LockedImage] = [:]
        // To grow by doubling would move each image several times. One is seldom longer than this.
        images.reserveCapacity(reader.bytesLeft / 300)
        try reader.list { (reader) throws(JSONError) in
            let (key, image) = try LockedImage.read(from: &reader)
            guard images.updateValue(image, forKey: key) == nil else {
                throw reader.error("the image “\(key.image)” stands twice")
            }
        }
        return images
    }
}

extension LockedImage {
    fileprivate static func read(from reader: inout JSONReader) throws(JSONError) -> (ImageKey, LockedImage) {
        var image, producer: String?
        var declared, format: DiskImageFormat?
        var subformat: DiskImageSubformat?
        var bytes, virtualSize, allocated: Int64?
        var files: [String]?
        var warnings: [DiskImageWarning]?
        var digest: SHA256Digest?
        var object: S3ObjectVersion.Fields?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "image": try reader.once(&image, key, Self.text)
            case "declaredFormat": try reader.once(&declared, key) { (reader) throws(JSONError) in try reader.word() }
            case "format": try reader.once(&format, key) { (reader) throws(JSONError) in try reader.word() }
            case "subformat": try reader.once(&subformat, key) { (reader) throws(JSONError) in try reader.word() }
            case "bytes": try reader.once(&bytes, key, Self.count)
            case "virtualSize": try reader.once(&virtualSize, key, Self.count)
            case "allocatedBytes": try reader.once(&allocated, key, Self.count)
            case "producer": try reader.once(&producer, key, Self.text)
            case "files": try reader.once(&files, key, Self.texts)
            case "warnings": try reader.once(&warnings, key, Self.warnings)
            case "digest": try reader.once(&digest, key, Self.digest)
            case "object":
                try reader.once(&object, key) { (reader) throws(JSONError) in
                    try S3ObjectVersion.Fields(from: &reader, isStrict: true)
                }
            default: throw reader.unknown(key, in: "a locked image")
            }
        }
        let facts = DiskImageFacts(
            format: try reader.require(format, "format"),
            subformat: try reader.require(subformat, "subformat"),
            bytes: try reader.require(bytes, "bytes"),
            virtualSize: try reader.require(virtualSize, "virtualSize"),
            allocatedBytes: allocated,
            producer: producer,
            files: try reader.require(files, "files"),
            warnings: warnings ?? []
        )
        let key = ImageKey(image: try reader.require(image, "image"), declaredFormat: declared)
        let state = object?.state(bytes: facts.bytes)
        let locked = LockedImage(
            facts: facts,
            digest: try reader.require(digest, "digest"),
            object: state
        )
        guard state == nil || state?.digest == locked.digest else {
            throw reader.error("the digest of “\(key.image)” is not that of its object")
        }
        return (key, locked)
    }

    private static func text(_ reader: inout JSONReader) throws(JSONError) -> String {
        let text = try reader.string()
        guard !text.isEmpty else { throw reader.error("a text that is empty") }
        return text
    }

    private static func texts(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var texts: [String] = []
        try reader.list { (reader) throws(JSONError) in texts.append(try text(&reader)) }
        return texts
    }

    private static func count(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
        let count = try reader.integer()
        guard count >= 0 else { throw reader.error("a number that is negative") }
        return Int64(count)
    }

    private static func digest(_ reader: inout JSONReader) throws(JSONError) -> SHA256Digest {
        let text = try reader.string()
        // One digest has one form here, so that two locks differ only where the images do.
        guard let digest = SHA256Digest(hex: text), digest.hex == text else {
            throw reader.error("a digest is 64 lower-case hexadecimal digits")
        }
        return digest
    }

    private static func warnings(_ reader: inout JSONReader) throws(JSONError) -> [DiskImageWarning] {
        var warnings: [DiskImageWarning] = []
        try reader.list { (reader) throws(JSONError) in
            var code: DiskImageWarning.Code?
            var message, remedy: String?
            try reader.object { (reader, key) throws(JSONError) in
                switch key {
                case "code": try reader.once(&code, key) { (reader) throws(JSONError) in try reader.word() }
                case "message": try reader.once(&message, key, Self.text)
                case "remedy": try reader.once(&remedy, key, Self.text)
                default: throw reader.unknown(key, in: "a warning")
                }
            }
            warnings.append(
                DiskImageWarning(
                    code: try reader.require(code, "code"),
                    message: try reader.require(message, "message"),
                    remedy: remedy
                )
            )
        }
        return warnings
    }
}

extension JSONReader {
    fileprivate func unknown(_ key: String, in owner: String) -> JSONError {
        error("\(owner) has no key \(QuotedText.quoted(key))")
    }
}
