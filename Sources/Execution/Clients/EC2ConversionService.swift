package import AWS
import DiskImages
package import EC2Types
package import Migration
import WireEncoding

/// EC2 as the executor sees it.
package struct EC2ConversionService: ConversionService {
    /// Above this many ids the whole list is read: a request has a bounded length, and so does the time to write it.
    private static let mostIDs = 200

    private let client: EC2Client

    /// Speaks to EC2 by a client.
    package init(_ client: EC2Client) {
        self.client = client
    }

    package func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
        try await translating { () async throws(AWSError) in
            try await client.importVolume(
                EC2Client.ImportVolumeRequest(
                    availabilityZone: call.zone,
                    format: call.format.rawValue,
                    bytes: call.bytes,
                    importManifestURL: call.importManifestURL,
                    volumeSize: call.volumeSize,
                    description: call.description
                ),
                signingTime: call.signingTime.map { SigningTime(seconds: $0) }
            ).withoutDetails
        }
    }

    package func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
        try await translating { () async throws(AWSError) in
            guard let ids, ids.count <= Self.mostIDs else {
                return try await client.describeConversionTasks { $0.withoutDetails }
            }
            guard !ids.isEmpty else { return [] }
            do throws(AWSError) {
                return try await client.describeConversionTasks(ids: ids) { $0.withoutDetails }
            } catch  where error.code?.hasPrefix("InvalidConversionTaskId") == true {
                // One id that EC2 does not know (yet, or any more) refuses the whole request.
                let wanted = Set(ids)
                return try await client.describeConversionTasks { $0.withoutDetails }.filter { wanted.contains($0.id) }
            }
        }
    }

    package func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.cancelConversionTask(id: taskID, reason: reason)
        }
    }

    package func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> {
        try await translating { () async throws(AWSError) in
            try await client.existingVolumes(among: ids)
        }
    }

    package func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
        try await translating { () async throws(AWSError) in
            try await client.volumes(withTag: key).map(TaggedVolume.init)
        }
    }

    package func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume] {
        try await translating { () async throws(AWSError) in
            try await client.volumes(ofSize: size, inZone: zone).map(TaggedVolume.init)
        }
    }

    package func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.createTags(resources: [volumeID], tags: tags)
        }
    }

    package func untag(volumeID: String, keys: [String]) async throws(ServiceError) {
        try await translating { () async throws(AWSError) in
            try await client.deleteTags(resource: volumeID, keys: keys)
        }
    }

    package func availabilityZones() async throws(ServiceError) -> [String] {
        try await translating { () async throws(AWSError) in
            try await client.availabilityZones()
        }
    }
}

extension TaggedVolume {
    fileprivate init(_ volume: EC2Volume) {
        self.init(id: volume.id, created: volume.created, tags: volume.tags)
    }
}
