import Migration
import StateStore

/// A machine that runs ferry: its disk, its clock, and the process that runs at present.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedMachine: @unchecked Sendable {
    static let statePath = "ferry.state.json"

    unowned let world: SimulatedWorld
    /// The machine's number, from 0.
    let number: Int
    private(set) var disk = SimulatedDisk()
    /// The files of images that ferry repackages.
    var scratch: SimulatedScratch
    /// The wall clock, which users may set.
    private(set) var wallClock: WallClock
    /// Whether the state is lost and not rebuilt yet.
    var isStateLost = false
    /// How often the state was lost.
    private(set) var losses = 0
    /// When the present run began, in milliseconds.
    private(set) var runBegan = 0
    /// The marker hashes of the addresses that the state and the manifest of the present run name.
    var knownAddresses: Set<UInt64> = []
    /// When ImportVolume was called in the present run, in milliseconds.
    var calls: [Int] = []
    /// The lineage of the state, once it wrote a claim.
    var lineage: String?
    /// The plan that the user saved and applied, and is to apply again.
    var savedPlan: SavedPlan?
    private(set) var process: SimulatedProcess?
    /// How often something outside of ferry had changed when the present run began.
    private(set) var changesAtStart = 0

    /// A plan that a user saved.
    struct SavedPlan {
        var plan: Plan
        /// The migration manifests that it was made from.
        var loaded: Set<String>
        /// How often something outside of ferry had changed.
        var changes: Int
    }

    private var diskOperationsToCrash: Int?
    private var lastStep: Int?
    /// An earlier state of the disk, which may be restored.
    private var backup: [String: [UInt8]]?

    init(world: SimulatedWorld, number: Int, seed: UInt64) {
        self.world = world
        self.number = number
        scratch = SimulatedScratch(seed: seed &+ UInt64(number))
        wallClock = WallClock(seed: seed &+ UInt64(number))
    }

    /// The time that ferry sees, in seconds since 1970.
    var wallTime: Int64 { wallClock.seconds(at: world.scheduler.now) }

    /// Sets the clock forward or back.
    func setClock(by seconds: Int) {
        wallClock.set(by: Int64(seconds))
    }

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - steps: The number of the scheduler's steps after which it is killed; not killed if `nil`.
    ///   - diskOperations: The operation on the disk in which it is killed; not killed if `nil`.
    func startProcess(killedAfterSteps steps: Int?, killedInDiskOperation diskOperations: Int?) -> SimulatedProcess {
        let process = SimulatedProcess(machine: self)
        self.process = process
        runBegan = world.scheduler.now.milliseconds
        changesAtStart = world.outsideChanges
        calls = []
        wallClock.beginRun(at: world.scheduler.now)
        diskOperationsToCrash = diskOperations
        lastStep = steps.map { world.scheduler.steps + $0 }
        return process
    }

    /// Kills the process if its time has come.
    func killIfDue() {
        if let lastStep, world.scheduler.steps >= lastStep { kill() }
    }

    /// Kills the process as SIGKILL and a power failure together would.
    func kill() {
        lastStep = nil
        guard let process, process.isAlive else { return }
        world.trace("ferry \(number) is killed")
        diskOperationsToCrash = nil
        disk.crash(&world.random)
        scratch.crash()
        process.die()
    }

    /// Removes the state: its file, its journal, and its backup.
    func loseState() {
        world.trace("the state of \(number) is lost")
        for path in disk.paths { disk.remove(path) }
        disk.synchroniseNames()
        isStateLost = true
        losses += 1
    }

    /// Keeps a copy of the state.
    func backUp() {
        backup = disk.durableFiles
    }

    /// Puts back the copy of the state that was kept, if there is one.
    func restoreBackup() {
        guard let backup else { return }
        world.trace("the state of \(number) is restored from a backup")
        disk = SimulatedDisk(files: backup)
    }

    /// Takes the state of another machine.
    func copyState(from other: SimulatedMachine) {
        world.trace("the state of \(other.number) is copied to \(number)")
        disk = SimulatedDisk(files: other.disk.durableFiles)
    }

    /// Counts an operation on the disk; the process may die in it.
    func countDiskOperation() {
        guard let left = diskOperationsToCrash else { return }
        diskOperationsToCrash = left - 1
        if left <= 1 { kill() }
    }
}
