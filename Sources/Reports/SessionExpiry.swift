import Migration
import TerminalText
import WireEncoding

/// What stops working when the session of a plan's credentials ends, by the plan's estimate.
struct SessionExpiry {
    private let session: PlanSession
    /// The estimated end of the work that uses the credentials, in seconds after the start.
    private var end = 0.0
    /// The imports that are not started when the session ends.
    private var unstarted = 0
    /// The conversions that run then.
    private var running = 0

    /// Compares a session with the work of its targets.
    ///
    /// - Parameter spans: When each import of the targets is worked on.
    init(_ session: PlanSession, spans: some Sequence<PlanEstimate.Span>) {
        self.session = session
        for span in spans {
            end = max(end, span.conversion.upperBound)
            guard let left = session.secondsLeft.map(Double.init) else { continue }
            if span.conversion.lowerBound >= left {
                unstarted += 1
            } else if span.conversion.upperBound > left {
                running += 1
            }
        }
    }

    /// The sentences for each session of a plan that may end before the work does.
    static func notes(of plan: Plan, _ estimate: PlanEstimate) -> [String] {
        guard !plan.sessions.isEmpty, !estimate.spans.isEmpty else { return [] }
        var regions: [ImportAddress: String] = [:]
        if plan.sessions.count > 1 {
            for index in plan.changes.indices {
                regions[plan.changes[index].address] = plan.changes[index].desired?.region
            }
        }
        return plan.sessions.compactMap { session in
            let targets = Set(session.targets)
            let spans = estimate.spans.lazy.filter { span in
                guard plan.sessions.count > 1 else { return true }
                let region = regions[span.address] ?? ""
                return targets.contains(.init(manifest: span.address.manifest, region: region))
            }
            return SessionExpiry(session, spans: spans).note(namingTargets: plan.sessions.count > 1)
        }
    }

    /// The sentences; `nil` if the session outlasts the work.
    private func note(namingTargets: Bool) -> String? {
        guard end > 0 else { return nil }
        let targets = session.targets.map { "\($0.manifest) in \($0.region)" }.joined(separator: ", ")
        let source = TextWidth.cut(TextWidth.sanitizedForTerminal(session.source), to: 200)
        let scope = namingTargets ? " for " + TextWidth.cut(TextWidth.sanitizedForTerminal(targets), to: 200) : ""
        let credentials = "the credentials\(scope) (\(source))"
        let duration = DurationText.string(seconds: end)
        guard let left = session.secondsLeft, let expiration = session.expiration else {
            return """
                Warning: \(credentials) are temporary, and their end is not known. If they end before the run does, in about \
                \(duration): \(consequences)
                """
        }
        guard end > Double(left) else { return nil }
        let start = session.isRenewed && running == 0 ? credentials.capitalizedFirst : "Warning: \(credentials)"
        return """
            \(start) end at \(ISO8601Time.text(expiration)), in \(DurationText.string(seconds: Double(left))), before the \
            estimated end of the run in \(duration). \(consequences)
            """
    }

    private var consequences: String {
        guard session.isRenewed else {
            return """
                Uploads and calls of EC2 and S3 fail then\(counted(unstarted, "import", "not started")), and EC2 can no longer \
                read parts by presigned URLs\(counted(running, "conversion", "running")). Use credentials that last longer, or \
                run ferry apply again with new ones.
                """
        }
        let renewal = "ferry renews them, and calls go on."
        if session.secondsLeft != nil, running == 0 {
            return renewal + " No conversion is estimated to run at that time."
        }
        return """
            \(renewal) Presigned URLs end with the session that signed them: EC2 can no longer read the parts of conversions \
            that started before\(counted(running, "conversion", "running")), and ferry must retry them. Use a longer session.
            """
    }

    private func counted(_ count: Int, _ noun: String, _ state: String) -> String {
        count == 0 ? "" : " (\(count) \(noun)\(count == 1 ? "" : "s") \(state))"
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
