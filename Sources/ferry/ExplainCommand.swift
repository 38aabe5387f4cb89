import ArgumentParser
import Diagnostics
import Migration
import YAML

/// `ferry explain`: explains the code of a diagnostic, or a topic.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Explain the code of a diagnostic, such as F0102, or a topic, such as exactly-once; without one, list them."
    )

    @Argument(help: ArgumentHelp("The code, as in error[F0102], or the topic.", valueName: "code-or-topic"))
    var subject: String?

    private static let codes = DiagnosticCode.ofYAML + DiagnosticCode.ofMigration

    func run() throws {
        guard let subject else {
            for topic in ExplanationTopic.all { print("\(topic.name)  \(topic.title)") }
            for code in Self.codes { print("\(code.rawValue)  \(code.title)") }
            return
        }
        if let topic = ExplanationTopic.all.first(where: { $0.name == subject.lowercased() }) {
            print("\(topic.name): \(topic.title)")
            for paragraph in topic.paragraphs { print("\n\(Self.wrapped(paragraph, at: 80))") }
            return
        }
        guard let found = Self.codes.first(where: { $0.rawValue == subject.uppercased() }) else {
            throw ValidationError("There is no code or topic \"\(subject)\". Run ferry explain to list them.")
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
