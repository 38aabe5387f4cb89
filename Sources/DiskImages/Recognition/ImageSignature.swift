/// What the first and last bytes of a file say it is.
enum ImageSignature: Equatable {
    /// A VMDK file with the header of a hosted sparse extent.
    case vmdkSparse
    /// A VMDK descriptor as a text file of its own.
    case vmdkDescriptor
    /// A VHD: its footer, or the footer's copy at the start.
    case vhd
    /// A format that is recognized and not read.
    case foreign(ForeignFormat)
    /// Nothing known: a RAW image, or damage.
    case none

    /// The format of the images ferry reads; `nil` for the others.
    var format: DiskImageFormat? {
        switch self {
        case .vmdkSparse, .vmdkDescriptor: .vmdk
        case .vhd: .vhd
        case .foreign, .none: nil
        }
    }

    /// Reads the signature of a file: at most its first 1,024 bytes and its last 512.
    static func read(from file: ImageFile) throws(DiskImageError) -> ImageSignature {
        let head = try file.bytes(at: 0, count: Int(min(file.byteCount, 1024)), of: .header)
        if head.starts(with: "KDMV".utf8) { return .vmdkSparse }
        if head.starts(with: VHDFooter.cookie) { return .vhd }
        if let foreign = foreign(head, fileName: file.name) { return .foreign(foreign) }
        if isDescriptor(head) { return .vmdkDescriptor }
        // A fixed VHD looks like a RAW image until its footer is read; Virtual PC before 2004 wrote it a byte short.
        let tailCount = Int(min(file.byteCount, Int64(VHDFooter.byteCount)))
        let tail = try file.bytes(at: file.byteCount - Int64(tailCount), count: tailCount, of: .footer)
        if tail.starts(with: VHDFooter.cookie) || tail.dropFirst().starts(with: VHDFooter.cookie) { return .vhd }
        return .none
    }

    private static func foreign(_ head: [UInt8], fileName: String) -> ForeignFormat? {
        if head.starts(with: "vhdxfile".utf8) { return .vhdx }
        if head.starts(with: [0x51, 0x46, 0x49, 0xFB]) {
            return head.bigEndian32(at: 4) == 1 ? .qcow : .qcow2
        }
        if head.starts(with: "COWD".utf8) { return .cowd }
        if head.littleEndian64(at: 0) == 0x0000_0000_CAFE_BABE { return .seSparse }
        if head.littleEndian32(at: 64) == 0xBEDA_107F { return .vdi }
        if head.dropFirst(257).starts(with: "ustar".utf8) {
            // The first member of an OVA is its OVF description (DSP0243, section 5.3).
            let member = String(decoding: head.prefix(100).prefix { $0 != 0 }, as: UTF8.self).lowercased()
            let isNamedOVA = FileName.suffix(of: fileName)?.lowercased() == "ova"
            if member.hasSuffix(".ovf") || isNamedOVA { return .ova }
        }
        return nil
    }

    /// Whether the text is a descriptor: its usual first line, or `version=` as the first line that is no comment.
    private static func isDescriptor(_ head: [UInt8]) -> Bool {
        if head.starts(with: "# Disk DescriptorFile".utf8) { return true }
        for line in head.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if line.first == UInt8(ascii: "#") { continue }
            return line.starts(with: "version=".utf8)
        }
        return false
    }
}
