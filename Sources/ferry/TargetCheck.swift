import Migration
import YAML

/// Finds what this version cannot do of where migration manifests want their imports to go.
enum TargetCheck {
    /// What cannot be done.
    static func problems(of manifests: [MigrationManifest]) -> [Diagnostic] {
        let targets = manifests.flatMap(\.usedTargets)
        var diagnostics = targets.compactMap(\.target.roleARN).map { role in
            Diagnostic(
                .unsupported,
                "this version does not assume roles",
                at: role.location,
                help: "assume the role before: put its credentials in the environment, and take roleArn out"
            )
        }
        var first: [String: MigrationTarget] = [:]
        for (region, target) in targets {
            guard let other = first[region] else {
                first[region] = target
                continue
            }
            guard target.profile?.value != other.profile?.value else { continue }
            diagnostics.append(
                Diagnostic(
                    .unsupported,
                    "this version works with one profile in a region, and “\(region)” has two",
                    at: target.profile?.location ?? target.staging.location,
                    help: "plan the migration manifests of each profile by themselves, with a state of their own"
                )
                .noting("the other target is here", at: other.profile?.location ?? other.staging.location)
            )
        }
        return diagnostics
    }
}
