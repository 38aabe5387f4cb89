import ArgumentParser
import Foundation
import Simulation

/// `ferry-simulate`: lives through the histories of many seeds and looks for a promise that is broken.
@main
struct FerrySimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ferry-simulate",
        abstract: "Simulate migrations whose world fails, from seeds.",
        discussion: """
            Each seed is one history: runs of ferry that are killed at any moment, calls that are throttled, lost or answered \
            too late, conversions that fail, a disk that loses what was not synchronised. The same seed is the same history \
            every time. Exits with 1 if a promise is broken, and prints the history of the first seed that broke one.
            """
    )

    @Option(help: "The seeds, as FIRST..LAST, or one.")
    var seeds = "1..10000"

    @Option(help: "A deliberate breakage: \(Mutant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutant: String?

    @Option(help: "How many threads work at once.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the history even if nothing is broken; for one seed.")
    var history = false

    func run() async throws {
        try Determinism.ensure()
        let range = try seedRange()
        let mutant = try chosenMutant()
        if history {
            let life = History(seed: range.lowerBound, mutant: mutant, keepsEvents: true)
            print(life.events.joined(separator: "\n"))
            print("seed \(range.lowerBound): \(life.violation.map { "\($0)" } ?? "no violation"), \(life.steps) steps")
            if life.violation != nil { throw ExitCode(1) }
            return
        }
        let began = ContinuousClock.now
        let search = SeedSearch(seeds: range, mutant: mutant, threads: max(1, jobs))
        let result = await search.run { done in
            FileHandle.standardError.write(Data("\(done) seeds without a violation\n".utf8))
        }
        let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000
        guard let failure = result.failure else {
            print("\(result.seeds) seeds, \(result.steps) steps, no violation, \(seconds) s")
            return
        }
        let life = History(seed: failure.seed, mutant: mutant, keepsEvents: true)
        print(life.events.joined(separator: "\n"))
        print("seed \(failure.seed): \(failure.violation)")
        print("after \(result.seeds) seeds; again by: ferry-simulate --history --seeds \(failure.seed)")
        if life.violation != failure.violation { print("the seed does not replay: that is a defect of the simulation") }
        throw ExitCode(1)
    }

    private func seedRange() throws -> ClosedRange<UInt64> {
        let bounds = seeds.components(separatedBy: "..").map { UInt64($0) }
        switch bounds.count {
        case 1: if let seed = bounds[0] { return seed...seed }
        case 2: if let first = bounds[0], let last = bounds[1], first <= last { return first...last }
        default: break
        }
        throw ValidationError("--seeds takes FIRST..LAST or one number, not “\(seeds)”")
    }

    private func chosenMutant() throws -> Mutant? {
        guard let mutant else { return nil }
        guard let known = Mutant(rawValue: mutant) else { throw ValidationError("there is no mutant “\(mutant)”") }
        return known
    }
}
