/// Something that holds guest bytes: a whole disk, or one extent of it.
///
/// It says where bytes are and checks the tables that lead there; a `PieceReader` reads them.
protocol GuestContent {
    /// The number of guest bytes.
    var size: Int64 { get }

    /// The bytes from `offset` on, which lies in `0..<size`, as far as they are stored in one way.
    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece
}
