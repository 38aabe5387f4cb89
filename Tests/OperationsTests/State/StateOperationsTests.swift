import Foundation
import Migration
import MigrationSamples
import StateStore
import TestSupport
import Testing

@testable import Operations

/// Reading, removing from and replacing a state, on a real one.
@Suite struct StateOperationsTests {
    private let folder: TemporaryDirectory
    private let file: StateFile

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
    }

    /// Records two imports: `settled` has a volume, `converting` a task.
    private func record() async throws -> (settled: ImportAddress, converting: ImportAddress) {
        let items = [VolumeImport.sample(name: "settled"), VolumeImport.sample(name: "converting")]
        try await StateSession.with(file, command: "test") { session in
            for item in items {
                try await session.record(.began(item), of: item.address)
                try await session.record(.requested(attempt: 1), of: item.address)
                try await session.record(.submitted(attempt: 1, taskID: "task", expiration: nil), of: item.address)
            }
            try await session.record(.completed(taskID: "task", volumeID: "vol-1"), of: items[0].address)
            try await session.record(.settled, of: items[0].address)
        }
        return (items[0].address, items[1].address)
    }

    @Test("A state is read whole or one import at a time, and a missing one is named")
    func reading() async throws {
        let none = #expect(throws: StateSelectionError.self) { try StateReader(file).state() }
        guard case .noState(let path) = none else { throw try #require(none) }
        #expect(path == file.path)
        let addresses = try await record()
        #expect(try StateReader(file).state().imports.count == 2)
        let one = try StateReader(file).state(of: addresses.settled.description)
        #expect(one.imports.keys.map(\.self) == [addresses.settled])
        let unknown = #expect(throws: StateSelectionError.self) {
            try StateReader(file).state(of: "erp/other@us-east-1a")
        }
        guard case .notRecorded = unknown else { throw try #require(unknown) }
        let malformed = #expect(throws: StateSelectionError.self) { try StateReader(file).state(of: "erp") }
        guard case .malformedAddress("erp") = malformed else { throw try #require(malformed) }
    }

    @Test("Records are removed all together or not at all; what EC2 may be converting only by force")
    func removal() async throws {
        let addresses = try await record()
        let before = try file.read()?.imports
        var removed: [ImportAddress] = []
        for names in [[addresses.settled.description, "erp/other@us-east-1a"], ["\(addresses.converting)"]] {
            await #expect(throws: StateSelectionError.self) {
                try await StateRemoval(file).remove(names, force: false) { removed.append($0) }
            }
        }
        #expect(removed.isEmpty && before != nil)
        #expect(try file.read()?.imports == before)
        try await StateRemoval(file).remove([addresses.settled.description], force: false) { removed.append($0) }
        try await StateRemoval(file).remove([addresses.converting.description], force: true) { removed.append($0) }
        #expect(removed == [addresses.settled, addresses.converting])
        #expect(try file.read()?.imports.isEmpty == true)
    }

    @Test("An exported state replaces its own later copy only by force, and another lineage likewise")
    func replacement() async throws {
        let addresses = try await record()
        let exported = folder.path("exported.json")
        try FileManager.default.copyItem(atPath: file.path, toPath: exported)
        // It takes its own place.
        let imported = try await StateReplacement(file).replace(withExported: exported, force: false)
        #expect(imported.imports.count == 2)
        try await StateRemoval(file).remove([addresses.settled.description], force: false) { _ in }
        let older = await #expect(throws: StateReplacementError.self) {
            try await StateReplacement(file).replace(withExported: exported, force: false)
        }
        guard case .older = older else { throw try #require(older) }
        #expect(try file.read()?.imports.count == 1)
        _ = try await StateReplacement(file).replace(withExported: exported, force: true)
        #expect(try file.read()?.imports.count == 2)

        let other = StateFile(path: folder.path("other.state.json"))
        try await StateSession.with(other, command: "test") { session in
            let item = VolumeImport.sample(name: "other")
            try await session.record(.began(item), of: item.address)
        }
        let lineage = await #expect(throws: StateReplacementError.self) {
            try await StateReplacement(other).replace(withExported: exported, force: false)
        }
        guard case .otherLineage = lineage else { throw try #require(lineage) }
        let missing = await #expect(throws: StateReplacementError.self) {
            try await StateReplacement(file).replace(withExported: folder.path("absent.json"), force: true)
        }
        guard case .notFound = missing else { throw try #require(missing) }
        // Each refusal has given the state back.
        for file in [file, other] { try await StateSession.open(file, command: "test").close() }
    }
}
