package import Hashing
package import JSON

/// The form of a plan (`schemas/plan.schema.json`): one line a change, the keys in a fixed order, so that one plan has one
/// form and `diff`, `grep` and `jq -c` work on it. A plan of 100,000 imports has 70 MB.
extension Plan {
    /// So many bytes are handed over at a time, and little more.
    private static let piece = 1 << 18

    /// The plan as JSON, whole.
    package var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4096 + changes.count * 800)
        writeJSON { bytes += $0 }
        return bytes
    }

    /// Writes the plan as JSON, piece by piece.
    package func writeJSON<Failure: Error>(_ take: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var writer = JSONWriter(.lines)
        try writer.object { (writer) throws(Failure) in
            writer.integer("version", version)
            writer.string("digest", digest)
            writer.string("lineage", lineage)
            writer.integer("serial", serial)
            writer.object("options") { options.write(to: &$0) }
            writer.object("limits") { limits.write(to: &$0) }
            writer.list("sources", sources)
            writer.list("manifests", manifests) { writer, manifest in
                writer.string("path", manifest.path)
                writer.string("digest", manifest.digest)
            }
            if !accounts.isEmpty { accounts.write(to: &writer, as: "accounts") }
            if !sessions.isEmpty { writer.list("sessions", sessions) { $1.write(to: &$0) } }
            writer.integer("unmarkedTasks", unmarkedTasks)
            writer.integer("unselected", unselected)
            if let imagesFromLock { writer.integer("imagesFromLock", imagesFromLock) }
            if let imagesNotChecked { writer.integer("imagesNotChecked", imagesNotChecked) }
            if let imagesChangedSinceLock { writer.list("imagesChangedSinceLock", imagesChangedSinceLock) }
            try writer.list("changes") { (writer) throws(Failure) in
                for change in changes {
                    writer.element { change.write(to: &$0) }
                    if writer.bytes.count > Self.piece { try writer.drain(take) }
                }
            }
        }
        writer.endLine()
        try writer.drain(take)
    }

    /// A digest of what the plan would do: equal for two plans exactly if they do the same to the same addresses for the
    /// same reasons, wherever and whenever they were computed. Paths are not in it: they differ from machine to machine.
    package var digest: SHA256Digest {
        var hash = SHA256()
        hash.update(Array("ferry plan \(version)\n".utf8))
        var writer = JSONWriter()
        for index in changes.indices {
            writer.object { changes[index].writeDigested(to: &$0) }
            writer.endLine()
            if writer.bytes.count > Self.piece { writer.drain { hash.update($0) } }
        }
        writer.drain { hash.update($0) }
        return hash.finish()
    }

    /// Reads a plan that ``writeJSON(_:)`` wrote, with the digest that stands in it.
    ///
    /// - Parameters:
    ///   - version: The version of the form, as soon as it was read.
    ///   - digest: The digest, as soon as it was read.
    package init(
        from reader: inout JSONReader,
        version: inout DocumentVersion,
        digest: inout SHA256Digest?
    ) throws(JSONError) {
        var lineage: String?
        var serial, unmarkedTasks, unselected, imagesFromLock, imagesNotChecked: Int?
        var options: PlanOptions?
        var limits: PlanLimits?
        var sources, imagesChangedSinceLock: [String]?
        var manifests: [ManifestDigest]?
        var accounts = TargetBindings()
        var sessions: [PlanSession] = []
        var changes: [Change]?
        try reader.object { (reader, key) throws(JSONError) in
            guard version.reads(key) else { return try reader.skip() }
            switch key {
            case "version":
                let found = try reader.integer()
                version.found = found
                guard found >= 1 else { throw reader.error("this ferry reads version \(Self.version)") }
            case "digest": digest = try reader.digest()
            case "lineage": lineage = try reader.string()
            case "serial": serial = try reader.integer()
            case "options": options = try PlanOptions(from: &reader)
            case "limits": limits = try PlanLimits(from: &reader)
            case "sources": sources = try reader.texts()
            case "manifests":
                manifests = try reader.values { (reader) throws(JSONError) in try ManifestDigest(from: &reader) }
            case "accounts": accounts = try TargetBindings(from: &reader)
            case "sessions":
                sessions = try reader.values { (reader) throws(JSONError) in try PlanSession(from: &reader) }
            case "unmarkedTasks": unmarkedTasks = try reader.integer()
            case "unselected": unselected = try reader.integer()
            case "imagesFromLock": imagesFromLock = try reader.integer()
            case "imagesNotChecked": imagesNotChecked = try reader.integer()
            case "imagesChangedSinceLock": imagesChangedSinceLock = try reader.texts()
            case "changes": changes = try reader.values { (reader) throws(JSONError) in try Change(from: &reader) }
            default: try reader.skip()
            }
        }
        if version.later != nil { throw reader.error("this ferry reads version \(Self.version)") }
        self.init(
            lineage: lineage,
            serial: try reader.require(serial, "serial"),
            sources: try reader.require(sources, "sources"),
            manifests: try reader.require(manifests, "manifests"),
            changes: try reader.require(changes, "changes"),
            unmarkedTasks: try reader.require(unmarkedTasks, "unmarkedTasks"),
            unselected: try reader.require(unselected, "unselected"),
            options: try reader.require(options, "options"),
            limits: try reader.require(limits, "limits")
        )
        self.version = try reader.require(version.found, "version")
        self.accounts = accounts
        self.sessions = sessions
        self.imagesFromLock = imagesFromLock
        self.imagesNotChecked = imagesNotChecked
        self.imagesChangedSinceLock = imagesChangedSinceLock
    }
}

