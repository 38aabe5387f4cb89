import Migration
import Reports
import Testing

@Suite("A plan as a comment")
struct PlanMarkdownTests {
    @Test("100,000 imports with 7 replacements fit, and all 7 are shown with their reasons")
    func sevenReplacements() {
        let report = SamplePlan.hundredThousand
        let plan = report.plan
        let replaced = plan.changes.filter { $0.action == .replace }
        #expect(replaced.count == 7)
        let text = PlanMarkdown(report).text
        #expect(text.utf8.count <= 65_536)
        #expect(text.hasPrefix("<!-- ferry-plan -->\n## ferry plan: 7 to replace, 99993 to create\n"))
        for change in replaced {
            #expect(text.contains("| ± replace | `\(change.address)` |"))
        }
        #expect(text.contains("99993 more imports, in sums"))
    }

    @Test(
        "it fits at any size, and what is dangerous is told row by row or counted, never left out",
        arguments: [1, 177, 178, 700, 3000]
    )
    func anySize(count: Int) throws {
        for (replacements, reason) in [
            (0, "x"), (count, "a → b"), (count, String(repeating: "long ", count: 500)), (count / 2, "é→ü|`<"),
        ] {
            let report = PlanReport(SamplePlan.large(count, replacements: replacements, reason: reason))
            let text = PlanMarkdown(report, key: "fleet").text
            #expect(text.utf8.count <= 65_536)
            let rows = text.split(separator: "\n").count { $0.hasPrefix("| ± replace | `") && $0.contains("@") }
            let missing = report.dangerous.count - rows
            if missing > 0 {
                #expect(
                    text.contains("> \(missing) more row") || text.contains("> \(missing) rows are to be read first")
                )
                #expect(text.contains("`ferry show`"))
            }
            #expect(text.hasSuffix("Plan digest: `\(report.digest)`\n"))
        }
    }

    @Test("5,000 manifests and zones of their own still fit, as sums of actions")
    func manyGroups() {
        let changes = (0..<5000).map { number in
            SamplePlan.change(
                number % 2 == 0 ? .replace : .create,
                SamplePlan.desired("a", zone: "us-east-\(number)a", manifest: "fleet-\(number)"),
                Reason(.notImported)
            )
        }
        let text = PlanMarkdown(PlanReport(SamplePlan.plan(changes))).text
        #expect(text.utf8.count <= 65_536)
        #expect(text.contains("2500 to replace, 2500 to create"))
    }

    @Test("nothing from outside becomes Markdown, HTML, a mention or a link")
    func hostileText() throws {
        let text = PlanMarkdown(PlanReport(SamplePlan.everything), key: "x --> <script>").text
        #expect(text.hasPrefix("<!-- ferry-plan: x-script -->\n"))
        let row = try #require(text.split(separator: "\n").first { $0.contains("retried") && $0.hasPrefix("| ↻") })
        #expect(row.contains("&lt;b&gt;disk&lt;/b&gt; \\| \\`x\\` &#64;octocat"))
        #expect(row.contains("\\[a\\](b)"))
        for dangerous in ["<b>", " @octocat", "\u{1B}", "#1", "://evil"] { #expect(!row.contains(dangerous)) }
    }
}
