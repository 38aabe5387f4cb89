import DiskImages
import Execution
import Hashing
import Migration
import Synchronization
import WireEncoding

@testable import EC2Types

/// EC2 and S3 as a test tells them to be. The answers to ImportVolume are lost. It notes each part that is removed under a conversion that needs it.
final class ScriptedCloud: ConversionService, StagingStore, ClaimStore {
    private struct Contents {
        var tasks: [ConversionTask] = []
        var parts: [String: Set<String>] = [:]
        var objects: [String: [UInt8]] = [:]
        var hidden: Set<String> = []
        var failures: [String: ServiceError] = [:]
        var removedWhileNeeded: [String] = []
        var polls = 0
        var tags: [String: [String: String]] = [:]
        var tagFailure: ServiceError?
        var puts: [String] = []
        var claims: [ClaimKey: StoredClaim] = [:]
        var claimWrites = 0
        var volumes: [TaggedVolume] = []
        var time: Int64 = 1_790_000_000
        var calls: [ImportCall] = []
        var addressings: [S3Addressing] = [.virtual]
        var rejectedAddressings: Set<S3Addressing> = []
    }

    private let contents = Mutex(Contents())
    private let answer: ImportAnswer
    /// Called before the tasks are listed, with the number of lists so far.
    private let beforeList: @Sendable (ScriptedCloud, Int) -> Void

    /// What comes of ImportVolume.
    enum ImportAnswer {
        /// Nothing is begun, and the answer says so.
        case refusal
        /// A conversion is begun, and the answer names it.
        case task
        /// A conversion is begun, and no answer comes.
        case lost
    }

    /// The claims by their names.
    var claims: [String: ImportClaim] {
        contents.withLock { contents in
            Dictionary(contents.claims.map { ($0.key.name, $0.value.claim) }) { first, _ in first }.compactMapValues(
                \.self
            )
        }
    }

    /// The calls of ImportVolume.
    var calls: [ImportCall] { contents.withLock(\.calls) }

    /// Sets the forms of import manifests' URLs, and those that ImportVolume rejects.
    func address(by addressings: [S3Addressing], rejecting rejected: Set<S3Addressing>) {
        contents.withLock { ($0.addressings, $0.rejectedAddressings) = (addressings, rejected) }
    }

    /// Lets S3's clock go on.
    func advance(by seconds: Int64) {
        contents.withLock { $0.time += seconds }
    }

    /// Writes a claim as another process does.
    func put(_ claim: ImportClaim, at key: ClaimKey) {
        contents.withLock { contents in
            contents.claimWrites += 1
            contents.claims[key] = StoredClaim(
                claim: claim,
                entityTag: "\(contents.claimWrites)",
                lastModified: contents.time,
                date: contents.time
            )
        }
    }

    /// Adds a volume with tags.
    func add(_ volume: TaggedVolume) {
        contents.withLock { $0.volumes.append(volume) }
    }

    /// Makes a cloud that does nothing by itself.
    ///
    /// - Parameters:
    ///   - answer: What comes of ImportVolume.
    ///   - beforeList: Called before the tasks are listed, with the number of lists so far.
    init(answer: ImportAnswer = .refusal, beforeList: @escaping @Sendable (ScriptedCloud, Int) -> Void) {
        self.answer = answer
        self.beforeList = beforeList
    }

    // MARK: What the test sees and does

    /// The keys of the parts that were removed while a task needed them.
    var removedWhileNeeded: [String] { contents.withLock(\.removedWhileNeeded) }

    /// The keys of all objects.
    var keys: Set<String> { contents.withLock { Set($0.objects.keys) } }

    /// The content of an object; `nil` if there is none.
    func content(_ key: String) -> [UInt8]? { contents.withLock { $0.objects[key] } }

    /// The digests of the parts that were uploaded, in order.
    var uploads: [String] { contents.withLock(\.puts) }

    /// The tags of a volume.
    func tags(of volumeID: String) -> [String: String]? { contents.withLock { $0.tags[volumeID] } }

