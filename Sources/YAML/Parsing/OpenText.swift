/// Follows, line by line, whether a text in quotes or something in brackets goes on in the next line. There the space at
/// the start of a line is no indentation.
struct OpenText {
    private var depth = 0
    private var quote: UInt8?

    /// Whether something is open at the end of what was read.
    var isOpen: Bool { depth > 0 || quote != nil }

    /// Reads a line, or what of it follows the indentation.
    mutating func read(_ line: ArraySlice<UInt8>) {
        // Quotes and brackets have their meaning only where a value may begin.
        var mayBegin = quote == nil
        var isEscaped = false
        for byte in line {
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
                    isEscaped = true
                } else if byte == open {
                    quote = nil
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if mayBegin { quote = byte }
                mayBegin = false
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if mayBegin || depth > 0 { depth += 1 }
                mayBegin = true
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth = max(0, depth - 1)
                mayBegin = false
            case UInt8(ascii: "#") where mayBegin:
                return
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","):
                mayBegin = true
            default:
                mayBegin = false
            }
        }
    }
}
