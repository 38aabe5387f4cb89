/// Opens VMDK images: a sparse file with its descriptor inside, or a descriptor that names its extents.
enum VMDKImage {
    /// Grain tables kept in memory, 2 KiB each, over all extents.
    private static let cachedTables = 256

    /// Opens a sparse file that describes itself.
    static func openSparse(_ file: ImageFile, budget: ReadingBudget) throws(DiskImageError) -> OpenedImage {
        let header = try VMDKSparseHeader.read(from: file)
        let descriptor = try embeddedDescriptor(of: header, in: file, limits: budget.limits)
        let isStream = descriptor.createType.lowercased() == "streamoptimized"
        guard isStream || descriptor.createType.lowercased() == "monolithicsparse", isStream == header.isCompressed
        else {
            let layout = DiskImageError.printable(descriptor.createType)
            throw DiskImageError(path: file.path, reason: .unsupportedLayout(layout))
        }
        var warnings = unclean([header])
        let described = descriptor.extents.first?.sectors ?? 0
        if described != header.capacity || descriptor.extents.count != 1 {
            // Some producers round the header's size up to a whole grain; more than that is a lie.
            guard descriptor.extents.count == 1, described < header.capacity,
                header.capacity - described < header.grainSize
            else {
                throw DiskImageError(
                    path: file.path,
                    offset: 12,
                    reason: .sizesDisagree(.virtualSize, header.capacity * 512, described.clampedBytes)
                )
            }
            let message = "the header gives \(header.capacity) sectors, the descriptor \(described)"
            warnings.append(DiskImageWarning(code: .vmdkSizesDiffer, message: message))
        }
        let extent = try VMDKSparseExtent(file: file, header: header, budget: budget, cachedTables: cachedTables)
        return OpenedImage(
            file: file,
            subformat: isStream ? .streamOptimized : .monolithicSparse,
            format: .vmdk,
            content: extent,
            bytes: file.byteCount,
            allocatedBytes: try extent.allocatedBytes(),
            producer: descriptor.producer,
            warnings: warnings
        )
    }

    /// Opens a descriptor and the extents it names.
    static func openDescriptor(_ file: ImageFile, budget: ReadingBudget) throws(DiskImageError) -> OpenedImage {
        guard file.isLocal else { throw DiskImageError(path: file.path, reason: .extentsElsewhere) }
        let limits = budget.limits
        guard file.byteCount <= limits.descriptor else { throw tooLong(UInt64(file.byteCount), file.path, limits) }
        let text = try file.bytes(at: 0, count: Int(file.byteCount), of: .descriptor)
        let descriptor = try VMDKDescriptor(text, path: file.path, offset: 0, limits: limits)
        let subformat = try subformat(of: descriptor, path: file.path)
        var extents = try VMDKExtents(descriptor: file, budget: budget)
        let tables = max(cachedTables / max(descriptor.extents.count, 1), 8)
        for line in descriptor.extents {
            try extents.add(line, cachedTables: tables)
        }
        guard let content = JoinedContent(extents.contents), 1...limits.virtualSize ~= content.size else {
            let sectors = descriptor.extents.reduce(UInt64(0)) { $0.addingReportingOverflow($1.sectors).partialValue }
            throw DiskImageError(
                path: file.path,
                reason: .overLimit(
                    .virtualSize,
                    value: sectors.clampedBytes,
                    limit: UInt64(clamping: limits.virtualSize)
                )
            )
        }
        return OpenedImage(
            file: file,
            subformat: subformat,
            format: .vmdk,
            content: content,
            bytes: extents.byteCount,
            allocatedBytes: extents.allocatedBytes,
            producer: descriptor.producer,
            extents: extents.opened,
            warnings: unclean(extents.headers)
        )
    }

    private static func embeddedDescriptor(
        of header: VMDKSparseHeader,
        in file: ImageFile,
        limits: DiskImageReadingLimits
    ) throws(DiskImageError) -> VMDKDescriptor {
        guard header.descriptorOffset > 0, header.descriptorSize > 0 else {
            throw DiskImageError(path: file.path, reason: .descriptorMissing)
        }
        let length = header.descriptorSize.clampedBytes
        guard length <= UInt64(clamping: limits.descriptor) else { throw tooLong(length, file.path, limits) }
        let start = header.descriptorOffset.clampedBytes
        try file.require(length, at: start, of: .descriptor)
        let text = try file.bytes(at: Int64(start), count: Int(length), of: .descriptor)
        return try VMDKDescriptor(text, path: file.path, offset: Int64(start), limits: limits)
    }

    private static func subformat(
        of descriptor: VMDKDescriptor,
        path: String
    ) throws(DiskImageError) -> DiskImageSubformat {
        switch descriptor.createType.lowercased() {
        case "monolithicflat": return .monolithicFlat
        case "twogbmaxextentflat": return .twoGbMaxExtentFlat
        case "twogbmaxextentsparse": return .twoGbMaxExtentSparse
        // ESX writes vmfs for every provisioning; older versions named it.
        case "vmfs", "vmfsthin", "vmfspreallocated", "vmfseagerzeroedthick": return .vmfs
        case "vmfssparse": throw DiskImageError(path: path, reason: .foreign(.cowd))
        case "sesparse": throw DiskImageError(path: path, reason: .foreign(.seSparse))
        default:
            let layout = DiskImageError.printable(descriptor.createType)
            throw DiskImageError(path: path, reason: .unsupportedLayout(layout))
        }
    }

    private static func unclean(_ headers: [VMDKSparseHeader]) -> [DiskImageWarning] {
        guard headers.contains(where: \.isUnclean) else { return [] }
        let message = "the image was not closed by the program that wrote it: its last changes may be missing"
        return [DiskImageWarning(code: .vmdkUnclean, message: message)]
    }

    private static func tooLong(_ length: UInt64, _ path: String, _ limits: DiskImageReadingLimits) -> DiskImageError {
        let limit = UInt64(clamping: limits.descriptor)
        return DiskImageError(path: path, reason: .overLimit(.descriptor, value: length, limit: limit))
    }
}

extension UInt64 {
    /// A number of sectors in bytes; the largest number where that overflows, which every check then refuses.
    var clampedBytes: UInt64 {
        let (bytes, overflow) = multipliedReportingOverflow(by: 512)
        return overflow ? .max : bytes
    }
}
