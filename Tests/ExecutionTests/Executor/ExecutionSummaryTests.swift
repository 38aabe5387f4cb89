import Migration
import Testing

@testable import Execution

@Suite("Execution summary")
struct ExecutionSummaryTests {
    private static func outcome(_ image: String, _ end: ImportOutcome.End) -> ImportOutcome {
        ImportOutcome(address: ImportAddress(manifest: "erp", image: image, zone: "us-east-1a"), end: end)
    }

    @Test("each outcome is listed under its address")
    func outcomes() {
        var summary = ExecutionSummary()
        summary.add(Self.outcome("a", .completed(volumeID: "vol-1")))
        summary.add(Self.outcome("b", .failed(message: "no")))
        summary.add(Self.outcome("c", .forgotten))
        summary.add(Self.outcome("d", .unfinished))
        #expect(summary.completed == ["erp/a@us-east-1a": "vol-1"])
        #expect(summary.failed == ["erp/b@us-east-1a": "no"])
        #expect(summary.forgotten == ["erp/c@us-east-1a"])
        #expect(summary.unfinished == ["erp/d@us-east-1a"])
    }

    @Test(
        "a run is complete unless an import failed or is unfinished",
        arguments: [
            (ImportOutcome.End.completed(volumeID: "vol-1"), true), (.forgotten, true), (.failed(message: "no"), false),
            (.unfinished, false),
        ]
    )
    func completeness(end: ImportOutcome.End, isComplete: Bool) {
        var summary = ExecutionSummary()
        #expect(summary.isComplete)
        summary.add(Self.outcome("a", end))
        #expect(summary.isComplete == isComplete)
    }
}
