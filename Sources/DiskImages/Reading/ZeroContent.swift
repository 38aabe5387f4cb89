/// Guest bytes that are stored nowhere: a `ZERO` extent of a VMDK.
struct ZeroContent: GuestContent {
    let size: Int64

    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece {
        GuestPiece(offset: offset, length: size - offset, source: .nowhere)
    }
}
