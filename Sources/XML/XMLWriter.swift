/// Builds the XML of an answer, element by element.
package struct XMLWriter {
    /// What has been written.
    package private(set) var bytes: [UInt8]

    /// Begins a document.
    package init() {
        bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    }

    /// Begins a fragment, to be put into a document elsewhere.
    package static var fragment: XMLWriter {
        var writer = XMLWriter()
        writer.bytes = []
        return writer
    }

    /// Writes an element with what `content` writes inside it.
    package mutating func element(
        _ name: String,
        namespace: String? = nil,
        content: (inout XMLWriter) throws -> Void
    ) rethrows {
        bytes.append(contentsOf: "<\(name)".utf8)
        if let namespace {
            bytes.append(contentsOf: " xmlns=\"\(namespace)\"".utf8)
        }
        bytes.append(UInt8(ascii: ">"))
        try content(&self)
        bytes.append(contentsOf: "</\(name)>".utf8)
    }

    /// Writes an element of text alone.
    package mutating func element(_ name: String, _ text: String) {
        element(name) { $0.content(text) }
    }

    /// Writes an element of text alone, or nothing at all for `nil`.
    package mutating func element(_ name: String, optional text: String?) {
        if let text {
            element(name, text)
        }
    }

    /// Writes an element of one number.
    package mutating func element(_ name: String, _ number: some BinaryInteger) {
        element(name, String(number))
    }

    /// Writes the opening of the document's element, for a document that is sent in pieces.
    package mutating func open(_ name: String, namespace: String) {
        bytes.append(contentsOf: "<\(name) xmlns=\"\(namespace)\">".utf8)
    }

    /// Writes the start of an element whose end another piece holds.
    package mutating func open(_ name: String) {
        bytes.append(contentsOf: "<\(name)>".utf8)
    }

    /// Writes the end of an element.
    package mutating func close(_ name: String) {
        bytes.append(contentsOf: "</\(name)>".utf8)
    }

    /// Writes text, with what would be markup escaped.
    package mutating func content(_ text: String) {
        Self.escape(text, to: &bytes)
    }

    /// Appends text to a document, with what would be markup escaped.
    package static func escape(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            // What needs no escape is copied in one piece.
            var copied = 0
            for (index, byte) in utf8.enumerated() {
                guard let escape = escape(of: byte) else { continue }
                bytes.append(contentsOf: utf8[copied..<index])
                bytes.append(contentsOf: escape.utf8)
                copied = index + 1
            }
            bytes.append(contentsOf: utf8[copied...])
        }
    }

    private static func escape(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        // A key may hold them. XML 1.0 has no form for most, so S3 writes this one and has `encoding-type=url`.
        case 0..<0x20: "&#x\(String(byte, radix: 16));"
        default: nil
        }
    }
}
