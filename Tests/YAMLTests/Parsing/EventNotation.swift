@testable import Diagnostics
@testable import YAML

/// The events of a text in the notation of the YAML Test Suite.
enum EventNotation {
    /// One line an event, and why there is no further one.
    static func lines(of bytes: [UInt8]) -> (lines: [String], failure: SyntaxFailure?) {
        var lines: [String] = []
        do throws(SyntaxFailure) {
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let parser = try EventParser(bytes, from: start)
            while true {
                let kind = try parser.advance()
                lines.append(line(for: kind, parser))
                if kind == .streamEnd { return (lines, nil) }
            }
        } catch {
            return (lines, error)
        }
    }

    /// A failure as libyaml's `run-parser-test-suite` prints it.
    static func text(of failure: SyntaxFailure) -> String {
        // It takes the very first place for none.
        let place = failure.place == .start ? "" : "Line: \(failure.place.line) Column: \(failure.place.column)\n"
        return "Parse error: \(failure.problem)\n\(place)"
    }

    private static func line(for kind: EventParser.Kind, _ parser: EventParser) -> String {
        let anchor = parser.anchor.map { " &\($0)" } ?? ""
        let tag = parser.tag.map { " <\($0)>" } ?? ""
        switch kind {
        case .streamStart: return "+STR"
        case .streamEnd: return "-STR"
        case .documentStart: return parser.isImplicit ? "+DOC" : "+DOC ---"
        case .documentEnd: return parser.isImplicit ? "-DOC" : "-DOC ..."
        case .sequenceStart: return "+SEQ\(anchor)\(tag)"
        case .sequenceEnd: return "-SEQ"
        case .mappingStart: return "+MAP\(anchor)\(tag)"
        case .mappingEnd: return "-MAP"
        case .alias: return "=ALI *\(parser.anchor ?? "")"
        case .scalar:
            var text: [UInt8] = []
            parser.appendScalar(to: &text)
            return
                "=VAL\(anchor)\(tag) \(mark(of: parser.scalarStyle))\(escaped(String(decoding: text, as: UTF8.self)))"
        }
    }

    private static func mark(of style: EventParser.ScalarStyle) -> String {
        switch style {
        case .plain: ":"
        case .singleQuoted: "'"
        case .doubleQuoted: "\""
        case .literal: "|"
        case .folded: ">"
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\0": escaped += "\\0"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\u{8}": escaped += "\\b"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
