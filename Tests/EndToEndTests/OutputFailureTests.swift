import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

/// Every command with a standard output that is full, that nobody reads, or that does not block.
@Suite("Standard output that takes nothing", .serialized)
struct OutputFailureTests {
    /// The arguments of a run of each command, and of each of its forms. The first words name the command.
    private static let runs: [[String]] = [
        ["plan", "--sandbox", "plan.yaml"], ["plan", "--sandbox", "--json", "plan.yaml"],
        ["plan", "--sandbox", "--format", "markdown", "plan.yaml"],
        ["plan", "--sandbox", "--format", "html", "plan.yaml"], ["plan", "--sandbox", "--format", "line", "plan.yaml"],
        ["show", "saved.json"], ["show", "--json", "saved.json"],
        ["apply", "--sandbox", "--auto-approve", "more.yaml"],
        ["status", "--sandbox"], ["status", "--sandbox", "--json"],
        ["validate", "plan.yaml"], ["validate", "--diagnostics", "json", "plan.yaml"],
        ["validate", "--diagnostics", "sarif", "plan.yaml"],
        ["lock", "plan.yaml"], ["explain"], ["explain", "F0102"], ["explain", "exactly-once"], ["schema", "plan"],
        ["inspect", "disk.raw"], ["inspect", "--json", "disk.raw"],
        ["convert", "disk.raw", "out.vmdk"], ["convert", "--json", "disk.raw", "out.vmdk"],
        ["state", "list", "--sandbox"], ["state", "show", "--sandbox", "fleet/disk@us-east-1a"],
        ["state", "export", "--sandbox"], ["state", "import", "--sandbox", "exported.json"],
        ["state", "mv", "--sandbox", "fleet/disk@us-east-1a", "fleet/other@us-east-1a"],
        ["state", "rm", "--sandbox", "fleet/disk@us-east-1a"], ["state", "rebind", "--sandbox", "plan.yaml"],
        ["state", "rebuild", "--sandbox", "--force", "plan.yaml"],
        ["state", "rebuild", "--sandbox", "--force", "--json", "plan.yaml"], ["state", "unlock", "--sandbox"],
        ["sandbox", "serve", "--stop-after", "1"],
        ["--help"], ["help", "plan"], ["--version"], ["--generate-completion-script", "bash"],
    ]

    private static let manifest = """
        version: 1
        name: fleet
        region: us-east-1
        staging: {bucket: fleet-staging}
        imports:
          - {name: disk, image: disk.raw, zones: [us-east-1a]}

        """

