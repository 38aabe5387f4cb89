import Migration
import Reports
import TerminalText
import Testing

@Suite("A plan in a terminal")
struct PlanTextTests {
    @Test("An image in S3 is shown with its place, harmless and not longer than a line")
    func object() {
        var item = SamplePlan.desired("db")
        item.image.path = "s3://exports/\u{1B}db.vmdk"
        item.image.object = S3ObjectVersion(bucket: "exports", key: "db.vmdk", entityTag: "t", bytes: item.image.bytes)
        let plan = SamplePlan.plan([SamplePlan.change(.create, item, Reason(.notImported))])
        let text = PlanText(PlanReport(plan), style: TextStyle(hasColour: false), width: 200).text.rendered
        #expect(text.contains("VMDK 4.00 GiB in s3://exports/·db.vmdk → 8 GiB"))
        #expect(!text.contains("to upload"))
        #expect(PlanHTML(PlanReport(plan)).text.contains("VMDK in s3://exports/·db.vmdk"))
        item.image.path = "s3://exports/" + String(repeating: "x", count: 500)
        let long = SamplePlan.plan([SamplePlan.change(.create, item, Reason(.notImported))])
        #expect(
            PlanText(PlanReport(long), style: TextStyle(hasColour: false), width: 200).text.rendered.contains(
                "xxx… → 8 GiB"
            )
        )
    }

    @Test(
        "lines keep within the terminal, but for addresses, which are never cut",
        arguments: [40, 60, 80, 100, 132, 200]
    )
    func width(columns: Int) {
        let text = PlanText(PlanReport(SamplePlan.everything), style: TextStyle(hasColour: false), width: columns).text
            .rendered
        for line in text.split(separator: "\n") where !line.hasPrefix("Plan digest") {
            // An address is never cut, and what follows it on its line takes at most 24 columns.
            let longest = line.split(separator: " ").map { TextWidth.columns(String($0)) }.max() ?? 0
            let limit = columns >= 80 ? columns : max(columns, longest + 24)
            #expect(TextWidth.columns(String(line)) <= limit, "\(line)")
        }
        // Of what is dangerous nothing is cut.
        let joined = text.split(whereSeparator: { " \n".contains($0) }).joined(separator: " ")
        for change in SamplePlan.everything.changes where change.isDangerous {
            #expect(joined.contains(change.address.description))
            for reason in change.reasons {
                let words = TextWidth.sanitizedForTerminal(reason.description).split(separator: " ").joined(
                    separator: " "
                )
                #expect(joined.contains(words))
            }
        }
    }

    @Test("nothing from outside reaches the terminal as a command to it")
    func hostileText() {
        let text = PlanText(PlanReport(SamplePlan.everything), style: TextStyle(hasColour: false)).text.rendered
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
    }

    @Test("The credentials in use come first, and are no part of the digest")
    func credentials() {
        let plan = SamplePlan.noChanges
        let plain = TextStyle(hasColour: false)
        let lines = [#"profile "a\u{1B}[2J" (AWS_PROFILE)"#, "profile \u{1B}[31m"]
        let report = PlanReport(plan, credentials: lines)
        let text = PlanText(report, style: plain).text.rendered
        #expect(text.hasPrefix("Credentials: profile "))
        #expect(!text.contains("\u{1B}"))
        let without = PlanText(PlanReport(plan), style: plain).text.rendered
        #expect(text.hasSuffix("\n\n" + without))
        #expect(report.digest == PlanReport(plan).digest)
        #expect(report.line == PlanReport(plan).line)
    }

    @Test("many rows are told in groups, dangerous ones are not, and --all prints each")
    func groups() {
        let report = PlanReport(SamplePlan.large(1000, replacements: 300))
        let plain = TextStyle(hasColour: false)
        #expect(
            PlanText(report, style: plain).text.rendered.split(separator: "\n").count { $0.contains("± replace") }
                == 300
        )
        #expect(
            PlanText(report, style: plain).text.rendered.split(separator: "\n").count { $0.contains("+ create") } == 30
        )
        let all = PlanText(report, style: plain, showsAll: true).text.rendered
        #expect(all.split(separator: "\n").count { $0.contains("+ create") } == 700)
    }

    @Test(
        "columns: wide characters take two, marks none",
        arguments: [("abc", 3), ("数据", 4), ("e\u{301}", 1), ("→", 1), ("", 0)]
    )
    func columns(text: String, columns: Int) {
        #expect(TextWidth.columns(text) == columns)
        #expect(TextWidth.columns(TextWidth.padded(text, to: 6)) == 6)
        #expect(TextWidth.columns(TextWidth.cut(text + "12345678", to: 6)) <= 6)
    }

    @Test(
        "times in their two largest units",
        arguments: [
            (0, "0 s"), (0.2, "1 s"), (59, "59 s"), (60, "1 min"), (3599, "1 h"), (3660, "1 h 1 min"), (86_400, "1 d"),
            (100_000, "1 d 3 h"), (1e300, "more than 100 years"), (.infinity, "more than 100 years"),
        ]
    )
    func durations(seconds: Double, text: String) {
        #expect(DurationText.string(seconds: seconds) == text)
    }
}
