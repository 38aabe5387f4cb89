import EC2Types
import Execution
import Hashing
import Migration
import WireEncoding

/// EC2 and S3: what they hold, what they do with it, and the promises that can be checked where the effects are.
final class SimulatedCloud {
    /// Part of every presigned URL here: nothing that ferry writes may hold it.
    static let secret = "d3adb33fs3cr3t"
    /// The bucket of images that are objects in S3.
    static let imageBucket = "images"
    /// What every presigned URL begins with.
    private static let host = "https://s3.example/"

    private unowned let world: SimulatedWorld
    private(set) var tasks: [SimulatedTask] = []
    private(set) var volumes: Set<String> = []
    private(set) var tags: [String: [String: String]] = [:]
    private(set) var objects: [String: [UInt8]] = [:]
    /// The claims, with the numbers of their writes.
    private(set) var claims: [String: (claim: [UInt8], version: Int, written: Int64)] = [:]
    /// The volumes' tags at each time that they changed.
    private var tagHistory: [(time: Int, volume: String, tags: [String: String])] = []
    private var claimVersions = 0
    private var imageStates: [String: S3ObjectVersion] = [:]

    init(world: SimulatedWorld) {
        self.world = world
    }

    // MARK: EC2

    func importVolume(_ call: ImportCall, by caller: SimulatedTask.Caller) -> Result<ConversionTask, ServiceError> {
        let time = world.scheduler.now.milliseconds
        guard let signed = call.signingTime,
            world.ec2Milliseconds - signed * 1000 <= Int64(world.scenario.signatureValidity) * 1000
        else {
            let description = "RequestExpired"
            return .failure(ServiceError(outcome: .rejected, isPassingRejection: true, description: description))
        }
        if let form = call.importManifestURLs.first?.addressing, world.scenario.rejectedAddressings.contains(form) {
            let description = "import-manifest-url=\(form.rawValue) fails its validation function"
            return .failure(ServiceError(outcome: .rejected, isURLRejection: true, description: description))
        }
        if world.hasTrouble, world.random.chance(world.scenario.rejectionChance) {
            return refusal("InvalidParameterValue: rejected for good")
        }
        if world.hasTrouble, let quota = world.scenario.quota, tasks.count(where: \.isConverting) >= quota {
            return refusal("ResourceLimitExceeded: too many conversions are active")
        }
        guard let key = Self.key(of: call.importManifestURL), Self.isValid(call.importManifestURL, at: time) else {
            return refusal("InvalidParameterValue: the URL of the import manifest has expired")
        }
        guard let xml = objects[key] else {
            return refusal("InvalidParameterValue: there is no import manifest")
        }
        let importManifest: ImportManifest
        do {
            importManifest = try ImportManifest(xml: xml)
        } catch {
            return refusal("InvalidParameterValue: \(error)")
        }
        let parts = importManifest.parts.map(\.getURL)
        let deletions = importManifest.parts.map(\.deleteURL)
        let index = tasks.count
        let id = "import-vol-\(index)"
        tasks.append(
            SimulatedTask(
                id: id,
                call: call,
                parts: parts.compactMap(Self.key),
                caller: caller,
                time: time
            )
        )
        world.trace("EC2: \(id) for \(call.description)")
        checkTasks(after: index)
        begin(index, parts: parts, deletions: deletions)
        return .success(tasks[index].status)
    }

    func describe(_ ids: [String]?, lag: Int) -> [ConversionTask] {
        let time = world.scheduler.now.milliseconds - lag
        let retention = world.scenario.taskRetention
        return tasks.filter { task in
            guard ids?.contains(task.id) ?? true else { return false }
            guard let retention, let end = task.ended else { return true }
            return world.scheduler.now.milliseconds - end < retention
        }.compactMap { $0.status(asOf: time) }
    }

    /// Whether EC2 no longer lists a task.
    func isAged(_ taskID: String) -> Bool { describe([taskID], lag: 0).isEmpty }

    /// The volumes with tags as a replica lists them that lags.
    func taggedVolumes(lag: Int) -> [TaggedVolume] {
        let time = world.scheduler.now.milliseconds - lag
        var seen: [String: [String: String]] = [:]
        for change in tagHistory where change.time <= time { seen[change.volume] = change.tags }
        return seen.filter { volumes.contains($0.key) }.sorted { $0.key < $1.key }
            .map { TaggedVolume(id: $0.key, tags: $0.value) }
    }

    /// Somebody else cancels a task.
    func cancel(_ index: Int) {
        guard tasks[index].status.state == .active else { return }
        end(index, .cancelling, message: nil)
        after(within: 1_000...30_000) { self.end(index, .cancelled, message: "cancelled by somebody") }
    }

