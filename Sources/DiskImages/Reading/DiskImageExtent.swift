/// A run of the guest's bytes of one kind.
package struct DiskImageExtent: Hashable, Sendable {
    /// Whether an image stores bytes for a run.
    package enum Kind: Hashable, Sendable {
        /// The image stores the bytes; they may still be zeros.
        case data
        /// Nothing is stored: the guest reads zeros.
        case zero
    }

    /// The first byte of the run on the guest's disk.
    package let offset: Int64
    /// The number of bytes.
    package let length: Int64
    /// Whether bytes are stored for it.
    package let kind: Kind
}
