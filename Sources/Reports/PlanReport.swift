import DiskImages
package import Hashing
package import Migration
import TerminalText

/// A plan as it is read: sorted by what matters, counted and put into words once, for every rendering alike.
package struct PlanReport: Sendable {
    /// The plan.
    package let plan: Plan
    /// Its digest.
    package let digest: SHA256Digest
    /// How long it takes.
    package let estimate: PlanEstimate
    /// What a reviewer should read first, the gravest first: replacements, retries, what is forgotten, drift.
    package let dangerous: [Change]
    /// What else is done, in the order of the actions and then of the addresses.
    package let others: [Change]
    /// What `--refresh-only` leaves undone.
    package let deferred: [Change]
    /// The number of changes by action.
    package let counts: [Action: Int]
    /// The credentials that the plan was made with, and why those. They are no part of the plan and its digest.
    package let credentials: [String]

    /// Sorts a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - assumptions: What the estimate rests on.
    ///   - credentials: The credentials in use, one line for each.
    package init(
        _ plan: Plan,
        assumptions: PlanEstimate.Assumptions = PlanEstimate.Assumptions(),
        credentials: [String] = []
    ) {
        self.plan = plan
        self.credentials = credentials.map { TextWidth.sanitizedForTerminal($0) }
        digest = plan.digest
        estimate = PlanEstimate(plan, assumptions: assumptions)
        let shown = plan.changes(where: \.isVisible)
        dangerous = Self.sorted(shown.filter(\.isDangerous), by: [.replace, .retry, .forget, .create, .none])
        let rest = shown.filter { !$0.isDangerous }
        others = Self.sorted(rest.filter { $0.action != .none }, by: [.create, .resume, .wait, .adopt, .update])
        deferred = rest.filter { $0.action == .none }
        counts = plan.counts
    }

    /// The changes in the order of their actions; within one, in the order of the plan.
    private static func sorted(_ changes: [Change], by actions: [Action]) -> [Change] {
        var groups: [Action: [Change]] = [:]
        for change in changes { groups[change.action, default: []].append(change) }
        return (actions + Action.allCases.filter { !actions.contains($0) }).flatMap { groups[$0] ?? [] }
    }

    /// The actions that do something, with their numbers, in the order of gravity.
    package var tally: [(action: Action, count: Int)] {
        [Action.replace, .retry, .forget, .create, .resume, .wait, .adopt, .update].compactMap { action in
            counts[action].map { (action, $0) }
        }
    }

    /// Such as `2 to replace, 1 to create`, or `no changes`.
    package var headline: String {
        let drift = dangerous.count { $0.action == .none }
        var parts = tally.map { "\($0.count) to \($0.action.rawValue)" }
        if drift > 0 { parts.append("\(drift) drifted") }
        return parts.isEmpty ? "no changes" : parts.joined(separator: ", ")
    }

    /// How many imports are left alone, as a sentence; `nil` if there are none.
    package var unchanged: String? {
        switch counts[.none, default: 0] - deferred.count - dangerous.count(where: { $0.action == .none }) {
        case ...0: nil
        case 1: "1 import is as the migration manifests say."
        case let count: "\(count) imports are as the migration manifests say."
        }
    }

    /// How much is uploaded, as a sentence; `nil` if nothing is.
    package var upload: String? {
        guard estimate.imageBytes > 0 else { return nil }
        let images = ByteText.string(estimate.imageBytes)
        let whole = estimate.imagesCountedWhole > 0
        guard estimate.uploadBytes < estimate.imageBytes else {
            return "\(whole ? "At most \(images)" : images) to upload."
        }
        return "\(whole ? "At most " : "")\(ByteText.string(estimate.uploadBytes)) to upload, of images of \(images)."
    }

    /// How long it takes, as a sentence; `nil` if nothing is imported or waited for.
    package var duration: String? {
        estimate.spans.isEmpty ? nil : "About \(DurationText.string(seconds: estimate.makespan))."
    }

    /// What the estimate rests on, a sentence each.
    package var assumptions: [String] {
        guard !estimate.spans.isEmpty else { return [] }
        let rates = estimate.assumptions
        var texts: [String] = []
        if estimate.uploadBytes > 0 {
            let source = estimate.isUploadRateSet ? "the bandwidth that the migration manifests set" : "assumed"
            texts.append("Uploads run at \(ByteText.string(estimate.uploadRate))/s (\(source)).")
        }
        if estimate.imagesCountedWhole > 0 {
            let count = estimate.imagesCountedWhole
            texts.append(
                "\(count) \(count == 1 ? "image was" : "images were") not compared with the staging and \(count == 1 ? "counts" : "count") whole."
            )
        }
        let slots = estimate.conversionSlots
        texts.append(
            """
            \(slots) \(slots == 1 ? "conversion runs" : "conversions run") at once, each at \
            \(ByteText.string(rates.conversionRate))/s and \(DurationText.string(seconds: rates.conversionOverhead)) \
            besides (assumed: EC2 publishes no figure).
            """
        )
        if estimate.imports > 1 {
            let source =
                plan.limits.requestsPerSecond == nil
                ? "EC2's allowance for actions that change something" : "the rate that the migration manifests set"
            texts.append(
                "ImportVolume is called \(Self.number(estimate.requestsPerSecond)) times a second at most (\(source))."
            )
        }
        return texts
    }

    /// What else a reader must know, a sentence each.
    package var notes: [String] {
        var notes: [String] = []
        switch plan.options.refresh {
        case .full: break
        case .none: notes.append("EC2 was not asked (--refresh=false): what the state records is taken for true.")
        case .only: notes.append("Only the state is brought up to date (--refresh-only).")
        }
        for (target, account) in plan.accounts.sorted {
            let account = TextWidth.sanitizedForTerminal(account.description)
            notes.append("\(target.manifest) imports to \(target.region) in \(account).")
        }
        notes += SessionExpiry.notes(of: plan, estimate)
        if let seconds = plan.limits.listConsistency {
            notes.append(
                "Warning: limits.listConsistency: EC2's lists are trusted after \(seconds) s, not after AWS's 5 min."
            )
        }
        if let seconds = plan.limits.signatureValidity {
            notes.append(
                "Warning: limits.signatureValidity: a lost call is given up after \(seconds) s, not after AWS's 15 min."
            )
        }
        if plan.unselected > 0 {
            let verb = plan.unselected == 1 ? "import is" : "imports are"
            notes.append("\(plan.unselected) \(verb) left out by --target or --exclude.")
        }
        if plan.unmarkedTasks > 0 {
            let isOne = plan.unmarkedTasks == 1
            notes.append(
                "\(plan.unmarkedTasks) conversion \(isOne ? "task is" : "tasks are") not ferry's and \(isOne ? "is" : "are") left alone."
            )
        }
        if let count = plan.imagesFromLock {
            notes.append(
                "\(count) \(count == 1 ? "image is" : "images are") not here: what the plan says of them is from the lock."
            )
        }
        if let count = plan.imagesNotChecked {
            notes.append(
                count == 1
                    ? "1 image was not found and not checked; its import is settled and does not need it."
                    : "\(count) images were not found and not checked; their imports are settled and do not need them."
            )
        }
        let changed = plan.imagesChangedSinceLock ?? []
        notes += changed.prefix(10).map {
            "Drift: \(TextWidth.cut(TextWidth.sanitizedForTerminal($0), to: 200)) changed since it was locked."
        }
        if changed.count > 10 {
            notes.append("Drift: \(changed.count - 10) more images changed since they were locked.")
        }
        return notes
    }

    /// The plan in one line.
    package var line: String {
        let parts = [upload, duration].compactMap { $0?.dropLast() }.map { $0.prefix(1).lowercased() + $0.dropFirst() }
        let text = (["ferry plan: \(headline)"] + parts).joined(separator: "; ")
        return "\(text); \(counts[.none, default: 0]) unchanged; digest \(digest)\n"
    }

    /// What an import is made of, in a few words.
    static func facts(of change: Change) -> String {
        guard let desired = change.desired else { return change.recorded?.volume ?? "" }
        let size = ByteText.string(desired.image.bytes)
        let repackaging = desired.image.repackaging.map { ", converted to \($0.rawValue)" } ?? ""
        let format = desired.image.format.rawValue
        return "\(format) \(size)\(place(of: desired.image))\(repackaging) → \(desired.volumeSize) GiB"
    }

    /// Where an image lies, to be put behind its format: in S3, or nothing for a file, which its import's name tells.
    static func place(of image: SourceImage) -> String {
        image.object == nil ? "" : " in " + TextWidth.cut(TextWidth.sanitizedForTerminal(image.path), to: 40)
    }

    /// Why, in one line that a terminal can be given.
    static func reasons(of change: Change) -> String {
        TextWidth.sanitizedForTerminal(change.reasons.map(\.description).joined(separator: "; "))
    }

    /// The sign of an action.
    static func symbol(of change: Change) -> String {
        switch change.action {
        case .create: "+"
        case .resume: "»"
        case .wait: "…"
        case .retry: "↻"
        case .replace: "±"
        case .adopt: "⤷"
        case .update: "~"
        case .forget: "-"
        case .none: change.isDrift ? "!" : "·"
        }
    }

    /// A line for each import that differs from what ferry left, and that an apply leaves so.
    package var driftLines: [String] {
        plan.changes.filter { $0.action == .none && $0.isDrift }.map { change in
            let reasons = change.reasons.filter(\.kind.isDrift).map(\.description).joined(separator: "; ")
            return "drift: " + TextWidth.sanitizedForTerminal("\(change.address): \(reasons)")
        }
    }

    /// The word of an action; what has drifted and is left so has one of its own.
    static func word(of change: Change) -> String {
        switch change.action {
        case .none: change.isDrift ? "drift" : "none"
        case .create, .resume, .wait, .retry, .replace, .adopt, .update, .forget: change.action.rawValue
        }
    }

    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
