import FileSystem

/// A disk image opened for reading.
///
/// It reads what it needs when it needs it, keeps its files open, and belongs to one thread at a time: calls block
/// on files and move caches. Damage is found no later than when the bytes it concerns are read.
package final class DiskImage {
    /// What the headers and tables tell.
    package let facts: DiskImageFacts

    private let path: String
    /// Where the guest's bytes are.
    let content: any GuestContent
    private let files: [ImageFile]
    private let reader = PieceReader()

    /// The size of the disk the guest sees, in bytes.
    package var virtualSize: Int64 { facts.virtualSize }

    private init(path: String, opened: OpenedImage) {
        self.path = path
        facts = opened.facts
        content = opened.content
        files = opened.files
    }

    /// Opens an image.
    ///
    /// - Parameters:
    ///   - path: The image: the descriptor where a VMDK has several files.
    ///   - declared: The format the image is expected to have; see `DiskImageInspector.inspect(path:declared:)`.
    ///   - limits: What reading may cost.
    /// - Throws: Why the image can't be read.
    package static func open(
        path: String,
        declared: DiskImageFormat? = nil,
        limits: DiskImageReadingLimits = .default
    ) throws(DiskImageError) -> DiskImage {
        try open(try ImageFile(path: path), declared: declared, limits: limits)
    }

    /// Opens an image in a file.
    static func open(
        _ file: ImageFile,
        declared: DiskImageFormat?,
        limits: DiskImageReadingLimits
    ) throws(DiskImageError) -> DiskImage {
        let path = file.path
        let budget = ReadingBudget(limits)
        let opened =
            switch try FormatRecognition.recognise(file, declared: declared) {
            case .vmdkSparse: try VMDKImage.openSparse(file, budget: budget)
            case .vmdkDescriptor: try VMDKImage.openDescriptor(file, budget: budget)
            case .vhd: try VHDImage.open(file, budget: budget)
            case .foreign(let format): throw DiskImageError(path: path, reason: .foreign(format))
            case .none: try RawImage.open(file, budget: budget)
            }
        return DiskImage(path: path, opened: opened)
    }

    /// Fills `buffer` with the guest's bytes from `offset` on, with zeros where the image stores nothing.
    ///
    /// - Parameter buffer: Only written, and only during the call. After an error its content is undefined.
    /// - Throws: Also when the range is not inside the disk.
    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError) {
        guard offset >= 0, Int64(buffer.count) <= virtualSize, offset <= virtualSize - Int64(buffer.count) else {
            throw DiskImageError(path: path, reason: .beyondDisk(size: virtualSize))
        }
        var position = offset
        let end = offset + Int64(buffer.count)
        while position < end {
            let piece = try content.piece(at: position).until(end)
            let first = Int(position - offset)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[first..<first + Int(piece.length)])
            try reader.read(piece, into: part)
            position = piece.end
        }
    }

    /// Goes through the disk from its first byte to its last in runs of stored and of absent bytes.
    ///
    /// - Parameter body: Takes each run; neighbours differ in kind, and together they cover the disk.
    /// - Throws: What `body` throws, or a `DiskImageError`.
    package func forEachExtent(_ body: (DiskImageExtent) throws -> Void) throws {
        var start: Int64 = 0
        var kind: DiskImageExtent.Kind?
        var position: Int64 = 0
        while position < virtualSize {
            let piece = try content.piece(at: position)
            if let current = kind, current != piece.kind {
                try body(DiskImageExtent(offset: start, length: position - start, kind: current))
                start = position
            }
            kind = piece.kind
            position = piece.end
        }
        if let kind { try body(DiskImageExtent(offset: start, length: virtualSize - start, kind: kind)) }
    }

    /// Whether the file at `path`, by whatever name, is one the image is read from.
    func isStored(in path: String) -> Bool {
        guard let other = FileIdentity(path: path) else { return false }
        return files.contains { $0.identity.isSameFile(as: other) }
    }

    /// Throws when one of the image's files is no longer in the state it was opened in.
    package func requireUnchanged() throws(DiskImageError) {
        for file in files { try file.requireUnchanged() }
    }
}
