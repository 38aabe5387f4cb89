import EC2Types
import Execution
import Hashing
import Migration

/// EC2 and S3: what they hold, what they do with it, and the promises that can be checked where the effects are.
final class SimulatedCloud {
    /// Part of every presigned URL here: nothing that ferry writes may hold it.
    static let secret = "d3adb33fs3cr3t"
    /// What every presigned URL begins with.
    private static let host = "https://s3.example/"

    private unowned let world: SimulatedWorld
    private(set) var tasks: [SimulatedTask] = []
    private(set) var volumes: Set<String> = []
    private(set) var tags: [String: [String: String]] = [:]
    private(set) var objects: [String: [UInt8]] = [:]
    private var calls: [Int] = []

    init(world: SimulatedWorld) {
        self.world = world
    }

    // MARK: EC2

    func importVolume(_ call: ImportCall) -> Result<ConversionTask, ServiceError> {
        let time = world.scheduler.now.milliseconds
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
        return tasks.filter { ids?.contains($0.id) ?? true }.compactMap { $0.status(asOf: time) }
    }

    /// Somebody else cancels a task.
    func cancel(_ index: Int) {
        guard tasks[index].status.state == .active else { return }
        end(index, .cancelling, message: nil)
        after(within: 1_000...30_000) { self.end(index, .cancelled, message: "cancelled by somebody") }
    }

    func tag(_ volume: String, _ new: [String: String]) -> Result<Void, ServiceError> {
        guard volumes.contains(volume) else { return refusal("InvalidVolume.NotFound") }
        tags[volume, default: [:]].merge(new) { $1 }
        return .success(())
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
            tasks[index].fetched(at: time)
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
            after(within: 500...30_000) { self.cancel(index) }
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

    func put(_ key: String, _ bytes: [UInt8]) {
        objects[key] = bytes
    }

    /// Removes an object, and looks who needed it.
    func delete(_ key: String, by whom: String) {
        if world.mutant == .sharedPartsRemoved, whom == "ferry", let xml = objects[key], !xml.isEmpty,
            let importManifest = try? ImportManifest(xml: xml)
        {
            for part in importManifest.parts {
                if let key = Self.key(of: part.getURL) { delete(key, by: "the mutant") }
            }
        }
        guard objects.removeValue(forKey: key) != nil else { return }
        world.trace("S3: \(whom) deletes \(key)")
        for task in tasks where task.needsParts && task.parts.contains(key) {
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
                && other.marker?.fingerprint == marker.fingerprint
        }
        if same.count > 1 {
            world.violate(.neverTwice, "\(same.map(\.id)) are of one address and fingerprint")
        }
        let converting = tasks.count { task in
            task.isConverting && task.marker.map { world.recordedAddresses.contains($0.address) } ?? false
        }
        if converting > world.scenario.conversions {
            world.violate(.limits, "\(converting) conversions at once, of \(world.scenario.conversions) at most")
        }
    }

    /// Notes that ImportVolume is called: a token bucket of one second's capacity lets through no more than its rate over
    /// any time, and one burst. The calls count where they are sent, since on their way they may catch up with each other.
    func countCall() {
        guard let rate = world.scenario.requestsPerSecond else { return }
        let now = world.scheduler.now.milliseconds
        calls.append(now)
        for (index, start) in calls.enumerated() where start >= world.runBegan {
            // Between the token and the call the intent is written, which takes some milliseconds.
            let seconds = Double(now - start + 100) / 1000
            let most = seconds * rate + max(1, rate) + 1
            if Double(calls.count - index) > most {
                world.violate(.limits, "\(calls.count - index) ImportVolume calls in \(seconds) s at \(rate) a second")
                return
            }
        }
    }

    private func refusal<Success>(_ description: String) -> Result<Success, ServiceError> {
        .failure(ServiceError(outcome: .rejected, description: description))
    }
}
