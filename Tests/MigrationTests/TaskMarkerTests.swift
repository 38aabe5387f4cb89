import Hashing
import Migration
import Testing

@testable import EC2Types

@Suite("The marker in a task's description")
struct TaskMarkerTests {
    let marker = TaskMarker(
        address: ImportAddress(manifest: "erp", image: "db", zone: "us-east-1a"),
        fingerprint: SHA256.digest(of: "x"),
        attempt: 12
    )

    @Test("is read as it was written, after any text", arguments: [nil, "", "ERP database", "odd [ferry:1:x] text"])
    func roundTrip(text: String?) {
        #expect(TaskMarker(description: marker.description(after: text)) == marker)
    }

    @Test("is never cut off: the text before it is")
    func longText() {
        let description = marker.description(after: String(repeating: "ä", count: 1000))
        #expect(description.count <= EC2Limits.description)
        #expect(TaskMarker(description: description) == marker)
    }

    @Test(
        "is not found in what only looks like it",
        arguments: [
            "", "ERP", "[ferry:1:]", "[ferry:2:0000000000000000:0000000000000000:1]",
            "[ferry:1:0000000000000000:0000000000000000:0]",
            "[ferry:1:0000000000000000:0000000000000000:1000000001]",
            "[ferry:1:0000000000000000:0000000000000000:9223372036854775807]", "[ferry:1:0:0:1]",
            "[ferry:1:0000000000000000:0000000000000000:1] and more",
        ]
    )
    func notMarkers(description: String) {
        #expect(TaskMarker(description: description) == nil)
    }
}