    /// A folder with an image, an applied migration manifest, another one, and a saved plan and state.
    private static func makeFolder() async throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 7, count: 4096), to: "disk.raw")
        try folder.write(manifest, to: "plan.yaml")
        try folder.write(manifest.replacing("name: fleet", with: "name: more"), to: "more.yaml")
        for arguments in [
            ["plan", "--sandbox", "--out", "saved.json", "plan.yaml"],
            ["apply", "--sandbox", "--auto-approve", "plan.yaml"],
        ] {
            let run = try await Command.run([Workspace.ferry] + arguments, in: folder.path)
            try #require(run.exitCode == 0, "\(run.errorOutput)")
        }
        let export = try await Command.run([Workspace.ferry, "state", "export", "--sandbox"], in: folder.path)
        try folder.write(export.output, to: "exported.json")
        return folder
    }

    /// Runs ferry in a copy of a folder, with what is written to standard output.
    private func run(
        _ arguments: [String],
        in base: TemporaryDirectory,
        standardOutput: FileDescriptor? = nil
    ) async throws -> Command {
        let folder = try TemporaryDirectory()
        let copy = try await Command.run(["cp", "--archive", "--sparse=always", base.path + "/.", folder.path])
        try #require(copy.exitCode == 0, "\(copy.errorOutput)")
        return try await Command.run([Workspace.ferry] + arguments, in: folder.path, standardOutput: standardOutput)
    }

    @Test("The runs of these tests cover every command")
    func enumeration() async throws {
        struct Help: Decodable {
            struct Info: Decodable { let commandName: String; let subcommands: [Info]? }
            let command: Info
        }
        let dump = try await Command.run([Workspace.ferry, "--experimental-dump-help"])
        let root = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
        func paths(_ command: Help.Info) -> [[String]] {
            guard let parts = command.subcommands, !parts.isEmpty else { return [[]] }
            return parts.flatMap { part in paths(part).map { [part.commandName] + $0 } }
        }
        let commands = paths(root)
        #expect(commands.count > 15)
        for command in commands where command.last != "help" {
            #expect(Self.runs.contains { $0.starts(with: command) }, "\(command)")
        }
    }

    @Test("A full disk ends every command with an error and a code that is not zero")
    func fullDisk() async throws {
        let base = try await Self.makeFolder()
        for arguments in Self.runs {
            let full = try FileDescriptor.open("/dev/full", .writeOnly, options: .closeOnExec)
            defer { try? full.close() }
            let run = try await run(arguments, in: base, standardOutput: full)
            #expect(run.exitCode == 1, "\(arguments): \(run.exitCode)")
            #expect(
                run.errorOutput.hasSuffix("error: standard output: write: No space left on device\n"),
                "\(arguments): \(run.errorOutput)"
            )
        }
    }

    @Test("A reader that goes away changes nothing else, and what apply has done is told on standard error")
    func readerGone() async throws {
        let base = try await Self.makeFolder()
        for arguments in Self.runs {
            let plain = try await run(arguments, in: base)
            let (reading, writing) = try FileDescriptor.pipe()
            try reading.close()
            let run = try await run(arguments, in: base, standardOutput: writing)
            try writing.close()
            #expect(plain.exitCode == 0 && run.exitCode == 0, "\(arguments): \(plain.exitCode), \(run.exitCode)")
            let summary = plain.output.split(separator: "\n").last ?? ""
            let isApply = arguments[0] == "apply"
            #expect(run.errorOutput == plain.errorOutput + (isApply ? "\n\(summary)\n" : ""), "\(arguments)")
        }
    }

    @Test("A pipe that does not block takes everything, however slowly it is read")
    func nonBlocking() async throws {
        let base = try await Self.makeFolder()
        for arguments in Self.runs {
            let plain = try await run(arguments, in: base)
            let (reading, writing) = try FileDescriptor.pipe()
            // F_SETPIPE_SZ of fcntl(2), which the Glibc module lacks: the least that Linux allows.
            try #require(fcntl(writing.rawValue, 1031, 4096) == 4096)
            try #require(fcntl(writing.rawValue, F_SETFL, O_NONBLOCK) == 0)
            let reader = Thread.reading(reading)
            let run = try await run(arguments, in: base, standardOutput: writing)
            try writing.close()
            let output = await reader.value
            #expect(run.exitCode == plain.exitCode, "\(arguments): \(run.errorOutput)")
            // Ports, times, and ids differ from run to run.
            #expect(output.split(separator: "\n").count == plain.output.split(separator: "\n").count, "\(arguments)")
            #expect(abs(output.utf8.count - plain.output.utf8.count) < 100, "\(arguments)")
        }
    }

    @Test("A standard output that the caller closed is an error, and no file takes its place")
    func closed() async throws {
        let base = try await Self.makeFolder()
        for arguments in [["plan", "--sandbox", "--json", "plan.yaml"], ["state", "export", "--sandbox"]] {
            let words = ([Workspace.ferry] + arguments).map { "'\($0)'" }.joined(separator: " ")
            let run = try await Command.run(["sh", "-c", "\(words) >&-"], in: base.path)
            #expect(run.exitCode == 1)
            #expect(run.errorOutput.hasSuffix("error: standard output: write: Bad file descriptor\n"))
        }
        let status = try await Command.run([Workspace.ferry, "status", "--sandbox"], in: base.path)
        #expect(status.exitCode == 0 && status.output.contains("settled"))
    }
}

extension Thread {
    /// Reads a descriptor in small pieces on a thread of its own, and closes it at the end.
    fileprivate static func reading(_ descriptor: FileDescriptor) -> Task<String, Never> {
        let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 1000)
            while let count = try? buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
                continuation.yield(Array(buffer[..<count]))
                usleep(500)
            }
            try? descriptor.close()
            continuation.finish()
        }
        return Task {
            var bytes: [UInt8] = []
            for await piece in pieces { bytes += piece }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
