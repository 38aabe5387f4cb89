import FileSystem

/// The extents a descriptor names, opened one by one and held against each other.
struct VMDKExtents {
    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ identity: FileIdentity) {
            device = identity.device
            inode = identity.inode
        }
    }

    /// The contents, in the order of the disk.
    private(set) var contents: [any GuestContent] = []
    /// The extents' files, each once.
    private(set) var opened: [ImageFile] = []
    /// The headers of sparse extents.
    private(set) var headers: [VMDKSparseHeader] = []
    /// The length of the descriptor and of all extents' files, in bytes.
    private(set) var byteCount: Int64
    /// The guest bytes stored in sparse extents; `nil` once there is a flat one, or one too large to count.
    private(set) var allocatedBytes: Int64? = 0

    private let path: String
    private let budget: ReadingBudget
    private let folder: ImageDirectory
    private var files: [String: ImageFile] = [:]
    /// The ranges of each file that are in use, in bytes.
    private var uses: [FileKey: [Range<UInt64>]]

    init(descriptor: ImageFile, budget: ReadingBudget) throws(DiskImageError) {
        path = descriptor.path
        self.budget = budget
        byteCount = descriptor.byteCount
        folder = try ImageDirectory(path: FileName.folder(of: descriptor.path))
        // The descriptor's own text is no guest data.
        uses = [FileKey(descriptor.identity): [0..<UInt64(descriptor.byteCount)]]
    }

    /// Opens the extent of one line and puts it after those before it.
    mutating func add(_ line: VMDKExtentLine, cachedTables: Int) throws(DiskImageError) {
        let length = line.sectors.clampedBytes
        guard let size = Int64(exactly: length), size <= budget.limits.virtualSize else {
            let limit = UInt64(clamping: budget.limits.virtualSize)
            throw DiskImageError(path: path, reason: .overLimit(.virtualSize, value: length, limit: limit))
        }
        switch line.kind {
        case .zero:
            contents.append(ZeroContent(size: size))
        case .flat, .vmfs:
            let file = try open(line.fileName)
            let (end, overflow) = line.offset.clampedBytes.addingReportingOverflow(length)
            guard !overflow else {
                throw DiskImageError(
                    path: file.path,
                    reason: .outsideFile(.extent, needed: .max, bytes: file.byteCount)
                )
            }
            try use(line.offset.clampedBytes..<end, of: file)
            contents.append(try FlatContent(file: file, start: Int64(clamping: line.offset.clampedBytes), size: size))
            allocatedBytes = nil
        case .sparse:
            let file = try open(line.fileName)
            try use(0..<UInt64(file.byteCount), of: file)
            try addSparse(file, line: line, cachedTables: cachedTables)
        case .vmfsSparse:
            throw DiskImageError(path: path, reason: .foreign(.cowd))
        case .seSparse:
            throw DiskImageError(path: path, reason: .foreign(.seSparse))
        }
    }

    private mutating func addSparse(
        _ file: ImageFile,
        line: VMDKExtentLine,
        cachedTables: Int
    ) throws(DiskImageError) {
        if case .foreign(let format) = try ImageSignature.read(from: file) {
            throw DiskImageError(path: file.path, reason: .foreign(format))
        }
        let header = try VMDKSparseHeader.read(from: file)
        guard header.capacity == line.sectors else {
            let reason = DiskImageError.Reason.sizesDisagree(
                .extent,
                header.capacity.clampedBytes,
                line.sectors.clampedBytes
            )
            throw DiskImageError(path: file.path, offset: 12, reason: reason)
        }
        let extent = try VMDKSparseExtent(file: file, header: header, budget: budget, cachedTables: cachedTables)
        contents.append(extent)
        headers.append(header)
        if let sum = allocatedBytes, let more = try extent.allocatedBytes() {
            allocatedBytes = sum + more
        } else {
            allocatedBytes = nil
        }
    }

    /// The file of this name; opened once, however many extents are in it.
    private mutating func open(_ name: String) throws(DiskImageError) -> ImageFile {
        if let file = files[name] { return file }
        let file = try ImageFile(extent: name, in: folder)
        files[name] = file
        opened.append(file)
        byteCount += file.byteCount
        return file
    }

    /// Notes that a range of a file, found by its inode, holds guest data; no byte may be used twice.
    private mutating func use(_ range: Range<UInt64>, of file: ImageFile) throws(DiskImageError) {
        let key = FileKey(file.identity)
        guard uses[key]?.contains(where: { $0.overlaps(range) }) != true else {
            throw DiskImageError(
                path: file.path,
                offset: Int64(clamping: range.lowerBound),
                reason: .overlap(.extent)
            )
        }
        uses[key, default: []].append(range)
    }
}
