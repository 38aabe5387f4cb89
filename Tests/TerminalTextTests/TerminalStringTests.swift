import Testing

@testable import TerminalText

@Suite struct TerminalStringTests {
    @Test("What is interpolated is sanitized, and what a literal says is not")
    func interpolation() {
        let foreign = "a\u{1B}[2J\nb\u{202E}"
        let text: TerminalString = "1\n\(foreign)\t\(TerminalString(TerminalString(foreign), rendition: [1, 31]))\n"
        #expect(text.rendered == "1\na·[2J·b·\t\u{1B}[1;31ma·[2J·b·\u{1B}[0m\n")
        #expect(TerminalString(foreign).rendered == "a·[2J·b·")
        #expect(TerminalString(lines: foreign).rendered == "a·[2J\nb·")
        #expect(["a", "\(foreign)"].joined(separator: "\n" as TerminalString).rendered == "a\na·[2J·b·")
    }

    @Test("No control character and no format character of Unicode reaches a terminal, but the two joiners")
    func categories() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let mustGo =
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: true
                case .format: value != 0x200C && value != 0x200D
                default: false
                }
            guard mustGo else { continue }
            #expect(TerminalString("\(scalar)").rendered == "·", "U+\(String(value, radix: 16))")
        }
    }
}
