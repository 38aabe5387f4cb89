import Hashing
import Migration
import StateStore

/// The disk as one process sees it: it may be full, it takes its time, and the process may die in the middle of a call.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedStorage: StateStorage, @unchecked Sendable {
    private let process: SimulatedProcess
    private var world: SimulatedWorld { process.world }
    private var disk: SimulatedDisk { process.machine.disk }

    init(process: SimulatedProcess) {
        self.process = process
    }

    func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success {
        let pause = world.random.below(4)
        if pause > 0 {
            await process.wait(isCancellable: false) { done in
                let time = world.scheduler.now.advanced(by: .milliseconds(pause))
                world.scheduler.schedule(at: time, done)
            }
        }
        return try body()
    }

    func read(_ path: String) throws(StateError) -> [UInt8]? {
        try step(path, "read")
        return disk.read(path)
    }

    func write(_ bytes: [UInt8], to path: String, replacing original: String?) throws(StateError) {
        try step(path, "create")
        let file = disk.create(path)
        try append(bytes, to: file, path: path)
    }

    func appender(to path: String) throws(StateError) -> any StateAppender {
        try step(path, "open")
        guard let file = disk.open(path) else { throw .system(path: path, operation: "open", reason: "no such file") }
        return Appender(storage: self, file: file, path: path)
    }

    func rename(_ path: String, to target: String) throws(StateError) {
        try step(path, "rename")
        guard disk.open(path) != nil else { throw .system(path: path, operation: "rename", reason: "no such file") }
        if world.mutant == .stateInPlace, path.hasSuffix(".json.next"), let place = disk.open(target) {
            let content = disk.read(path) ?? []
            disk.truncate(place)
            try step(target, "write")
            disk.append(content, to: place)
            disk.remove(path)
        } else {
            disk.rename(path, to: target)
        }
    }

    func link(_ path: String, to other: String) throws(StateError) {
        try step(path, "link")
        guard let file = disk.open(path) else { return }
        disk.set(other, to: file)
    }

    func remove(_ path: String) throws(StateError) {
        try step(path, "remove")
        guard disk.open(path) != nil else { throw .system(path: path, operation: "remove", reason: "no such file") }
        disk.remove(path)
    }

    func synchronizeFolder(of path: String) throws(StateError) {
        try step(path, "synchronise")
        if world.mutant != .unsynchronisedFolder { disk.synchroniseNames() }
    }

    func lock(_ path: String, command: String) throws(StateError) -> any StateLock {
        try step(path, "lock")
        return Lock()
    }

    fileprivate func append(_ bytes: [UInt8], to file: Int, path: String) throws(StateError) {
        if world.hasTrouble, world.random.chance(world.scenario.diskFullChance) {
            disk.append(bytes.prefix(world.random.below(bytes.count + 1)), to: file)
            throw .system(path: path, operation: "write", reason: "no space left on device")
        }
        disk.append(bytes, to: file)
        try step(path, "synchronise")
        disk.synchronise(file)
    }

    /// What a call costs: a dead process does nothing, and one whose time has come dies here.
    fileprivate func step(_ path: String, _ operation: String) throws(StateError) {
        if process.isAlive { process.machine.countDiskOperation() }
        guard process.isAlive else { throw .system(path: path, operation: operation, reason: "the process is dead") }
    }

    /// A file that was opened for appending.
    ///
    /// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
    private final class Appender: StateAppender, @unchecked Sendable {
        private let storage: SimulatedStorage
        private let file: Int
        private let path: String
        private var late: [UInt8] = []

        init(storage: SimulatedStorage, file: Int, path: String) {
            self.storage = storage
            self.file = file
            self.path = path
        }

        func append(_ bytes: [UInt8]) throws(StateError) {
            try storage.step(path, "write")
            switch storage.world.mutant {
            case .lateIntent:
                let now = late + lines(in: bytes) { !$0 }
                late = lines(in: bytes) { $0 }
                if !now.isEmpty { try storage.append(now, to: file, path: path) }
            case .noIntent:
                let now = lines(in: bytes) { !$0 }
                if !now.isEmpty { try storage.append(now, to: file, path: path) }
            case .unsynchronisedJournal:
                storage.disk.append(bytes, to: file)
            default:
                try storage.append(bytes, to: file, path: path)
            }
        }

        private func lines(in bytes: [UInt8], where isWanted: (_ isIntent: Bool) -> Bool) -> [UInt8] {
            bytes.split(separator: UInt8(ascii: "\n")).reduce(into: []) { result, line in
                let isIntent = String(decoding: line, as: UTF8.self).contains(#""step":"requested""#)
                if isWanted(isIntent) { result += line + [UInt8(ascii: "\n")] }
            }
        }
    }

    /// One process at a time is all there is in a history.
    private struct Lock: StateLock {
        func check() {}
        func release() {}
    }
}
