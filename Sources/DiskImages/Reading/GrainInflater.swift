import CLibDeflate
import Glibc

/// Decompresses the grains of a stream-optimised VMDK. It owns its libdeflate decompressor.
///
/// The specification says deflate (RFC 1951); every known producer writes zlib streams (RFC 1950), and their Adler-32
/// is the only check a grain has, so nothing else is taken.
final class GrainInflater {
    private let decompressor: OpaquePointer

    init(path: String) throws(DiskImageError) {
        guard let decompressor = libdeflate_alloc_decompressor() else {
            throw DiskImageError(path: path, reason: .system(call: "libdeflate_alloc_decompressor", errno: ENOMEM))
        }
        self.decompressor = decompressor
    }

    deinit {
        libdeflate_free_decompressor(decompressor)
    }

    /// Inflates `input` into `output` and gives the number of bytes, or what is wrong with the data.
    func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Result<Int, DiskImageError.InflateFault> {
        var count = 0
        let result = libdeflate_zlib_decompress(
            decompressor,
            input.baseAddress,
            input.count,
            output.baseAddress,
            output.count,
            &count
        )
        switch result {
        case LIBDEFLATE_SUCCESS: return .success(count)
        case LIBDEFLATE_INSUFFICIENT_SPACE: return .failure(.long)
        case LIBDEFLATE_SHORT_OUTPUT: return .failure(.short)
        default: return .failure(.damaged)
        }
    }
}