    func tag(_ volume: String, _ new: [String: String]) -> Result<Void, ServiceError> {
        guard volumes.contains(volume) else {
            let code = ServiceError.volumeNotFound
            return .failure(ServiceError(outcome: .rejected, code: code, description: code))
        }
        tags[volume, default: [:]].merge(new) { $1 }
        tagHistory.append((world.scheduler.now.milliseconds, volume, tags[volume] ?? [:]))
        return .success(())
    }

    /// Whether every task has ended, and every volume of one has its tags.
    var areVolumesTagged: Bool {
        tasks.allSatisfy { !$0.isConverting && ($0.status.volumeID.map { tags[$0] != nil } ?? true) }
    }

    /// Whether the volume of an import's highest generation must not be used.
    func hasRejectedVolume(of item: VolumeImport) -> Bool {
        let own = tags.values.filter { tags in
            tags[VolumeTags.address] == item.address.description && tags[VolumeTags.fingerprint] == item.fingerprint.hex
        }
        func generation(_ tags: [String: String]) -> Int { tags[VolumeTags.generation].flatMap { Int($0) } ?? 1 }
        return own.max { generation($0) < generation($1) }?[VolumeTags.rejected] != nil
    }

    /// A user copies a volume, tags included, as a backup does.
    func copyVolume(_ volume: String) {
        let copy = "\(volume)-copy"
        guard volumes.contains(volume), let tags = tags[volume], volumes.insert(copy).inserted else { return }
        world.trace("\(volume) is copied to \(copy)")
        self.tags[copy] = tags
        tagHistory.append((world.scheduler.now.milliseconds, copy, tags))
    }

    private func begin(_ index: Int, parts: [String], deletions: [String]) {
        let scenario = world.scenario
        after(within: 500...world.longestFetch) { [self] in
            guard tasks[index].status.state == .active else { return }
            if world.hasTrouble, world.random.chance(scenario.stalledConversionChance) {
                after(within: 120_000...120_000) { self.end(index, .cancelled, message: "expired") }
                return
            }
            let time = world.scheduler.now.milliseconds
            for url in parts {
                guard Self.isValid(url, at: time) else { return end(index, .cancelled, message: "a URL has expired") }
                guard let key = Self.key(of: url), objects[key] != nil else {
                    return end(index, .cancelled, message: "a part is missing")
                }
            }
            tasks[index].fetched(parts.compactMap(Self.key).compactMap { objects[$0] }, at: time)
            for url in deletions { if let key = Self.key(of: url) { delete(key, by: "EC2") } }
            after(within: 500...30_000) { [self] in
                if world.hasTrouble, world.random.chance(scenario.failedConversionChance) {
                    end(index, .cancelled, message: "ClientError: no valid partitions")
                } else {
                    let volume = "vol-\(index)"
                    volumes.insert(volume)
                    end(index, .completed, message: nil, volumeID: volume)
                }
            }
        }
        if world.hasTrouble, world.random.chance(scenario.cancelledConversionChance) {
            after(within: 500...30_000) {
                self.world.outsideChanges += 1
                self.cancel(index)
            }
        }
    }

    private func end(_ index: Int, _ state: ConversionTask.State, message: String?, volumeID: String? = nil) {
        let time = world.scheduler.now.milliseconds
        tasks[index].end(state, at: time, message: message, volumeID: state == .completed ? volumeID : nil)
        world.trace("EC2: \(tasks[index].id) \(tasks[index].status.state.rawValue) \(message ?? "")")
    }

    private func after(within range: ClosedRange<Int>, _ action: @escaping () -> Void) {
        let delay = world.random.within(range)
        world.scheduler.schedule(at: world.scheduler.now.advanced(by: .milliseconds(delay)), action)
    }

    // MARK: S3

    /// Writes a claim if its condition holds.
    ///
    /// - Returns: The number of the write; `nil` if the condition does not hold.
    func writeClaim(_ claim: [UInt8], at key: String, replacing version: Int?) -> Int? {
        let ignores = !world.scenario.honorsConditions || world.mutant == .claimsWithoutConditions
        guard ignores || claims[key]?.version == version else { return nil }
        claimVersions += 1
        claims[key] = (claim, claimVersions, world.s3Time)
        world.trace("S3: claim \(key) \(String(decoding: claim, as: UTF8.self))")
        return claimVersions
    }

    func put(_ key: String, _ bytes: [UInt8]) {
        objects[key] = bytes
    }

    /// Somebody uploads an image.
    func upload(_ object: S3ObjectVersion) {
        let key = Self.key(of: object.location.name, version: nil)
        imageStates[key] = object
        objects[key] = Array(object.entityTag.utf8)
        guard let version = object.version else { return }
        let versionKey = Self.key(of: object.location.name, version: version)
        imageStates[versionKey] = object
        objects[versionKey] = Array(object.entityTag.utf8)
    }

    /// The state of an image in S3; `nil` if there is none.
    func image(_ location: ObjectLocation) -> S3ObjectVersion? {
        imageStates[Self.key(of: location.name, version: location.version)]
    }

