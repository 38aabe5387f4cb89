import Diagnostics
package import Migration
import YAML

/// Checks that a run works in the accounts that the migration manifests and the state name.
package struct AccountCheck: Sendable {
    /// The account of each target of the manifests.
    package let accounts: TargetBindings
    private let manifests: [MigrationManifest]

    /// Finds the accounts of the targets.
    ///
    /// - Parameters:
    ///   - manifests: The migration manifests.
    ///   - clients: The clients with their accounts.
    init(_ manifests: [MigrationManifest], clients: RegionalClients) {
        self.manifests = manifests
        var accounts = TargetBindings()
        for manifest in manifests {
            for (region, target) in manifest.usedTargets {
                guard let account = clients.byIdentity[target.identity(in: region)]?.account else { continue }
                accounts.bind(TargetBindings.Target(manifest: manifest.name.value, region: region), to: account)
            }
        }
        self.accounts = accounts
    }

    /// The targets whose credentials belong to another account than `account` names.
    var problems: [Diagnostic] {
        manifests.flatMap { manifest in
            manifest.usedTargets.compactMap { region, target -> Diagnostic? in
                let found = accounts[TargetBindings.Target(manifest: manifest.name.value, region: region)]
                guard let expected = target.account, let found, found.id != expected.value else { return nil }
                return Diagnostic(
                    .otherAccount,
                    "the imports to \(region) must go to account \(expected.value), and the credentials are of \(found)",
                    at: expected.location,
                    help: "use credentials of account \(expected.value)"
                )
            }
        }
    }

    /// Checks the accounts that a state is bound to.
    ///
    /// - Throws: ``AccountMismatch``.
    package func check(_ state: MigrationState?) throws(AccountMismatch) {
        guard let mismatch = state?.targets.mismatch(with: accounts) else { return }
        throw AccountMismatch(target: mismatch.target, bound: mismatch.bound, found: mismatch.found)
    }
}

/// The state is bound to another account than the one that the run's credentials belong to.
package struct AccountMismatch: Error, Sendable, CustomStringConvertible {
    /// The target.
    package let target: TargetBindings.Target
    /// The account that the state names.
    package let bound: AWSAccount
    /// The account of the credentials.
    package let found: AWSAccount

    package var description: String {
        """
        the state has the imports of \(target.manifest) to \(target.region) in \(bound), and these credentials are of \
        \(found). Use credentials of \(bound); or, if the imports really moved, bind the state to \(found) with ferry state \
        rebind
        """
    }
}
