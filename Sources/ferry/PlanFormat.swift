import ArgumentParser
import Migration
import Reports
import TerminalText

/// The forms in which a plan is printed.
enum PlanFormat: String, CaseIterable, ExpressibleByArgument {
    case text, markdown, json, html, line
}

/// How a plan is printed.
struct PlanFormatOptions: ParsableArguments {
    @Option(help: "The form: text, markdown (a comment for a pull request), json, html (a file of its own) or line.")
    var format: PlanFormat?

    @Flag(help: "Print the plan as JSON, as --format json does.")
    var json = false

    @Flag(help: "Print each import, however many there are.")
    var all = false

    @Option(
        help: ArgumentHelp("Tells the Markdown of this plan from that of others on a pull request.", valueName: "key")
    )
    var commentKey: String?

    func validate() throws {
        guard !json || format == nil || format == .json else {
            throw ValidationError("--json and --format \(format?.rawValue ?? "") contradict each other.")
        }
    }

    /// Prints a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - credentials: The credentials in use, for the text alone: the other forms are published and compared.
    ///   - console: Prints it.
    func print(_ plan: Plan, credentials: [String] = [], to console: Console) {
        switch json ? .json : format ?? .text {
        case .json: plan.writeJSON { console.print(document: $0) }
        case .text:
            let report = PlanReport(plan, credentials: credentials)
            console.print(PlanText(report, style: console.style, width: console.columns, showsAll: all).text)
        case .markdown: console.print(document: PlanMarkdown(PlanReport(plan), key: commentKey).text)
        case .html: console.print(document: PlanHTML(PlanReport(plan)).text)
        case .line: console.print(TerminalString(lines: PlanReport(plan).line))
        }
    }
}
