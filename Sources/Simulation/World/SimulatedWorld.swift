import EC2Types
import Hashing
import Migration
import StateStore

/// Everything outside of ferry, and the promises that are watched.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedWorld: @unchecked Sendable {
    static let statePath = "ferry.state.json"

    let scheduler: SeededScheduler
    let scenario: Scenario
    let mutant: Mutant?
    var random: SeededGenerator
    let disk = SimulatedDisk()
    private(set) lazy var cloud = SimulatedCloud(world: self)
    /// Whether calls fail, conversions fail and disks fill up.
    var hasTrouble = true
    /// The chance, in thousandths, that somebody takes an image away after a plan was made.
    private let lostImageChance: Int
    private var fileRandom: SeededGenerator
    /// The chance, in thousandths, that the state is lost between two runs.
    private let lostStateChance: Int
    /// Whether the state is lost, and not made anew yet.
    var isStateLost = false
    /// The files of images that ferry converts.
    var scratch: SimulatedScratch
    /// Whether the fleet has images that ferry converts.
    let hasRepackaging: Bool
    /// The wall clock, which somebody may set.
    private(set) var wallClock: WallClock
    /// The marker hashes of the addresses that the state of the present run names.
    var recordedAddresses: Set<UInt64> = []
    /// When the present run began, in milliseconds.
    var runBegan = 0
    /// The first promise that was broken.
    private(set) var violation: Violation?
    /// What happened, where it is kept.
    private(set) var history: [String] = []
    private let keepsHistory: Bool
    private(set) var process: SimulatedProcess?
    private var diskOperationsToCrash: Int?
    /// The number of different parts that images consist of. The fewer there are, the more parts images share.
    let distinctParts: Int
    /// How long EC2 takes at most until it has fetched the parts of an image, in milliseconds.
    let longestFetch: Int

    init(seed: UInt64, mutant: Mutant?, keepsHistory: Bool) {
        var random = SeededGenerator(seed: seed)
        scenario = Scenario(&random)
        self.random = random
        self.mutant = mutant
        self.keepsHistory = keepsHistory
        scheduler = SeededScheduler(seed: seed)
        wallClock = WallClock(seed: seed)
        scratch = SimulatedScratch(seed: seed)
        hasRepackaging = scratch.random.chance(300)
        // Numbers of its own: what else happens in a seed's history does not depend on them.
        fileRandom = SeededGenerator(seed: seed ^ 0x1A6E5)
        lostImageChance = fileRandom.chance(500) ? 500 : 0
        lostStateChance = fileRandom.chance(200) ? 400 : 0
        longestFetch = fileRandom.chance(500) ? 12_000 : 120_000
        distinctParts = fileRandom.chance(300) ? 6 : fileRandom.within(1...3)
    }

    /// Notes what happens, at its time.
    func trace(_ text: @autoclosure () -> String) {
        if keepsHistory { history.append("\(Double(scheduler.now.milliseconds) / 1000) s  \(text())") }
    }

    /// Notes that a promise was broken.
    func violate(_ promise: Violation.Promise, _ detail: String) {
        guard violation == nil else { return }
        violation = Violation(promise: promise, detail: detail)
        trace("VIOLATION of “\(promise.rawValue)”: \(detail)")
    }

    /// The time that ferry is told, in seconds since 1970.
    var wallTime: Int64 { wallClock.seconds(at: scheduler.now) }

    /// Sets the clock forward or back.
    func setClock(by seconds: Int) {
        wallClock.set(by: Int64(seconds))
    }

    /// Chooses the images that are gone when a plan is applied.
    func lostImages(among paths: Set<String>) -> Set<String> {
        guard hasTrouble else { return [] }
        return Set(paths.sorted().filter { _ in fileRandom.chance(lostImageChance) })
    }

    // MARK: Processes

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - steps: After how many of the scheduler's steps it is killed, if it is.
    ///   - diskOperations: Within which operation on the disk it is killed, if it is.
    func startProcess(killedAfterSteps steps: Int?, killedInDiskOperation diskOperations: Int?) -> SimulatedProcess {
        let process = SimulatedProcess(world: self)
        self.process = process
        runBegan = scheduler.now.milliseconds
        wallClock.beginRun(at: scheduler.now)
        diskOperationsToCrash = diskOperations
        let last = steps.map { scheduler.steps + $0 }
        scheduler.beforeStep = { [unowned self] in
            if let last, scheduler.steps >= last { kill() }
        }
        return process
    }

    /// Kills the process as SIGKILL and a power failure together would.
    func kill() {
        guard let process, process.isAlive else { return }
        trace("ferry is killed")
        diskOperationsToCrash = nil
        disk.crash(&random)
        scratch.crash()
        process.die()
    }

    /// Somebody may lose the state: its file, its journal and its backup.
    func maybeLoseState() {
        guard fileRandom.chance(lostStateChance) else { return }
        trace("the state is lost")
        for path in disk.paths { disk.remove(path) }
        disk.synchroniseNames()
        isStateLost = true
    }

    /// Counts an operation on the disk; the process may die in it.
    func countDiskOperation() {
        guard let left = diskOperationsToCrash else { return }
        diskOperationsToCrash = left - 1
        if left <= 1 { kill() }
    }

    // MARK: Promises

    /// Checks that a crash at this moment would leave the intent of the call that is about to be made.
    func checkIntent(_ marker: TaskMarker) {
        // It costs as much as a start of ferry: of so many histories, some of the calls are enough.
        guard random.chance(300) else { return }
        let files = disk.durableFiles
        do throws(StateError) {
            let storage = FrozenStorage(files: files)
            let state = try StateFile(path: Self.statePath, storage: storage).read()
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
        for content in disk.contents where String(decoding: content, as: UTF8.self).contains(SimulatedCloud.secret) {
            violate(.noSecrets, "a presigned URL's signature is in a file")
        }
    }
}
