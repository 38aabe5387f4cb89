import Foundation
import TestSupport
import Testing

/// Images that EC2 would refuse for their layout, converted by ferry on the way.
@Suite("convert: stream-optimized")
struct ConversionTests {
    private let workspace: Workspace
    private var folder: TemporaryDirectory { workspace.folder }

    init() async throws {
        workspace = try await Workspace()
        for subformat in ["monolithicSparse", "twoGbMaxExtentSparse", "monolithicFlat"] {
            let arguments = [
                "-f", "raw", "-O", "vmdk", "-o", "subformat=\(subformat)", "archive.raw", "\(subformat).vmdk",
            ]
            let result = try await Command.run(["qemu-img", "convert"] + arguments, in: folder.path)
            try #require(result.exitCode == 0, "\(result.errorOutput)")
        }
        try folder.write(
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-us}
            targets: {eu-west-1: {staging: {bucket: fleet-eu}}}
            defaults: {convert: stream-optimized, zones: [us-east-1a]}
            imports:
              - {name: sparse, image: monolithicSparse.vmdk, zones: [us-east-1a, us-east-1b]}
              - {name: split, image: twoGbMaxExtentSparse.vmdk}
              - {name: flat, image: monolithicFlat.vmdk}
              - {name: db, image: db.vmdk}
              - {name: europe, image: monolithicSparse.vmdk, region: eu-west-1, zones: [eu-west-1a]}

            """,
            to: "plan.yaml"
        )
    }

    private func requireVolumes(
        _ count: Int,
        bytes: Int = 20 << 20,
        buckets: [String] = ["fleet-us", "fleet-eu"]
    ) async throws {
        let sandbox = folder.path(".ferry/sandbox")
        let volumes = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox)/volumes")
            .filter { $0.hasSuffix(".raw") }
        #expect(volumes.count == count)
        for volume in volumes {
            let arguments = ["cmp", "--bytes=\(bytes)", "archive.raw", "\(sandbox)/volumes/\(volume)"]
            let comparison = try await Command.run(arguments, in: folder.path)
            #expect(comparison.exitCode == 0, "\(comparison.output)\(comparison.errorOutput)")
        }
        for bucket in buckets {
            #expect(try workspace.stagedKeys(in: ".ferry/sandbox", bucket: bucket) == [])
        }
    }

    /// The scratch files, of whatever state.
    private func scratch(_ name: String = ".ferry/converted") -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path(name))) ?? []
        return paths.filter { $0.contains("/") }
    }

    @Test("every volume has the image's bytes; the plan says what is converted; scratch and staging are left empty")
    func wholeMigration() async throws {
        #expect(try await workspace.ferry("validate", "plan.yaml").errorOutput == "")
        let plan = try await workspace.ferry("plan", "--sandbox", "--out", "saved.json", "plan.yaml")
        #expect(plan.output.contains("6 to create"))
        #expect(plan.output.components(separatedBy: ", converted to stream-optimized → 1 GiB").count == 6)
        #expect(!FileManager.default.fileExists(atPath: folder.path(".ferry/converted")))
        let apply = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "--scratch", "big", "saved.json")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        // One image for two regions is converted once.
        #expect(apply.output.components(separatedBy: "rewriting   ").count == 4, "\(apply.output)")
        #expect(scratch("big") == [] && scratch() == [])
        try await requireVolumes(6)
        let again = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0 && again.output.hasPrefix("No changes."), "\(again.output)")

        // The lock tells the same where the images are not.
        #expect(try await workspace.ferry("lock", "plan.yaml").exitCode == 0)
        #expect(try await workspace.ferry("lock", "--check", "plan.yaml").exitCode == 0)
        for name in ["monolithicSparse.vmdk", "twoGbMaxExtentSparse.vmdk", "monolithicFlat.vmdk", "db.vmdk"] {
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
        let without = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(without.exitCode == 0 && without.output.hasPrefix("No changes."), "\(without.output)")
    }

    @Test("killed again and again, in conversions too, it goes on: every volume is there once")
    func killed() async throws {
        let interrupted = try await Workspace.killApplies(
            ["--sandbox", "plan.yaml"],
            in: folder,
            state: ".ferry/sandbox/ferry.state.json"
        )
        try #require(interrupted > 0)
        let last = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 6, volumes: 6))
        #expect(scratch() == [])
        let again = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0 && again.output.hasPrefix("No changes."), "\(again.output)")
        try await requireVolumes(6)
    }

    @Test("killed in a conversion, it is made anew; killed in the upload after it, the finished file is used")
    func killedInBetween() async throws {
        var block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> (9 + $0 & 7)) }
        var disk: [UInt8] = []
        for number in 0..<UInt8(96) {
            for start in stride(from: 0, to: block.count, by: 4096) { block[start] = number }
            disk += block
        }
        try folder.write(disk, to: "archive.raw")
        let arguments = ["-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicSparse", "archive.raw", "big.vmdk"]
        let result = try await Command.run(["qemu-img", "convert"] + arguments, in: folder.path)
        try #require(result.exitCode == 0, "\(result.errorOutput)")
        func manifest(_ limits: String) -> String {
            """
            version: 1
            name: fleet
            staging: {bucket: fleet-us}
            limits: {\(limits)}
            imports: [{name: big, image: big.vmdk, convert: true, zones: [us-east-1a]}]

            """
        }
        try folder.write(manifest("uploads: 1, bandwidth: 64 KiB/s"), to: "plan.yaml")
        for suffixes in [[".ferry-partial", ".vmdk"], [".parts"]] {
            let apply = try await BackgroundCommand(
                [Workspace.ferry, "apply", "--sandbox", "--auto-approve", "plan.yaml"],
                in: folder.path,
                lines: 1
            )
            for _ in 0..<6000 where !scratch().contains(where: { file in suffixes.contains { file.hasSuffix($0) } }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            apply.crash()
            #expect(scratch().contains { file in suffixes.contains { file.hasSuffix($0) } }, "\(scratch())")
        }
        try folder.write(manifest("uploads: 4"), to: "plan.yaml")
        let last = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(!last.output.contains("rewriting"), "\(last.output)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 1, volumes: 1))
        #expect(scratch() == [])
        try await requireVolumes(1, bytes: disk.count, buckets: ["fleet-us"])
    }

    @Test("a plan is stale once an extent has changed; the changed image replaces the volume")
    func changedExtent() async throws {
        let plan = try await workspace.ferry("plan", "--sandbox", "--out", "saved.json", "plan.yaml")
        #expect(plan.exitCode == 0)
        var bytes = try Data(contentsOf: URL(filePath: folder.path("monolithicFlat-flat.vmdk")))
        bytes[5] ^= 0xFF
        try bytes.write(to: URL(filePath: folder.path("monolithicFlat-flat.vmdk")))
        let stale = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "saved.json")
        #expect(stale.exitCode == 4 && stale.errorOutput.contains("monolithicFlat.vmdk has another content"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }
}
