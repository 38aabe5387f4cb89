/// A line of a descriptor that names an extent: `RW 20480 FLAT "disk-flat.vmdk" 0`.
struct VMDKExtentLine: Equatable {
    /// What the extent's file holds.
    enum Kind: String {
        case flat = "FLAT"
        case vmfs = "VMFS"
        case sparse = "SPARSE"
        case zero = "ZERO"
        case vmfsSparse = "VMFSSPARSE"
        case seSparse = "SESPARSE"
    }

    let kind: Kind
    /// The extent's size in sectors.
    let sectors: UInt64
    /// The extent's file; empty for `ZERO`.
    let fileName: String
    /// Where the extent begins in a flat file, in sectors.
    let offset: UInt64

    /// Whether a line of a descriptor is meant to name an extent, be it well-formed or not.
    static func isExtent(_ line: Substring) -> Bool {
        let access = line.prefix { $0 != " " && $0 != "\t" }
        return access == "RW" || access == "RDONLY" || access == "NOACCESS"
    }

    /// Reads the line; `nil` when it is not understood, or when the guest has no access to the extent.
    init?(_ line: Substring) {
        // The name stands between the first quote and the last, and may hold anything in between.
        let beforeName = line.prefix { $0 != "\"" }
        let words = beforeName.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count == 3, words[0] == "RW" || words[0] == "RDONLY", let sectors = UInt64(words[1]), sectors > 0,
            let kind = Kind(rawValue: String(words[2]))
        else { return nil }
        var name = ""
        var afterName: Substring = ""
        if beforeName.endIndex < line.endIndex {
            let rest = line[line.index(after: beforeName.endIndex)...]
            guard let quote = rest.lastIndex(of: "\"") else { return nil }
            name = String(rest[..<quote])
            afterName = rest[rest.index(after: quote)...]
        }
        guard kind == .zero || !name.isEmpty else { return nil }
        let numbers = afterName.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let offset = numbers.isEmpty ? 0 : UInt64(numbers[0]) else { return nil }
        self.kind = kind
        self.sectors = sectors
        self.offset = offset
        fileName = name
    }
}
