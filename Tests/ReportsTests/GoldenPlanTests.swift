import Foundation
import Migration
import Reports
import TerminalText
import Testing

/// Each rendering of one plan, as a whole. With `FERRY_RECORD_GOLDEN=1` in the environment the files are written instead of
/// compared.
@Suite("Renderings of a plan, against golden files")
struct GoldenPlanTests {
    private static let renderings: [(name: String, render: @Sendable () -> String)] = [
        ("plan.txt", { PlanText(PlanReport(SamplePlan.everything), style: TextStyle(hasColour: false)).text.rendered }),
        (
            "plan-72-columns.txt",
            { PlanText(PlanReport(SamplePlan.everything), style: TextStyle(hasColour: false), width: 72).text.rendered }
        ),
        (
            "plan-120-columns-colour.txt",
            { PlanText(PlanReport(SamplePlan.everything), style: TextStyle(hasColour: true), width: 120).text.rendered }
        ),
        (
            "no-changes.txt",
            { PlanText(PlanReport(SamplePlan.noChanges), style: TextStyle(hasColour: false)).text.rendered }
        ),
        (
            "groups.txt",
            {
                PlanText(
                    PlanReport(SamplePlan.large(1000, replacements: 2)),
                    style: TextStyle(hasColour: false),
                    width: 100
                ).text.rendered
            }
        ),
        ("plan.md", { PlanMarkdown(PlanReport(SamplePlan.everything), key: "erp").text }),
        ("no-changes.md", { PlanMarkdown(PlanReport(SamplePlan.noChanges)).text }),
        ("groups.md", { PlanMarkdown(SamplePlan.hundredThousand).text }),
        ("plan.json", { String(decoding: SamplePlan.everything.json, as: UTF8.self) }),
        ("plan.html", { PlanHTML(PlanReport(SamplePlan.everything)).text }),
        ("plan.line", { PlanReport(SamplePlan.everything).line }),
    ]

    @Test("the text is as it always was", arguments: renderings.map(\.name))
    func golden(name: String) throws {
        let text = try #require(Self.renderings.first { $0.name == name }).render()
        if ProcessInfo.processInfo.environment["FERRY_RECORD_GOLDEN"] == "1" {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
            try Data(text.utf8).write(to: folder.appending(path: name))
        } else {
            let path = try #require(Bundle.module.path(forResource: name, ofType: nil, inDirectory: "Golden"))
            let golden = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            #expect(text == golden)
        }
    }
}
