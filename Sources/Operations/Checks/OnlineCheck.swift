import AWS
import Diagnostics
import EC2Types
import Migration
import WireEncoding
import YAML

/// Checks the staging buckets of migration manifests and the permissions that `ferry apply` needs, for one identity.
struct OnlineCheck {
    private let clients: ServiceClients
    private let identity: AWSIdentity
    private let zones: ZoneCheck

    /// Creates a check.
    ///
    /// - Parameters:
    ///   - clients: The clients of the identity.
    ///   - identity: The identity.
    ///   - zones: The zones of its region.
    init(_ clients: ServiceClients, identity: AWSIdentity, zones: ZoneCheck) {
        self.clients = clients
        self.identity = identity
        self.zones = zones
    }

    /// The problems of the manifests' imports that use the identity.
    func problems(of manifests: [MigrationManifest]) async -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        var seen: Set<StagingLocation> = []
        let targets = manifests.flatMap(\.usedTargets).filter { $0.target.identity(in: $0.region) == identity }
        for target in targets.map(\.target) where seen.insert(target.staging.value).inserted {
            let owner = target.stagingOwner?.value ?? clients.account?.id
            let check = StagingCheck(
                s3: clients.s3.expecting(bucketOwner: owner),
                staging: target.staging,
                region: identity.region
            )
            diagnostics += await check.problems()
        }
        // Permissions belong to the identity: one import is enough.
        let manifest = manifests.first { $0.identity(in: identity.region) == identity }
        if let manifest, let item = manifest.imports.first(where: { $0.region == identity.region }) {
            let staging = manifest.target(of: identity.region).staging.value
            diagnostics += await permissionProblems(item, staging)
        }
        return diagnostics
    }

    /// The EC2 operations of `ferry apply` that are not permitted.
    private func permissionProblems(_ item: ImageImport, _ staging: StagingLocation) async -> [Diagnostic] {
        guard let zone = item.zones.first else { return [] }
        var diagnostics: [Diagnostic] = []
        // ImportVolume is sent only to an endpoint that is known to honor DryRun.
        var honorsDryRun = false
        // The first is harmless if the endpoint ignores DryRun.
        let operations: [(name: String, operation: EC2Client.Operation)] = [
            ("DescribeVolumes", .describeVolumes), ("DescribeConversionTasks", .describeConversionTasks),
            ("CancelConversionTask", .cancelConversionTask), ("CreateTags", .createTags), ("DeleteTags", .deleteTags),
        ]
        for (name, operation) in operations {
            do throws(AWSError) {
                guard try await clients.ec2.dryRun(operation) == .permitted else {
                    return diagnostics + [Self.unchecked(at: zone)]
                }
                honorsDryRun = true
            } catch {
                // An endpoint that fails for another reason than a missing permission fails for the others, too.
                guard error.isDenial || name != operations[0].name else {
                    return [Self.problem(of: name, error, at: zone)]
                }
                // EC2 may reject the resource, which does not exist, before it considers DryRun.
                guard !(error.isNotFound || error.code?.hasPrefix("Invalid") == true) else { continue }
                diagnostics.append(Self.problem(of: name, error, at: zone))
            }
        }
        if honorsDryRun, let problem = await importProblem(zone, staging) { diagnostics.append(problem) }
        return diagnostics
    }

    private static func unchecked(at zone: Located<String>) -> Diagnostic {
        Diagnostic(
            .permissionsUnchecked,
            "the EC2 endpoint ignores DryRun, so permissions were not checked",
            at: zone.location,
            severity: .warning
        )
    }

    /// Whether EC2 would accept ImportVolume in a zone.
    private func importProblem(_ zone: Located<String>, _ staging: StagingLocation) async -> Diagnostic? {
        do {
            let key = staging.prefix + "dry-run.manifest.xml"
            let url = try await clients.s3.presignedURL("GET", bucket: staging.bucket, key: key)
            let request = EC2Client.ImportVolumeRequest(
                availabilityZone: zones.name(of: zone.value) ?? zone.value,
                format: "RAW",
                bytes: 1 << 30,
                importManifestURL: url.absoluteString,
                volumeSize: 1,
                description: "ferry validate --online"
            )
            guard try await clients.ec2.dryRun(.importVolume(request)) == .performed else { return nil }
            return Diagnostic(
                .notPermitted,
                "the EC2 endpoint ignored DryRun and created a conversion task",
                at: zone.location,
                help: """
                    cancel the task with the description "ferry validate --online" (DescribeConversionTasks, \
                    CancelConversionTask); do not use --online with this endpoint
                    """
            )
        } catch {
            return Diagnostic(.notPermitted, "ImportVolume would fail: \(error)", at: zone.location)
        }
    }

    private static func problem(of operation: String, _ error: AWSError, at zone: Located<String>) -> Diagnostic {
        Diagnostic(
            .notPermitted,
            "\(operation) would fail: \(error)",
            at: zone.location,
            help: error.isDenial ? "allow ec2:\(operation) in the policy of these credentials" : nil
        )
    }
}
