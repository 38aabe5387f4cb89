import DiskImages
import Hashing
import YAML

/// Reads a lock file. JSON is YAML (YAML 1.2.2, section 1.2), and read as such it has places: a lock that was merged by
/// hand is told by line and column, as a migration manifest is.
struct LockDecoder {
    private static let lockKeys = NodeReader.Keys(
        owner: "the lock",
        known: ["version", "images"],
        required: ["version", "images"]
    )
    private static let imageKeys = NodeReader.Keys(
        owner: "a locked image",
        known: [
            "image", "declaredFormat", "format", "subformat", "bytes", "virtualSize", "allocatedBytes", "producer",
            "files", "warnings", "digest",
        ],
        required: ["image", "format", "subformat", "bytes", "virtualSize", "files", "digest"]
    )
    private static let warningKeys = NodeReader.Keys(
        owner: "a warning",
        known: ["code", "message", "remedy"],
        required: ["code", "message"]
    )

    private static let help = "ferry writes this file: run ferry lock where the images are"

    private var reader = NodeReader()

    /// Decodes a file; `nil` if anything is wrong with it, and then what.
    static func decode(_ file: SourceFile) -> (lock: ImageLock?, diagnostics: [Diagnostic]) {
        let parsed = YAMLParser.parse(file)
        var decoder = LockDecoder()
        let lock = parsed.root.flatMap { decoder.lock($0) }
        var found = parsed.diagnostics + decoder.reader.diagnostics.all
        if lock == nil, found.isEmpty {
            let start = SourceLocation(file: file, range: SourceRange(at: .start))
            found = [Diagnostic(.lockUnreadable, "the file holds no lock", at: start)]
        }
        let diagnostics = found.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.code = .lockUnreadable
            diagnostic.suggestion = nil
            diagnostic.help = help
            return diagnostic
        }
        return (diagnostics.isEmpty ? lock : nil, diagnostics)
    }

    private mutating func lock(_ root: YAMLNode) -> ImageLock? {
        guard let entries = reader.entries(of: root, Self.lockKeys) else { return nil }
        if let node = entries["version"], let version = integer(node, "version"), version != ImageLock.version {
            reader.report(
                .lockUnreadable,
                "this ferry reads locks of version \(ImageLock.version), and this is \(version)",
                at: node
            )
        }
        var images: [ImageKey: LockedImage] = [:]
        for node in items(entries["images"], "images") {
            guard let (key, image) = self.image(node) else { continue }
            if images.updateValue(image, forKey: key) != nil {
                reader.report(.lockUnreadable, "the image “\(key.image)” stands twice", at: node)
            }
        }
        return ImageLock(images: images)
    }

    private mutating func image(_ node: YAMLNode) -> (ImageKey, LockedImage)? {
        guard let entries = reader.entries(of: node, Self.imageKeys) else { return nil }
        let image = entries["image"].flatMap { string($0, "image") }
        let declared = entries["declaredFormat"].flatMap { word($0, "declaredFormat", DiskImageFormat.self) }
        let format = entries["format"].flatMap { word($0, "format", DiskImageFormat.self) }
        let subformat = entries["subformat"].flatMap { word($0, "subformat", DiskImageSubformat.self) }
        let bytes = entries["bytes"].flatMap { integer($0, "bytes") }
        let virtualSize = entries["virtualSize"].flatMap { integer($0, "virtualSize") }
        let allocated = entries["allocatedBytes"].flatMap { integer($0, "allocatedBytes") }
        let producer = entries["producer"].flatMap { string($0, "producer") }
        let files = items(entries["files"], "files").compactMap { string($0, "a file") }
        let warnings = items(entries["warnings"], "warnings").compactMap { self.warning($0) }
        let digest = entries["digest"].flatMap { self.digest($0) }
        guard let image, let format, let subformat, let bytes, let virtualSize, let digest else { return nil }
        let facts = DiskImageFacts(
            format: format,
            subformat: subformat,
            bytes: bytes,
            virtualSize: virtualSize,
            allocatedBytes: allocated,
            producer: producer,
            files: files,
            problems: warnings
        )
        let locked = LockedImage(facts: facts.withRefusals(path: image), digest: digest)
        return (ImageKey(image: image, declaredFormat: declared), locked)
    }

    private mutating func items(_ node: YAMLNode?, _ what: String) -> [YAMLNode] {
        node.flatMap { reader.items(of: $0, what) } ?? []
    }

    private mutating func warning(_ node: YAMLNode) -> DiskImageProblem? {
        guard let entries = reader.entries(of: node, Self.warningKeys) else { return nil }
        let code = entries["code"].flatMap { word($0, "code", DiskImageProblem.Code.self) }
        let message = entries["message"].flatMap { string($0, "message") }
        let remedy = entries["remedy"].flatMap { string($0, "remedy") }
        guard let code, let message else { return nil }
        return DiskImageProblem(severity: .warning, code: code, message: message, remedy: remedy)
    }

    private mutating func digest(_ node: YAMLNode) -> SHA256Digest? {
        guard let text = string(node, "digest") else { return nil }
        guard let digest = SHA256Digest(hex: text), digest.hex == text else {
            reader.report(.lockUnreadable, "digest is 64 lower-case hexadecimal digits", at: node)
            return nil
        }
        return digest
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ node: YAMLNode,
        _ what: String,
        _: Word.Type
    ) -> Word? where Word.RawValue == String {
        guard let text = string(node, what) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            let message = "\(what) is one of \(words), and this is \(Violation.quoted(text))"
            reader.report(.lockUnreadable, message, at: node)
            return nil
        }
        return word
    }

    /// A string of JSON: in quotes.
    private mutating func string(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = reader.text(of: node, what) else { return nil }
        guard !node.isPlain else {
            reader.report(.lockUnreadable, "\(what) is a text in quotes", at: node)
            return nil
        }
        return text
    }

    private mutating func integer(_ node: YAMLNode, _ what: String) -> Int64? {
        reader.integer(of: node, what, in: 0...Int.max).map(Int64.init)
    }
}
