import Foundation
import TestSupport

/// Disk images made by qemu-img, the converter that everybody has.
enum QemuImage {
    /// A failure of qemu-img, with what it printed.
    struct Failure: Error {
        let output: String
    }

    /// The kinds of image that EC2 imports, and how qemu-img makes them.
    enum Kind: String, CaseIterable, Sendable {
        case streamOptimized, dynamicVHD, fixedVHD, raw, monolithicSparse

        /// EC2's name of the format.
        var format: String {
            switch self {
            case .streamOptimized, .monolithicSparse: "VMDK"
            case .dynamicVHD, .fixedVHD: "VHD"
            case .raw: "RAW"
            }
        }

        fileprivate var options: [String] {
            switch self {
            case .streamOptimized: ["-O", "vmdk", "-o", "subformat=streamOptimized"]
            case .monolithicSparse: ["-O", "vmdk", "-o", "subformat=monolithicSparse"]
            case .dynamicVHD: ["-O", "vpc", "-o", "subformat=dynamic,force_size=on"]
            case .fixedVHD: ["-O", "vpc", "-o", "subformat=fixed,force_size=on"]
            case .raw: ["-O", "raw"]
            }
        }
    }

    /// The bytes of a disk: data, a gap, the same data again, data that doesn't compress.
    static func guest() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 5 << 20)
        var generator = SystemRandomNumberGenerator()
        for place in [0, 3 << 20] {
            for index in 0..<(300 << 10) { bytes[place + index] = UInt8(truncatingIfNeeded: index / 7) }
        }
        for start in stride(from: 4 << 20, to: (4 << 20) + (200 << 10), by: 8) {
            let word = generator.next()
            for byte in 0..<8 { bytes[start + byte] = UInt8(truncatingIfNeeded: word >> UInt64(byte * 8)) }
        }
        return bytes
    }

    /// An image of `kind` that holds `guest`.
    static func make(_ kind: Kind, of guest: [UInt8]) async throws -> [UInt8] {
        let folder = try TemporaryDirectory()
        let source = try folder.write(guest, to: "guest.raw")
        let target = folder.path("image")
        let command = ["qemu-img", "convert", "-f", "raw"] + kind.options + [source, target]
        let result = try await Command.run(command)
        guard result.exitCode == 0 else { throw Failure(output: result.errorOutput) }
        return Array(try Data(contentsOf: URL(filePath: target)))
    }

    /// What `qemu-img convert -O raw` makes of an image.
    static func raw(of image: [UInt8], kind: Kind) async throws -> [UInt8] {
        let folder = try TemporaryDirectory()
        let source = try folder.write(image, to: "image")
        let target = folder.path("raw")
        let format = ["VMDK": "vmdk", "VHD": "vpc", "RAW": "raw"][kind.format] ?? "raw"
        let result = try await Command.run(["qemu-img", "convert", "-f", format, "-O", "raw", source, target])
        guard result.exitCode == 0 else { throw Failure(output: result.errorOutput) }
        return Array(try Data(contentsOf: URL(filePath: target)))
    }
}
