import Foundation
import Glibc
import TestSupport
import Testing

@Suite("ferry inspect and ferry convert")
struct ImageCommandsTests {
    @Test("inspect tells what each image is, and that one of them is refused")
    func inspect() async throws {
        let workspace = try await Workspace()
        _ = try await Command.run(
            ["qemu-img", "convert", "-O", "vmdk", "-o", "subformat=monolithicSparse", "archive.raw", "sparse.vmdk"],
            in: workspace.folder.path
        )
        let fine = try await workspace.ferry("inspect", "--deep", "web.vhd", "archive.raw")
        #expect(fine.exitCode == 0, "\(fine.output)\(fine.errorOutput)")
        #expect(
            fine.output == """
                web.vhd
                  format      VHD, dynamic, made by qem2 5.3
                  disk        20.0 MiB (20971520 bytes), needs a volume of 1 GiB
                  stored      12.0 MiB
                  file        12.0 MiB
                  verified    12.0 MiB, all sound

                archive.raw
                  format      RAW, raw
                  disk        20.0 MiB (20971520 bytes), needs a volume of 1 GiB
                  file        20.0 MiB
                  verified    20.0 MiB, all sound

                2 images: 2 that EC2 imports, 0 that it would refuse, 0 unreadable or damaged.

                """
        )
        let refused = try await workspace.ferry("inspect", "sparse.vmdk", "absent.vmdk")
        #expect(refused.exitCode == 1)
        #expect(refused.output.contains("ferry convert sparse.vmdk sparse-stream.vmdk"))
        #expect(refused.output.contains("unreadable  open: No such file or directory"))
        let summary = "2 images: 0 that EC2 imports, 1 that it would refuse, 1 unreadable or damaged.\n"
        #expect(refused.output.hasSuffix(summary))
    }

    @Test("inspect --json is for programs, in the order of the arguments")
    func inspectJSON() async throws {
        let workspace = try await Workspace()
        let result = try await workspace.ferry("inspect", "--json", "--digest", "db.vmdk", "absent.vhd", "web.vhd")
        #expect(result.exitCode == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        )
        let images = try #require(object["images"] as? [[String: Any]])
        #expect(images.map { $0["path"] as? String } == ["db.vmdk", "absent.vhd", "web.vhd"])
        #expect(images.map { $0["verdict"] as? String } == ["importable", "unreadable", "importable"])
        #expect((images[1]["error"] as? [String: Any])?["code"] as? String == "system-call-failed")
        #expect((images[0]["digest"] as? String)?.count == 64)
    }

    @Test("convert writes a VMDK that EC2 takes and a RAW file with the same bytes, and replaces nothing unasked")
    func convert() async throws {
        let workspace = try await Workspace()
        let vmdk = try await workspace.ferry("convert", "web.vhd", "out.vmdk")
        #expect(vmdk.exitCode == 0, "\(vmdk.errorOutput)")
        #expect(vmdk.output.hasPrefix("out.vmdk: "))
        #expect(try await workspace.ferry("inspect", "--deep", "out.vmdk").exitCode == 0)
        #expect(try await workspace.ferry("convert", "--json", "out.vmdk", "out.raw").exitCode == 0)
        #expect(try await workspace.digest(of: "out.raw") == workspace.digest(of: "archive.raw"))

        let again = try await workspace.ferry("convert", "web.vhd", "out.raw")
        #expect(again.exitCode == 1)
        #expect(again.errorOutput.contains("the file exists already; give another destination, or --overwrite"))
        #expect(try await workspace.ferry("convert", "--overwrite", "web.vhd", "out.raw").exitCode == 0)
        let unknown = try await workspace.ferry("convert", "web.vhd", "out.qcow2")
        #expect(unknown.exitCode == 64)
    }

    @Test("Ctrl-C ends a conversion and leaves nothing behind")
    func interruption() async throws {
        let folder = try TemporaryDirectory()
        _ = try await Command.run(["truncate", "--size", "1G", "disk.raw"], in: folder.path)
        // Data everywhere, so that there is time to stop it: every MiB has a byte.
        let script = "f=open('disk.raw','r+b')\nfor i in range(1024): f.seek(i<<20); f.write(bytes(range(256))*4096)"
        #expect(try await Command.run(["python3", "-c", script], in: folder.path).exitCode == 0)
        let convert = try await BackgroundCommand(
            [Workspace.ferry, "convert", "--level", "smallest", "disk.raw", "out.vmdk"],
            in: folder.path
        )
        // Signals are watched before anything is written.
        while convert.isRunning, !FileManager.default.fileExists(atPath: folder.path("out.vmdk.ferry-partial")) {
            try await Task.sleep(for: .milliseconds(5))
        }
        convert.send(SIGINT)
        #expect(try await convert.end() == 130)
        #expect(convert.errorOutput == "Stopped; nothing was written.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["disk.raw"])
    }
}
