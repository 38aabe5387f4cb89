import EC2Types
import Execution
import Hashing
import Migration

/// EC2 and S3 as one process reaches them: over a network that delays, loses, and answers too late.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedServices: ConversionService, StagingStore, @unchecked Sendable {
    /// The longest that a request or an answer takes, in milliseconds.
    private static let longestWay = 400

    private let process: SimulatedProcess
    private var world: SimulatedWorld { process.world }
    private var cloud: SimulatedCloud { process.world.cloud }
    private var uploads = 0

    init(process: SimulatedProcess) {
        self.process = process
    }

    // MARK: ConversionService

    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
        if process.isAlive {
            cloud.countCall()
            world.checkIntent(call.marker)
        }
        var call = call
        if world.mutant == .noMarker { call.description = "unmarked" }
        let sent = call
        let effect = { [world] in world.cloud.importVolume(sent) }
        do throws(ServiceError) {
            return try await request("ImportVolume", effect)
        } catch {
            guard world.mutant == .resentImport, error.outcome == .unknown, process.isAlive else { throw error }
            return try await request("ImportVolume again", effect)
        }
    }

    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
        let all = try await request("DescribeConversionTasks") { [world] in
            let lag = world.scenario.staleness == 0 ? 0 : world.random.below(world.scenario.staleness + 1)
            return .success(world.cloud.describe(ids, lag: lag))
        }
        return world.mutant == .noReconciliation && ids == nil ? [] : all
    }

    func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {
        try await request("CancelConversionTask") { [world] in
            if let index = world.cloud.tasks.firstIndex(where: { $0.id == taskID }) { world.cloud.cancel(index) }
            return .success(())
        }
    }

    func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> {
        try await request("DescribeVolumes") { [world] in .success(world.cloud.volumes.intersection(ids)) }
    }

    func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
        try await request("DescribeVolumes") { [world] in
            let tagged = world.cloud.tags.filter { $0.value[key] != nil && world.cloud.volumes.contains($0.key) }
            return .success(tagged.sorted { $0.key < $1.key }.map { TaggedVolume(id: $0.key, tags: $0.value) })
        }
    }

    func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        try await request("CreateTags") { [world] in world.cloud.tag(volumeID, tags) }
    }

    func availabilityZones() async throws(ServiceError) -> [String] {
        ["us-east-1a", "us-east-1b", "us-east-1c"]
    }

    // MARK: StagingStore

    func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        let prefix = "\(location.bucket)/\(location.partsPrefix)"
        return try await request("ListObjectsV2") { [world] in
            let keys = world.cloud.objects.keys.filter { $0.hasPrefix(prefix) }
            return .success(Set(keys.compactMap { SHA256Digest(hex: $0.dropFirst(prefix.count)) }))
        }
    }

    func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError) {
        uploads += 1
        defer { uploads -= 1 }
        if process.isAlive, uploads > world.scenario.uploads {
            world.violate(.limits, "\(uploads) uploads at once, of \(world.scenario.uploads) at most")
        }
        let key = "\(location.bucket)/\(location.key(ofPart: part.digest))"
        try await request("PutObject") { [world] in
            world.cloud.put(key, [])
            return .success(())
        }
    }

    func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) {
        let key = "\(location.bucket)/\(key)"
        try await request("PutObject") { [world] in
            world.cloud.put(key, bytes)
            return .success(())
        }
    }

    func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]? {
        let key = "\(location.bucket)/\(key)"
        let found = try await request("GetObject") { [world] in .success(world.cloud.objects[key]) }
        return world.mutant == .unreadImportManifests ? nil : found
    }

    func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError) {
        let key = "\(location.bucket)/\(key)"
        // A delete that takes effect long after its answer was given up could remove what was stored anew meanwhile. S3
        // works on a request while its connection lives.
        try await request("DeleteObject", isPrompt: true) { [world] in
            world.cloud.delete(key, by: "ferry")
            return .success(())
        }
    }

    func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String {
        var key = "\(location.bucket)/\(key)"
        if world.mutant == .deleteURLsOfParts, method == .delete, let part = lastPart { key = part }
        if method == .get { lastPart = key }
        let expiry = world.scheduler.now.milliseconds + world.scenario.urlLifetime
        return SimulatedCloud.presignedURL(method.rawValue, key, validUntil: expiry)
    }

    /// For the mutant whose delete URLs name parts: the part that a URL was made for last.
    private var lastPart: String?

    // MARK: The network

    private func request<Success: Sendable>(
        _ name: String,
        isPrompt: Bool = false,
        _ effect: @escaping () -> Result<Success, ServiceError>
    ) async throws(ServiceError) -> Success {
        let answer = Answer<Result<Success, ServiceError>>()
        let (world, scenario) = (world, world.scenario)
        await process.wait(isCancellable: true) { done in
            let way = world.random.within(1...Self.longestWay)
            let back = world.random.within(1...Self.longestWay)
            let isTroubled = world.hasTrouble
            func chance(_ thousandths: Int) -> Bool { isTroubled && world.random.chance(thousandths) }
            if chance(scenario.throttleChance) {
                return self.after(way + back) {
                    answer.value = .failure(
                        ServiceError(outcome: .rejected, description: "\(name): RequestLimitExceeded")
                    )
                    done()
                }
            }
            if chance(scenario.refusalChance) {
                return self.after(way + back) {
                    answer.value = .failure(
                        ServiceError(outcome: .rejected, description: "\(name): UnauthorizedOperation")
                    )
                    done()
                }
            }
            if chance(scenario.lostRequestChance) { return self.after(5_000, done) }
            let isAnswerLost = chance(scenario.lostAnswerChance)
            // Where the answer is lost, the effect may come after ferry has stopped waiting for it.
            let delay = isAnswerLost && !isPrompt && world.random.chance(500) ? world.random.below(15_000) : way
            let process = self.process
            let isLostWithProcess = world.random.chance(500)
            self.after(delay) {
                // What a dead process had sent may still arrive.
                guard process.isAlive || (!isLostWithProcess && !isPrompt) else { return }
                let result = effect()
                guard !isAnswerLost else { return }
                self.after(back) {
                    answer.value = result
                    done()
                }
            }
            if isAnswerLost { self.after(5_000, done) }
        }
        let lost = ServiceError(outcome: .unknown, description: "\(name): no answer")
        return try (answer.value ?? .failure(lost)).get()
    }

    private func after(_ milliseconds: Int, _ action: @escaping () -> Void) {
        world.scheduler.schedule(at: world.scheduler.now.advanced(by: .milliseconds(milliseconds)), action)
    }

    /// What came back, if anything did.
    private final class Answer<Value> {
        var value: Value?
    }
}
