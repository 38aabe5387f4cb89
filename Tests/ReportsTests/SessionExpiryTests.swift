import Migration
import Testing

@testable import Reports

@Suite("What a plan says of credentials that end")
struct SessionExpiryTests {
    /// A session, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var isRenewed = false
        var secondsLeft: Int64?
        /// What the note says; there is none if it is empty.
        var parts: [String] = []
        /// What it does not say.
        var absent: [String] = []

        var testDescription: String { name }
    }

    // The plan uploads 4 GiB in 41 s; then two conversions of 202 s each run, one after the other: 444 s.
    private static let cases: [Case] = [
        Case(name: "outlasts the run", secondsLeft: 1000),
        Case(name: "outlasts the run, renewed", isRenewed: true, secondsLeft: 1000),
        Case(
            name: "ends in the upload",
            secondsLeft: 20,
            parts: [
                "Warning: the credentials (the source) end at 2027-01-15T09:00:00Z, in 20 s", "2 imports not started",
                "Uploads and calls", "presigned URLs", "last longer",
            ],
            absent: ["running", "renews"]
        ),
        Case(
            name: "ends in the first conversion",
            secondsLeft: 100,
            parts: ["1 import not started", "1 conversion running"],
            absent: ["renews"]
        ),
        Case(
            name: "ends in the first conversion, renewed",
            isRenewed: true,
            secondsLeft: 100,
            parts: [
                "Warning: the credentials (the source) end at", "renews them", "1 conversion running", "longer session",
            ],
            absent: ["not started", "run ferry apply again"]
        ),
        Case(
            name: "ends in the upload, renewed",
            isRenewed: true,
            secondsLeft: 20,
            parts: ["The credentials (the source) end at", "renews them"],
            absent: ["Warning", "running"]
        ),
        Case(
            name: "does not say its end",
            parts: ["Warning: the credentials (the source) are temporary, and their end is not known", "calls of EC2"],
            absent: ["renews"]
        ),
        Case(
            name: "does not say its end, renewed",
            isRenewed: true,
            parts: ["their end is not known", "renews them", "Presigned URLs"]
        ),
    ]

    private static func plan(_ sessions: [PlanSession]) -> Plan {
        var plan = SamplePlan.plan([
            SamplePlan.change(.create, SamplePlan.desired("web"), Reason(.notImported), upload: 4 << 30),
            SamplePlan.change(.create, SamplePlan.desired("web", zone: "us-east-1b"), Reason(.notImported), upload: 0),
        ])
        plan.limits.conversions = 1
        plan.sessions = sessions
        return plan
    }

    private static func session(_ example: Case, manifest: String = "erp") -> PlanSession {
        PlanSession(
            targets: [.init(manifest: manifest, region: "us-east-1")],
            source: "the source",
            isRenewed: example.isRenewed,
            expiration: example.secondsLeft == nil ? nil : 1_800_003_600,
            secondsLeft: example.secondsLeft
        )
    }

    private static func notes(_ plan: Plan) -> [String] {
        PlanReport(plan).notes.filter { $0.contains("redentials") }
    }

    @Test("is what stops working, and when", arguments: cases)
    func note(example: Case) {
        let notes = Self.notes(Self.plan([Self.session(example)]))
        #expect(notes.isEmpty == example.parts.isEmpty)
        for part in example.parts { #expect(notes.joined().contains(part), "\(part) in \(notes)") }
        for part in example.absent { #expect(!notes.joined().contains(part), "\(part) in \(notes)") }
    }

    @Test("names the targets where there are several sessions, and counts only their work")
    func targets() {
        let short = Case(name: "", secondsLeft: 100)
        let notes = Self.notes(Self.plan([Self.session(short), Self.session(short, manifest: "other")]))
        #expect(notes.count == 1 && notes[0].contains("for erp in us-east-1"), "\(notes)")
    }

    @Test("is nothing where there is nothing to do")
    func noWork() {
        var plan = SamplePlan.noChanges
        plan.sessions = [Self.session(Case(name: "", secondsLeft: 0))]
        #expect(Self.notes(plan).isEmpty)
    }

    @Test("has no characters that a terminal interprets")
    func sanitized() {
        var session = Self.session(Case(name: ""))
        session.source = "profile \u{1B}[31m\u{202E}"
        let notes = Self.notes(Self.plan([session]))
        #expect(notes.count == 1 && !notes.joined().unicodeScalars.contains { ["\u{1B}", "\u{202E}"].contains($0) })
    }
}
