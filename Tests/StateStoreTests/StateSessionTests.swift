import Foundation
import Migration
import MigrationSamples
import TestSupport
import Testing

@testable import EC2Types
@testable import StateStore

@Suite("The state on disk")
struct StateSessionTests {
    let folder: TemporaryDirectory
    let file: StateFile
    let desired = VolumeImport.sample()

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
    }

    func submit(_ session: StateSession) async throws {
        try await session.record(.began(desired), of: desired.address)
        try await session.record(.requested(attempt: 1), of: desired.address)
        try await session.record(.submitted(attempt: 1, taskID: "import-vol-1", expiration: nil), of: desired.address)
    }

    /// What a killed process leaves: the files as they are while a session is open.
    func crashed() async throws -> StateFile {
        let session = try await StateSession.open(file, command: "test")
        try await submit(session)
        let copy = StateFile(path: folder.path("copy-\(UUID().uuidString).json"))
        try FileManager.default.copyItem(atPath: file.path, toPath: copy.path)
        try FileManager.default.copyItem(atPath: file.journalPath, toPath: copy.journalPath)
        try await session.close()
        return copy
    }

    @Test("a closed session leaves one file with every step, and no journal")
    func closed() async throws {
        let session = try await StateSession.open(file, command: "test")
        try await submit(session)
        let memory = await session.state
        try await session.close()
        #expect(!FileManager.default.fileExists(atPath: file.journalPath))
        let state = try #require(try file.read())
        #expect(state.imports == memory.imports)
        #expect(state.imports[desired.address]?.phase.taskID == "import-vol-1")
    }

    @Test("what was recorded before a crash is there after it")
    func recovery() async throws {
        let copy = try await crashed()
        #expect(try copy.read()?.imports[desired.address]?.phase.taskID == "import-vol-1")
        let session = try await StateSession.open(copy, command: "test")
        #expect(await session.state.imports[desired.address]?.phase.taskID == "import-vol-1")
        try await session.close()
    }

    @Test("a torn tail is dropped, wherever it was torn")
    func tornTail() async throws {
        let copy = try await crashed()
        let bytes = try Data(contentsOf: URL(filePath: copy.journalPath))
        let lastLine = try #require(bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")))
        for length in stride(from: lastLine + 1, to: bytes.count, by: 7) {
            try bytes.prefix(length).write(to: URL(filePath: copy.journalPath))
            #expect(try copy.read()?.imports[desired.address]?.phase == .requested)
        }
    }

    @Test("a damaged middle is an error that names the byte, and nothing is thrown away")
    func damagedMiddle() async throws {
        let copy = try await crashed()
        var bytes = try Data(contentsOf: URL(filePath: copy.journalPath))
        let firstLine = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
        bytes[firstLine + 20] ^= 1
        try bytes.write(to: URL(filePath: copy.journalPath))
        let reason = "the record does not match its checksum"
        let error = StateError.damaged(path: copy.journalPath, offset: firstLine + 1, reason: reason)
        #expect(throws: error) { try copy.read() }
        #expect(try Data(contentsOf: URL(filePath: copy.journalPath)) == bytes)
    }

    @Test("an empty state file is an error, not an empty state")
    func empty() throws {
        try folder.write("", to: "ferry.state.json")
        #expect(throws: StateError.empty(path: file.path)) { try file.read() }
    }

    @Test("a state file that is gone while its journal or backup is there is an error, not an empty state")
    func missing() async throws {
        let copy = try await crashed()
        try FileManager.default.removeItem(atPath: copy.path)
        #expect(throws: StateError.missing(path: copy.path, remains: copy.journalPath)) { try copy.read() }
        try FileManager.default.moveItem(atPath: copy.journalPath, toPath: copy.backupPath)
        #expect(throws: StateError.missing(path: copy.path, remains: copy.backupPath)) { try copy.read() }
        await #expect(throws: StateError.self) { try await StateSession.open(copy, command: "test") }
    }

    @Test("a state that is cut off anywhere is an error that names a byte")
    func cut() async throws {
        let session = try await StateSession.open(file, command: "test")
        try await submit(session)
        try await session.close()
        let bytes = try Data(contentsOf: URL(filePath: file.path))
        for length in stride(from: 1, to: bytes.count - 1, by: 11) {
            try bytes.prefix(length).write(to: URL(filePath: file.path))
            let error = #expect(throws: StateError.self) { try file.read() }
            guard case .damaged(_, let offset?, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(offset <= length)
        }
    }

    @Test("every phase and every step is read back as it was written")
    func roundTrip() async throws {
        let names = ["a", "b", "c", "d", "e", "f"]
        let session = try await StateSession.open(file, command: "test")
        let tricky = "“quoted” \\ \"\t\n\u{1}\u{1F4BE}"
        for (index, name) in names.enumerated() {
            var item = VolumeImport.sample(name: name)
            item.description = tricky
            item.tags = ["k\(index)": tricky]
            let steps: [StateEvent.Step] = [
                .began(item), .requested(attempt: 1), .submitted(attempt: 1, taskID: "t", expiration: "2026"),
                .completed(taskID: "t", volumeID: "vol"), .settled,
            ]
            for step in steps.prefix(index) { try await session.record(step, of: item.address) }
        }
        let failed = VolumeImport.sample(name: "g")
        try await session.record(.adopted(failed, attempt: 3, taskID: "t9", expiration: nil), of: failed.address)
        try await session.record(.failed(taskID: "t9", message: tricky), of: failed.address)
        let replaced = VolumeImport.sample(name: "f", content: "new")
        try await session.record(.began(replaced), of: replaced.address)
        try await session.record(.requested(attempt: 2), of: replaced.address)
        try await session.record(.abandoned(attempt: 2, reason: tricky), of: replaced.address)
        try await session.record(.forgotten, of: ImportAddress(manifest: "erp", image: "b", zone: "us-east-1a"))
        // Two that took the place of conversions, one of which made a volume.
        for (name, volume) in [("h", "vol-h"), ("i", nil)] {
            let earlier = VolumeImport.sample(name: name)
            try await session.record(.adopted(earlier, attempt: 1, taskID: "t", expiration: nil), of: earlier.address)
            try await session.record(.began(.sample(name: name, content: "new")), of: earlier.address)
            try await session.record(.ended(taskID: "t", volumeID: volume), of: earlier.address)
            #expect(await session[earlier.address]?.superseded.map(\.volumeID) == (volume.map { [$0] } ?? []))
            await #expect(throws: StateTransitionError.self) {
                try await session.record(.ended(taskID: "t", volumeID: nil), of: earlier.address)
            }
        }
        let memory = await session.state
        #expect(try file.read() == memory)
        try await session.close()
        #expect(try file.read()?.imports == memory.imports)
        let again = try #require(try file.read())
        #expect(try MigrationState(json: again.json) == again)
    }

    @Test("a state whose tasks have no attempts is read as before; a number that none can be is damage")
    func attempts() async throws {
        let session = try await StateSession.open(file, command: "test")
        try await submit(session)
        try await session.close()
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        let key = #""attempt": 1,"#
        #expect(text.contains(key))
        try folder.write(text.replacing(key, with: ""), to: "ferry.state.json")
        let record = try #require(try file.read()?.imports[desired.address])
        #expect(record.phase == .converting(Conversion(taskID: "import-vol-1")))
        #expect(record.marker.attempt == 1 && !record.isMarkerKnown)
        for name in ["attempt", "attempts"] {
            let damaged = text.replacing("\"\(name)\": 1,", with: "\"\(name)\": \(Int.max),")
            #expect(damaged != text)
            try folder.write(damaged, to: "ferry.state.json")
            let error = #expect(throws: StateError.self) { try file.read() }
            guard case .damaged = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test(
        "a state of a later version is rejected, whatever its values are",
        arguments: [
            #"{"version": 3, "lineage": "a", "serial": 1, "imports": {}}"#,
            #"{"version": 3, "lineage": ["a"], "serial": "one", "imports": 5, "more": null}"#,
            #"{"imports": {}, "serial": 1, "lineage": "a", "version": 3}"#,
        ]
    )
    func laterVersion(text: String) throws {
        try folder.write(text, to: "ferry.state.json")
        #expect(throws: StateError.newerVersion(path: file.path, version: 3)) { try file.read() }
    }

    @Test(
        "JSON of another program is not taken for a state",
        arguments: [
            (#"{"version": 4, "terraform_version": "1.9.0", "serial": 7, "lineage": "a", "resources": []}"#, "imports"),
            (#"{"version": 99}"#, "lineage"), (#"{"version": "1.0", "name": "app"}"#, nil), ("{}", "lineage"),
            (#"{"lineage": "a", "serial": 1}"#, "imports"),
        ]
    )
    func foreignDocument(text: String, missingKey: String?) throws {
        try folder.write(text, to: "ferry.state.json")
        let error = #expect(throws: StateError.self) { try file.read() }
        switch error {
        case .foreign(file.path, let key): #expect(key == missingKey)
        case .damaged: #expect(missingKey == nil)
        default: Issue.record("\(String(describing: error))")
        }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    @Test("a second writer is refused and told who holds the state; afterwards it may")
    func lock() async throws {
        let session = try await StateSession.open(file, command: "ferry apply")
        let error = await #expect(throws: StateError.self) {
            _ = try await StateSession.open(file, command: "another")
        }
        #expect(
            error?.description.contains("“ferry apply”, process \(ProcessInfo.processInfo.processIdentifier)") == true
        )
        try await session.close()
        try await StateSession.open(file, command: "another").close()
    }

    @Test("steps recorded at once are all there, each import in its own order")
    func concurrentSteps() async throws {
        let session = try await StateSession.open(file, command: "test")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<200 {
                let item = VolumeImport.sample(name: "image-\(index)")
                tasks.addTask {
                    try await session.record(.began(item), of: item.address)
                    try await session.record(.requested(attempt: 1), of: item.address)
                }
            }
            try await tasks.waitForAll()
        }
        let journaled = try #require(try file.read())
        #expect(journaled.imports.count == 200)
        #expect(!journaled.imports.isEmpty)
        #expect(journaled.imports.values.allSatisfy { $0.phase == .requested })
        #expect(journaled.imports == (await session.state.imports))
        try await session.close()
    }

    @Test("a step that does not follow is refused and changes nothing")
    func illegalStep() async throws {
        let session = try await StateSession.open(file, command: "test")
        try await session.record(.began(desired), of: desired.address)
        await #expect(throws: StateTransitionError.self) {
            try await session.record(.completed(taskID: "t", volumeID: "v"), of: desired.address)
        }
        #expect(await session.state.imports[desired.address]?.phase == .staging)
        try await session.close()
    }

    @Test("what is superseded is kept by name")
    func superseded() throws {
        var state = MigrationState(lineage: "test")
        let steps: [StateEvent.Step] = [
            .began(desired), .requested(attempt: 1), .submitted(attempt: 1, taskID: "t1", expiration: nil),
            .completed(taskID: "t1", volumeID: "vol-1"), .settled, .began(VolumeImport.sample(content: "new")),
        ]
        for step in steps { try state.apply(StateEvent(time: 0, address: desired.address, step: step)) }
        let record = try #require(state.imports[desired.address])
        #expect(record.superseded.map(\.volumeID) == ["vol-1"])
        #expect(record.attempts == 1)
    }
}
