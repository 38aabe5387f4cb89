/// Settings of EBS volumes that people look for in an import, and that ImportVolume does not take (EC2 API Reference).
enum VolumeSettings {
    private static let encryption =
        "turn on encryption by default for the region (EBS), or copy a snapshot of the volume with encryption"
    private static let performance = "change the volume after the import: aws ec2 modify-volume"

    /// The keys, with what to do instead. Case does not matter.
    static let refused: [(key: String, help: String)] = [
        ("encrypted", encryption), ("encryption", encryption), ("kmsKeyId", encryption), ("kmsKey", encryption),
        ("kms_key_id", encryption),
        ("volumeType", performance), ("volume_type", performance), ("type", performance), ("iops", performance),
        ("throughput", performance),
        ("multiAttach", "io1 and io2 volumes have it; make one from a snapshot of the imported volume"),
        ("snapshot", "make a snapshot of the volume after the import: aws ec2 create-snapshot"),
    ]
}
