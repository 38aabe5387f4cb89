import Foundation
import Migration
import MigrationSamples
import Synchronization
import TestSupport
import Testing

@testable import StateStore

@Suite("The lock on a state")
struct StateLockTests {
    let folder: TemporaryDirectory
    let file: StateFile

    init() throws {
        folder = try TemporaryDirectory()
        // Heartbeats as short as a test's patience.
        let storage = LocalStorage(pulse: LockPulse(seconds: 0.1))
        file = StateFile(path: folder.path("ferry.state.json"), storage: storage)
    }

    /// What a holder on another machine leaves, or renews.
    func leaveOwner(host: String, boot: String? = nil, seenBefore seconds: Int) throws {
        let seen = Int(Date.now.timeIntervalSince1970) - seconds
        let boot = boot.map { #","boot":"\#($0)""# } ?? ""
        let text =
            #"{"host":"\#(host)"\#(boot),"process":1,"command":"ferry apply","since":\#(seen - 60),"seen":\#(seen)}"#
        // Whole or not at all: half a file is a lock that nobody holds.
        try text.write(toFile: folder.path("ferry.state.json.lock"), atomically: true, encoding: .utf8)
    }

    @Test("what a crash on this machine left is taken over at once")
    func crashHere() async throws {
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        try leaveOwner(
            host: ProcessInfo.processInfo.hostName,
            boot: boot.trimmingCharacters(in: .newlines),
            seenBefore: 1
        )
        try await StateSession.open(file, command: "test").close()
    }

    @Test("a holder on another machine is believed while it shows that it is alive, and not for ever")
    func elsewhere() async throws {
        try leaveOwner(host: "elsewhere.example", seenBefore: 30)
        let error = await #expect(throws: StateError.self) { try await StateSession.open(file, command: "test") }
        #expect(error?.description.contains("process 1 on elsewhere.example") == true)
        try leaveOwner(host: "elsewhere.example", seenBefore: 3_600)
        try await StateSession.open(file, command: "test").close()
    }

    @Test("a holder elsewhere that renews the lock is alive, whatever its clock says", arguments: [-90_000, 90_000])
    func wrongClock(seconds: Int) async throws {
        let storage = LocalStorage(pulse: LockPulse(seconds: 0.5))
        let file = StateFile(path: file.path, storage: storage)
        try leaveOwner(host: "elsewhere.example", seenBefore: seconds)
        let heart = Heart { beat in
            // Its clock is set back a day and more with every beat.
            try? leaveOwner(host: "elsewhere.example", seenBefore: seconds + beat * 100_000)
        }
        let error = await #expect(throws: StateError.self) { try await StateSession.open(file, command: "test") }
        try await heart.stop()
        guard case .locked = error else { throw try #require(error) }
        // It is silent now, though its clock was ahead.
        try leaveOwner(host: "elsewhere.example", seenBefore: seconds)
        try await StateSession.open(file, command: "test").close()
    }

    @Test("a clock that goes backwards: each heartbeat of a holder is later than the one before")
    func backwards() async throws {
        struct Owner: Decodable { var seen: Int64 }
        let clock = Mutex(Int64(1_790_000_000))
        let storage = LocalStorage(
            pulse: LockPulse(seconds: 0.02) {
                clock.withLock { time in
                    time -= 3600
                    return time
                }
            }
        )
        let file = StateFile(path: folder.path("ferry.state.json"), storage: storage)
        let session = try await StateSession.open(file, command: "test")
        var seen: [Int64] = []
        while seen.count < 5 {
            // The file is written anew in place: one look in many finds half of it.
            let text = try Data(contentsOf: URL(filePath: folder.path("ferry.state.json.lock")))
            guard let owner = try? JSONDecoder().decode(Owner.self, from: text) else { continue }
            if owner.seen != seen.last { seen.append(owner.seen) }
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(seen == seen.sorted())
        try await session.close()
    }

    @Test("a lock file with times that no clock has is no crash")
    func absurdTimes() async throws {
        try folder.write(
            #"{"host":"elsewhere.example","process":1,"command":"x","since":0,"seen":\#(Int64.min)}"#,
            to: "ferry.state.json.lock"
        )
        try await StateSession.open(file, command: "test").close()
    }

    @Test(
        "a lock file that this ferry does not understand is no free lock; a person may free it",
        arguments: [#"{"form":2,"holder":"elsewhere"}"#, "\u{0}\u{0}", #"{"host":"elsewhere.example","pro"#]
    )
    func unknownOwner(text: String) async throws {
        try folder.write(text, to: "ferry.state.json.lock")
        let error = await #expect(throws: StateError.self) { try await StateSession.open(file, command: "test") }
        guard case .locked = error else { throw try #require(error) }
        #expect(error?.description.contains("ferry state unlock") == true)
        #expect(try String(contentsOfFile: folder.path("ferry.state.json.lock"), encoding: .utf8) == text)
        #expect(try file.unlock() != nil)
        try await StateSession.open(file, command: "test").close()
    }

    @Test("a lock whose file cannot be read is not free")
    func unreadable() async throws {
        // A folder is what can be opened and not be read, also by root.
        try FileManager.default.createDirectory(
            atPath: folder.path("ferry.state.json.lock"),
            withIntermediateDirectories: false
        )
        #expect(throws: StateError.self) { try file.unlock() }
    }

    @Test("a silent holder elsewhere whose file becomes one that cannot be understood is not taken for dead")
    func becomesUnknown() async throws {
        let file = StateFile(path: file.path, storage: LocalStorage(pulse: LockPulse(seconds: 0.5)))
        try leaveOwner(host: "elsewhere.example", seenBefore: 3_600)
        let lockPath = folder.path("ferry.state.json.lock")
        let later = #"{"form":2}"#
        let heart = Heart { beat in
            if beat == 10 { try? later.write(toFile: lockPath, atomically: true, encoding: .utf8) }
        }
        let error = await #expect(throws: StateError.self) { try await StateSession.open(file, command: "test") }
        try await heart.stop()
        guard case .locked = error else { throw try #require(error) }
    }

    @Test("of two that take over from the same dead holder, only one has the lock")
    func bothTakeOver() async throws {
        let file = StateFile(path: file.path, storage: LocalStorage(pulse: LockPulse(seconds: 1)))
        try leaveOwner(host: "elsewhere.example", seenBefore: 3_600)
        let lockPath = folder.path("ferry.state.json.lock")
        // Another machine sees the same silence, and names itself a little later.
        let other = Heart { _ in
            guard let text = try? String(contentsOfFile: lockPath, encoding: .utf8) else { return }
            guard text.contains(#""process":\#(ProcessInfo.processInfo.processIdentifier)"#) else { return }
            try? leaveOwner(host: "other.example", seenBefore: 0)
        }
        let error = await #expect(throws: StateError.self) { try await StateSession.open(file, command: "test") }
        try await other.stop()
        guard case .locked = error else { throw try #require(error) }
        #expect(error?.description.contains("on other.example") == true)
        #expect(try String(contentsOfFile: lockPath, encoding: .utf8).contains("other.example"))
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test("who was taken over while it was stopped records nothing more, and leaves the other's files alone")
    func takenOver() async throws {
        let session = try await StateSession.open(file, command: "test")
        let item = VolumeImport.sample()
        try await session.record(.began(item), of: item.address)
        try leaveOwner(host: "elsewhere.example", seenBefore: 0)
        // As the new owner does it.
        try folder.write("the new owner's state", to: "ferry.state.json")
        try folder.write("its journal", to: "journal")
        #expect(rename(folder.path("journal"), file.journalPath) == 0)

        let error = await #expect(throws: StateError.self) {
            try await session.record(.requested(attempt: 1), of: item.address)
        }
        guard case .lost = error else { throw try #require(error) }
        #expect(error?.description.contains("on elsewhere.example") == true)
        await #expect(throws: StateError.self) {
            try await session.record(.requested(attempt: 2), of: item.address)
        }
        let closing = await #expect(throws: StateError.self) { try await session.close() }
        guard case .lost = closing else { throw try #require(closing) }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "the new owner's state")
        #expect(try String(contentsOfFile: file.journalPath, encoding: .utf8) == "its journal")
        let lockPath = folder.path("ferry.state.json.lock")
        #expect(try String(contentsOfFile: lockPath, encoding: .utf8).contains("elsewhere.example"))
    }

    @Test(
        "who was taken over and records nothing does not close over the other's state either",
        arguments: [true, false]
    )
    func takenOverAtTheEnd(hasEnded: Bool) async throws {
        let session = try await StateSession.open(file, command: "test")
        try leaveOwner(host: "elsewhere.example", seenBefore: 0)
        if hasEnded { try folder.write("", to: "ferry.state.json.lock") }
        try folder.write("the new owner's state", to: "ferry.state.json")
        await #expect(throws: StateError.self) { try await session.close() }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "the new owner's state")
        let restoration = try await StateRestoration.begin(
            StateFile(path: folder.path("other.json"), storage: LocalStorage()),
            command: "test"
        )
        try FileManager.default.removeItem(atPath: folder.path("other.json.lock"))
        await #expect(throws: StateError.self) { try await restoration.write([:]) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("other.json")))
    }

    @Test("neither a heartbeat nor the release overwrites the entry of who has taken over")
    func heartbeatAfterTakeover() async throws {
        let storage = LocalStorage(pulse: LockPulse(seconds: 0.5))
        let session = try await StateSession.open(StateFile(path: file.path, storage: storage), command: "test")
        let lockPath = folder.path("ferry.state.json.lock")
        let first = try String(contentsOfFile: lockPath, encoding: .utf8)
        while try String(contentsOfFile: lockPath, encoding: .utf8) == first {
            try await Task.sleep(for: .milliseconds(5))
        }
        // Just after a heartbeat, in place: the file that the holder has open.
        let seen = Int(Date.now.timeIntervalSince1970)
        let entry =
            #"{"host":"elsewhere.example","process":1,"command":"ferry apply","since":\#(seen),"seen":\#(seen)}"#
        let text = entry + String(repeating: " ", count: max(0, first.utf8.count - entry.utf8.count))
        try overwrite(lockPath, with: text)
        try await Task.sleep(for: .milliseconds(1_200))
        #expect(try String(contentsOfFile: lockPath, encoding: .utf8) == text)
        await #expect(throws: StateError.self) { try await session.close() }
        #expect(try String(contentsOfFile: lockPath, encoding: .utf8) == text)
    }

    /// Overwrites a file in place.
    private func overwrite(_ path: String, with text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test("a lock is freed by hand only where no process of this machine holds it")
    func unlock() async throws {
        #expect(try file.unlock() == nil)
        try leaveOwner(host: "elsewhere.example", seenBefore: 30)
        #expect(try file.unlock()?.contains("elsewhere.example") == true)
        let session = try await StateSession.open(file, command: "test")
        #expect(throws: StateError.self) { try file.unlock() }
        try await session.close()
        #expect(try file.unlock() == nil)
    }
}

/// What beats fifty times a second, on a thread of its own: those of the pool may all be busy with other tests for longer.
private final class Heart: Sendable {
    private let isAlive = Atomic(true)
    private let hasStopped = Atomic(false)

    init(_ beat: @escaping @Sendable (_ number: Int) -> Void) {
        Thread.detachNewThread { [self] in
            var number = 0
            while isAlive.load(ordering: .acquiring) {
                number += 1
                beat(number)
                Thread.sleep(forTimeInterval: 0.02)
            }
            hasStopped.store(true, ordering: .releasing)
        }
    }

    func stop() async throws {
        isAlive.store(false, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
    }
}
