package import WireEncoding

/// The accounts that a state's imports go to, by the migration manifest and the region of the imports.
///
/// A run with the credentials of another account would import everything again, into that account. It stops instead.
package struct TargetBindings: Hashable, Sendable {
    /// A target: the imports of one migration manifest into one region.
    package struct Target: Hashable, Sendable {
        /// The name of the migration manifest.
        package var manifest: String
        /// The region.
        package var region: String

        /// Names a target.
        package init(manifest: String, region: String) {
            self.manifest = manifest
            self.region = region
        }
    }

    /// The accounts.
    package private(set) var accounts: [Target: AWSAccount]
    /// The form of an import manifest's URL that EC2 took after it had rejected others, for targets that have an account.
    private var addressings: [Target: S3Addressing] = [:]

    /// Creates bindings; none by default.
    package init(_ accounts: [Target: AWSAccount] = [:]) {
        self.accounts = accounts
    }

    /// Whether no target is bound.
    package var isEmpty: Bool { accounts.isEmpty }

    /// The account of a target; `nil` before its first run.
    package subscript(target: Target) -> AWSAccount? { accounts[target] }

    /// The form of an import manifest's URL that EC2 is known to take for a target: for it, or for another one of the same
    /// account and region.
    package func addressing(of target: Target) -> S3Addressing? {
        if let addressing = addressings[target] { return addressing }
        guard let account = accounts[target] else { return nil }
        let others = addressings.keys.filter { $0.region == target.region && accounts[$0] == account }
        return others.min().flatMap { addressings[$0] }
    }

    /// Sets the form of URL that EC2 took for a target.
    package mutating func setAddressing(_ addressing: S3Addressing?, of target: Target) {
        addressings[target] = addressing
    }

    /// The form of URL that EC2 took for a target itself.
    func ownAddressing(of target: Target) -> S3Addressing? { addressings[target] }

    /// Binds a target to an account, whatever it was bound to.
    package mutating func bind(_ target: Target, to account: AWSAccount) {
        accounts[target] = account
    }

    /// The first target that is bound to another account than in the given bindings; `nil` if there is none.
    package func mismatch(with others: TargetBindings) -> (target: Target, bound: AWSAccount, found: AWSAccount)? {
        for (target, found) in others.sorted {
            if let bound = accounts[target], bound != found { return (target, bound, found) }
        }
        return nil
    }

    /// The bindings in the order of manifests and regions.
    package var sorted: [(target: Target, account: AWSAccount)] {
        accounts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension TargetBindings.Target: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.manifest, left.region) < (right.manifest, right.region)
    }
}
