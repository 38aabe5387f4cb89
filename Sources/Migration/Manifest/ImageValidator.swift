import Diagnostics
import DiskImages
import TerminalText
import WireEncoding
import YAML

/// The forms of what an import says about its image.
enum ImageValidator {
    /// The most characters of a path: what Linux takes (`PATH_MAX`).
    private static let longestPath = 4096
    /// The most characters of an object's key (S3 User Guide, “Naming Amazon S3 objects”).
    private static let longestKey = 1024
    /// The longest id of a version, in characters (S3 User Guide, “Using versioning”).
    private static let longestVersion = 1024

    /// What `image` says: a path as it is written, or an object in S3.
    struct Source {
        var text: String
        var object: ObjectLocation?

        /// The image's place, where relative paths begin at a folder.
        func source(_ folder: FilePath) -> ImageSource {
            if let object { .object(object) } else { .file(path: folder.resolve(text)) }
        }
    }

    /// A path to an image, or the URL of an object in S3.
    static func source(_ text: String) throws(Violation) -> Source {
        guard CharacterClasses.isPrintable(text) else {
            throw Violation(.wrongType, "\(QuotedText.quoted(text)) has a control character or a line break")
        }
        guard text.hasAtMost(scalars: longestPath) else {
            throw Violation(.excessive, "a path has at most \(longestPath) characters")
        }
        guard !text.hasSuffix("/") else {
            throw Violation(.wrongType, "\(QuotedText.quoted(text)) is a folder, and an image is a file")
        }
        guard let scheme = scheme(of: text) else { return Source(text: text) }
        guard scheme == "s3" else {
            throw Violation(
                .unsupported,
                "ferry reads images from files and from S3, and this is another URL (\(scheme))",
                help: "copy the image to this machine and write its path, or to S3 and write s3://bucket/key"
            )
        }
        guard let object = ObjectLocation(splitting: text), object.key.unicodeScalars.count <= longestKey,
            object.version.map(isVersion) ?? true
        else {
            let message = "\(QuotedText.quoted(text)) does not name an object in S3"
            throw Violation(.badStaging, message, help: "write s3://bucket/key, or s3://bucket/key?versionId=…")
        }
        do throws(Violation) {
            _ = try StagingValidator.bucket(object.bucket)
            return Source(text: text, object: object)
        } catch {
            // What is suggested takes the place of the whole text.
            let suggestion = error.suggestion.map {
                ObjectLocation(bucket: $0, key: object.key, version: object.version).description
            }
            throw Violation(error.code, error.message, suggestion: suggestion)
        }
    }

    /// Whether a text has the form of a version's id. S3 makes them of letters, digits, dots, hyphens and underscores.
    private static func isVersion(_ text: String) -> Bool {
        (1...longestVersion).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                CharacterClasses.isDigit(byte) || CharacterClasses.isLowerCase(byte | 0x20)
                    || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
            }
    }

    /// What is wrong with a conversion of an image that lies in S3.
    static func repackagingOfObject(_ conversion: Repackaging) -> Violation {
        Violation(
            .unsupported,
            "an image in S3 is imported as it is, and convert: \(conversion.rawValue) asks for another",
            help: "leave convert out; or copy the image to this machine and write its path"
        )
    }

    /// A format in EC2's spelling.
    static func format(_ text: String) throws(Violation) -> DiskImageFormat {
        if let format = DiskImageFormat(rawValue: text) { return format }
        let formats = DiskImageFormat.allCases.map(\.rawValue)
        let message = "\(QuotedText.quoted(text)) is not a format that EC2 imports"
        let near = formats.first { $0 == text.uppercased() } ?? Spelling.nearest(to: text, among: formats)
        // VHDX is one letter from VHD and another format.
        if let near, text.uppercased() != "VHDX" { throw Violation(.badFormat, message, suggestion: near) }
        let help = "EC2 imports \(formats.joined(separator: ", ")); convert the image with qemu-img or leave format out"
        throw Violation(.badFormat, message, help: help)
    }

    /// What is wrong with a text that names no conversion.
    static func unknownRepackaging(_ text: String, isPlain: Bool) -> Violation {
        let conversions = Repackaging.allCases.map(\.rawValue)
        let word = text.lowercased()
        let written = (isPlain ? "" : "the text ") + QuotedText.quoted(text)
        let message = "convert is \(conversions.joined(separator: ", ")), true or false, and this is \(written)"
        if ["no", "off", "n", "false"].contains(word) {
            return Violation(.wrongType, message, help: "leave it out, or write false without quotes")
        }
        if ["yes", "on", "y", "true"].contains(word) {
            return Violation(.wrongType, message, suggestion: conversions.first)
        }
        let plain = word.replacing("_", with: "-")
        guard let near = Spelling.nearest(to: plain, among: conversions) else {
            return Violation(.wrongType, message, help: "EC2 imports no other layout of VMDK; ferry makes no other")
        }
        return Violation(.wrongType, message, suggestion: near)
    }

    /// What is in front of `://`, if it is a word.
    private static func scheme(of text: String) -> Substring? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].hasPrefix("://") else {
            return nil
        }
        let scheme = text[..<colon]
        let isWord = scheme.utf8.allSatisfy { CharacterClasses.isLowerCaseOrDigit($0 | 0x20) }
        return !scheme.isEmpty && scheme.utf8.count <= 20 && isWord ? scheme : nil
    }
}
