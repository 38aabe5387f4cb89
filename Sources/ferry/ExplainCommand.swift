import ArgumentParser
import Diagnostics
import Migration
import TerminalText
import YAML

/// `ferry explain`: explains the code of a diagnostic, or a topic.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Explain the code of a diagnostic, such as F0102, or a topic, such as exactly-once; without one, list them."
    )

    @Argument(help: ArgumentHelp("The code, as in error[F0102], or the topic.", valueName: "code-or-topic"))
    var subject: String?

    private static let codes = DiagnosticCode.ofYAML + DiagnosticCode.ofMigration

    func run() async throws {
        let console = Console(allowsColour: false, environment: [:])
        try await Outcome.reporting(to: console) { console.print(TerminalString(lines: try text)) }
    }

    private var text: String {
        get throws {
            guard let subject else {
                return ExplanationTopic.all.map { "\($0.name)  \($0.title)\n" }.joined()
                    + Self.codes.map { "\($0.rawValue)  \($0.title)\n" }.joined()
            }
            if let topic = ExplanationTopic.all.first(where: { $0.name == subject.lowercased() }) {
                let paragraphs = topic.paragraphs.map { "\n\(Self.wrapped($0, at: 80))\n" }
                return "\(topic.name): \(topic.title)\n" + paragraphs.joined()
            }
            guard let found = Self.codes.first(where: { $0.rawValue == subject.uppercased() }) else {
                throw ValidationError("There is no code or topic \"\(subject)\". Run ferry explain to list them.")
            }
            let explanation = "\(found.rawValue): \(found.title)\n\n\(Self.wrapped(found.explanation, at: 80))\n"
            guard let example = found.example else { return explanation }
            let (wrong, right) = (Self.indented(example.wrong), Self.indented(example.right))
            return explanation + "\nWrong:\n\n\(wrong)\n\nRight:\n\n\(right)\n"
        }
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