    /// The key under which the content of an image is kept.
    static func key(of name: String, version: String?) -> String {
        name.dropFirst(ObjectLocation.scheme.count) + (version.map { "@\($0)" } ?? "")
    }

    /// Removes a claim, as only a mutant does.
    func removeClaim(_ key: String) {
        claims[key] = nil
    }

    /// Removes an object, and looks who needed it.
    ///
    /// - Parameter machine: The machine that removes it; `nil` for EC2.
    func delete(_ key: String, by whom: String, machine: Int? = nil) {
        if world.mutant == .sharedPartsRemoved, whom == "ferry", let xml = objects[key], !xml.isEmpty,
            let importManifest = try? ImportManifest(xml: xml)
        {
            for part in importManifest.parts {
                if let key = Self.key(of: part.getURL) { delete(key, by: "the mutant") }
            }
        }
        guard objects.removeValue(forKey: key) != nil else { return }
        if key.hasPrefix("\(Self.imageBucket)/") { world.violate(.neededParts, "\(key), an image, is removed") }
        world.trace("S3: \(whom) deletes \(key)")
        for task in tasks where task.needsParts && task.parts.contains(key) {
            // A copy of a state that runs at the same time may lose a part to the other. Its conversion fails, and the next
            // run stages the part again.
            if world.scenario.copiesState, let machine, machine != task.caller.machine { continue }
            world.violate(.neededParts, "\(key) is removed while \(task.id) has not fetched it")
        }
    }

    // MARK: Presigned URLs

    static func presignedURL(_ method: String, _ key: String, validUntil time: Int) -> String {
        "\(host)\(key)?method=\(method)&expires=\(time)&X-Amz-Signature=\(secret)"
    }

    private static func key(of url: String) -> String? {
        guard url.hasPrefix(host), let end = url.firstIndex(of: "?") else { return nil }
        return String(url[url.index(url.startIndex, offsetBy: host.count)..<end])
    }

    private static func isValid(_ url: String, at time: Int) -> Bool {
        let field = url.split(separator: "&").first { $0.hasPrefix("expires=") }
        return field.flatMap { Int($0.dropFirst("expires=".count)) }.map { $0 >= time } ?? false
    }

    // MARK: Promises

    private func checkTasks(after index: Int) {
        guard let marker = tasks[index].marker else { return }
        let same = tasks.filter { other in
            other.isLiveOrCompleted && other.marker?.address == marker.address
                && other.marker?.fingerprint == marker.fingerprint && other.marker?.generation == marker.generation
        }
        if same.count > 1 {
            world.violate(.neverTwice, "\(same.map(\.id)) are of one address, fingerprint and generation")
        }
        // The limit is one run's: states that do not know each other start conversions of their own.
        let caller = tasks[index].caller
        let known = world.machines[caller.machine].knownAddresses
        let converting = tasks.count { task in
            task.isConverting && task.caller == caller && task.marker.map { known.contains($0.address) } ?? false
        }
        if converting > world.scenario.conversions, !world.scenario.restoresStates {
            world.violate(.limits, "\(converting) conversions at once, of \(world.scenario.conversions) at most")
        }
    }

    /// Notes that ImportVolume is called: a token bucket of one second's capacity lets through no more than its rate over
    /// any time, and one burst. The calls count where they are sent, since on their way they may catch up with each other.
    func countCall(by machine: SimulatedMachine) {
        guard let rate = world.scenario.requestsPerSecond else { return }
        let now = world.scheduler.now.milliseconds
        let scenario = world.scenario
        let mayTakeLong = scenario.pauseChance + scenario.lostRequestChance + scenario.lostAnswerChance > 0
        machine.calls.append(now)
        for (index, start) in machine.calls.enumerated() {
            // Between the token and the call the claim and the intent are written, which takes some hundred milliseconds,
            // and some seconds if a response is lost.
            let seconds = Double(now - start + (mayTakeLong ? 12_000 : 4_000)) / 1000
            let most = seconds * rate + max(1, rate) + 1
            if Double(machine.calls.count - index) > most {
                let count = machine.calls.count - index
                world.violate(.limits, "\(count) ImportVolume calls in \(seconds) s at \(rate) a second")
                return
            }
        }
    }

    /// Checks that the volume of a settled import was made of its image.
    func checkContent(of record: ImportRecord) {
        guard case .settled(_, let volumeID) = record.phase, let object = record.subject.image.object,
            // A rebuilt record may have a volume of an earlier image, which the next plan replaces.
            record.fingerprint == record.subject.fingerprint,
            let task = tasks.first(where: { $0.status.volumeID == volumeID })
        else { return }
        if task.contents.first != Array(object.entityTag.utf8) {
            world.violate(.rightContent, "\(volumeID) of \(record.subject.address) is not of \(object.entityTag)")
        }
    }

    private func refusal<Success>(_ description: String) -> Result<Success, ServiceError> {
        .failure(ServiceError(outcome: .rejected, description: description))
    }
}
