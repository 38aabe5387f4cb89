import Foundation
import TestSupport

/// A folder with real images, in which the real program runs.
struct Workspace {
    let folder: TemporaryDirectory

    /// The program that was built with the tests.
    static let ferry: String = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["FERRY_BINARY"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "ferry").path
    }()

    /// Makes the images `db.vmdk`, `web.vhd` and `archive.raw`, and the migration manifest `plan.yaml` for four imports.
    init() async throws {
        folder = try TemporaryDirectory()
        // Text that does not compress to nothing, on both sides of the parts' border at 8 MiB.
        let text = Array((0..<600_000).map { "line \($0 &* 2_654_435_761)\n" }.joined().utf8)
        var disk = [UInt8](repeating: 0, count: 20 << 20)
        for (offset, start) in [(0, 0), (7 << 20, 1000), (15 << 20, 2_000_000)] {
            let piece = text[start..<(start + 3 << 20)]
            disk.replaceSubrange(offset..<(offset + piece.count), with: piece)
        }
        try folder.write(disk, to: "archive.raw")
        try await convert("vmdk", ["-o", "subformat=streamOptimized"], to: "db.vmdk")
        try await convert("vpc", ["-o", "subformat=dynamic,force_size=on"], to: "web.vhd")
        try folder.write(
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging}
            limits: {uploads: 3, conversions: 2, listConsistency: 1 s, signatureValidity: 5 s}
            defaults: {zones: [us-east-1a], tags: {project: test}}
            imports:
              - {name: db, image: db.vmdk, zones: [us-east-1a, us-east-1b], description: Database}
              - {name: web, image: web.vhd}
              - {name: archive, image: archive.raw, size: 2 GiB}

            """,
            to: "plan.yaml"
        )
    }

    /// Runs ferry in the folder.
    func ferry(_ arguments: String..., environment: [String: String] = [:]) async throws -> Command {
        try await Command.run([Self.ferry] + arguments, in: folder.path, environment: environment)
    }

    /// Serves a sandbox whose data lies in `data`, for two minutes at most.
    ///
    /// - Returns: The server, which is to be ended, and what ferry's environment needs to find it.
    func serve(_ options: String...) async throws -> (server: BackgroundCommand, environment: [String: String]) {
        let arguments = [
            Self.ferry, "sandbox", "serve", "--data", "data", "--bucket", "fleet-staging", "--stop-after", "120",
            "--signature-validity", "5",
        ]
        let server = try await BackgroundCommand(arguments + options, in: folder.path, lines: 4)
        return (server, Self.environment(of: server))
    }

    /// The variables that a served sandbox prints for its clients.
    static func environment(of server: BackgroundCommand) -> [String: String] {
        let exports = server.output.split(separator: "\n").map { line in
            line.dropFirst("export ".count).split(separator: "=", maxSplits: 1).map(String.init)
        }
        return Dictionary(exports.map { ($0[0], $0[1]) }) { $1 }
    }

    /// SHA-256 of what qemu-img makes of an image, with zeros after it up to a volume's size in GiB.
    func expectedDigest(of image: String, driver: [String], gibibytes: Int) async throws -> String {
        let raw = folder.path("expected-\(UUID().uuidString).raw")
        let result = try await Command.run(["qemu-img", "convert", "-O", "raw"] + driver + [raw], in: folder.path)
        guard result.exitCode == 0 else { throw Failure(description: result.errorOutput) }
        _ = try await Command.run(["truncate", "--size", "\(gibibytes)G", raw])
        defer { try? FileManager.default.removeItem(atPath: raw) }
        return try await digest(of: raw)
    }

    /// SHA-256 of a file, as coreutils computes it.
    func digest(of path: String) async throws -> String {
        String(try await Command.run(["sha256sum", path], in: folder.path).output.prefix(64))
    }

    /// Kills `ferry apply` after growing delays, and starts it again each time.
    ///
    /// - Parameters:
    ///   - arguments: The arguments after `apply --auto-approve`.
    ///   - folder: The working folder.
    ///   - state: The path of the state file.
    ///   - environment: Variables for the process.
    /// - Returns: How many runs were killed after they had opened the state, which their journal shows.
    static func killApplies(
        _ arguments: [String],
        in folder: TemporaryDirectory,
        state: String,
        environment: [String: String] = [:]
    ) async throws -> Int {
        var interrupted = 0
        // The later delays are for machines on which ferry has not opened the state after half a second.
        for seconds in [0.05, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.2, 2, 4] {
            if interrupted > 2, seconds > 0.6 { break }
            let run = try await BackgroundCommand(
                [ferry, "apply", "--auto-approve"] + arguments,
                in: folder.path,
                environment: environment
            )
            try await Task.sleep(for: .seconds(seconds))
            run.crash()
            let wasKilled = try await run.end() == 128 + SIGKILL
            if wasKilled, FileManager.default.fileExists(atPath: folder.path(state + ".journal")) { interrupted += 1 }
        }
        return interrupted
    }

    /// The number of a sandbox's conversion tasks and volumes.
    func counts(in sandbox: String) throws -> (tasks: Int, volumes: Int) {
        func count(_ name: String, _ suffix: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("\(sandbox)/\(name)"))
                .filter { $0.hasSuffix(suffix) }.count
        }
        return (try count("tasks", ".json"), try count("volumes", ".raw"))
    }

    /// The keys of what a sandbox has in a bucket, without the claims, which stay.
    func stagedKeys(in sandbox: String, bucket: String = "fleet-staging") throws -> [String] {
        let keys = folder.path("\(sandbox)/s3/\(bucket)/keys")
        return try FileManager.default.contentsOfDirectory(atPath: keys).compactMap { name in
            let record = try JSONDecoder().decode(
                ObjectRecord.self,
                from: Data(contentsOf: URL(filePath: "\(keys)/\(name)"))
            )
            return record.key.contains("claims/") ? nil : record.key
        }
    }

    /// The contents of the claims that a sandbox has in a bucket.
    func claims(in sandbox: String, bucket: String = "fleet-staging") throws -> [String] {
        let path = folder.path("\(sandbox)/s3/\(bucket)/blobs")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard let data = try? Data(contentsOf: URL(filePath: "\(path)/\(name)")), data.count < 16384 else {
                return nil
            }
            let text = String(decoding: data, as: UTF8.self)
            return text.contains("\"nonce\"") ? text : nil
        }
    }

    /// The tags of each of a sandbox's volumes.
    func volumeTags(in sandbox: String) throws -> [[String: String]] {
        struct Volume: Decodable { let tags: [String: String] }
        let path = folder.path("\(sandbox)/volumes")
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.map { name in
            try JSONDecoder().decode(Volume.self, from: Data(contentsOf: URL(filePath: "\(path)/\(name)"))).tags
        }
    }

    private struct ObjectRecord: Decodable {
        let key: String
    }

    /// Waits, a minute at most, until a file in the folder holds something.
    func waitForContent(of name: String) async throws {
        for _ in 0..<1200 {
            if let size = try? FileManager.default.attributesOfItem(atPath: folder.path(name))[.size] as? Int, size > 0
            {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "\(name) stays empty")
    }

    private func convert(_ format: String, _ options: [String], to name: String) async throws {
        let arguments = ["qemu-img", "convert", "-f", "raw", "-O", format] + options + ["archive.raw", name]
        let result = try await Command.run(arguments, in: folder.path)
        guard result.exitCode == 0 else { throw Failure(description: result.errorOutput) }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
