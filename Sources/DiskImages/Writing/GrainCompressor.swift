import CISAL
import CLibDeflate
import Glibc

/// Compresses grains to zlib streams (RFC 1950). It owns the compressor's memory and belongs to one thread.
final class GrainCompressor {
    /// What compresses, and its memory.
    private enum Engine {
        /// ISA-L with its memory, and libdeflate for what shrinks so much that ISA-L is not at its best.
        case isal(ScratchBuffer, second: OpaquePointer)
        case libdeflate(OpaquePointer)
    }

    /// What ISA-L makes smaller than one part in so many is tried once more by libdeflate, at level 3. Such grains are
    /// where ISA-L loses most against zlib (10 to 18 %) and where libdeflate takes least time: a tenth more processor
    /// time for all of a disk makes the image a fifth of a percent smaller.
    private static let secondTryShare = 5

    private let engine: Engine

    /// A compressor; `nil` when there is no memory for it.
    init?(level: CompressionLevel) {
        guard let compressor = libdeflate_alloc_compressor(level.libdeflateLevel) else { return nil }
        engine =
            level == .fast
            ? .isal(ScratchBuffer(byteCount: Int(ferry_isal_level_2_bytes)), second: compressor)
            : .libdeflate(compressor)
    }

    deinit {
        switch engine {
        case .isal(_, let compressor), .libdeflate(let compressor): libdeflate_free_compressor(compressor)
        }
    }

    /// Room that is enough for the compressed form of any `byteCount` bytes: deflate's stored blocks cost five bytes
    /// for each 65,535, and zlib's frame six; compressors want some more to work in.
    static func bound(of byteCount: Int) -> Int { byteCount + byteCount / 8 + 1024 }

    /// Compresses `input` into `output`, which has the room of `bound(of:)`; the number of bytes, or `nil` when that
    /// was not enough.
    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let count =
            switch engine {
            case .isal(let memory, let second): compress(input, into: output, memory: memory, second: second)
            case .libdeflate(let compressor): compress(input, into: output, with: compressor)
            }
        return count > 0 ? count : nil
    }

    private func compress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        memory: ScratchBuffer,
        second: OpaquePointer
    ) -> Int {
        let count = ferry_isal_zlib_level_2(
            input.baseAddress,
            input.count,
            output.baseAddress,
            output.count,
            memory.bytes.baseAddress
        )
        guard count > 0, count < input.count / Self.secondTryShare, 2 * count <= output.count else { return count }
        // Behind the first, in as many bytes: a form that is not smaller does not fit, which is no error.
        let room = UnsafeMutableRawBufferPointer(rebasing: output[count..<2 * count])
        let secondCount = compress(input, into: room, with: second)
        guard secondCount > 0 else { return count }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[..<secondCount]))
        return secondCount
    }

    /// The number of bytes; 0 when there is no room for them.
    private func compress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        with compressor: OpaquePointer
    ) -> Int {
        libdeflate_zlib_compress(compressor, input.baseAddress, input.count, output.baseAddress, output.count)
    }
}
