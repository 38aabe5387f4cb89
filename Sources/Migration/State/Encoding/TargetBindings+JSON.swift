import JSON
import WireEncoding

extension TargetBindings {
    /// Writes the bindings as a list.
    ///
    /// - Parameter key: The key of the list.
    func write(to writer: inout JSONWriter, as key: String = "targets") {
        writer.list(key, sorted) { writer, item in
            writer.string("manifest", item.target.manifest)
            writer.string("region", item.target.region)
            switch item.account {
            case .account(let id, let partition):
                writer.string("account", id)
                writer.string("partition", partition)
            case .endpoint(let url):
                writer.string("endpoint", url)
            }
            writer.string("addressing", ownAddressing(of: item.target)?.rawValue)
        }
    }

    /// Reads a list that ``write(to:)`` wrote.
    init(from reader: inout JSONReader) throws(JSONError) {
        var bindings = TargetBindings()
        try reader.list { (reader) throws(JSONError) in
            var manifest, region, account, partition, endpoint: String?
            var addressing: S3Addressing?
            try reader.object { (reader, key) throws(JSONError) in
                switch key {
                case "manifest": manifest = try reader.string()
                case "region": region = try reader.string()
                case "account": account = try reader.string()
                case "partition": partition = try reader.string()
                case "endpoint": endpoint = try reader.string()
                case "addressing": addressing = try reader.word()
                default: try reader.skip()
                }
            }
            let target = Target(
                manifest: try reader.require(manifest, "manifest"),
                region: try reader.require(region, "region")
            )
            if let endpoint {
                bindings.bind(target, to: .endpoint(endpoint))
            } else {
                let id = try reader.require(account, "account")
                bindings.bind(target, to: .account(id: id, partition: try reader.require(partition, "partition")))
            }
            bindings.setAddressing(addressing, of: target)
        }
        self = bindings
    }
}
