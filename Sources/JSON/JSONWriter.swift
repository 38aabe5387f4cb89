package import Hashing

/// Writes JSON (RFC 8259) into bytes, a value after another.
///
/// States, journals and plans hold up to hundreds of thousands of records: this writes tens of times as many of them a second
/// as Foundation's encoder, and the order of the keys is the order of the calls.
public struct JSONWriter {
    /// Where lines break.
    package enum Form {
        /// Nowhere, and there is no other white space.
        case compact
        /// Before each key and element, which are indented: for people and for `diff`.
        case indented
        /// Before each field of the whole and each object of its lists, for `diff`, `grep` and `jq -c`.
        case lines
    }

    package var bytes: [UInt8] = []
    private let form: Form
    private var depth = 0
    private var isFirst = true

    /// Starts a text.
    ///
    /// - Parameter form: Where lines break.
    package init(_ form: Form = .compact) {
        self.form = form
    }

    /// Reserves room for so many bytes in all.
    package mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Gives what was written so far to `take` and drops it, so that a long text is never there whole.
    package mutating func drain<Failure: Error>(_ take: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        try take(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    // Inlinable and public, as JSONReader's generic functions are.

    /// Writes an object whose fields `body` writes.
    @inlinable
    public mutating func object<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        let outer = open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"), outer)
    }

    /// Writes a field of the present object that is an object itself.
    package mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    /// Writes a field that is a list of objects.
    @inlinable
    public mutating func list<Element>(
        _ key: String,
        _ elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) -> Void
    ) {
        list(key) { writer in
            for element in elements { writer.element { body(&$0, element) } }
        }
    }

    /// Writes a field that is a list, whose elements `body` writes one by one.
    @inlinable
    public mutating func list<Failure: Error>(
        _ key: String,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        let outer = open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"), outer)
    }

    /// Writes an element of the present list that is an object.
    public mutating func element(_ body: (inout JSONWriter) -> Void) {
        separate()
        if form == .lines, depth == 2 { bytes.append(UInt8(ascii: "\n")) }
        object(body)
    }

    /// Writes a field that is a list of texts.
    package mutating func list(_ key: String, _ texts: some Sequence<String>) {
        list(key) { writer in
            for text in texts {
                if !writer.isFirst { writer.bytes.append(UInt8(ascii: ",")) }
                writer.isFirst = false
                writer.write(text)
            }
        }
    }

    /// Writes a field that is text; none for `nil`.
    package mutating func string(_ key: String, _ value: String?) {
        guard let value else { return }
        self.key(key)
        write(value)
    }

    /// Writes a field that is a digest.
    package mutating func string(_ key: String, _ digest: SHA256Digest) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        digest.appendHex(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a field that is a truth value.
    package mutating func boolean(_ key: String, _ value: Bool) {
        self.key(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes a field that is a number, in the shortest form that reads back the same; none for what JSON has no number for.
    package mutating func number(_ key: String, _ value: Double) {
        guard value.isFinite else { return }
        self.key(key)
        bytes.append(contentsOf: "\(value)".utf8)
    }

    /// Writes a field that is a whole number.
    package mutating func integer(_ key: String, _ value: Int64) {
        self.key(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a field that is a whole number.
    package mutating func integer(_ key: String, _ value: Int) { integer(key, Int64(value)) }

    /// Ends a text that is a file with a line break.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Opens an object or a list.
    ///
    /// - Returns: What ``close(_:_:)`` must be given: whether the value around it has no element yet.
    @usableFromInline
    mutating func open(_ bracket: UInt8) -> Bool {
        bytes.append(bracket)
        let outer = isFirst
        isFirst = true
        depth += 1
        return outer
    }

    /// Closes an object or a list.
    @usableFromInline
    mutating func close(_ bracket: UInt8, _ outer: Bool) {
        depth -= 1
        if form == .indented, !isFirst { breakLine() }
        isFirst = outer
        bytes.append(bracket)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if form == .indented { breakLine() }
    }

    /// Writes the key of the field whose value follows.
    public mutating func key(_ key: String) {
        let isFirst = isFirst
        separate()
        if form == .lines, depth == 1, !isFirst { bytes.append(UInt8(ascii: "\n")) }
        write(key)
        bytes.append(UInt8(ascii: ":"))
        if form == .indented { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        append(text)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { characters in
            if characters.contains(where: Self.isEscaped) {
                for byte in characters { escape(byte) }
            } else {
                bytes.append(contentsOf: characters)
            }
        }
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
