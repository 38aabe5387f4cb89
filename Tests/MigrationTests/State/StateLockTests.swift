import Foundation
import Migration
import TestSupport
import Testing

@Suite("The lock on a state")
struct StateLockTests {
    let folder: TemporaryDirectory
    let file: StateFile

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
    }

    /// What a holder on another machine leaves, or renews.
    func leaveOwner(host: String, boot: String? = nil, seenBefore seconds: Int) throws {
        let seen = Int(Date.now.timeIntervalSince1970) - seconds
        let boot = boot.map { #","boot":"\#($0)""# } ?? ""
        try folder.write(
            #"{"host":"\#(host)"\#(boot),"process":1,"command":"ferry apply","since":\#(seen - 60),"seen":\#(seen)}"#,
            to: "ferry.state.json.lock"
        )
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
