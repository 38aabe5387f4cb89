import DiskImages
import Migration

/// A plan as one HTML file that needs nothing else: a table to filter and sort, and a timeline of the estimate.
package struct PlanHTML: Sendable {
    private let report: PlanReport

    /// Renders a plan.
    package init(_ report: PlanReport) {
        self.report = report
    }

    /// The whole file.
    package var text: String {
        var summary = [report.upload, report.duration, report.unchanged].compactMap(\.self)
        summary = summary.isEmpty ? ["There is nothing to import."] : summary
        let list = (report.assumptions + report.notes).map { "<li>\(Self.escaped($0))</li>\n" }.joined()
        return PlanPage.start
            + "<h1>ferry plan: \(Self.escaped(report.headline))</h1>\n<p>\(Self.escaped(summary.joined(separator: " ")))</p>\n"
            + PlanPage.controls
            + (list.isEmpty ? "" : "<h2>What this rests on</h2>\n<ul>\n\(list)</ul>\n")
            + "<p>Plan digest: <code>\(report.digest)</code></p>\n"
            + "<script type=\"application/json\" id=\"rows\">[\(rows)]</script>\n"
            + PlanPage.end
    }

    /// The rows for the script, one array each, in the order in which they should be read.
    private var rows: String {
        let spans = Dictionary(report.estimate.spans.map { ($0.address, $0) }) { first, _ in first }
        var text = ""
        for (changes, rank) in [(report.dangerous, 0), (report.others, 1), (report.deferred, 2)] {
            for change in changes {
                text += text.isEmpty ? "\n" : ",\n"
                text += "[\(Self.json(change.address.description)),\(Self.json(PlanReport.word(of: change))),\(rank),"
                let image = change.desired?.image
                let format = image.map { $0.format.rawValue + PlanReport.place(of: $0) } ?? ""
                text += "\(Self.json(format)),\(image?.bytes ?? 0),"
                text += "\(change.desired?.volumeSize ?? 0),\(Self.json(PlanReport.reasons(of: change)))"
                if let span = spans[change.address] {
                    let upload = span.upload ?? 0...0
                    for time in [
                        upload.lowerBound, upload.upperBound, span.conversion.lowerBound, span.conversion.upperBound,
                    ] {
                        text += ",\(time.isFinite ? time.rounded() : 0)"
                    }
                }
                text += "]"
            }
        }
        return text
    }

    /// A JSON text that may stand in a script element: nothing in it can end the element.
    private static func json(_ text: String) -> String {
        var escaped = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case "<": escaped += "\\u003c"
            case _ where scalar.value < 0x20:
                escaped += "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped + "\""
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
