import DiskImages
import EC2Types
import Migration
import Synchronization
import Testing
import WireEncoding

@testable import Execution

/// Several regions and accounts seen as one EC2.
@Suite struct RegionalConversionServiceTests {
    /// A region that knows some tasks and volumes and remembers what it was asked.
    private final class Region: ConversionService {
        private let tasks: [ConversionTask]
        private let failure: ServiceError?
        private let calls = Mutex<[String]>([])

        init(tasks: [ConversionTask] = [], failure: ServiceError? = nil) {
            self.tasks = tasks
            self.failure = failure
        }

        /// What it was asked, in order.
        var asked: [String] { calls.withLock { $0 } }

        private func answer(_ call: String) throws(ServiceError) {
            calls.withLock { $0.append(call) }
            if let failure { throw failure }
        }

        func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
            try answer("import \(call.zone)")
            return ConversionTask(id: "import-\(call.zone)", state: .active)
        }

        func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
            try answer("tasks \(ids?.sorted().joined(separator: " ") ?? "all")")
            return tasks.filter { ids?.contains($0.id) ?? true }
        }

        func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {
            try answer("cancel \(taskID)")
        }

        func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> {
            try answer("volumes \(ids.sorted().joined(separator: " "))")
            return ids.intersection(tasks.compactMap(\.volumeID))
        }

        func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume] {
            try answer("volumes of \(size) in \(zone)")
            return []
        }

        func untag(volumeID: String, keys: [String]) async throws(ServiceError) {
            try answer("untag \(volumeID)")
        }

        func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
            try answer("volumes with \(key)")
            return tasks.compactMap(\.volumeID).map { TaggedVolume(id: $0, tags: [key: "x"]) }
        }

        func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
            try answer("tag \(volumeID)")
        }

        func availabilityZones() async throws(ServiceError) -> [String] {
            try answer("zones")
            return []
        }
    }

    private let america = Region(tasks: [ConversionTask(id: "task-1", state: .completed, volumeID: "vol-1")])
    private let europe = Region(tasks: [ConversionTask(id: "task-2", state: .active)])

    private var service: RegionalConversionService {
        RegionalConversionService(
            [Self.us: america, Self.eu: europe],
            identityOfBucket: ["us": Self.us, "eu": Self.eu]
        )
    }

    private static let us = AWSIdentity(region: "us-east-1")
    private static let eu = AWSIdentity(region: "eu-west-1")

    private static func call(_ zone: String, bucket: String) -> ImportCall {
        ImportCall(
            zone: zone,
            bucket: bucket,
            format: .raw,
            bytes: 1,
            importManifestURLs: [ImportManifestURL(addressing: .path, url: "https://example.com")],
            volumeSize: 1,
            marker: TaskMarker(address: 1, fingerprint: 2, attempt: 1),
            description: "test"
        )
    }

    @Test("An import goes to the region of its zone, and its task is asked for there alone")
    func imports() async throws {
        let service = service
        let task = try await service.importVolume(Self.call("eu-west-1b", bucket: "eu"))
        _ = try await service.conversions(ids: [task.id])
        #expect(europe.asked == ["import eu-west-1b", "tasks import-eu-west-1b"])
        #expect(america.asked == [])
        for elsewhere in [Self.call("us-east-1a", bucket: "eu"), Self.call("us-east-1a", bucket: "other")] {
            let error = await #expect(throws: ServiceError.self) { try await service.importVolume(elsewhere) }
            #expect(error?.outcome == .rejected)
        }
        #expect(america.asked == [])
    }

    @Test("What was never seen is looked for in all regions, and then in its own")
    func lookingAround() async throws {
        let service = service
        #expect(try await service.conversions(ids: ["task-1", "task-2"]).map(\.id).sorted() == ["task-1", "task-2"])
        _ = try await service.conversions(ids: ["task-1", "task-2"])
        #expect(america.asked == ["tasks task-1 task-2", "tasks task-1"])
        #expect(europe.asked == ["tasks task-1 task-2", "tasks task-2"])
        try await service.cancelConversion(taskID: "task-2", reason: "test")
        try await service.tag(volumeID: "vol-1", tags: [:])
        #expect(america.asked.last == "tag vol-1" && europe.asked.last == "cancel task-2")
        #expect(try await service.existingVolumes(among: ["vol-1", "vol-9"]) == ["vol-1"])
        #expect(europe.asked.last == "volumes vol-9")
        let error = await #expect(throws: ServiceError.self) { try await service.tag(volumeID: "vol-9", tags: [:]) }
        #expect(error?.outcome == .rejected)
    }

    @Test("A list that one region does not give is no list: what is not in it is not known to be gone")
    func failingRegion() async throws {
        let failure = ServiceError(outcome: .unknown, description: "no answer")
        let service = RegionalConversionService(
            [Self.us: america, Self.eu: Region(failure: failure)],
            identityOfBucket: [:]
        )
        await #expect(throws: failure) { try await service.conversions(ids: nil) }
        await #expect(throws: failure) { try await service.existingVolumes(among: ["vol-1"]) }
    }

    @Test("Two roles in one region: the bucket says whose an import is, and whose the task was first tags its volume")
    func roles() async throws {
        let task = ConversionTask(id: "task-1", state: .completed, volumeID: "vol-1")
        let (first, second) = (Region(tasks: [task]), Region(tasks: [task]))
        let (one, two) = (
            AWSIdentity(region: "us-east-1", roleARN: "role/one"),
            AWSIdentity(region: "us-east-1", roleARN: "role/two")
        )
        let service = RegionalConversionService(
            [one: first, two: second],
            identityOfBucket: ["a": one, "b": two],
            owners: ["task-1": two]
        )
        // Both are roles of one account: each lists the task, and it is one task.
        #expect(try await service.conversions(ids: nil) == [task])
        _ = try await service.conversions(ids: ["task-1"])
        try await service.tag(volumeID: "vol-1", tags: [:])
        _ = try await service.importVolume(Self.call("us-east-1a", bucket: "b"))
        _ = try await service.importVolume(Self.call("us-east-1b", bucket: "a"))
        #expect(first.asked == ["tasks all", "import us-east-1b"])
        #expect(second.asked == ["tasks all", "tasks task-1", "tag vol-1", "import us-east-1a"])
    }
}
