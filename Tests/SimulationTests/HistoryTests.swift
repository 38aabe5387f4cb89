import Simulation
import Testing

@Suite("Simulated histories")
struct HistoryTests {
    /// As many as take seconds; `ferry-simulate` goes through as many as it is asked to.
    static let seeds: ClosedRange<UInt64> = 1...1_000

    @Test("No history breaks a promise")
    func promises() async {
        let result = await SeedSearch(seeds: Self.seeds, threads: 2).run()
        #expect(result.failure == nil)
        #expect(result.seeds == Self.seeds.count)
    }

    @Test(
        "Seeds that once broke a promise",
        arguments: [24, 467, 569, 895, 1282, 3967, 25848, 27_041, 35_415, 142_038, 246_303, 402_163] as [UInt64]
    )
    func formerFailures(seed: UInt64) {
        #expect(History(seed: seed).violation == nil)
    }

    @Test("Every breakage is found within ten thousand seeds", arguments: Mutant.allCases)
    func mutants(mutant: Mutant) async {
        let result = await SeedSearch(seeds: 1...10_000, mutant: mutant, threads: 1).run()
        #expect(result.failure != nil)
    }

    @Test("One seed is one history")
    func replay() {
        for seed: UInt64 in [3, 41, 467] {
            let first = History(seed: seed, keepsEvents: true)
            let second = History(seed: seed, keepsEvents: true)
            #expect(!first.events.isEmpty)
            #expect(first.events == second.events)
            #expect(first.steps == second.steps)
        }
    }
}
