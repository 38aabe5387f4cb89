package import Diagnostics
package import Migration
import YAML

/// Holds the targets of several migration manifests against each other.
package enum TargetCheck {
    /// What does not fit: a bucket that two identities would use. A bucket is what tells whose an import is, to the state
    /// too.
    package static func problems(of manifests: [MigrationManifest]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        var first: [String: (identity: AWSIdentity, target: MigrationTarget)] = [:]
        for (region, target) in manifests.flatMap(\.usedTargets) {
            let bucket = target.staging.value.bucket
            let identity = target.identity(in: region)
            guard let other = first[bucket] else {
                first[bucket] = (identity, target)
                continue
            }
            if identity != other.identity {
                diagnostics.append(problem(bucket, identity, target, other.identity, other.target))
            }
        }
        return diagnostics
    }

    private static func problem(
        _ bucket: String,
        _ identity: AWSIdentity,
        _ target: MigrationTarget,
        _ other: AWSIdentity,
        _ otherTarget: MigrationTarget
    ) -> Diagnostic {
        guard identity.region == other.region else {
            return Diagnostic(
                .badTarget,
                "bucket “\(bucket)” is to serve \(identity.region) and \(other.region), and lies in one region",
                at: target.staging.location,
                help: "name a bucket of its own for each region"
            )
            .noting("it serves \(other.region) here", at: otherTarget.staging.location)
        }
        return Diagnostic(
            .badTarget,
            "bucket “\(bucket)” is to be used by two: \(identity), and \(other)",
            at: (target.roleARN ?? target.profile)?.location ?? target.staging.location,
            help: "name a bucket of its own for each profile and role"
        )
        .noting(
            "\(other) is chosen here",
            at: (otherTarget.roleARN ?? otherTarget.profile)?.location ?? otherTarget.staging.location
        )
    }
}
