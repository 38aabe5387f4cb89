import EC2Types
import Hashing
import Migration
import StateStore

/// Everything outside of ferry, and the promises that are watched.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedWorld: @unchecked Sendable {
    /// The time at which a history begins by the clocks of AWS, in seconds since 1970.
    private static let beginning: Int64 = 1_790_000_000

    let scheduler: SeededScheduler
    let scenario: Scenario
    let mutant: Mutant?
    var random: SeededGenerator
    private(set) lazy var cloud = SimulatedCloud(world: self)
    /// The machines that run ferry, each with a state of its own.
    private(set) var machines: [SimulatedMachine] = []
    /// Whether calls fail, conversions fail and disks fill up.
    var hasTrouble = true
    /// The chance, in thousandths, that an image is removed after a plan was made.
    private let lostImageChance: Int
    private var fileRandom: SeededGenerator
    /// The chance, in thousandths, that the state is lost between two runs.
    private let lostStateChance: Int
    /// Whether the fleet has images that ferry repackages.
    let hasRepackaging: Bool
    /// The first promise that was broken.
    private(set) var violation: Violation?
    /// What happened, where it is kept.
    private(set) var history: [String] = []
    private let keepsHistory: Bool
    /// The number of different parts that images consist of. The fewer there are, the more parts images share.
    let distinctParts: Int
    /// How long EC2 takes at most until it has fetched the parts of an image, in milliseconds.
    let longestFetch: Int
    /// The imports of which the last run could not tell whether they were made.
    var undecidable: Set<String> = []
    /// How often users, other programs, or other machines changed something that plans rest on.
    var outsideChanges = 0
    /// Whether a user has set a clock.
    var hasSetClock = false
    private var nonces = 0

    init(seed: UInt64, mutant: Mutant?, keepsHistory: Bool) {
        var random = SeededGenerator(seed: seed)
        var fileRandom = SeededGenerator(seed: seed ^ 0x1A6E5)
        scenario = Scenario(&random, seed: seed)
        self.random = random
        self.mutant = mutant
        self.keepsHistory = keepsHistory
        scheduler = SeededScheduler(seed: seed)
        var scratch = SimulatedScratch(seed: seed)
        hasRepackaging = scratch.random.chance(300)
        // Numbers of its own: what else happens in a seed's history does not depend on them.
        lostImageChance = fileRandom.chance(500) ? 500 : 0
        lostStateChance = fileRandom.chance(200) ? 400 : 0
        longestFetch = fileRandom.chance(500) ? 12_000 : 120_000
        distinctParts = fileRandom.chance(300) ? 6 : fileRandom.within(1...3)
        self.fileRandom = fileRandom
        machines = (0..<scenario.machines).map { SimulatedMachine(world: self, number: $0, seed: seed) }
        scheduler.beforeStep = { [unowned self] in
            for machine in machines { machine.killIfDue() }
        }
    }

    /// Notes what happens, at its time.
    func trace(_ text: @autoclosure () -> String) {
        if keepsHistory { history.append("\(Double(scheduler.now.milliseconds) / 1000) s  \(text())") }
    }

    /// Notes that a promise was broken.
    func violate(_ promise: Violation.Promise, _ detail: String) {
        guard violation == nil else { return }
        violation = Violation(promise: promise, detail: detail)
        trace("VIOLATION of \(promise.rawValue): \(detail)")
    }

    /// The time by S3's clock, in seconds since 1970.
    var s3Time: Int64 { Self.beginning + Int64(scheduler.now.milliseconds / 1000) }
    /// The time by EC2's clock, in milliseconds since 1970.
    var ec2Milliseconds: Int64 { Self.beginning * 1000 + Int64(scheduler.now.milliseconds + scenario.ec2ClockOffset) }

    /// How far behind a replica of EC2 is that answers, in milliseconds. Often it is as far as it may be.
    func lag() -> Int {
        guard scenario.staleness > 0 else { return 0 }
        return random.chance(350) ? scenario.staleness : random.below(scenario.staleness + 1)
    }

    /// The last moment at which EC2 accepts a call with a signature of a time by S3's clock; `nil` without one.
    func lastMoment(ofCallSignedAt time: Int64?) -> VirtualInstant? {
        time.map { time in
            let signed = Int(time - Self.beginning) * 1000
            return VirtualInstant(milliseconds: signed + scenario.signatureValidity * 1000 - scenario.ec2ClockOffset)
        }
    }

    /// A text that no other claim of the history has.
    func makeNonce() -> String {
        nonces += 1
        return "nonce-\(nonces)"
    }

    /// The lineage of a new state: as long as a UUID, and one seed has the same every time.
    func makeLineage() -> String {
        nonces += 1
        let digits = String(nonces)
        return String(repeating: "0", count: 36 - digits.count) + digits
    }

    /// Chooses the images that are gone when a plan is applied.
    func lostImages(among paths: Set<String>) -> Set<String> {
        guard hasTrouble else { return [] }
        return Set(paths.sorted().filter { _ in fileRandom.chance(lostImageChance) })
    }

    /// May lose, back up, or restore a machine's state between two of its runs.
    func maybeChangeState(of machine: SimulatedMachine) {
        if fileRandom.chance(lostStateChance) {
            outsideChanges += 1
            return machine.loseState()
        }
        guard scenario.restoresStates else { return }
        if fileRandom.chance(400) { return machine.backUp() }
        if fileRandom.chance(400) {
            outsideChanges += 1
            machine.restoreBackup()
        }
    }

    // MARK: Promises

    /// Checks that a crash at this moment would leave the intent of the call that is about to be made.
    func checkIntent(_ marker: TaskMarker, on machine: SimulatedMachine) {
        // It costs as much as a start of ferry: of so many histories, some of the calls are enough.
        guard random.chance(300) else { return }
        let files = machine.disk.durableFiles
        do throws(StateError) {
            let storage = FrozenStorage(files: files)
            let state = try StateFile(path: SimulatedMachine.statePath, storage: storage).read()
            let record = state?.imports.values.first { $0.marker == marker }
            guard let record else {
                return violate(.intentFirst, "ImportVolume is called and the intent of \(marker) is not durable")
            }
            guard record.phase == .requested else {
                return violate(.intentFirst, "ImportVolume is called for \(marker), which is \(record.phase.name)")
            }
        } catch {
            violate(.durableState, "\(error)")
        }
    }

    /// Checks that no secret is in what was written.
    func checkSecrets() {
        guard random.chance(250) else { return }
        for content in machines.flatMap(\.disk.contents)
        where String(decoding: content, as: UTF8.self).contains(SimulatedCloud.secret) {
            violate(.noSecrets, "a presigned URL's signature is in a file")
        }
    }
}
