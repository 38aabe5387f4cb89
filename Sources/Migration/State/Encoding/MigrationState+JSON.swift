import JSON

extension MigrationState {
    /// The text of the state file: pretty, and ordered by address, so that two states can be compared by `diff`.
    package var json: [UInt8] {
        var writer = JSONWriter(.indented)
        writer.reserve(imports.count * 1024 + 256)
        writer.object { writer in
            writer.integer("version", Self.version)
            writer.string("lineage", lineage)
            writer.integer("serial", serial)
            if !targets.isEmpty { targets.write(to: &writer) }
            writer.object("imports") { writer in
                for (address, record) in imports.sorted(by: { $0.key < $1.key }) {
                    writer.object(address.description) { record.write(to: &$0) }
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }

    /// Reads the text of a state file.
    ///
    /// - Throws: ``StateFormatError`` if the text is damaged, a later version of ferry wrote it, or it is no state.
    package init(json bytes: [UInt8]) throws(StateFormatError) {
        var version = DocumentVersion(supported: Self.version, required: ["lineage", "serial", "imports"])
        var isWhole = false
        do throws(JSONError) {
            self = try JSONReader.read(bytes) { (reader) throws(JSONError) in
                try MigrationState(from: &reader, version: &version, isWhole: &isWhole)
            }
        } catch {
            if let later = version.later { throw .newerVersion(later) }
            if isWhole, let key = version.missingKey { throw .foreign(missingKey: key) }
            throw .damaged(offset: error.offset, reason: error.reason)
        }
    }

    private init(
        from reader: inout JSONReader,
        version: inout DocumentVersion,
        isWhole: inout Bool
    ) throws(JSONError) {
        var lineage: String?
        var serial: Int?
        var imports: [ImportAddress: ImportRecord]?
        var targets = TargetBindings()
        try reader.object { (reader, key) throws(JSONError) in
            guard version.reads(key) else { return try reader.skip() }
            switch key {
            case "version": version.found = try reader.integer()
            case "lineage": lineage = try reader.string()
            case "serial": serial = try reader.integer()
            case "targets": targets = try TargetBindings(from: &reader)
            case "imports": imports = try Self.imports(from: &reader)
            default: try reader.skip()
            }
        }
        isWhole = true
        if version.later != nil { throw reader.error("this ferry reads version \(Self.version)") }
        _ = try reader.require(version.found, "version")
        self.init(
            lineage: try reader.require(lineage, "lineage"),
            serial: try reader.require(serial, "serial"),
            imports: try reader.require(imports, "imports"),
            targets: targets
        )
    }

    private static func imports(from reader: inout JSONReader) throws(JSONError) -> [ImportAddress: ImportRecord] {
        var imports: [ImportAddress: ImportRecord] = [:]
        // To grow by doubling would move each record several times. A record is seldom longer than this.
        imports.reserveCapacity(reader.bytesLeft / 1024)
        try reader.object { (reader, name) throws(JSONError) in
            let record = try ImportRecord(from: &reader)
            let address = record.subject.address
            guard address.description == name else {
                throw reader.error("the record under “\(name)” is of \(address)")
            }
            guard imports.updateValue(record, forKey: address) == nil else {
                throw reader.error("“\(name)” stands twice")
            }
        }
        return imports
    }
}
