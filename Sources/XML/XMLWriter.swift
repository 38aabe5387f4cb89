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
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            // A key may hold them. XML 1.0 has no form for most, so S3 writes this one and has `encoding-type=url`.
            case 0..<0x20: bytes.append(contentsOf: "&#x\(String(byte, radix: 16));".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
