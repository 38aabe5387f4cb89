import Hashing

/// An import that is wanted, with its fingerprint, which takes a hash to compute, and its record.
struct DesiredImport {
    /// What is wanted.
    let subject: VolumeImport
    /// The fingerprint of what is wanted.
    let fingerprint: SHA256Digest
    /// What the state says of its address, or of the one that it had before it was renamed.
    let record: ImportRecord?

    /// Whether the record is of the same volume, and not of an earlier one that the address stood for.
    var isRecorded: Bool { record?.fingerprint == fingerprint }

    init(_ subject: VolumeImport, _ record: ImportRecord?) {
        self.subject = subject
        self.record = record
        fingerprint = subject.fingerprint
    }
}
