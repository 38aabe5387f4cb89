import Migration
import YAML

/// Finds what this version cannot do of where migration manifests want their imports to go.
enum TargetCheck {
    /// The profile that all manifests use, for the connection; `nil` for what the environment says.
    static func profile(of manifests: [MigrationManifest]) -> String? {
        manifests.lazy.flatMap(\.usedTargets).first?.target.profile?.value
    }

    /// What cannot be done.
    ///
    /// - Parameters:
    ///   - manifests: The manifests of one plan.
    ///   - region: The region of the first import.
    static func problems(of manifests: [MigrationManifest], region: String) -> [Diagnostic] {
        var diagnostics = manifests.flatMap(\.imports).filter { $0.region != region }.compactMap { item in
            item.zones.first.map { zone in
                Diagnostic(
                    .unsupported,
                    "this version plans one region at a time, and this zone is in \(item.region), not in \(region)",
                    at: zone.location,
                    help: "plan the migration manifests of each region by themselves, with a state of their own"
                )
            }
        }
        let targets = manifests.flatMap(\.usedTargets).map(\.target)
        for role in targets.compactMap(\.roleARN) {
            diagnostics.append(
                Diagnostic(
                    .unsupported,
                    "this version does not assume roles",
                    at: role.location,
                    help: "assume the role before: put its credentials in the environment, and take roleArn out"
                )
            )
        }
        guard let first = targets.first else { return diagnostics }
        // Several regions are several profiles most of the time, and have been told.
        for target in targets.dropFirst()
        where diagnostics.isEmpty && target.profile?.value != first.profile?.value {
            let place = target.profile?.location ?? target.staging.location
            diagnostics.append(
                Diagnostic(
                    .unsupported,
                    "this version plans with one profile at a time, and this is another one",
                    at: place,
                    help: "plan the migration manifests of each profile by themselves, with a state of their own"
                )
                .noting("the first target is here", at: first.profile?.location ?? first.staging.location)
            )
        }
        return diagnostics
    }
}
