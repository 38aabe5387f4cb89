import JSON
import WireEncoding

/// The session of the temporary credentials that a plan would be applied with.
///
/// ferry signs calls with it, and the URLs by which EC2 reads an image's parts. Both are valid until it ends.
package struct PlanSession: Hashable, Sendable {
    /// The targets whose imports use the credentials, in order.
    package var targets: [TargetBindings.Target]
    /// Where the credentials come from, in words.
    package var source: String
    /// Whether ferry gets credentials of a new session by itself. URLs keep the session that signed them.
    package var isRenewed: Bool
    /// When the session ends, in seconds since 1970; `nil` if the source does not say.
    package var expiration: Int64?
    /// How long it lasted when the plan was made, in seconds.
    package var secondsLeft: Int64?

    /// Describes a session.
    package init(
        targets: [TargetBindings.Target],
        source: String,
        isRenewed: Bool,
        expiration: Int64?,
        secondsLeft: Int64?
    ) {
        self.targets = targets
        self.source = source
        self.isRenewed = isRenewed
        self.expiration = expiration
        self.secondsLeft = secondsLeft
    }
}

extension PlanSession {
    func write(to writer: inout JSONWriter) {
        writer.list("targets", targets) { writer, target in
            writer.string("manifest", target.manifest)
            writer.string("region", target.region)
        }
        writer.string("source", source)
        writer.boolean("isRenewed", isRenewed)
        if let expiration { writer.string("expiration", ISO8601Time.text(expiration)) }
        if let secondsLeft { writer.integer("secondsLeft", secondsLeft) }
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var targets: [TargetBindings.Target]?
        var source, expiration: String?
        var isRenewed: Bool?
        var secondsLeft: Int?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "targets":
                targets = try reader.values { (reader) throws(JSONError) in try Self.target(&reader) }
            case "source": source = try reader.string()
            case "isRenewed": isRenewed = try reader.boolean()
            case "expiration": expiration = try reader.string()
            case "secondsLeft": secondsLeft = try reader.integer()
            default: try reader.skip()
            }
        }
        self.init(
            targets: try reader.require(targets, "targets"),
            source: try reader.require(source, "source"),
            isRenewed: try reader.require(isRenewed, "isRenewed"),
            expiration: expiration.flatMap(ISO8601Time.seconds),
            secondsLeft: secondsLeft.map(Int64.init)
        )
    }

    private static func target(_ reader: inout JSONReader) throws(JSONError) -> TargetBindings.Target {
        var manifest, region: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "manifest": manifest = try reader.string()
            case "region": region = try reader.string()
            default: try reader.skip()
            }
        }
        return TargetBindings.Target(
            manifest: try reader.require(manifest, "manifest"),
            region: try reader.require(region, "region")
        )
    }
}
