import DiskImages
import Migration
import TerminalText

/// A plan as a comment on a pull request (GitHub Flavored Markdown, which GitLab reads too).
///
/// It begins with a hidden marker, by which a bot finds its own comment and updates it. It fits GitHub's limit whatever the
/// size of the plan: rows become groups, and groups sums, until it does. What is dangerous comes first, is the last to be
/// shortened, and where it is, the text says how many rows are missing and how to read them.
package struct PlanMarkdown: Sendable {
    /// GitHub's limit for a comment is 65,536 characters; bytes are counted here, which are never fewer.
    package static let limit = 65_536
    /// With up to so many spans a chart helps; with more it is a carpet.
    private static let mostSpans = 25

    private let report: PlanReport
    private let key: String?

    /// Renders a plan.
    ///
    /// - Parameters:
    ///   - report: The plan.
    ///   - key: Tells this plan's comment from those of other plans on the same pull request.
    package init(_ report: PlanReport, key: String? = nil) {
        self.report = report
        self.key = key
    }

    /// The hidden marker that the text begins with.
    package var marker: String {
        guard let key else { return "<!-- ferry-plan -->" }
        let safe = key.unicodeScalars.filter {
            $0.properties.isAlphabetic || "0123456789._/-".unicodeScalars.contains($0)
        }
        // Two hyphens would end the comment.
        let words = String(String.UnicodeScalarView(safe)).split(separator: "-")
        return "<!-- ferry-plan: \(TextWidth.cut(words.joined(separator: "-"), to: 100)) -->"
    }

    /// The whole text, ending in a line break.
    package var text: String {
        let frame = head.utf8.count + foot.utf8.count
        var room = Self.limit - frame
        let dangerous = dangerousRows(room)
        room -= dangerous.utf8.count
        let others = folded(report.others, "", room)
        room -= others.utf8.count
        let deferred = folded(report.deferred, "left undone: ", room)
        room -= deferred.utf8.count
        let chart = chart
        return head + dangerous + others + deferred + (chart.utf8.count <= room ? chart : "") + foot
    }

    private var head: String {
        var text = "\(marker)\n## ferry plan: \(report.headline)\n\n"
        var facts: [String] = []
        if let upload = report.upload { facts.append(upload) }
        if let duration = report.duration { facts.append(duration) }
        if let unchanged = report.unchanged { facts.append(unchanged) }
        if !facts.isEmpty { text += facts.joined(separator: " ") + "\n\n" }
        return text
    }

    private var foot: String {
        var text = ""
        if !report.assumptions.isEmpty {
            text += "<details><summary>What the estimate rests on</summary>\n\n"
            text += report.assumptions.map { "- \($0)\n" }.joined() + "\n</details>\n\n"
        }
        for note in report.notes { text += "- \(Self.escaped(note))\n" }
        if !report.notes.isEmpty { text += "\n" }
        return text + "Plan digest: `\(report.digest)`\n"
    }

    // MARK: What is dangerous

    private func dangerousRows(_ room: Int) -> String {
        let changes = report.dangerous
        guard !changes.isEmpty else { return "" }
        let title = "### Read \(changes.count == 1 ? "this" : "these \(changes.count)") first\n\n"
        let head = "| | import | image → volume | why |\n| --- | --- | --- | --- |\n"
        let rows = changes.lazy.map { row(of: $0, hasAction: true, longest: 2000) }
        if let all = Self.joined(rows, within: room - title.utf8.count - head.utf8.count - 1) {
            return title + head + all + "\n"
        }
        // As many as fit, and then the sums of the others: first by migration manifest and zone, then coarser.
        let short = changes.lazy.map { row(of: $0, hasAction: true, longest: 160) }
        for (share, grain) in [(2, ChangeGroup.Grain.manifestAndZone), (2, .manifest), (1, .action)] {
            var text = title + head
            // Half is left for the sums.
            let budget = (room - 4000) / share
            var count = 0
            for row in short {
                guard text.utf8.count + row.utf8.count <= budget else { break }
                text += row
                count += 1
            }
            let rest = Array(changes[count...])
            if !rest.isEmpty {
                text +=
                    "\n> [!WARNING]\n> \(rest.count) more \(rest.count == 1 ? "row" : "rows") to read first do not fit here. "
                text += "`ferry show` prints each of them from the plan file. In sums:\n\n"
                text += groupTable(ChangeGroup.groups(of: rest, by: grain))
            } else {
                text += "\n"
            }
            if text.utf8.count <= room { return text }
        }
        return """
            > [!WARNING]
            > \(changes.count) rows are to be read first, and none fits here. `ferry show` prints each from the plan file.


            """
    }

    // MARK: The others

    /// Changes folded away by action: row by row where they fit, else in sums.
    private func folded(_ changes: [Change], _ prefix: String, _ room: Int) -> String {
        guard !changes.isEmpty else { return "" }
        if let rows = foldedRows(changes, prefix, room) { return rows }
        for grain in ChangeGroup.Grain.allCases {
            var text = "<details><summary>\(prefix)\(changes.count) more imports, in sums</summary>\n\n"
            text += groupTable(ChangeGroup.groups(of: changes, by: grain))
            text += "`ferry show` prints each of them from the plan file.\n\n</details>\n\n"
            if text.utf8.count <= room { return text }
        }
        return ""
    }

    private func foldedRows(_ changes: [Change], _ prefix: String, _ room: Int) -> String? {
        // No row is shorter than this: whoever has more of them need not try.
        guard changes.count * 20 < room else { return nil }
        var text = ""
        var start = changes.startIndex
        while start < changes.endIndex {
            let action = changes[start].action
            let end = changes[start...].firstIndex { $0.action != action } ?? changes.endIndex
            let title = action == .none ? "\(prefix)\(end - start)" : "\(end - start) to \(action.rawValue)"
            text += "<details><summary>\(title)</summary>\n\n| import | image → volume | why |\n| --- | --- | --- |\n"
            for change in changes[start..<end] {
                text += row(of: change, hasAction: false, longest: 300)
                guard text.utf8.count < room else { return nil }
            }
            text += "\n</details>\n\n"
            start = end
        }
        return text.utf8.count <= room ? text : nil
    }

    private func groupTable(_ groups: [ChangeGroup]) -> String {
        var text = "| | migration manifest | zone | imports |\n| --- | --- | --- | --- |\n"
        for group in groups {
            let (manifest, zone) = (group.manifest.map(Self.code) ?? "", group.zone.map(Self.code) ?? "")
            text += "| \(group.symbol) \(group.word) | \(manifest) | \(zone) | \(group.size) |\n"
        }
        return text + "\n"
    }

    private func row(of change: Change, hasAction: Bool, longest: Int) -> String {
        let action = hasAction ? "| \(PlanReport.symbol(of: change)) \(PlanReport.word(of: change)) " : ""
        let reasons = TextWidth.cut(PlanReport.reasons(of: change), to: longest)
        let facts = PlanReport.facts(of: change)
        return
            "\(action)| \(Self.code(change.address.description)) | \(Self.escaped(facts)) | \(Self.escaped(reasons)) |\n"
    }

    // MARK: The chart

    /// When what is uploaded and converted, as a Mermaid Gantt chart; nothing where it would not help.
    private var chart: String {
        let spans = report.estimate.spans
        guard (2...Self.mostSpans).contains(spans.count), report.estimate.makespan < 28 * 86_400 else { return "" }
        let isLong = report.estimate.makespan >= 86_400
        var text = "<details><summary>When</summary>\n\n```mermaid\ngantt\n"
        text += "    dateFormat YYYY-MM-DD HH:mm:ss\n    axisFormat \(isLong ? "day %-d %H:%M" : "%H:%M:%S")\n"
        for span in spans {
            let name = span.address.description.unicodeScalars.map { scalar in
                scalar.properties.isAlphabetic || "0123456789-/@.".unicodeScalars.contains(scalar)
                    ? String(scalar) : "_"
            }
            text += "    section \(TextWidth.cut(name.joined(), to: 120))\n"
            if let upload = span.upload { text += "    upload :\(Self.task(upload))\n" }
            text += "    conversion :\(Self.task(span.conversion))\n"
        }
        return text + "```\n\n</details>\n\n"
    }

    /// A time and a duration, counted from the first of a month so that the axis shows the time passed.
    private static func task(_ span: ClosedRange<Double>) -> String {
        let start = Int(span.lowerBound.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (day, hour, minute) = (start / 86_400 + 1, start / 3600 % 24, start / 60 % 60)
        let length = max(1, Int(span.upperBound.rounded()) - start)
        return "2001-01-\(two(day)) \(two(hour)):\(two(minute)):\(two(start % 60)), \(length)s"
    }

    // MARK: Text

    /// The rows together; `nil` if they are longer than `room`.
    private static func joined(_ rows: some Sequence<String>, within room: Int) -> String? {
        var text = ""
        for row in rows {
            text += row
            guard text.utf8.count <= room else { return nil }
        }
        return text
    }

    /// A name as code, so that the “@” in it calls nobody.
    private static func code(_ name: String) -> String {
        let text = TextWidth.cut(TextWidth.sanitizedForTerminal(name), to: 250).map { "`|".contains($0) ? "·" : $0 }
        return "`\(String(text))`"
    }

    /// Text in which nothing is Markdown, HTML, a mention or a reference.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in TextWidth.sanitizedForTerminal(text).unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "@": escaped += "&#64;"
            case "#": escaped += "&#35;"
            case "\\", "`", "*", "_", "[", "]", "|", "~", "!", "$": escaped += "\\\(scalar)"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        // A bare address of the web would become a link.
        return escaped.replacing("://", with: ":&#47;/").replacing("www.", with: "www&#46;")
    }
}
