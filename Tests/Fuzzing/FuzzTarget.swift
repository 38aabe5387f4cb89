import DiskImages
import Glibc

/// What libFuzzer calls: one input is one image file, read the whole way as ferry reads it.
///
/// `FERRY_FUZZ_FORMAT` says what the input is: `vmdk` a sparse file, `vmdk-descriptor` a descriptor beside extents that
/// are there, `vhd`, or `raw`. Whatever the bytes are, the outcome is a disk or a `DiskImageError`; anything else ends
/// the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzedImage.shared.run(UnsafeBufferPointer(start: data, count: count))
    return 0
}

/// The folder `FERRY_FUZZ_FOLDER`, in memory, with the file that each input is written to.
struct FuzzedImage {
    static let shared = FuzzedImage()

    /// Small enough that an input is read in milliseconds, large enough for every kind of table.
    private static let limits: DiskImageReadingLimits = {
        var limits = DiskImageReadingLimits()
        limits.virtualSize = 96 << 20
        limits.memory = 16 << 20
        return limits
    }()

    private let format: String
    private let path: String
    private let output: String
    private let stream: String

    private init() {
        format = getenv("FERRY_FUZZ_FORMAT").map { String(cString: $0) } ?? "vmdk"
        guard let folder = getenv("FERRY_FUZZ_FOLDER").map({ String(cString: $0) }) else {
            fatalError("FERRY_FUZZ_FOLDER names no empty folder; Scripts/fuzz does")
        }
        path = "\(folder)/\(format == "vhd" ? "disk.vhd" : format == "raw" ? "disk.img" : "disk.vmdk")"
        output = "\(folder)/out"
        stream = "\(folder)/stream.vmdk"
        if format == "vmdk-descriptor" { Self.writeExtents(in: folder) }
    }

    func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var bytes = Array(bytes)
        // Random bytes have no right checksums: without help nothing behind them would ever be reached. The first
        // byte of the footer's reserved area keeps some inputs as they are.
        if format == "vhd", bytes.count >= 512, bytes[bytes.count - 427] != 1 { Self.sealVHD(&bytes) }
        Self.write(bytes, to: path)
        do {
            let image = try DiskImage.open(path: path, limits: Self.limits)
            try read(image)
        } catch let error as DiskImageError {
            // The words are made of the input too.
            _ = error.description
        } catch {
            fatalError("an error of another type: \(error)")
        }
    }

    /// Goes through the disk in two ways, which must give the same bytes.
    private func read(_ image: DiskImage) throws {
        guard image.virtualSize <= Self.limits.virtualSize else { fatalError("a disk beyond the limit") }
        var end: Int64 = 0
        var stored: Int64 = 0
        // Holes are left in whole blocks: a block with a stored sector is written whole.
        var blocks: Int64 = 0
        try image.forEachExtent { extent in
            guard extent.offset == end, extent.length > 0 else { fatalError("runs with gaps: \(extent)") }
            end += extent.length
            if extent.kind == .data {
                stored += extent.length
                blocks += (extent.offset + extent.length + 4095) / 4096 - extent.offset / 4096
            }
        }
        guard end == image.virtualSize else { fatalError("runs end at \(end), the disk at \(image.virtualSize)") }
        // No alias, no bomb: stored bytes are in the file one by one, or inflated from at least a few bytes a grain.
        guard stored <= 2048 * image.facts.bytes else { fatalError("\(stored) bytes out of \(image.facts.bytes)") }
        var options = ImageWritingOptions()
        options.threads = 2
        options.isDurable = false
        // Every range is claimed once: damage that verification does not find is none that reading may find.
        let verification = try DiskImageVerifier.verify(image, threads: 2)
        let conversion: WrittenRawImage
        do {
            conversion = try RawImageWriter.write(image, to: output, size: image.virtualSize, options: options)
        } catch let error as DiskImageError {
            guard !verification.isSound else { fatalError("sound, but not readable: \(error)") }
            throw error
        }
        guard verification.isSound else { fatalError("read in spite of \(verification.damages)") }
        guard conversion.dataBytes <= blocks * 4096 else { fatalError("more written than stored") }
        let copy = try DiskImage.open(path: output, declared: .raw)
        var one = [UInt8](repeating: 0, count: 100_000)
        var other = one
        var position: Int64 = 0
        while position < image.virtualSize {
            let count = Int(min(Int64(one.count), image.virtualSize - position))
            try one.withUnsafeMutableBytes { try image.read(at: position, into: .init(rebasing: $0[..<count])) }
            try other.withUnsafeMutableBytes { try copy.read(at: position, into: .init(rebasing: $0[..<count])) }
            guard one == other else { fatalError("two ways of reading differ at \(position)") }
            position += Int64(count) * (position < 1 << 20 ? 1 : 37)
        }
        try roundTrip(image, options: options)
    }

    /// Whatever the disk holds, ferry's own VMDK of it holds it too.
    private func roundTrip(_ image: DiskImage, options: ImageWritingOptions) throws {
        guard image.virtualSize <= 4 << 20 else { return }
        try StreamOptimizedImageWriter.write(image, to: stream, options: options)
        let written = try DiskImage.open(path: stream)
        guard written.facts.warnings.isEmpty else { fatalError("\(written.facts.warnings)") }
        var one = [UInt8](repeating: 0, count: Int(image.virtualSize))
        var other = [UInt8](repeating: 0, count: Int(written.virtualSize))
        try one.withUnsafeMutableBytes { try image.read(at: 0, into: $0) }
        try other.withUnsafeMutableBytes { try written.read(at: 0, into: $0) }
        guard other.starts(with: one), other.dropFirst(one.count).allSatisfy({ $0 == 0 }) else {
            fatalError("what was written is not what was read")
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0, bytes.isEmpty || Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("\(path): \(errno)")
        }
        close(descriptor)
    }

    /// A flat extent, a sparse one that is none, and a link, for descriptors to name.
    private static func writeExtents(in folder: String) {
        write([UInt8](repeating: 7, count: 64 << 10), to: "\(folder)/a")
        write([UInt8](repeating: 9, count: 1 << 10), to: "\(folder)/b")
        guard symlink("/etc/passwd", "\(folder)/c") == 0 else { fatalError("symlink: \(errno)") }
    }

    /// Makes the checksums of footer, copy and dynamic header fit, and the copy the footer's.
    private static func sealVHD(_ bytes: inout [UInt8]) {
        let footer = bytes.count - 512
        seal(&bytes, footer..<footer + 512, checksum: 64)
        guard bytes.count >= 2048, bytes[footer + 63] == 3 else { return }
        bytes.replaceSubrange(0..<512, with: Array(bytes[footer...]))
        let offset = bytes[18..<24].reduce(0) { $0 << 8 | Int($1) }
        guard offset <= bytes.count - 1024 else { return }
        seal(&bytes, offset..<offset + 1024, checksum: 36)
        seal(&bytes, footer..<footer + 512, checksum: 64)
        seal(&bytes, 0..<512, checksum: 64)
    }

    private static func seal(_ bytes: inout [UInt8], _ range: Range<Int>, checksum: Int) {
        let field = range.lowerBound + checksum..<range.lowerBound + checksum + 4
        bytes.replaceSubrange(field, with: [0, 0, 0, 0])
        let sum = ~bytes[range].reduce(UInt32(0)) { $0 &+ UInt32($1) }
        bytes.replaceSubrange(field, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    }
}
