import ArgumentParser
import Migration

/// An address that a person typed.
enum AddressArgument {
    /// The address, which must be in the state.
    static func recorded(_ text: String, in state: MigrationState) throws -> ImportAddress {
        guard let address = ImportAddress(text) else {
            throw ValidationError("“\(text)” is not an address of the form manifest/image@zone")
        }
        guard state.imports[address] != nil else {
            throw ValidationError("the state holds nothing of \(address); ferry state list prints what it holds")
        }
        return address
    }
}
