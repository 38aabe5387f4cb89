import Foundation
import Migration
import Reports
import TestSupport
import Testing

/// The HTML in a real browser: chromium without a window (Debian's `chromium`, which `Scripts/test` installs). A script that a
/// test adds to the page types and clicks as a person does, and the page that comes of it is read.
@Suite("A plan in a browser", .serialized)
struct PlanHTMLTests {
    private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first(where: FileManager.default.isExecutableFile)

    /// Opens the page, lets `actions` run in it, and gives back what `result` then is.
    private func run(_ plan: Plan, fragment: String = "", actions: String, result: String) async throws -> String {
        let browser = try #require(Self.browser)
        let folder = try TemporaryDirectory()
        let script = """
            <script>
            function type(id, text) { const node = document.getElementById(id); node.value = text; node.dispatchEvent(new Event("input")); node.dispatchEvent(new Event("change")); }
            function shownRows() { return [...document.querySelectorAll("tbody tr")].map(row => row.cells[1].textContent); }
            \(actions)
            const answer = document.createElement("pre"); answer.id = "answer"; answer.textContent = JSON.stringify(\(result)); document.body.append(answer);
            </script></body>
            """
        try folder.write(
            PlanHTML(PlanReport(plan)).text.replacingOccurrences(of: "</body>", with: script),
            to: "plan.html"
        )
        let command = try await Command.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-extensions", "--disable-background-networking",
                "--user-data-dir=\(folder.path("profile"))", "--dump-dom",
                "file://\(folder.path("plan.html"))\(fragment)",
            ],
            environment: ["HOME": folder.path]
        )
        let dom = command.output
        let start = try #require(dom.range(of: "<pre id=\"answer\">"), "\(command.errorOutput.suffix(2000))")
        let end = try #require(dom.range(of: "</pre>", range: start.upperBound..<dom.endIndex))
        return String(dom[start.upperBound..<end.lowerBound])
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    @Test(
        "typed words filter, headers sort both ways, and the choice of an action holds",
        .enabled(if: browser != nil, "no chromium is installed")
    )
    func filterAndSort() async throws {
        let answer = try await run(
            SamplePlan.everything,
            actions: """
                const all = shownRows();
                type("text", "WEB us-east-1"); const web = shownRows();
                type("text", "");
                const header = document.querySelector('button[data-column="0"]');
                header.click(); const up = shownRows(); header.click(); const down = shownRows();
                type("action", "create"); const created = shownRows(); type("action", "");
                document.getElementById("first").click(); const first = shownRows();
                """,
            result:
                "[all.length, all[0], web, up[0], down[0], up.join() === down.reverse().join(), created, first.length, location.hash]"
        )
        let expected = [
            "[9", #""erp/db@us-east-1a""#, #"["erp/web@us-east-1b""#, #""erp/web@us-east-1c"]"#,
            #""erp/adopted@us-east-1a""#,
            #""erp/web@us-east-1c""#, "true", #"["erp/web@us-east-1c""#, #""erp/web@us-east-1b"]"#, "4",
            ##""#first=1&down=1&sort=0"]"##,
        ]
        #expect(answer == expected.joined(separator: ","))
    }

    @Test(
        "the timeline has a bar for each upload and conversion, to scale, and follows the filter",
        .enabled(if: browser != nil, "no chromium is installed")
    )
    func timeline() async throws {
        let answer = try await run(
            SamplePlan.everything,
            actions: """
                document.getElementById("time").click();
                const bars = [...document.querySelectorAll("#timeline .t")];
                const ends = [...document.querySelectorAll("#timeline .b .c")].map(bar => parseFloat(bar.style.left) + parseFloat(bar.style.width));
                const counts = [bars.length, document.querySelectorAll("#timeline .b .u").length, document.querySelectorAll("#timeline .b .c").length];
                type("text", "web"); const filtered = document.querySelectorAll("#timeline .t").length;
                """,
            result:
                "[counts, Math.round(Math.max(...ends)), filtered, document.getElementById('table').hidden, bars[0].getBoundingClientRect().width >= 0]"
        )
        #expect(answer == "[[7,3,7],100,2,true,true]")
    }

    @Test(
        "a link brings the view back, a large plan is drawn in pages, and nothing from outside becomes a tag",
        .enabled(if: browser != nil, "no chromium is installed")
    )
    func link() async throws {
        let large = try await run(
            SamplePlan.large(5000, replacements: 3),
            fragment: "#sort=4&down=1&action=create",
            actions: "const shown = shownRows().length; document.getElementById('more').click();",
            result:
                "[shown, shownRows().length, document.getElementById('count').textContent, document.querySelector('tbody tr').cells[3].textContent]"
        )
        #expect(large == #"[200,400,"4997 of 5000, the first 400 shown","20.0 GiB"]"#)
        let hostile = try await run(
            SamplePlan.everything,
            fragment: "#text=%3Cb%3E",
            actions: "",
            result:
                "[shownRows(), document.querySelectorAll('td b, td a').length, document.querySelector('tbody td:last-child').textContent.includes('<b>disk</b>')]"
        )
        #expect(hostile == #"[["erp/retried@us-east-1a"],0,true]"#)
    }
}
