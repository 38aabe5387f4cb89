import ArgumentParser
import Diagnostics
import Migration
import YAML

/// `ferry explain`: what a diagnostic's code means.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain the code of a diagnostic, such as F0102; without one, list the codes."
    )

    @Argument(help: "The code, as it stands in error[F0102].")
    var code: String?

    private static let codes = DiagnosticCode.ofYAML + DiagnosticCode.ofMigration

    func run() throws {
        guard let code else {
            for code in Self.codes { print("\(code.rawValue)  \(code.title)") }
            return
        }
        guard let found = Self.codes.first(where: { $0.rawValue == code.uppercased() }) else {
            throw ValidationError("There is no code “\(code)”; “ferry explain” lists all.")
        }
        print("\(found.rawValue): \(found.title)\n")
        print(Self.wrapped(found.explanation, at: 80))
        guard let example = found.example else { return }
        print("\nWrong:\n\n\(Self.indented(example.wrong))\n\nRight:\n\n\(Self.indented(example.right))")
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    }

    /// A paragraph in lines of at most `width` characters, as far as its words allow.
    private static func wrapped(_ text: String, at width: Int) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
