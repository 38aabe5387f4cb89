/// A text file that people write, with its lines for messages.
package final class SourceFile: Sendable {
    /// The path as the user gave it, for display.
    package let path: String
    /// The file's bytes, a byte order mark included.
    package let bytes: [UInt8]
    /// Where the text begins: after the byte order mark, if there is one.
    package let textStart: Int
    /// Where each line begins, in bytes.
    private let lineStarts: [UInt32]

    /// The longest line that is shown in messages, in bytes: a longer one was not written by a person.
    private static let longestShownLine = 16 << 10

    /// Keeps a file's content.
    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStarts = Self.lineStarts(of: bytes, from: textStart)
    }

    /// The number of lines; an empty file has one.
    package var lineCount: Int { lineStarts.count }

    /// The text of a line, counted from 1, without its end; bytes that are not UTF-8 are shown as U+FFFD. `nil` if there
    /// is no such line, or if it is too long to show.
    package func line(_ number: Int) -> String? {
        guard let range = bytesOfLine(number), range.count <= Self.longestShownLine else { return nil }
        var line = bytes[range]
        while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// The place of a byte: the line, and the column in characters.
    package func position(ofByte offset: Int) -> SourcePosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        let start = Int(lineStarts[low])
        let end = max(start, min(offset, bytes.count))
        let before = String(decoding: bytes[start..<end], as: UTF8.self)
        return SourcePosition(line: low + 1, column: before.unicodeScalars.count + 1)
    }

    /// The stretch of bytes of a line, counted from 1, its end included.
    package func bytesOfLine(_ number: Int) -> Range<Int>? {
        guard number >= 1, number <= lineStarts.count else { return nil }
        let end = number < lineStarts.count ? Int(lineStarts[number]) : bytes.count
        return Int(lineStarts[number - 1])..<end
    }

    /// Lines end where libyaml ends them (YAML 1.1, section 4.2), so that its line numbers are ours: CR LF, CR, LF, and
    /// the rare NEL, LS and PS.
    private static func lineStarts(of bytes: [UInt8], from start: Int) -> [UInt32] {
        var starts = [UInt32(clamping: start)]
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                // All but a few bytes leave here.
                if byte > 0x0D && byte < 0xC2 || byte < 0x0A { continue }
                let isBreak =
                    switch byte {
                    case 0x0A: true
                    case 0x0D: index >= bytes.count || bytes[index] != 0x0A
                    default: Self.isWideBreak(bytes, at: &index, first: byte)
                    }
                if isBreak { starts.append(UInt32(clamping: index)) }
            }
        }
        return starts
    }

    /// Whether U+0085, U+2028 or U+2029 begins with the byte before `index`, which then moves behind it.
    private static func isWideBreak(_ bytes: UnsafeBufferPointer<UInt8>, at index: inout Int, first: UInt8) -> Bool {
        switch first {
        case 0xC2 where index < bytes.count && bytes[index] == 0x85:
            index += 1
            return true
        case 0xE2 where index + 1 < bytes.count && bytes[index] == 0x80 && bytes[index + 1] & 0xFE == 0xA8:
            index += 2
            return true
        default:
            return false
        }
    }
}
