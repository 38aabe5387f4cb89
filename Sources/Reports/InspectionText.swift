import DiskImages
package import ImportReadiness
package import TerminalText

/// What inspection found out about images, a paragraph an image.
package struct InspectionText: Sendable {
    private static let labelWidth = 12

    private let reports: [ImageReport]
    private let style: TextStyle

    /// Renders reports.
    package init(_ reports: [ImageReport], style: TextStyle) {
        self.reports = reports
        self.style = style
    }

    /// The whole text, ending in a line break.
    package var text: TerminalString {
        reports.map(paragraph).joined(separator: "\n") + (reports.count > 1 ? "\n\(summary)\n" : "" as TerminalString)
    }

    private func paragraph(on report: ImageReport) -> TerminalString {
        var text: TerminalString = "\(DiskImageError.printable(report.path))\n"
        switch report.facts {
        case .success(let facts):
            let producer = facts.producer.map { ", made by \(DiskImageError.printable($0))" } ?? ""
            text += line("format", "\(facts.format.rawValue), \(facts.subformat.rawValue)\(producer)")
            text += line(
                "disk",
                "\(ByteText.string(facts.virtualSize)) (\(facts.virtualSize) bytes), "
                    + "needs a volume of \(facts.volumeSizeGiB) GiB"
            )
            if let stored = facts.allocatedBytes { text += line("stored", ByteText.string(stored)) }
            let files = facts.files.count > 1 ? " in \(facts.files.count) files" : ""
            text += line("file", ByteText.string(facts.bytes) + files)
            if let digest = report.digest { text += line("digest", "sha256:\(digest)") }
            text += report.problems.map(self.text).joined()
        case .failure(let error):
            let diagnosis = ImageDiagnosis(error)
            let place = error.offset.map { "at byte \($0): " } ?? ""
            let file = error.path == report.path ? "" : "\(DiskImageError.printable(error.path)): "
            text += line("unreadable", file + place + diagnosis.problem, .red)
            if let remedy = diagnosis.remedy { text += line("", remedy) }
        }
        return text + (report.verification.map(self.text) ?? "")
    }

    private func text(of problem: ImageProblem) -> TerminalString {
        let isRefused = problem.severity == .refused
        let text = line(problem.severity.rawValue, problem.message, isRefused ? .red : .yellow)
        return text + (problem.remedy.map { line("", $0) } ?? "")
    }

    private func text(of verification: DiskImageVerification) -> TerminalString {
        let grains = verification.grains > 0 ? " in \(verification.grains) compressed grains" : ""
        let checked = "\(ByteText.string(verification.checkedBytes))\(grains)"
        if verification.isSound { return line("verified", "\(checked), all sound", .green) }
        var text: TerminalString = ""
        for damage in verification.damages {
            let place = damage.offset.map { "at byte \($0): " } ?? ""
            text += line("damaged", place + ImageDiagnosis(damage).problem, .red)
        }
        let hidden = verification.damageCount - verification.damages.count
        if hidden > 0 { text += line("", "and \(hidden) more") }
        let rest = verification.isIncomplete ? "; what lies behind damaged tables was not reached" : ""
        return text + line("verified", checked + rest)
    }

    private func line(_ label: String, _ value: String, _ colour: TextStyle.Colour? = nil) -> TerminalString {
        let padding = String(repeating: " ", count: max(1, Self.labelWidth - label.count))
        let shown = colour.map { style.coloured(label, $0) } ?? style.dimmed(label)
        return "  \(label.isEmpty ? "" as TerminalString : shown)\(padding)\(value)\n"
    }

    private var summary: String {
        func count(_ verdict: ImageReport.Verdict) -> Int { reports.count { $0.verdict == verdict } }
        let parts = [
            "\(count(.importable)) that EC2 imports",
            "\(count(.refused)) that it would refuse",
            "\(count(.unreadable)) unreadable or damaged",
        ]
        return "\(reports.count) images: \(parts.joined(separator: ", "))."
    }
}
