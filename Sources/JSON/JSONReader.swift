package import Hashing
import TerminalText

/// Reads JSON (RFC 8259) from bytes, a value after another, into the types that ask for it.
///
/// Keys that nobody asks for are skipped, so that a later ferry may add some without a new version of the form.
public struct JSONReader: ~Copyable {
    /// How deep values that are skipped may nest.
    private static let deepest = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Reads one value that is all of `bytes`, but for white space around it.
    package static func read<Value>(
        _ bytes: some Collection<UInt8>,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        func whole(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<Value, JSONError> {
            var reader = JSONReader(buffer)
            do throws(JSONError) {
                let value = try body(&reader)
                reader.skipSpace()
                guard reader.position == buffer.count else { throw reader.error("something follows its end") }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        let result = bytes.withContiguousStorageIfAvailable(whole) ?? Array(bytes).withUnsafeBufferPointer(whole)
        return try result.get()
    }

    /// How many bytes are still to be read.
    package var bytesLeft: Int { bytes.count - position }

    /// What is wrong at the present place.
    public func error(_ reason: String) -> JSONError {
        JSONError(offset: position, reason: reason)
    }

    // Generic functions are inlinable, and public because the compiler specializes no others in another module:
    // unspecialized, each call would look up metadata at run time.

    /// A value that must be there.
    @inlinable
    public func require<Value>(_ value: Value?, _ key: String) throws(JSONError) -> Value {
        guard let value else { throw missing(key) }
        return value
    }

    @usableFromInline
    func missing(_ key: String) -> JSONError { error("the object that ends here has no “\(key)”") }

    /// Reads an object and gives each key to `field`, which reads its value or skips it.
    package mutating func object(_ field: (inout JSONReader, String) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try field(&self, key)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Reads the value of a key that may stand once in its object.
    @inlinable
    public mutating func once<Value>(
        _ field: inout Value?,
        _ key: String,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) {
        guard case nil = field else { throw error("“\(key)” stands twice") }
        field = try read(&self)
    }

    /// Reads a list whose elements `element` reads.
    public mutating func list(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Reads a list of values.
    @inlinable
    public mutating func values<Value>(
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> [Value] {
        var values: [Value] = []
        try list { (reader) throws(JSONError) in values.append(try read(&reader)) }
        return values
    }

    /// Reads a list of texts.
    package mutating func texts() throws(JSONError) -> [String] {
        try values { (reader) throws(JSONError) in try reader.string() }
    }

    /// Reads a text.
    public mutating func string() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try text(UnsafeBufferPointer(rebasing: bytes[start..<position]))
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            case 0..<0x20:
                throw error("a control character in a text")
            default:
                position += 1
            }
        }
        throw error("a text does not end")
    }

    /// Reads a text that is a digest.
    package mutating func digest() throws(JSONError) -> SHA256Digest {
        try expect(UInt8(ascii: "\""))
        let end = position + SHA256Digest.byteCount * 2
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\""),
            let digest = SHA256Digest(hexDigits: UnsafeBufferPointer(rebasing: bytes[position..<end]).span)
        else { throw error("a SHA-256 has 64 hexadecimal digits") }
        position = end + 1
        return digest
    }

    /// Reads a text that is one of a set.
    @inlinable
    public mutating func word<Word: RawRepresentable & CaseIterable>() throws(JSONError) -> Word
    where Word.RawValue == String {
        let text = try string()
        guard let word = Word(rawValue: text) else { throw unknownWord(text, Word.allCases.map(\.rawValue)) }
        return word
    }

    @usableFromInline
    func unknownWord(_ text: String, _ words: [String]) -> JSONError {
        error("\(QuotedText.quoted(text)) is none of \(words.joined(separator: ", "))")
    }

    /// Reads `true` or `false`.
    package mutating func boolean() throws(JSONError) -> Bool {
        switch String(decoding: token(), as: UTF8.self) {
        case "true": return true
        case "false": return false
        default: throw error("neither true nor false")
        }
    }

    /// Reads a number.
    package mutating func number() throws(JSONError) -> Double {
        let text = String(decoding: token(), as: UTF8.self)
        // What Double takes besides, names of numbers and hexadecimal digits, has letters.
        let isDecimal = text.utf8.allSatisfy { byte in
            byte < UInt8(ascii: "A") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        }
        guard isDecimal, let number = Double(text), number.isFinite else { throw error("no number") }
        return number
    }

    /// Reads a whole number.
    package mutating func integer() throws(JSONError) -> Int {
        skipSpace()
        let start = position
        let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let firstDigit = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Int(digit)) : product.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { throw JSONError(offset: start, reason: "a number that is too large") }
            value = sum
            position += 1
        }
        let isWhole = position == bytes.count || !".eE".utf8.contains(bytes[position])
        guard position > firstDigit, isWhole else { throw JSONError(offset: start, reason: "no whole number") }
        return value
    }

    /// Passes over a value of any kind.
    package mutating func skip() throws(JSONError) {
        try skip(depth: 0)
    }

    private mutating func skip(depth: Int) throws(JSONError) {
        guard depth < Self.deepest else { throw error("nested more than \(Self.deepest) levels deep") }
        skipSpace()
        switch position < bytes.count ? bytes[position] : 0 {
        case UInt8(ascii: "{"):
            try object { (reader, _) throws(JSONError) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            try list { (reader) throws(JSONError) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "\""):
            _ = try string()
        default:
            guard !token().isEmpty else { throw error("a value is missing") }
        }
    }

    /// Takes the characters of a number or a name.
    private mutating func token() -> UnsafeBufferPointer<UInt8> {
        skipSpace()
        let start = position
        while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"): true
        default: false
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard take(byte) else { throw error("“\(Character(UnicodeScalar(byte)))” is missing") }
    }

    private func text(_ part: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String {
        guard let text = try? UTF8Span(validating: part.span) else { throw error("a text is not UTF-8") }
        return String(copying: text)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var characters = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: characters, as: UTF8.self) else {
                    throw error("a text is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                try characters.append(contentsOf: escape())
            case 0..<0x20:
                throw error("a control character in a text")
            default:
                characters.append(byte)
            }
        }
        throw error("a text does not end")
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard position < bytes.count else { throw error("a text does not end") }
        defer { position += 1 }
        switch bytes[position] {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[position]]
        case UInt8(ascii: "u"):
            var unit = try codeUnit()
            if (0xD800..<0xDC00).contains(unit) {
                guard position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "\\"),
                    bytes[position + 2] == UInt8(ascii: "u")
                else { throw error("half of a surrogate pair") }
                position += 2
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = UnicodeScalar(unit) else { throw error("half of a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default: throw error("an escape that JSON does not have")
        }
    }

    /// The four digits after `u`; the place is then the last of them.
    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        guard
            position + 4 < bytes.count,
            let text = String(validating: bytes[position + 1...position + 4], as: UTF8.self),
            text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt32(text, radix: 16)
        else { throw error("four hexadecimal digits are missing") }
        position += 4
        return unit
    }
}
