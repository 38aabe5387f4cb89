/// What going through everything an image stores has shown.
package struct DiskImageVerification: Hashable, Sendable {
    /// The guest bytes whose storage was checked.
    package let checkedBytes: Int64
    /// The compressed grains that were inflated and held against their checksums.
    package let grains: Int
    /// What is damaged, in the order of the disk: the first `DiskImageVerifier.reportedDamages` of it.
    package let damages: [DiskImageError]
    /// The number of all damages that were found.
    package let damageCount: Int
    /// Whether damaged tables ended the walk before the end of the disk.
    package let isIncomplete: Bool

    /// Whether all is as it should be.
    package var isSound: Bool { damageCount == 0 }
}