extension Plan.ManifestDigest {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var path: String?
        var digest: SHA256Digest?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "path": path = try reader.string()
            case "digest": digest = try reader.digest()
            default: try reader.skip()
            }
        }
        self.init(path: try reader.require(path, "path"), digest: try reader.require(digest, "digest"))
    }
}

extension PlanLimits {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.integer("uploads", uploads)
        writer.integer("conversions", conversions)
        if let bandwidth { writer.integer("bandwidth", bandwidth) }
        if let requestsPerSecond { writer.number("requestsPerSecond", requestsPerSecond) }
        if let listConsistency { writer.integer("listConsistency", listConsistency) }
        if let signatureValidity { writer.integer("signatureValidity", signatureValidity) }
    }

    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var uploads, conversions, bandwidth, listConsistency, signatureValidity: Int?
        var requestsPerSecond: Double?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "uploads": uploads = try reader.integer()
            case "conversions": conversions = try reader.integer()
            case "bandwidth": bandwidth = try reader.integer()
            case "requestsPerSecond": requestsPerSecond = try reader.number()
            case "listConsistency": listConsistency = try reader.integer()
            case "signatureValidity": signatureValidity = try reader.integer()
            default: try reader.skip()
            }
        }
        self.init()
        self.uploads = try reader.require(uploads, "uploads")
        self.conversions = try reader.require(conversions, "conversions")
        self.bandwidth = bandwidth.map(Int64.init)
        self.requestsPerSecond = requestsPerSecond
        self.listConsistency = listConsistency.map(Int64.init)
        self.signatureValidity = signatureValidity.map(Int64.init)
    }
}

extension PlanOptions {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.boolean("recreatesMissing", recreatesMissing)
        writer.boolean("cancelsRemoved", cancelsRemoved)
        writer.list("targets", targets.map(\.text))
        writer.list("exclusions", exclusions.map(\.text))
        writer.list("replacements", replacements.map(\.description))
        if !prunes.isEmpty { writer.list("prunes", prunes) }
        writer.string("refresh", refresh.rawValue)
    }

    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var recreatesMissing, cancelsRemoved: Bool?
        var targets, exclusions: [AddressPattern]?
        var replacements: [ImportAddress]?
        var prunes: [String] = []
        var refresh: Refresh?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "recreatesMissing": recreatesMissing = try reader.boolean()
            case "cancelsRemoved": cancelsRemoved = try reader.boolean()
            case "targets":
                targets = try reader.values { (reader) throws(JSONError) in try AddressPattern(from: &reader) }
            case "exclusions":
                exclusions = try reader.values { (reader) throws(JSONError) in try AddressPattern(from: &reader) }
            case "replacements":
                replacements = try reader.values { (reader) throws(JSONError) in try ImportAddress(from: &reader) }
            case "prunes": prunes = try reader.texts()
            case "refresh": refresh = try reader.word()
            default: try reader.skip()
            }
        }
        self.init(
            recreatesMissing: try reader.require(recreatesMissing, "recreatesMissing"),
            cancelsRemoved: try reader.require(cancelsRemoved, "cancelsRemoved"),
            targets: try reader.require(targets, "targets"),
            exclusions: try reader.require(exclusions, "exclusions"),
            replacements: try reader.require(replacements, "replacements"),
            prunes: prunes,
            refresh: try reader.require(refresh, "refresh")
        )
    }
}

extension AddressPattern {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        let text = try reader.string()
        do throws(AddressPatternError) {
            try self.init(text)
        } catch {
            throw reader.error(error.description)
        }
    }
}
