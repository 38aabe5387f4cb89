import DiskImages

/// The forms of what an import says about its image.
enum ImageRules {
    /// A path to an image.
    static func path(_ text: String) throws(Violation) -> String {
        if let scheme = scheme(of: text) {
            throw Violation(
                .unsupported,
                "this version reads images from files, and this is a URL (\(scheme))",
                help: "copy the image to this machine and write its path"
            )
        }
        guard !text.hasSuffix("/") else {
            throw Violation(.wrongType, "\(Violation.quoted(text)) is a folder, and an image is a file")
        }
        guard CharacterRules.isPrintable(text) else {
            throw Violation(.wrongType, "\(Violation.quoted(text)) has a control character or a line break")
        }
        return text
    }

    /// A format in EC2's spelling.
    static func format(_ text: String) throws(Violation) -> DiskImageFormat {
        if let format = DiskImageFormat(rawValue: text) { return format }
        let formats = DiskImageFormat.allCases.map(\.rawValue)
        let message = "\(Violation.quoted(text)) is not a format that EC2 imports"
        let near = formats.first { $0 == text.uppercased() } ?? Spelling.nearest(to: text, among: formats)
        // VHDX is one letter from VHD and another format.
        if let near, text.uppercased() != "VHDX" { throw Violation(.badFormat, message, suggestion: near) }
        let help = "EC2 imports \(formats.joined(separator: ", ")); convert the image with qemu-img or leave format out"
        throw Violation(.badFormat, message, help: help)
    }

    /// What is in front of `://`, if it is a word.
    private static func scheme(of text: String) -> Substring? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].hasPrefix("://") else {
            return nil
        }
        let scheme = text[..<colon]
        let isWord = scheme.utf8.allSatisfy { CharacterRules.isLowerCaseOrDigit($0 | 0x20) }
        return !scheme.isEmpty && scheme.utf8.count <= 20 && isWord ? scheme : nil
    }
}