    /// Lets EC2 refuse to tag volumes.
    func refuseTags() {
        contents.withLock { $0.tagFailure = ServiceError(outcome: .rejected, description: "not permitted") }
    }

    /// The ids of all tasks.
    var tasks: [String] { contents.withLock { $0.tasks.map(\.id) } }

    /// Whether a task is over.
    func hasEnded(_ id: String) -> Bool {
        contents.withLock { $0.tasks.contains { $0.id == id && $0.state != .active } }
    }

    /// Begins a conversion whose import manifest and parts lie in the staging.
    func begin(_ id: String, _ item: VolumeImport, attempt: Int = 1, parts: [SHA256Digest]) {
        let location = item.staging
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: attempt)
        let keys = parts.map { location.key(ofPart: $0) }
        let url = "https://example.com/part"
        let parts = keys.enumerated().map { index, key in
            ImportManifest.Part(
                start: Int64(index),
                end: Int64(index),
                key: key,
                headURL: url,
                getURL: url,
                deleteURL: url
            )
        }
        let importManifest = ImportManifest(
            format: "RAW",
            selfDestructURL: url,
            size: Int64(parts.count),
            volumeSize: 1,
            parts: parts
        )
        contents.withLock { contents in
            for key in keys { contents.objects[key] = [] }
            contents.objects[location.importManifestKey(marker)] = importManifest.xml
            contents.parts[id] = Set(keys)
            contents.tasks.append(Self.task(id, description: marker.description))
        }
    }

    private static func task(_ id: String, description: String) -> ConversionTask {
        let details = ConversionTask.Details(
            availabilityZone: "us-east-1a",
            description: description,
            image: ConversionTask.Image(format: "RAW", bytes: 1),
            volumeSize: 1
        )
        return ConversionTask(id: id, state: .active, details: details).withoutDetails
    }

    /// The markers of all tasks.
    var markers: [TaskMarker] { contents.withLock { $0.tasks.compactMap(\.marker) } }

    /// Cancels a conversion.
    func cancel(_ id: String) {
        contents.withLock { contents in
            for index in contents.tasks.indices where contents.tasks[index].id == id {
                contents.tasks[index].state = .cancelled
            }
            contents.parts[id] = nil
        }
    }

    /// Ends a conversion with a volume.
    func complete(_ id: String) {
        contents.withLock { contents in
            for index in contents.tasks.indices where contents.tasks[index].id == id {
                contents.tasks[index].state = .completed
                contents.tasks[index].volumeID = "vol-of-\(id)"
            }
            contents.parts[id] = nil
        }
    }

    /// Leaves a task out of the lists, as a replica that lags behind does, or puts it in again.
    func hide(_ id: String, _ isHidden: Bool) {
        contents.withLock { contents in
            if isHidden { contents.hidden.insert(id) } else { contents.hidden.remove(id) }
        }
    }

    /// Lets S3 refuse every request for a bucket.
    func close(_ bucket: String, _ code: String) {
        let failure = ServiceError(outcome: .rejected, code: code, description: "S3 says \(code)")
        contents.withLock { $0.failures[bucket] = failure }
    }

    private func require(_ location: StagingLocation) throws(ServiceError) {
        if let failure = contents.withLock({ $0.failures[location.bucket] }) { throw failure }
    }

    // MARK: ConversionService

    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
        let rejected = contents.withLock { contents in
            contents.calls.append(call)
            return contents.rejectedAddressings
        }
        if let form = call.importManifestURLs.first?.addressing, rejected.contains(form) {
            let message = "import-manifest-url=\(form.rawValue) fails its validation function"
            throw ServiceError(outcome: .rejected, isURLRejection: true, description: message)
        }
        guard answer != .refusal else {
            throw ServiceError(outcome: .rejected, description: "nothing is imported in this test")
        }
        let status = contents.withLock { contents in
            let id = "import-\(contents.tasks.count)"
            let status = Self.task(id, description: call.description)
            contents.tasks.append(status)
            return status
        }
        guard answer != .lost else { throw ServiceError(outcome: .unknown, description: "the answer is lost") }
        return status
    }

    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
        let number = contents.withLock { contents in
            contents.polls += 1
            return contents.polls
        }
        beforeList(self, number)
        return contents.withLock { contents in
            contents.tasks.filter { ids?.contains($0.id) ?? true && !contents.hidden.contains($0.id) }
        }
    }

    func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {}

    func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> { ids }

    func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
        contents.withLock { contents in contents.volumes.filter { $0.tags[key] != nil } }
    }

    func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume] {
        contents.withLock(\.volumes)
    }

    func untag(volumeID: String, keys: [String]) async throws(ServiceError) {
        contents.withLock { contents in for key in keys { contents.tags[volumeID]?[key] = nil } }
    }

    func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        if let failure = contents.withLock({ $0.tagFailure }) { throw failure }
        contents.withLock { $0.tags[volumeID] = tags }
    }

    func availabilityZones() async throws(ServiceError) -> [String] { [] }

    // MARK: StagingStore

    func stagedParts(in location: StagingLocation) async throws(ServiceError) -> Set<SHA256Digest> {
        try require(location)
        return Set(keys.compactMap { location.part(ofKey: $0) })
    }

    func putPart(_ part: FilePart, in location: StagingLocation) async throws(ServiceError) {
        try require(location)
        contents.withLock { contents in
            contents.objects[location.key(ofPart: part.digest)] = []
            contents.puts.append(part.digest.hex)
        }
    }

    func hasPart(
        _ digest: SHA256Digest,
        length: Int,
        in location: StagingLocation
    ) async throws(ServiceError) -> Bool {
        try require(location)
        return keys.contains(location.key(ofPart: digest))
    }

    func putObject(
        _ bytes: [UInt8],
        key: String,
        contentType: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> Int64 {
        try require(location)
        return contents.withLock { contents in
            contents.objects[key] = bytes
            return contents.time
        }
    }

    // MARK: ClaimStore

    func claim(_ key: ClaimKey) async throws(ServiceError) -> StoredClaim? {
        try require(key.folder.location)
        return contents.withLock { contents in
            var stored = contents.claims[key]
            stored?.date = contents.time
            return stored
        }
    }

    func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String? {
        try require(key.folder.location)
        return contents.withLock { contents in
            guard contents.claims[key]?.entityTag == entityTag else { return nil }
            contents.claimWrites += 1
            contents.claims[key] = StoredClaim(
                claim: claim,
                entityTag: "\(contents.claimWrites)",
                lastModified: contents.time,
                date: contents.time
            )
            return "\(contents.claimWrites)"
        }
    }

    func claims(in folder: ClaimKey.Folder) async throws(ServiceError) -> ClaimListing {
        try require(folder.location)
        return contents.withLock { contents in
            // Whoever looks at the claims again and again waits: time passes.
            contents.time += 1
            let found = contents.claims.filter { $0.key.folder == folder }
            let tags = found.map { ($0.key.name, $0.value.entityTag) }
            return ClaimListing(entityTags: Dictionary(tags) { first, _ in first }, date: contents.time)
        }
    }

    func honorsConditions(in folder: ClaimKey.Folder) async throws(ServiceError) -> Bool { true }

    func object(key: String, in location: StagingLocation) async throws(ServiceError) -> [UInt8]? {
        try require(location)
        return contents.withLock { $0.objects[key] }
    }

    func deleteObject(key: String, in location: StagingLocation) async throws(ServiceError) {
        try require(location)
        contents.withLock { contents in
            contents.objects[key] = nil
            if contents.parts.values.contains(where: { $0.contains(key) }) { contents.removedWhileNeeded.append(key) }
        }
    }

    func importManifestURLs(
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> [ImportManifestURL] {
        contents.withLock(\.addressings).map { ImportManifestURL(addressing: $0, url: "https://\($0.rawValue)/\(key)") }
    }

    func presignedURL(
        _ method: PresignedMethod,
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> String {
        "https://example.com/\(key)"
    }
}
