import DiskImages
import Foundation
import ImageSamples
import ImportReadiness
import TestSupport
import Testing

/// What a person reads about an image that cannot be used.
@Suite struct ImageDiagnosisTests {
    private static func message(_ path: String) -> String {
        do {
            _ = try DiskImage.open(path: path)
            return "no error"
        } catch {
            return ImageDiagnosis.describe(error)
        }
    }

    @Test("A diagnosis says where, what and what to do")
    func sentences() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.front).build()
        file.put(UInt32(9), at: 4)
        let version = try folder.write(file.bytes, to: "version.vmdk")
        #expect(
            Self.message(version)
                == "\(version) at byte 4: version 9 of the format is not known; the image is damaged or incomplete: "
                + "export or copy it again"
        )
        let qcow = try folder.write(Array("QFI".utf8) + [0xFB, 0, 0, 0, 2], to: "it's a disk.qcow2")
        let quoted = "'\(folder.path)/it'\\''s a disk"
        #expect(
            Self.message(qcow)
                == "\(qcow): a QCOW2 image, which EC2 does not import; convert it: "
                + "qemu-img convert -f qcow2 -O vmdk -o subformat=streamOptimized \(quoted).qcow2' \(quoted)-stream.vmdk'"
        )
        let absent = folder.path("absent.raw")
        #expect(Self.message(absent) == "\(absent): open: No such file or directory")
        let named = try folder.write([UInt8](repeating: 1, count: 512), to: "disk.vmdk")
        #expect(
            Self.message(named)
                == "\(named): named .vmdk, but the content is of no known disk format; export it again, or give the "
                + "format RAW in the migration manifest if it holds plain disk bytes"
        )
    }

    @Test("The description of an error that is not about an image is its own")
    func otherErrors() {
        struct Other: Error, CustomStringConvertible { let description = "something else" }
        #expect(ImageDiagnosis.describe(Other()) == "something else")
    }

    @Test("Each foreign format has the command that converts it", arguments: ForeignFormat.allCases)
    func foreign(format: ForeignFormat) {
        let command =
            switch format {
            case .vhdx: "qemu-img convert -f vhdx -O vmdk -o subformat=streamOptimized"
            case .qcow2: "qemu-img convert -f qcow2 -O vmdk -o subformat=streamOptimized"
            case .qcow: "qemu-img convert -f qcow -O vmdk -o subformat=streamOptimized"
            case .vdi: "qemu-img convert -f vdi -O vmdk -o subformat=streamOptimized"
            case .ova: "tar -xf"
            case .cowd, .seSparse: "vmkfstools -i"
            }
        let diagnosis = ImageDiagnosis(DiskImageError(path: "disk.raw", reason: .foreign(format)))
        #expect(diagnosis.problem == "a \(format.rawValue) image, which EC2 does not import")
        #expect(diagnosis.description.contains("\(command) "), "\(diagnosis)")
    }

    @Test(
        "An object in S3 is fetched first, in the version that was inspected",
        arguments: [
            ("s3://b/it/a.vhdx", "aws s3 cp 's3://b/it/a.vhdx' a.vhdx && qemu-img convert -f vhdx"),
            (
                "s3://b/it/a.vhdx?versionId=v.1",
                "aws s3api get-object --bucket b --key it/a.vhdx --version-id v.1 a.vhdx && qemu-img convert -f vhdx"
            ),
        ]
    )
    func object(url: String, command: String) async throws {
        let error = await #expect(throws: DiskImageError.self) {
            try await DiskImageInspector.inspect(path: url, fileName: "a.vhdx", byteCount: 1024) { range in
                Array(Array("vhdxfile".utf8) + [UInt8](repeating: 0, count: range.count - 8))
            }
        }
        let diagnosis = ImageDiagnosis(try #require(error))
        #expect(diagnosis.description.contains(command), "\(diagnosis)")
    }

    @Test("EC2's reasons are added to what the image library knows")
    func problems() {
        let error = DiskImageError(path: "disk.vmdk", reason: .extentsElsewhere)
        #expect(ImageDiagnosis(error).problem == "the descriptor of a VMDK of several files; EC2 imports one")
        #expect(error.description == "disk.vmdk: the descriptor of a VMDK of several files")
    }
}
