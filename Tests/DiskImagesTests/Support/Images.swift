import DiskImages
import Foundation
import Glibc
import Hashing
import TestSupport
import Testing

/// The error a body is expected to end with, without what comes with its case.
func reason(of body: () throws -> Void) -> String {
    do {
        try body()
        return "none"
    } catch let error as DiskImageError {
        return error.reason.name
    } catch {
        return "\(error)"
    }
}

extension DiskImageError.Reason {
    /// The case's name alone.
    var name: String { String(String(describing: self).prefix { $0 != "(" }) }
}

/// SHA-256 of a file's content, read piece by piece: disks are larger than a test's memory.
func digest(ofFile path: String) throws -> SHA256Digest {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    var hash = SHA256()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(piece) }
    return hash.finish()
}

/// Converts an image to a new RAW file of the disk's size, in `folder`, and gives its path.
@discardableResult
func convert(_ path: String, in folder: TemporaryDirectory, declared: DiskImageFormat? = nil) throws -> String {
    let image = try DiskImage.open(path: path, declared: declared)
    let output = folder.path("converted-\(UUID().uuidString).raw")
    let conversion = try RawImageWriter.write(image, to: output, size: image.virtualSize)
    #expect(conversion.bytes == image.virtualSize)
    return output
}

/// A file of `byteCount` bytes that are zeros in some 64 KiB stretches, noise in some and text in the others.
func writePattern(to path: String, byteCount: Int, seed: UInt64 = 1) throws {
    var generator = SplitMix(state: seed)
    let text = [UInt8](repeating: 0x61, count: 64 << 10)
    let zeros = [UInt8](repeating: 0, count: 64 << 10)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount + (64 << 10))
    while bytes.count < byteCount {
        switch generator.next() % 3 {
        case 0: bytes += zeros
        case 1: bytes += text
        default:
            let words = (0..<8192).map { _ in generator.next() }
            words.withUnsafeBytes { bytes += $0 }
        }
    }
    bytes.removeLast(bytes.count - byteCount)
    try Data(bytes).write(to: URL(filePath: path))
}

/// A small generator with a seed, so that a failing test fails again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
