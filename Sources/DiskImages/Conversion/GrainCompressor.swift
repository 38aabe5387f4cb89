import CISAL
import CLibDeflate
import Glibc

/// Compresses grains to zlib streams (RFC 1950). It owns the compressor's memory and belongs to one thread.
final class GrainCompressor {
    /// What compresses, and its memory.
    private enum Engine {
        case isal(ScratchBuffer)
        case libdeflate(OpaquePointer)
    }

    private let engine: Engine

    /// A compressor; `nil` when there is no memory for it.
    init?(level: CompressionLevel) {
        guard let number = level.libdeflateLevel else {
            engine = .isal(ScratchBuffer(byteCount: Int(ferry_isal_level_2_bytes)))
            return
        }
        guard let compressor = libdeflate_alloc_compressor(number) else { return nil }
        engine = .libdeflate(compressor)
    }

    deinit {
        if case .libdeflate(let compressor) = engine { libdeflate_free_compressor(compressor) }
    }

    /// Room that is enough for the compressed form of any `byteCount` bytes: deflate's stored blocks cost five bytes
    /// for each 65,535, and zlib's frame six; compressors want some more to work in.
    static func bound(of byteCount: Int) -> Int { byteCount + byteCount / 8 + 1024 }

    /// Compresses `input` into `output`, which has the room of `bound(of:)`; the number of bytes, or `nil` when that
    /// was not enough.
    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let count =
            switch engine {
            case .isal(let memory):
                ferry_isal_zlib_level_2(
                    input.baseAddress,
                    input.count,
                    output.baseAddress,
                    output.count,
                    memory.bytes.baseAddress
                )
            case .libdeflate(let compressor):
                libdeflate_zlib_compress(
                    compressor,
                    input.baseAddress,
                    input.count,
                    output.baseAddress,
                    output.count
                )
            }
        return count > 0 ? count : nil
    }
}
