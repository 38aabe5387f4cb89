/// An import that was renamed in its migration manifest (`moved`).
package struct MovedAddress: Hashable, Sendable {
    /// The address it had.
    package var old: ImportAddress
    /// The address it has.
    package var new: ImportAddress

    /// Names the addresses.
    package init(old: ImportAddress, new: ImportAddress) {
        self.old = old
        self.new = new
    }
}
