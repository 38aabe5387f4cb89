import EC2Types
import Testing

@testable import Execution

@Suite("What a process may do with a claim")
struct ClaimStatusTests {
    /// The status for a process that imports generation 2.
    private func status(
        _ generation: Int,
        _ phase: ImportClaim.Phase,
        task: String? = nil,
        volume: String? = nil,
        nonce: String = "other",
        call: ClaimStatus.Call? = nil,
        unanswered: TaskMarker? = nil
    ) -> ClaimStatus {
        var claim = ImportClaim(
            nonce: nonce,
            lineage: "lineage",
            generation: generation,
            attempt: 1,
            phase: phase,
            superseded: [],
            addresses: ["fleet/db@us-east-1a"]
        )
        (claim.taskID, claim.volumeID) = (task, volume)
        return ClaimStatus(
            of: StoredClaim(claim: claim, entityTag: "1", lastModified: 0, date: 1),
            generation: 2,
            unanswered: unanswered,
            own: ["mine"],
            calls: call.map { ["mine": $0] } ?? [:],
            isCancelled: { $0 == "canceled" }
        )
    }

    @Test("A claim that does not exist may be created, and one that cannot be read is another process's")
    func absence() {
        func status(of stored: StoredClaim?) -> ClaimStatus {
            ClaimStatus(of: stored, generation: 1, own: [], calls: [:]) { _ in false }
        }
        #expect(status(of: nil) == .absent)
        #expect(status(of: StoredClaim(claim: nil, entityTag: "1", lastModified: 0, date: 1)) == .busy)
    }

    @Test("Only the process that wrote a claim may call under it, and only once")
    func ownership() {
        #expect(status(2, .claimed) == .busy)
        #expect(status(2, .claimed, nonce: "mine") == .mine)
        #expect(status(2, .claimed, nonce: "mine", call: .unknown) == .busy)
        #expect(status(2, .claimed, nonce: "mine", call: .rejected) == .free)
        #expect(status(2, .released) == .free)
    }

    @Test("A claim of an earlier call says nothing about the state's own call without a known outcome")
    func lateWrite() {
        func marker(_ generation: Int, _ attempt: Int) -> TaskMarker {
            TaskMarker(address: 1, fingerprint: 2, generation: generation, attempt: attempt)
        }
        // A server without conditional writes let a late write of attempt 1 replace the claim of attempt 2.
        #expect(status(2, .released, unanswered: marker(2, 2)) == .busy)
        #expect(status(2, .called, task: "canceled", unanswered: marker(2, 2)) == .busy)
        #expect(status(1, .settled, task: "task", volume: "vol", unanswered: marker(2, 2)) == .busy)
        #expect(status(1, .called, task: "task", unanswered: marker(2, 2)) == .busy)
        #expect(status(2, .called, task: "task", unanswered: marker(2, 2)) == .imported(taskID: "task", volumeID: nil))
        // One of this process's own writes came late.
        #expect(status(2, .claimed, nonce: "mine", unanswered: marker(2, 1)) == .busy)
        #expect(status(2, .claimed, nonce: "mine", unanswered: marker(1, 1)) == .mine)
        // The claim of the call itself, or of a later one.
        #expect(status(2, .released, unanswered: marker(2, 1)) == .free)
        #expect(status(2, .released, unanswered: nil) == .free)
    }

    @Test("The task of a claim is adopted, unless it was canceled")
    func tasks() {
        #expect(status(2, .called, task: "task") == .imported(taskID: "task", volumeID: nil))
        #expect(status(2, .settled, task: "task", volume: "vol") == .imported(taskID: "task", volumeID: "vol"))
        #expect(status(2, .called, task: "canceled") == .free)
    }

    @Test("A claim of a lower generation is superseded, and one of a higher generation is adopted but never replaced")
    func generations() {
        for phase in [ImportClaim.Phase.claimed, .called, .settled, .released] {
            #expect(status(1, phase, task: phase == .claimed ? nil : "task") == .free)
        }
        #expect(status(3, .called, task: "task") == .imported(taskID: "task", volumeID: nil))
        // The volume that the replacement was to replace may exist.
        #expect(status(3, .released) == .busy)
        #expect(status(3, .called, task: "canceled") == .busy)
        #expect(status(3, .claimed) == .busy)
    }
}
