import DiskImages
package import Migration

/// A plan as a person reads it in a terminal: what is dangerous first, one line an import, and then the sums.
package struct PlanText: Sendable {
    private let plan: Plan
    private let style: TextStyle

    /// Renders a plan.
    package init(_ plan: Plan, style: TextStyle) {
        self.plan = plan
        self.style = style
    }

    /// The whole text, ending in a line break.
    package var text: String {
        let effective = plan.changes.filter { $0.action != .none || $0.isDrift }
        var text = ""
        if effective.isEmpty {
            text += "No changes. \(unchanged)\n"
        } else {
            let dangerous = effective.filter(\.isDangerous)
            let others = effective.filter { !$0.isDangerous }
            let width = effective.map(\.address.description.count).max() ?? 0
            if !dangerous.isEmpty {
                text += "Read these first:\n\n"
                for change in dangerous { text += lines(for: change, width: width) }
                text += "\n"
            }
            if !others.isEmpty {
                text += "ferry will do this:\n\n"
                for change in others { text += lines(for: change, width: width) }
                text += "\n"
            }
            text += summary + "\n"
        }
        if plan.unmarkedTasks > 0 {
            text += "\(plan.unmarkedTasks) conversion tasks are not ferry's and are left alone.\n"
        }
        if let count = plan.imagesFromLock {
            let images = count == 1 ? "image is" : "images are"
            text += "\(count) \(images) not here: what the plan says of them is from the lock.\n"
        }
        for path in plan.imagesChangedSinceLock ?? [] {
            text += "Drift: \(path) changed since it was locked.\n"
        }
        text += "Plan digest: \(plan.digest)\n"
        return text
    }

    private func lines(for change: Change, width: Int) -> String {
        let address = change.address.description
        let padding = String(repeating: " ", count: max(0, width - address.count))
        let symbol = style.coloured(Self.symbol(of: change), Self.colour(of: change))
        let action = change.action.rawValue
        let gap = String(repeating: " ", count: max(0, 7 - action.count))
        let details = change.desired.map { "  \(Self.facts(of: $0))" } ?? ""
        let reasons = change.reasons.map(\.description).joined(separator: "; ")
        return "  \(symbol) \(action)\(gap)  \(address)\(padding)\(details)\n              \(style.dimmed(reasons))\n"
    }

    private static func facts(of desired: VolumeImport) -> String {
        "\(desired.image.format.rawValue) \(ByteText.string(desired.image.bytes)) → \(desired.volumeSize) GiB"
    }

    private var summary: String {
        let counts = plan.counts
        let parts = Action.allCases.compactMap { action -> String? in
            guard action != .none, let count = counts[action] else { return nil }
            return "\(count) to \(action.rawValue)"
        }
        var text = "Plan: " + (parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")) + "."
        if plan.bytesToStage > 0 { text += " At most \(ByteText.string(plan.bytesToStage)) to upload." }
        if counts[.none, default: 0] > 0 { text += " \(unchanged)" }
        return text
    }

    private var unchanged: String {
        let count = plan.counts[.none, default: 0]
        return switch count {
        case 0: "There is nothing to import."
        case 1: "1 import is as the migration manifests say."
        default: "\(count) imports are as the migration manifests say."
        }
    }

    private static func symbol(of change: Change) -> String {
        switch change.action {
        case .create: "+"
        case .resume: "»"
        case .wait: "…"
        case .retry: "↻"
        case .replace: "±"
        case .adopt: "⤷"
        case .forget: "-"
        case .none: "!"
        }
    }

    private static func colour(of change: Change) -> TextStyle.Colour {
        switch change.action {
        case .create, .adopt: .green
        case .resume, .wait: .cyan
        case .retry, .replace: .yellow
        case .forget, .none: .red
        }
    }
}
