package import Migration
package import TerminalText

/// A plan as a person reads it in a terminal: what is dangerous first, one line an import, and then the sums.
package struct PlanText: Sendable {
    /// From so many rows that are not dangerous on, they are told in groups.
    private static let mostRows = 200
    /// The least room for reasons beside the columns before them; with less they go below.
    private static let leastRoom = 30
    private static let indentation = 13

    private let report: PlanReport
    private let style: TextStyle
    private let width: Int?
    private let showsAll: Bool

    /// Renders a plan.
    ///
    /// - Parameters:
    ///   - report: The plan.
    ///   - style: Whether there are colours.
    ///   - width: The columns of the terminal; `nil` for lines as long as they come.
    ///   - showsAll: Whether each import has its line, however many they are.
    package init(_ report: PlanReport, style: TextStyle, width: Int? = nil, showsAll: Bool = false) {
        self.report = report
        self.style = style
        self.width = width.map { max(20, $0) }
        self.showsAll = showsAll
    }

    /// Renders a plan.
    package init(_ plan: Plan, style: TextStyle) {
        self.init(PlanReport(plan), style: style)
    }

    /// The whole text, ending in a line break.
    package var text: TerminalString {
        var text: TerminalString = ""
        for credentials in report.credentials { text += paragraph(["Credentials: \(credentials)."]) }
        if !report.credentials.isEmpty { text += "\n" }
        if report.dangerous.isEmpty, report.others.isEmpty, report.deferred.isEmpty {
            text += "No changes. \(report.unchanged ?? "There is nothing to import.")\n"
        } else {
            text += section("Read these first:", report.dangerous, isDangerous: true)
            text += section("ferry will do this:", report.others)
            text += section("Left undone:", report.deferred)
            text += paragraph((["Plan: \(report.headline)."] + [report.upload, report.unchanged].compactMap(\.self)))
        }
        if let duration = report.duration { text += paragraph(["Estimate: \(duration)"] + report.assumptions) }
        for note in report.notes { text += paragraph([note]) }
        text += "Plan digest: \(report.digest)\n"
        return text
    }

    private func paragraph(_ sentences: [String]) -> TerminalString {
        let text = sentences.joined(separator: " ")
        let lines = width.map { TextWidth.wrapped(text, to: $0) } ?? [text]
        return lines.map { "\($0)\n" }.joined()
    }

    private func section(_ title: String, _ changes: [Change], isDangerous: Bool = false) -> TerminalString {
        guard !changes.isEmpty else { return "" }
        var text: TerminalString = "\(title)\n\n"
        if !isDangerous, !showsAll, changes.count > Self.mostRows {
            let groups = ChangeGroup.groups(of: changes, by: .manifestAndZone)
            let names = groups.map { "\($0.manifest ?? "") in \($0.zone ?? "")" }
            let width = names.map(TextWidth.columns).max() ?? 0
            for (group, name) in zip(groups, names) {
                let symbol = style.coloured(group.symbol, Self.colour(of: group.action))
                let word = TextWidth.padded(group.word, to: 7)
                text +=
                    "  \(symbol) \(word)  \(TextWidth.padded(TextWidth.sanitizedForTerminal(name), to: width))  \(group.size)\n"
            }
            text += "\n  \(style.dimmed("--all prints each of them"))\n\n"
            return text
        }
        let rows = changes.map { change in
            (change, TextWidth.sanitizedForTerminal(change.address.description), PlanReport.facts(of: change))
        }
        let addressWidth = rows.map { TextWidth.columns($0.1) }.max() ?? 0
        let factsWidth = rows.map { TextWidth.columns($0.2) }.max() ?? 0
        for (change, address, facts) in rows {
            let symbol = style.coloured(PlanReport.symbol(of: change), Self.colour(of: change.action))
            let word = TextWidth.padded(PlanReport.word(of: change), to: 7)
            let start: TerminalString = "  \(symbol) \(word)  \(TextWidth.padded(address, to: addressWidth))"
            let beside = factsWidth > 0 ? "  " + TextWidth.padded(facts, to: factsWidth) : ""
            let column = Self.indentation + addressWidth + (factsWidth > 0 ? factsWidth + 2 : 0) + 2
            text += start + line(PlanReport.reasons(of: change), after: beside, column: column, isDangerous)
        }
        return text + "\n"
    }

    /// The rest of a row: facts, and the reasons beside them or below. Of what is dangerous nothing is cut.
    private func line(_ reasons: String, after facts: String, column: Int, _ isDangerous: Bool) -> TerminalString {
        guard let width else { return "\(facts)  \(style.dimmed(reasons))\n" }
        let room = width - column
        if room >= Self.leastRoom || room >= TextWidth.columns(reasons) {
            guard isDangerous else { return "\(facts)  \(style.dimmed(TextWidth.cut(reasons, to: room)))\n" }
            let lines = TextWidth.wrapped(reasons, to: room).map(style.dimmed)
            return "\(facts)  \(lines.joined(separator: "\n\(String(repeating: " ", count: column))"))\n"
        }
        let below = max(20, width - Self.indentation)
        let lines = isDangerous ? TextWidth.wrapped(reasons, to: below) : [TextWidth.cut(reasons, to: below)]
        let indentation = String(repeating: " ", count: Self.indentation)
        let words = String(facts.reversed().drop { $0 == " " }.reversed())
        let trimmed: TerminalString =
            words.isEmpty || column - 2 <= width ? "\(words)" : "\n\(indentation)\(words.dropFirst(2))"
        return trimmed + "\n" + lines.map { "\(indentation)\(style.dimmed($0))\n" }.joined()
    }

    private static func colour(of action: Action) -> TextStyle.Colour {
        switch action {
        case .create, .adopt: .green
        case .resume, .wait, .update: .cyan
        case .retry, .replace: .yellow
        case .forget, .none: .red
        }
    }
}
