import Testing

@testable import DiskImages

/// The record of stored sectors, against the plainest form it could have.
@Suite struct ClaimedSectorsTests {
    @Test("Every overlap is found, and nothing else, in any order", arguments: 1...20)
    func model(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var claims = ClaimedSectors()
        var model = Set<UInt64>()
        let budget = ReadingBudget(.default)
        // Two buckets of 65,536 sectors and their border.
        let base: UInt64 = 65_536 - 300
        for _ in 0..<400 {
            let start = base + generator.next() % 600
            let count = 1 + generator.next() % 5
            let range = start..<start + count
            let overlaps = range.contains { model.contains($0) }
            let found = reason {
                try claims.claim(start, count: count, for: .grain, path: "disk", budget: budget)
            }
            try #require(found == (overlaps ? "overlap" : "none"))
            // A claim that fails ends the reading of an image, so what it leaves behind does not matter to it.
            if overlaps { return }
            model.formUnion(range)
        }
    }

    @Test("Sectors claimed from front to back cost next to nothing; scattered ones are limited")
    func memory() throws {
        var limits = DiskImageReadingLimits()
        limits.memory = 4096
        var claims = ClaimedSectors()
        let front = ReadingBudget(limits)
        for index in 0..<60_000 {
            try claims.claim(UInt64(index), count: 1, for: .grain, path: "disk", budget: front)
        }
        claims = ClaimedSectors()
        let scattered = ReadingBudget(limits)
        let found = reason {
            for index in 0..<60_000 {
                try claims.claim(UInt64(index * 2), count: 1, for: .grain, path: "disk", budget: scattered)
            }
        }
        #expect(found == "overLimit")
    }
}
