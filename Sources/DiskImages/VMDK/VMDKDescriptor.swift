/// The text that describes a VMDK: its type, its extents and the disk database.
struct VMDKDescriptor {
    /// The `createType`; empty without one.
    let createType: String
    /// The extents in the order of the disk.
    let extents: [VMDKExtentLine]
    /// All `key=value` lines, keys in lower case, values without quotes.
    let fields: [String: String]

    /// Reads a descriptor and refuses what can't be imported: snapshots and encrypted disks.
    ///
    /// - Parameters:
    ///   - bytes: The text, to the first NUL. VMware writes several encodings; what is not UTF-8 is no name or key
    ///     that ferry needs, and is repaired.
    ///   - offset: Where the text is in the file, in bytes, for errors.
    init(
        _ bytes: [UInt8],
        path: String,
        offset: Int64,
        limits: DiskImageReadingLimits
    ) throws(DiskImageError) {
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        var fields: [String: String] = [:]
        var extents: [VMDKExtentLine] = []
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if VMDKExtentLine.isExtent(line) {
                guard let extent = VMDKExtentLine(line) else { throw Self.unreadable(line, number, path, offset) }
                guard extents.count < limits.extents else {
                    throw DiskImageError(
                        path: path,
                        offset: offset,
                        reason: .overLimit(
                            .extent,
                            value: UInt64(extents.count) + 1,
                            limit: UInt64(clamping: limits.extents)
                        )
                    )
                }
                extents.append(extent)
            } else {
                guard let equals = line.firstIndex(of: "=") else { throw Self.unreadable(line, number, path, offset) }
                let value = Self.trimmed(line[line.index(after: equals)...])
                fields[Self.trimmed(line[..<equals]).lowercased()] = Self.unquoted(value)
            }
        }
        guard !fields.isEmpty || !extents.isEmpty else {
            throw DiskImageError(path: path, offset: offset, reason: .descriptorMissing)
        }
        if let reason = Self.refusal(fields, extents) {
            throw DiskImageError(path: path, offset: offset, reason: reason)
        }
        createType = fields["createtype"] ?? ""
        self.fields = fields
        self.extents = extents
    }

    /// The reason not to read the image that a descriptor describes; `nil` if it can be read.
    private static func refusal(_ fields: [String: String], _ extents: [VMDKExtentLine]) -> DiskImageError.Reason? {
        if let parent = fields["parentcid"], parent.lowercased() != "ffffffff" {
            return .needsParent(.vmdk)
        }
        // VMware's encryption adds encryption.keySafe and encryption.data; the extents then hold ciphertext.
        if fields.keys.contains(where: { $0.hasPrefix("encryption.") || $0 == "encryptionkeys" }) {
            return .encrypted
        }
        return extents.isEmpty ? .noExtents : nil
    }

    /// The program that made the image, where the descriptor gives it away.
    var producer: String? {
        if fields["ddb.comment"] == VMDKStreamDescriptor.comment { return "ferry" }
        // QEMU writes the largest tools version there is; VirtualBox keeps UUIDs of its own in the disk database.
        if fields["ddb.toolsversion"] == "2147483647" { return "QEMU" }
        if fields["ddb.uuid.image"] != nil { return "VirtualBox" }
        if fields["ddb.longcontentid"] != nil { return "VMware" }
        return nil
    }

    private static func unreadable(
        _ line: Substring,
        _ number: Int,
        _ path: String,
        _ offset: Int64
    ) -> DiskImageError {
        let text = DiskImageError.printable(String(line))
        return DiskImageError(path: path, offset: offset, reason: .descriptorLine(number: number, text: text))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        return String(text.dropFirst().dropLast())
    }
}
