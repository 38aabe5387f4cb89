import DiskImages
import Hashing

/// Writes plans as JSON: one line a change, the keys in a fixed order, so that one plan has one form and `diff`, `grep` and
/// `jq -c` work on it.
///
/// A plan of 100,000 imports has 70 MB; Foundation's encoder takes more than ten times as long for them.
struct PlanEncoding {
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes a plan as a file, ending in a line break.
    mutating func append(_ plan: Plan, digest: SHA256Digest) {
        bytes.reserveCapacity(bytes.count + 4096 + plan.changes.count * 800)
        raw("{\"version\":")
        append(plan.version)
        raw(",\n\"digest\":")
        append(digest)
        append(",\n\"lineage\":", plan.lineage)
        raw(",\n\"serial\":")
        append(plan.serial)
        raw(",\n\"options\":")
        append(plan.options)
        raw(",\n\"limits\":")
        append(plan.limits)
        raw(",\n\"sources\":")
        append(plan.sources)
        raw(",\n\"manifests\":[")
        for (index, manifest) in plan.manifests.enumerated() {
            raw(index == 0 ? "\n" : ",\n")
            raw("{\"path\":")
            append(manifest.path)
            raw(",\"digest\":")
            append(manifest.digest)
            raw("}")
        }
        raw("],\n\"unmarkedTasks\":")
        append(plan.unmarkedTasks)
        raw(",\n\"unselected\":")
        append(plan.unselected)
        if let count = plan.imagesFromLock {
            raw(",\n\"imagesFromLock\":")
            append(count)
        }
        if let paths = plan.imagesChangedSinceLock {
            raw(",\n\"imagesChangedSinceLock\":")
            append(paths)
        }
        raw(",\n\"changes\":[")
        for (index, change) in plan.changes.enumerated() {
            raw(index == 0 ? "\n" : ",\n")
            append(change)
        }
        raw("]}\n")
    }

    /// Writes what a plan's digest is taken of.
    mutating func appendDigested(_ change: Change) {
        raw("{\"address\":")
        append(change.address)
        raw(",\"action\":")
        append(change.action.rawValue)
        raw(",\"reasons\":")
        append(change.reasons)
        append(",\"task\":", change.task)
        append(",\"cancels\":", change.cancels)
        if let desired = change.desired {
            if change.action == .none {
                // What is left alone is told apart by its content; its tags and staging play no part.
                raw(",\"fingerprint\":")
                append(desired.fingerprint)
            } else {
                raw(",\"desired\":")
                append(desired, withPath: false)
            }
        }
        raw("}\n")
    }

    private mutating func append(_ change: Change) {
        raw("{\"address\":")
        append(change.address)
        raw(",\"action\":")
        append(change.action.rawValue)
        raw(",\"reasons\":")
        append(change.reasons)
        append(",\"task\":", change.task)
        append(",\"cancels\":", change.cancels)
        if let upload = change.upload {
            raw(",\"upload\":")
            append(upload)
        }
        if let recorded = change.recorded {
            raw(",\"recorded\":{\"fingerprint\":")
            append(recorded.fingerprint)
            raw(",\"phase\":")
            append(recorded.phase.rawValue)
            raw(",\"attempts\":")
            append(recorded.attempts)
            append(",\"task\":", recorded.task)
            append(",\"volume\":", recorded.volume)
            raw("}")
        }
        if let desired = change.desired {
            raw(",\"desired\":")
            append(desired, withPath: true)
        }
        raw("}")
    }

    private mutating func append(_ reasons: [Reason]) {
        raw("[")
        for (index, reason) in reasons.enumerated() {
            raw(index == 0 ? "{\"kind\":" : ",{\"kind\":")
            append(reason.kind.rawValue)
            append(",\"detail\":", reason.detail)
            raw("}")
        }
        raw("]")
    }

