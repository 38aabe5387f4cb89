import Testing

@testable import Execution

@Suite("The content of a claim")
struct ImportClaimTests {
    private let claim = {
        var claim = ImportClaim(
            nonce: "nonce",
            lineage: "lineage",
            generation: 2,
            attempt: 3,
            phase: .called,
            superseded: ["import-vol-1"],
            addresses: ["fleet/db@us-east-1a", "old/db@us-east-1a"]
        )
        claim.taskID = "import-vol-2"
        return claim
    }()

    @Test("What is written is read")
    func roundTrip() {
        #expect(ImportClaim(json: claim.json) == claim)
        var settled = claim
        settled.phase = .settled
        settled.volumeID = "vol-1"
        #expect(ImportClaim(json: settled.json) == settled)
    }

    @Test("Every claim with another nonce has other bytes, so that no two have one ETag")
    func nonces() {
        var other = claim
        other.nonce = "other"
        #expect(other.json != claim.json)
    }

    @Test("A damaged claim, or one of a later ferry, is not read as something else")
    func damage() {
        let bytes = claim.json
        for length in bytes.indices { #expect(ImportClaim(json: Array(bytes[..<length])) == nil, "\(length) bytes") }
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in [
            ("\"version\":1", "\"version\":2"), ("\"generation\":2", "\"generation\":0"),
            ("\"generation\":2", "\"generation\":-1"), ("\"attempt\":3", "\"attempt\":\"3\""),
            ("\"called\"", "\"unknown\""), ("\"nonce\":\"nonce\",", ""),
        ] {
            let changed = text.replacing(old, with: new)
            #expect(changed != text && ImportClaim(json: Array(changed.utf8)) == nil, "\(changed)")
        }
    }
}
