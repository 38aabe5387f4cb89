/// Writes JSON (RFC 8259) into bytes, a value after another.
///
/// State and journal are written on every step of a run and hold up to hundreds of thousands of records: this writes tens
/// of times as many of them a second as Foundation's encoder, and the order of the keys is the order of the calls.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    private var isFirst = true

    /// Starts a text.
    ///
    /// - Parameter isPretty: Whether each key has a line of its own, for people and for `diff`; otherwise there is no
    ///   white space at all.
    init(isPretty: Bool = false) {
        self.isPretty = isPretty
    }

    /// Reserves room for so many bytes in all.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Writes an object whose fields `body` writes.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        nest(body)
        bytes.append(UInt8(ascii: "}"))
    }

    /// Writes a field of the present object that is an object itself.
    mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    /// Writes a field that is a list of objects.
    mutating func list<Element>(
        _ key: String,
        _ elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        bytes.append(UInt8(ascii: "["))
        nest { writer in
            for element in elements {
                writer.separate()
                writer.object { body(&$0, element) }
            }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes a field that is text; none for `nil`.
    mutating func string(_ key: String, _ value: String?) {
        guard let value else { return }
        self.key(key)
        write(value)
    }

    /// Writes a field that is a whole number.
    mutating func integer(_ key: String, _ value: some BinaryInteger) {
        self.key(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Ends a text that is a file with a line break.
    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func nest(_ body: (inout JSONWriter) -> Void) {
        let outerIsFirst = isFirst
        isFirst = true
        depth += 1
        body(&self)
        depth -= 1
        if isPretty, !isFirst { breakLine() }
        isFirst = outerIsFirst
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if isPretty { breakLine() }
    }

    private mutating func key(_ key: String) {
        separate()
        write(key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { characters in
            if characters.contains(where: Self.isEscaped) {
                for byte in characters { escape(byte) }
            } else {
                bytes.append(contentsOf: characters)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        guard Self.isEscaped(byte) else {
            bytes.append(byte)
            return
        }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0x0F)])
        }
    }
}
