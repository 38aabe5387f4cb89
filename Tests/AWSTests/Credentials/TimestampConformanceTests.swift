import Foundation
import Testing
import WireEncoding

/// A time, with what botocore reads in it.
private struct TimestampCase: Decodable {
    enum Kind: String, Decodable {
        case form, damaged, epoch
    }

    let kind: Kind
    let text: String
    let seconds: Double?
}

@Suite("Times, as botocore reads them")
struct TimestampConformanceTests {
    @Test("Random times are read alike, and damaged ones never as another moment", .enabled(if: Botocore.python != nil))
    func random() async throws {
        let output = try await Botocore.run("timestamps", ["15", "5000"])
        let cases = try JSONDecoder().decode([TimestampCase].self, from: Data(output.utf8))
        try #require(cases.count > 10_000)
        var differences: [String] = []
        for example in cases {
            let found = LooseTimestamp.date(example.text, readsEpoch: example.kind == .epoch)?.timeIntervalSince1970
            let isSame =
                if let found, let seconds = example.seconds {
                    abs(found - seconds) < 0.000_01
                } else {
                    // dateutil guesses at what remains of a damaged time; ferry may reject it.
                    found == nil && (example.seconds == nil || example.kind == .damaged)
                }
            if !isSame {
                differences.append("\(example.text.debugDescription): \(found as Any), not \(example.seconds as Any)")
            }
        }
        let text = differences.prefix(30).joined(separator: "\n")
        #expect(differences.isEmpty, "\(differences.count) differences:\n\(text)")
        #expect(cases.count { $0.kind == .form && $0.seconds != nil } > 3000)
    }
}
