import Diagnostics

/// A node as the document keeps it: 28 bytes, because a migration manifest can have millions.
///
/// Records stand in the order of the file: the children of a collection follow it, each with everything below it.
struct NodeRecord {
    enum Kind: UInt8 {
        case plainScalar, quotedScalar, sequence, mapping, alias
        /// Something whose problem has been told, in place of a node.
        case unreadable
    }

    /// Where the node stands.
    var range: SourceRange
    /// Of a scalar: where its text begins among the document's bytes. Of an alias: the record it stands for. Of a
    /// collection: the number of children; in a mapping keys and values both count.
    var first: UInt32 = 0
    /// Of a scalar: the bytes of its text. Of a collection: the first record after everything below it.
    var second: UInt32 = 0
    var kind: Kind
    /// Whether the file could not be read up to the collection's end.
    var isCutShort = false
}
