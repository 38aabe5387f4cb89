import Foundation
import Migration
import MigrationSamples
import TestSupport
import Testing

@testable import StateStore

@Suite("A state that is written anew")
struct StateRestorationTests {
    let folder: TemporaryDirectory
    let file: StateFile
    let imports = [VolumeImport.sample()].reduce(into: [:]) { $0[$1.address] = ImportRecord(subject: $1, updated: 1) }

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
    }

    private func restore() async throws -> (state: MigrationState, kept: [String]) {
        let restoration = try await StateRestoration.begin(file, command: "test")
        defer { restoration.end() }
        return try await restoration.write(imports)
    }

    @Test("where nothing is left it is the first of a new lineage; nobody else can write meanwhile")
    func nothing() async throws {
        let restoration = try await StateRestoration.begin(file, command: "test")
        #expect(restoration.present == [] && restoration.state == nil)
        await #expect(throws: StateError.self) { try await StateSession.open(file, command: "other") }
        let (state, kept) = try await restoration.write(imports)
        restoration.end()
        #expect(kept == [] && state.serial == 1)
        #expect(try file.read() == state)
        try await StateSession.open(file, command: "other").close()
    }

    @Test("a state that can be read hands its lineage on, a higher serial, and is kept")
    func readable() async throws {
        let session = try await StateSession.open(file, command: "test")
        let old = await session.state
        try await session.close()
        let before = try Data(contentsOf: URL(filePath: file.path))
        let restoration = try await StateRestoration.begin(file, command: "test")
        #expect(restoration.state?.lineage == old.lineage)
        restoration.end()
        for suffix in ["", "-2"] {
            let (state, kept) = try await restore()
            #expect(state.lineage == old.lineage && state.serial > old.serial)
            #expect(kept.first == "\(file.path).replaced\(suffix)")
        }
        #expect(try Data(contentsOf: URL(filePath: file.path + ".replaced")) == before)
    }

    @Test("what is damaged or left over is kept, all of it, and the new state stands alone")
    func remains() async throws {
        try folder.write("not JSON", to: "ferry.state.json")
        try folder.write("no journal either", to: "ferry.state.json.journal")
        try folder.write("", to: "ferry.state.json.backup")
        let (state, kept) = try await restore()
        let names = ["", ".journal", ".backup"].map { "\(file.path)\($0).replaced" }
        #expect(kept == names)
        #expect(
            try names.map { try String(contentsOfFile: $0, encoding: .utf8) } == ["not JSON", "no journal either", ""]
        )
        #expect(try file.read() == state)
    }
}
