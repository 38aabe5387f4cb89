package import Migration

/// An address that does not select a recorded import.
package enum StateSelectionError: Error, Sendable {
    /// No state exists.
    case noState(path: String)
    /// The text is not an address.
    case malformedAddress(String)
    /// The state has no record of the address.
    case notRecorded(ImportAddress)
    /// The state has a record of the address already.
    case alreadyRecorded(ImportAddress)
    /// EC2 may be converting the import.
    case mayBeConverting(ImportAddress)
}

extension StateSelectionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noState(let path): "\(path): there is no state yet; ferry apply makes one"
        case .malformedAddress(let text): "“\(text)” is not an address of the form manifest/image@zone"
        case .notRecorded(let address):
            "the state holds nothing of \(address); ferry state list prints what it holds"
        case .alreadyRecorded(let address): "the state already has an import at \(address)"
        case .mayBeConverting(let address):
            "EC2 may be converting \(address); ferry apply forgets what no migration manifest names when it is "
                + "done, or --force drops it"
        }
    }
}

extension MigrationState {
    /// The address in the state that a person typed.
    ///
    /// - Throws: ``StateSelectionError``.
    func recordedAddress(_ text: String) throws(StateSelectionError) -> ImportAddress {
        guard let address = ImportAddress(text) else { throw .malformedAddress(text) }
        guard imports[address] != nil else { throw .notRecorded(address) }
        return address
    }
}