    private mutating func append(_ desired: VolumeImport, withPath: Bool) {
        raw("{\"address\":")
        append(desired.address)
        raw(",\"region\":")
        append(desired.region)
        raw(",\"zone\":")
        append(desired.zone)
        raw(",\"image\":{")
        if withPath {
            raw("\"path\":")
            append(desired.image.path)
            raw(",")
        }
        raw("\"format\":")
        append(desired.image.format.rawValue)
        raw(",\"bytes\":")
        append(desired.image.bytes)
        raw(",\"virtualSize\":")
        append(desired.image.virtualSize)
        raw(",\"digest\":")
        append(desired.image.digest)
        append(",\"conversion\":", desired.image.conversion?.rawValue)
        raw("},\"volumeSize\":")
        append(desired.volumeSize)
        append(",\"description\":", desired.description)
        raw(",\"tags\":{")
        for (index, (key, value)) in desired.tags.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { raw(",") }
            append(key)
            raw(":")
            append(value)
        }
        raw("},\"staging\":{\"bucket\":")
        append(desired.staging.bucket)
        raw(",\"prefix\":")
        append(desired.staging.prefix)
        raw("}}")
    }

    private mutating func append(_ options: PlanOptions) {
        raw("{\"recreatesMissing\":")
        raw(options.recreatesMissing ? "true" : "false")
        raw(",\"cancelsRemoved\":")
        raw(options.cancelsRemoved ? "true" : "false")
        raw(",\"targets\":")
        append(options.targets.map(\.text))
        raw(",\"exclusions\":")
        append(options.exclusions.map(\.text))
        raw(",\"replacements\":")
        append(options.replacements.map(\.description))
        raw(",\"refresh\":")
        append(options.refresh.rawValue)
        raw("}")
    }

    private mutating func append(_ limits: PlanLimits) {
        raw("{\"uploads\":")
        append(limits.uploads)
        raw(",\"conversions\":")
        append(limits.conversions)
        if let bandwidth = limits.bandwidth {
            raw(",\"bandwidth\":")
            append(bandwidth)
        }
        if let rate = limits.requestsPerSecond, rate.isFinite {
            raw(",\"requestsPerSecond\":")
            // The shortest form that reads back the same.
            bytes.append(contentsOf: "\(rate)".utf8)
        }
        raw("}")
    }

    private mutating func append(_ texts: [String]) {
        raw("[")
        for (index, text) in texts.enumerated() {
            if index > 0 { raw(",") }
            append(text)
        }
        raw("]")
    }

    /// Writes a key and a text; nothing for `nil`.
    private mutating func append(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        raw(key)
        append(value)
    }

    private mutating func append(_ value: some BinaryInteger) {
        bytes.append(contentsOf: String(value).utf8)
    }

    private mutating func append(_ digest: SHA256Digest) {
        raw("\"")
        for byte in digest.bytes {
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 0x0F))
        }
        raw("\"")
    }

    private mutating func append(_ address: ImportAddress) {
        raw("\"")
        escape(address.manifest)
        raw("/")
        escape(address.image)
        raw("@")
        escape(address.zone)
        raw("\"")
    }

    private mutating func append(_ text: String) {
        raw("\"")
        escape(text)
        raw("\"")
    }

    private mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { characters in
            if characters.contains(where: Self.isEscaped) {
                for byte in characters { escape(byte) }
            } else {
                bytes.append(contentsOf: characters)
            }
        }
    }

    private mutating func escape(_ byte: UInt8) {
        guard Self.isEscaped(byte) else {
            bytes.append(byte)
            return
        }
        raw("\\")
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): raw("n")
        case UInt8(ascii: "\r"): raw("r")
        case UInt8(ascii: "\t"): raw("t")
        default:
            raw("u00")
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 0x0F))
        }
    }

    /// What RFC 8259 wants escaped.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension Plan {
    /// The plan as JSON, in the one form that a plan file has (`schemas/plan.schema.json`).
    package var json: [UInt8] {
        var encoding = PlanEncoding()
        encoding.append(self, digest: digest)
        return encoding.bytes
    }
}
