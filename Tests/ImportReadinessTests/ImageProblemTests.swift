import DiskImages
import ImageSamples
import ImportReadiness
import TestSupport
import Testing

@Suite struct ImageProblemTests {
    @Test("A problem names the command that solves it")
    func remedies() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(.plain).build().bytes, to: "disk.vmdk")
        let problem = try #require(ImageProblem.all(of: DiskImageInspector.inspect(path: path), path: path).first)
        #expect(problem.severity == .refused)
        #expect(problem.code == "vmdk-not-stream-optimised")
        #expect(problem.message == "a VMDK of type monolithicSparse; EC2 imports stream-optimised VMDK only")
        #expect(
            problem.remedy
                == "ferry convert \(path) \(folder.path)/disk-stream.vmdk"
        )
    }

    @Test("Rejections come before warnings, which keep their own remedy")
    func order() {
        let facts = DiskImageFacts(
            format: .vhd,
            subformat: .dynamic,
            bytes: 1,
            virtualSize: 17 << 40,
            files: ["disk.vhd"],
            warnings: [DiskImageWarning(code: .vhdResized, message: "it was resized", remedy: "look at it")]
        )
        let problems = ImageProblem.all(of: facts, path: "a b.vhd")
        #expect(problems.map(\.code) == ["vhd-too-large", "disk-too-large", "vhd-resized"])
        #expect(problems.map(\.severity) == [.refused, .refused, .warning])
        #expect(problems.map(\.remedy) == ["ferry convert 'a b.vhd' 'a b-stream.vmdk'", nil, "look at it"])
    }
}
