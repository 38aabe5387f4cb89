import EC2Types
import Execution
import Hashing
import Migration
import WireEncoding

/// EC2 and S3 as one process reaches them: over a network that delays, loses, and answers too late.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedServices: ConversionService, StagingStore, ClaimStore, @unchecked Sendable {
    /// The longest that a request or an answer takes, in milliseconds.
    private static let longestWay = 400

    private let process: SimulatedProcess
    var world: SimulatedWorld { process.world }
    private var cloud: SimulatedCloud { process.world.cloud }
    private var uploads = 0
    /// For the mutant that does not check objects: the object that was imported last.
    var plannedObject: S3ObjectVersion?

    init(process: SimulatedProcess) {
        self.process = process
    }

    // MARK: ConversionService

    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
        // Between the last check and the signature, where a pause does the most harm.
        await pause(chance: 10 * world.scenario.pauseChance)
        if process.isInOtherAccount { world.violate(.rightAccount, "\(call.marker) is imported into another account") }
        if process.isAlive {
            cloud.countCall(by: process.machine)
            world.checkIntent(call.marker, on: process.machine)
        }
        var call = call
        if world.mutant == .noMarker { call.description = "unmarked" }
        if world.mutant == .signedWithOwnClock { call.signingTime = world.s3Time }
        let sent = call
        let caller = SimulatedTask.Caller(machine: process.machine.number, losses: process.machine.losses)
        let effect = { [world] in
            var call = sent
            // Signed again where it arrives: a pause, or a request that was resent, never makes it too old.
            if world.mutant == .signedAgain { call.signingTime = world.s3Time }
            return world.cloud.importVolume(call, by: caller)
        }
        do throws(ServiceError) {
            return try await request(
                "ImportVolume",
                accepted: world.lastMoment(ofCallSignedAt: sent.signingTime),
                effect
            )
        } catch {
            guard world.mutant == .resentImport, error.outcome == .unknown, process.isAlive else { throw error }
            return try await request("ImportVolume again", effect)
        }
    }

    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
        // A proxy answers in EC2's place.
        if world.hasTrouble, process.isAlive, world.random.chance(world.scenario.pageChance) {
            if world.mutant == .pageAsEmptyList { return [] }
            throw ServiceError(outcome: .unknown, description: "DescribeConversionTasks: an HTML page")
        }
        let isInOtherAccount = process.isInOtherAccount
        let all = try await request("DescribeConversionTasks") { [world] in
            .success(isInOtherAccount ? [] : world.cloud.describe(ids, lag: world.lag()))
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
        let isInOtherAccount = process.isInOtherAccount
        return try await request("DescribeVolumes") { [world] in
            .success(isInOtherAccount ? [] : world.cloud.volumes.intersection(ids))
        }
    }

    func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
        let isInOtherAccount = process.isInOtherAccount
        let tagged = try await request("DescribeVolumes") { [world] in
            .success(isInOtherAccount ? [] : world.cloud.taggedVolumes(lag: world.lag()).filter { $0.tags[key] != nil })
        }
        switch world.mutant {
        case .noVolumeEvidence: return []
        case .rejectedAsEvidence:
            return tagged.map { volume in
                var volume = volume
                volume.tags["ferry:rejected"] = nil
                return volume
            }
        case .copiesAsEvidence:
            return tagged.map { volume in
                var volume = volume
                volume.tags["ferry:volume"] = volume.id
                return volume
            }
        default: return tagged
        }
    }

    func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume] { [] }

    func untag(volumeID: String, keys: [String]) async throws(ServiceError) {}

    func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        try await request("CreateTags") { [world] in world.cloud.tag(volumeID, tags) }
    }

    func availabilityZones() async throws(ServiceError) -> [String] {
        ["us-east-1a", "us-east-1b", "us-east-1c"]
    }

    // MARK: StagingStore

    func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        let prefix = path(location.partsPrefix, location)
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
        let key = path(location.key(ofPart: part.digest), location)
        try await request("PutObject") { [world] in
            world.cloud.put(key, [])
            return .success(())
        }
    }

    func hasPart(
        _ digest: SHA256Digest,
        length: Int,
        in location: StagingLocation
    ) async throws(ServiceError) -> Bool {
        let key = path(location.key(ofPart: digest), location)
        return try await request("HeadObject") { [world] in .success(world.cloud.objects[key] != nil) }
    }

    func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> Int64 {
        let key = path(key, location)
        return try await request("PutObject") { [world] in
            world.cloud.put(key, bytes)
            return .success(world.s3Time)
        }
    }

    // MARK: ClaimStore

    func claim(_ key: ClaimKey) async throws(ServiceError) -> StoredClaim? {
        let path = path(key)
        let found = try await request("GetObject") { [world] in
            .success(world.cloud.claims[path].map { ($0, world.s3Time) })
        }
        return found.map { stored, date in
            StoredClaim(
                claim: ImportClaim(json: stored.claim).map(mutated),
                entityTag: String(stored.version),
                lastModified: stored.written,
                date: date
            )
        }
    }

    /// The claim as a mutant of ferry understands it.
    private func mutated(_ claim: ImportClaim) -> ImportClaim {
        var claim = claim
        switch world.mutant {
        case .ownershipByLineage where claim.lineage == process.machine.lineage && claim.phase == .claimed:
            claim.phase = .released
        case .rejectedAsEvidence where claim.phase == .rejected: claim.phase = .called
        case .takeoverOfAgedTask:
            if let taskID = claim.taskID, world.cloud.describe([taskID], lag: 0).isEmpty {
                claim.taskID = nil
                claim.phase = .released
            }
        default: break
        }
        return claim
    }

    func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String? {
        let (path, version) = (path(key), entityTag.flatMap { Int($0) })
        process.machine.lineage = claim.lineage
        let written = try await request("PutObject") { [world] in
            let number = world.cloud.writeClaim(claim.json, at: path, replacing: version)
            if world.mutant == .deletedClaims, claim.phase == .settled { world.cloud.removeClaim(path) }
            return .success(number)
        }
        return written.map(String.init)
    }

    func claims(in folder: ClaimKey.Folder) async throws(ServiceError) -> ClaimListing {
        let prefix = path(folder)
        return try await request("ListObjectsV2") { [world] in
            let found = world.cloud.claims.filter { $0.key.hasPrefix(prefix) }
            let tags = found.map { (String($0.key.dropFirst(prefix.count)), String($0.value.version)) }
            return .success(ClaimListing(entityTags: Dictionary(uniqueKeysWithValues: tags), date: world.s3Time))
        }
    }

    func honorsConditions(in folder: ClaimKey.Folder) async throws(ServiceError) -> Bool {
        let honors = world.scenario.honorsConditions
        return try await request("PutObject") { .success(honors) }
    }

    private func path(_ folder: ClaimKey.Folder) -> String {
        "\(folder.location.bucket)/\(folder.prefix(of: process.account))"
    }

    private func path(_ key: ClaimKey) -> String { path(key.folder) + key.name }

    func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]? {
        let key = path(key, location)
        let found = try await request("GetObject") { [world] in .success(world.cloud.objects[key]) }
        return world.mutant == .unreadImportManifests ? nil : found
    }

    func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError) {
        let key = path(key, location)
        // A delete that takes effect long after its answer was given up could remove what was stored anew meanwhile. S3
        // works on a request while its connection lives.
        let machine = process.machine.number
        try await request("DeleteObject", isPrompt: true) { [world] in
            world.cloud.delete(key, by: "ferry", machine: machine)
            return .success(())
        }
    }

    func importManifestURLs(
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> [ImportManifestURL] {
        let url = try await presignedURL(.get, key: key, in: location)
        return S3Addressing.allCases.map { ImportManifestURL(addressing: $0, url: url) }
    }

    func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String {
        var key = path(key, location)
        if world.mutant == .deleteURLsOfParts, method == .delete, let part = lastPart { key = part }
        if method == .get { lastPart = key }
        let expiry = world.scheduler.now.milliseconds + world.scenario.urlLifetime
        return SimulatedCloud.presignedURL(method.rawValue, key, validUntil: expiry)
    }

    /// For the mutant whose delete URLs name parts: the part that a URL was made for last.
    private var lastPart: String?

    /// An object's name in the cloud.
    private func path(_ key: String, _ location: StagingLocation) -> String {
        var key = key
        if world.mutant == .sharedFolder, let lineage = location.lineage {
            key = key.replacing("\(lineage)/", with: "")
        }
        return "\(location.bucket)/\(key)"
    }

    // MARK: The network

    func request<Success: Sendable>(
        _ name: String,
        isPrompt: Bool = false,
        accepted lastMoment: VirtualInstant? = nil,
        _ effect: @escaping () -> Result<Success, ServiceError>
    ) async throws(ServiceError) -> Success {
        let answer = Answer<Result<Success, ServiceError>>()
        let (world, scenario) = (world, world.scenario)
        await pause(chance: scenario.pauseChance)
        await process.wait(isCancellable: true) { done in
            let way = world.random.within(1...Self.longestWay)
            let back = world.random.within(1...Self.longestWay)
            let isTroubled = world.hasTrouble
            func chance(_ thousandths: Int) -> Bool { isTroubled && world.random.chance(thousandths) }
            func refuse(_ code: String, passes: Bool) {
                self.after(way + back) {
                    answer.value = .failure(
                        ServiceError(outcome: .rejected, isPassingRejection: passes, description: "\(name): \(code)")
                    )
                    done()
                }
            }
            if chance(scenario.throttleChance) { return refuse("RequestLimitExceeded", passes: true) }
            if chance(scenario.refusalChance) { return refuse("UnauthorizedOperation", passes: false) }
            if chance(scenario.lostRequestChance) { return self.after(5_000, done) }
            let isAnswerLost = chance(scenario.lostAnswerChance)
            // Where the answer is lost, the effect may come after ferry has stopped waiting for it.
            let isLate = isAnswerLost && !isPrompt && world.random.chance(lastMoment == nil ? 500 : 750)
            let delay = isLate ? self.lateDelay(until: lastMoment) : way
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
        return try (answer.value ?? .failure(lost(name))).get()
    }

    /// How late a request takes effect whose answer is lost, in milliseconds. Most calls come when EC2 is about to reject
    /// them.
    private func lateDelay(until lastMoment: VirtualInstant?) -> Int {
        let delay = world.random.below(90_000)
        guard let lastMoment, delay < 70_000 else { return delay }
        let rest = lastMoment.milliseconds - world.scheduler.now.milliseconds
        return max(1, rest + 200 - delay % 1200)
    }

    /// What ferry makes of a response that does not come.
    private func lost(_ name: String) -> ServiceError {
        let isTakenForRejection = world.mutant == .lostResponseIsRejection && name == "ImportVolume"
        return ServiceError(
            outcome: isTakenForRejection ? .rejected : .unknown,
            description: "\(name): no response"
        )
    }

    /// May stop the process, with a request ready, and let it continue later.
    ///
    /// - Parameter chance: The chance in thousandths.
    private func pause(chance: Int) async {
        guard world.hasTrouble, world.random.chance(chance) else { return }
        let pause = Duration.milliseconds(world.random.below(world.scenario.longestPause))
        await process.wait(until: world.scheduler.now.advanced(by: pause))
    }

    private func after(_ milliseconds: Int, _ action: @escaping () -> Void) {
        world.scheduler.schedule(at: world.scheduler.now.advanced(by: .milliseconds(milliseconds)), action)
    }

    /// What came back, if anything did.
    private final class Answer<Value> {
        var value: Value?
    }
}
