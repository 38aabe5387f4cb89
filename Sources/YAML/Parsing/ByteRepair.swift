import Diagnostics

/// Finds what is no text that libyaml reads, and replaces it, so that the rest of the file can still be read.
struct ByteRepair {
    /// The text to parse: the file's own bytes if nothing had to be replaced.
    private(set) var text: [UInt8]
    /// Where the text begins in `text`.
    private(set) var textStart: Int
    /// What was replaced.
    private(set) var diagnostics: [Diagnostic] = []
    /// The lines on which something was replaced.
    private(set) var replacedLines: Set<Int> = []
    /// Whether the file is no text at all, and reading it would only repeat that.
    private(set) var isHopeless = false

    private let file: SourceFile

    /// More places than this, or more characters side by side, and the file is of another kind.
    private static let mostPlaces = 100
    private static let mostCharacters = 100

    private enum Problem: Equatable {
        case notUTF8
        case forbidden(UInt32)
    }

    /// Characters side by side with the same problem.
    private struct Run {
        var problem: Problem
        var start: Int
        var end = 0
        var characters = 0
    }

    init(_ file: SourceFile) {
        self.file = file
        text = file.bytes
        textStart = file.textStart
        if let encoding = Self.wideEncoding(of: file.bytes) {
            isHopeless = true
            let location = SourceLocation(file: file, range: SourceRange(at: .start))
            diagnostics = [
                Diagnostic(.invalidUTF8, "the file is \(encoding), not UTF-8", at: location, help: "save it as UTF-8")
            ]
            return
        }
        guard let first = Self.firstToExamine(file.bytes, from: textStart) else { return }
        replace(from: first)
    }

    private static func wideEncoding(of bytes: [UInt8]) -> String? {
        let head = Array(bytes.prefix(4))
        switch head {
        case [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]: return "UTF-32"
        default: break
        }
        guard head.count >= 2 else { return nil }
        switch (head[0], head[1]) {
        case (0xFF, 0xFE): return "UTF-16 (little-endian)"
        case (0xFE, 0xFF): return "UTF-16 (big-endian)"
        // Without a mark: ASCII text in UTF-16 has every other byte zero.
        case (0, 0x09...0x7E) where head.count == 4 && head[2] == 0: return "UTF-16 (big-endian)"
        case (0x09...0x7E, 0) where head.count == 4 && head[3] == 0 && head[2] != 0: return "UTF-16 (little-endian)"
        default: return nil
        }
    }

    /// The first byte that is not plain ASCII text, where a closer look must begin; `nil` if there is none.
    private static func firstToExamine(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            for index in start..<bytes.count {
                let byte = bytes[index]
                if byte >= 0x20 && byte < 0x7F { continue }
                if byte == 0x0A || byte == 0x0D || byte == 0x09 { continue }
                return index
            }
            return nil
        }
    }

    /// Replaces each ill-formed sequence and each character that YAML forbids by one U+FFFD, from a byte on. What stands
    /// side by side is told as one.
    private mutating func replace(from first: Int) {
        let bytes = file.bytes
        var repaired: [UInt8] = []
        var kept = 0
        var run: Run?
        var index = first
        while index < bytes.count {
            let (length, problem) = Self.character(in: bytes, at: index)
            if problem != run?.problem {
                if let run { report(run) }
                run = problem.map { Run(problem: $0, start: index) }
                guard diagnostics.count < Self.mostPlaces else { return giveUp(at: index) }
            }
            if run != nil {
                run?.characters += 1
                run?.end = index + length
                guard run?.characters ?? 0 <= Self.mostCharacters else { return giveUp(at: index) }
                repaired += bytes[kept..<index]
                repaired += [0xEF, 0xBF, 0xBD]
                kept = index + length
            }
            index += length
        }
        if let run { report(run) }
        guard kept > 0 else { return }
        text = repaired + bytes[kept...]
    }

    private mutating func giveUp(at index: Int) {
        isHopeless = true
        let location = SourceLocation(file: file, range: SourceRange(at: file.position(ofByte: index)))
        diagnostics.append(
            Diagnostic(
                .invalidUTF8,
                "too much of this is not text: the file is not read any further",
                at: location,
                help: "check that this is the file you mean"
            )
        )
    }

    private mutating func report(_ run: Run) {
        let start = file.position(ofByte: run.start)
        replacedLines.insert(start.line)
        let bytes = file.bytes[run.start..<run.end]
        let (message, help): (String, String)
        switch run.problem {
        case .notUTF8:
            let most = 8
            let shown = bytes.prefix(most).map { "0x\(Self.hexadecimal(UInt32($0), digits: 2))" }.joined(separator: " ")
            let more = bytes.count > most ? " …" : ""
            message = bytes.count == 1 ? "the byte \(shown) is not UTF-8" : "the bytes \(shown)\(more) are not UTF-8"
            help = "save the file as UTF-8"
        case .forbidden(0xFEFF):
            message = "\(LookAlike.name(of: "\u{FEFF}")), the byte order mark, is allowed only at the start of the file"
            help = "delete it"
        case .forbidden(let value):
            message = "the character U+\(Self.hexadecimal(value, digits: 4)) has no place in text"
            help = "take it out"
        }
        let location = SourceLocation(file: file, range: SourceRange(at: start, columns: run.characters))
        diagnostics.append(Diagnostic(.invalidUTF8, message, at: location, help: help))
    }

    /// The length of the character or of the ill-formed sequence at an index, and what is wrong with it.
    ///
    /// An ill-formed sequence is as long as decoders that follow the Unicode Standard (section 3.9, “maximal subpart”)
    /// take it to be, so that columns agree with the text as it is shown.
    private static func character(in bytes: [UInt8], at index: Int) -> (length: Int, problem: Problem?) {
        let byte = bytes[index]
        guard byte >= 0x80 else {
            let isText = byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09
            return (1, isText ? nil : .forbidden(UInt32(byte)))
        }
        // The second byte has narrower bounds after some first bytes (Unicode Standard, table 3-7).
        let (count, second): (Int, ClosedRange<UInt8>)
        switch byte {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: return (1, .notUTF8)
        }
        var value = UInt32(byte) & (0xFF >> UInt32(count + 1))
        for offset in 1..<count {
            let bounds = offset == 1 ? second : 0x80...0xBF
            guard index + offset < bytes.count, bounds.contains(bytes[index + offset]) else {
                return (offset, .notUTF8)
            }
            value = value << 6 | UInt32(bytes[index + offset]) & 0x3F
        }
        return (count, isPrintable(value) ? nil : .forbidden(value))
    }

    /// The characters beyond ASCII that YAML allows (YAML 1.2.2, production 1), but a byte order mark, which libyaml
    /// refuses in the midst of a file.
    private static func isPrintable(_ value: UInt32) -> Bool {
        value == 0x85 || value >= 0xA0 && value <= 0xFFFD && value != 0xFEFF || value >= 0x10000
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
