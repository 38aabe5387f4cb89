import AWS
package import Diagnostics
import EC2Types
package import Migration
import WireEncoding
import YAML

/// Asks EC2 and S3 whether migration manifests can be applied, and changes nothing there.
package struct OnlineCheck {
    private let connection: ServiceClients
    private let identity: AWSIdentity
    private let zones: ZoneCheck

    /// Asks through an identity's connection to a region whose zones are known.
    init(_ connection: ServiceClients, identity: AWSIdentity, zones: ZoneCheck) {
        self.connection = connection
        self.identity = identity
        self.zones = zones
    }

    /// What AWS says against the manifests: of buckets that do not exist or may not be listed, and of ImportVolume.
    package func problems(of manifests: [MigrationManifest]) async -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        var seen: Set<StagingLocation> = []
        let targets = manifests.flatMap(\.usedTargets).filter { $0.target.identity(in: $0.region) == identity }
        for target in targets.map(\.target) {
            guard seen.insert(target.staging.value).inserted else { continue }
            if let problem = await problem(of: target.staging) { diagnostics.append(problem) }
        }
        for manifest in manifests {
            guard manifest.identity(in: identity.region) == identity,
                let item = manifest.imports.first(where: { $0.region == identity.region })
            else { continue }
            // One is enough: permissions are the identity's, and not an import's.
            let staging = manifest.target(of: identity.region).staging.value
            if let problem = await permissionProblem(item, staging) { diagnostics.append(problem) }
            break
        }
        return diagnostics
    }

    private func problem(of staging: Located<StagingLocation>) async -> Diagnostic? {
        let (bucket, prefix) = (staging.value.bucket, staging.value.prefix)
        let help = "make the bucket in \(identity.region), or let these credentials read and write it"
        do throws(AWSError) {
            guard try await connection.s3.headBucket(bucket) else {
                let message = "there is no bucket “\(bucket)”"
                return Diagnostic(.bucketUnavailable, message, at: staging.location, help: help)
            }
            try await connection.s3.listObjects(bucket: bucket, prefix: prefix) { _ in }
            return nil
        } catch {
            return Diagnostic(
                .bucketUnavailable,
                "bucket “\(bucket)” cannot be used: \(error.description)",
                at: staging.location,
                help: help
            )
        }
    }

    /// Whether ImportVolume may be called. EC2 answers a dry run with an error in either case.
    private func permissionProblem(_ item: ImageImport, _ staging: StagingLocation) async -> Diagnostic? {
        guard let zone = item.zones.first else { return nil }
        do {
            let key = staging.prefix + "dry-run.manifest.xml"
            let url = try await connection.s3.presignedURL("GET", bucket: staging.bucket, key: key)
            let request = EC2Client.ImportVolumeRequest(
                availabilityZone: zones.name(of: zone.value) ?? zone.value,
                format: "RAW",
                bytes: 1 << 30,
                importManifestURL: url.absoluteString,
                volumeSize: 1,
                description: nil,
                isDryRun: true
            )
            let task = try await connection.ec2.importVolume(request)
            return Diagnostic(
                .notPermitted,
                "EC2 passed over DryRun and made task \(task.id)",
                at: zone.location,
                help: "cancel it; this endpoint cannot be asked for permissions"
            )
        } catch let error as AWSError where error.code == "DryRunOperation" {
            return nil
        } catch {
            return Diagnostic(.notPermitted, "ImportVolume would fail: \(error)", at: zone.location)
        }
    }
}
