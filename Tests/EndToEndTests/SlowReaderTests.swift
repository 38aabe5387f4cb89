import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

/// An apply whose standard output is not read.
@Suite("A slow reader of standard output")
struct SlowReaderTests {
    /// The capacity of the pipe in bytes: the least that Linux allows, and less than the progress lines of the imports.
    private static let capacity: Int32 = 4096
    /// `F_SETPIPE_SZ` of fcntl(2), which the Glibc module lacks.
    private static let setPipeSize: Int32 = 1031
    private static let imports = 60

    @Test("imports continue while standard output is not read, and no line is lost")
    func stalledReader() async throws {
        let folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 7, count: 4096), to: "disk.raw")
        let entries = (1...Self.imports).map { "  - {name: disk\($0), image: disk.raw, zones: [us-east-1a]}\n" }
        let head = "version: 1\nname: fleet\nstaging: {bucket: fleet-staging}\nimports:\n"
        try folder.write(head + entries.joined(), to: "plan.yaml")
        let pipe = Pipe()
        let result = fcntl(pipe.fileHandleForWriting.fileDescriptor, Self.setPipeSize, Self.capacity)
        try #require(result == Self.capacity)
        let apply = try await BackgroundCommand(
            [Workspace.ferry, "apply", "--sandbox", "--auto-approve", "plan.yaml"],
            in: folder.path,
            standardOutput: FileDescriptor(rawValue: pipe.fileHandleForWriting.fileDescriptor)
        )
        try pipe.fileHandleForWriting.close()
        // The plan is read: the run starts when it is printed.
        var output = Data()
        while !String(decoding: output, as: UTF8.self).contains("Plan digest: ") {
            let piece = pipe.fileHandleForReading.availableData
            try #require(!piece.isEmpty)
            output += piece
        }
        // Two minutes at most.
        for _ in 0..<2400 where try settledVolumes(in: folder) < Self.imports {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try settledVolumes(in: folder) == Self.imports)
        let progress = try pipe.fileHandleForReading.readToEnd() ?? Data()
        output += progress
        #expect(try await apply.end() == 0)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("settled ") } == Self.imports)
        #expect(progress.count > Int(Self.capacity) && lines.last?.contains("\(Self.imports) volumes imported") == true)
    }

    /// The number of the sandbox's volumes that have ferry's tags.
    private func settledVolumes(in folder: TemporaryDirectory) throws -> Int {
        let path = folder.path(".ferry/sandbox/volumes")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.count { name in
            guard name.hasSuffix(".json") else { return false }
            let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
            return text?.contains("ferry:volume") == true
        }
    }
}
