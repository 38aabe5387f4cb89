import Hashing
import Migration

/// The tags by which ferry knows a volume again: written when an import settles, read when a state is rebuilt.
enum VolumeTags {
    /// The import's address.
    static let address = "ferry:address"
    /// The import's fingerprint, in hexadecimal digits.
    static let fingerprint = "ferry:fingerprint"
    /// The conversion task: EC2 lists it for some time only.
    static let task = "ferry:task"

    /// The tags of an import's volume, with the user's own.
    static func tags(of record: ImportRecord, and own: [String: String]) -> [String: String] {
        var tags = own
        tags[address] = record.subject.address.description
        tags[fingerprint] = record.fingerprint.hex
        tags[task] = record.phase.taskID
        return tags
    }
}
