import DiskImages
import Foundation
import ImageSamples
import TestSupport
import Testing

/// Images with a few bytes changed at random, each time the same ones. `Scripts/fuzz` goes further.
@Suite struct MutationTests {
    /// A right image, by the name of its file.
    struct Original: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    static let originals: [Original] = {
        let block = SparseVMDK.pattern(1, count: HandmadeVHD.blockBytes)
        let layouts = SparseVMDK.Layout.allCases.map {
            Original(name: "\($0).vmdk", bytes: SparseVMDK.usual($0).build().bytes)
        }
        return layouts + [
            Original(name: "dynamic.vhd", bytes: HandmadeVHD.dynamic([block, nil, block], bitmap: 0xF0)),
            Original(name: "fixed.vhd", bytes: HandmadeVHD.fixed(block)),
        ]
    }()

    @Test("Whatever the bytes, the outcome is a disk or an error that says where", arguments: originals)
    func mutations(original: Original) throws {
        let folder = try TemporaryDirectory()
        var limits = DiskImageReadingLimits()
        limits.virtualSize = 64 << 20
        limits.memory = 8 << 20
        var generator = SplitMix(state: UInt64(original.bytes.count))
        var outcomes: Set<String> = []
        for _ in 0..<300 {
            var bytes = original.bytes
            // Numbers of headers and tables are where it hurts: most changes are in the first and last sectors.
            for _ in 0...(generator.next() % 4) {
                let place = Int(generator.next() % 2048)
                let index = generator.next() % 3 == 0 ? bytes.count - 1 - place % bytes.count : place % bytes.count
                let values = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: generator.next())]
                bytes[index] = values[Int(generator.next() % 6)]
            }
            if generator.next() % 8 == 0 { bytes.removeLast(Int(generator.next() % UInt64(bytes.count))) }
            let path = try folder.write(bytes, to: original.name)
            do {
                let image = try DiskImage.open(path: path, limits: limits)
                let verification = try DiskImageVerifier.verify(image, threads: 2)
                let written = reason {
                    var options = ImageWritingOptions()
                    options.isDurable = false
                    try RawImageWriter.write(image, to: folder.path("out"), size: image.virtualSize, options: options)
                }
                #expect((written == "none") == verification.isSound)
                outcomes.insert(written)
            } catch let error as DiskImageError {
                #expect(error.description.hasPrefix(path))
                #expect(error.problem != "" && error.description.contains(error.problem))
                outcomes.insert(error.reason.name)
            }
        }
        // Both kinds of outcome are reached, or the test shows nothing.
        #expect(outcomes.contains("none"))
        #expect(outcomes.count > 2)
    }
}
