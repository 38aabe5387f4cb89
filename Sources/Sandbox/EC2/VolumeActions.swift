import DiskImages
import EC2Types
import FileSystem
import XML

/// The actions on volumes and on tags.
struct VolumeActions: Sendable {
    /// The most volumes of a page, and the number when the client names none ("DescribeVolumes", `MaxResults`).
    private static let longestPage: Int64 = 1000

    let store: VolumeStore
    let tasks: TaskStore
    let disk: BlockingExecutor

    /// DescribeVolumes, by ids or in pages.
    func describe(_ call: EC2Call) async throws -> ServerResponse {
        let ids = call.parameters.list("VolumeId")
        for id in ids { try Self.checkForm(of: id) }
        let filters = try VolumeFilter.all(call.parameters)
        try call.checkDryRun()
        let store = store
        let all = await disk.run { store.all }
        let known = all.filter { volume in
            volume.isListed(to: call.account, in: call.region) && filters.allSatisfy { $0.admits(volume) }
        }
        guard ids.isEmpty else {
            let wanted = Set(ids)
            let found = known.filter { wanted.contains($0.id) }
            let missing = wanted.subtracting(found.map(\.id))
            guard missing.isEmpty else { throw EC2Error.volumeNotFound(ids.filter(missing.contains)) }
            return Self.list(found, next: nil, call: call)
        }
        var length = Self.longestPage
        if let text = call.parameters["MaxResults"] {
            length = try call.parameters.integer("maxResults", text, in: 1...Self.longestPage)
        }
        // The token names the last volume given, not a count: volumes made or deleted in between move no page.
        var rest = known[...]
        if let token = call.parameters["NextToken"], !token.isEmpty {
            guard let last = PageToken(token) else {
                throw EC2Error.invalidParameterValue("The token '\(token)' is invalid.")
            }
            rest = rest.drop { ($0.created, $0.id) <= (last.created, last.id) }
        }
        let page = rest.prefix(Int(length))
        return Self.list(
            Array(page),
            next: page.count < rest.count ? page.last.map(PageToken.init)?.text : nil,
            call: call
        )
    }

    private static func list(_ volumes: [VolumeStore.Volume], next: String?, call: EC2Call) -> ServerResponse {
        call.answer { result in
            result.element("volumeSet") { list in
                for volume in volumes {
                    list.element("item") { write(volume, to: &$0) }
                }
            }
            result.element("nextToken", optional: next)
        }
    }

    private static func write(_ volume: VolumeStore.Volume, to writer: inout XMLWriter) {
        writer.element("volumeId", volume.id)
        writer.element("size", volume.sizeGiB)
        writer.element("snapshotId", "")
        writer.element("availabilityZone", volume.availabilityZone)
        writer.element("status", SandboxVolume.State.available.rawValue)
        writer.element("createTime", volume.created.iso8601)
        writer.element("attachmentSet") { _ in }
        writer.element("tagSet") { TagSet.write(volume.tags, to: &$0) }
        writer.element("volumeType", "standard")
        writer.element("encrypted", "false")
    }

    /// DeleteVolume.
    func delete(_ call: EC2Call) async throws -> ServerResponse {
        let id = try call.parameters.required("VolumeId")
        try Self.checkForm(of: id)
        let store = store
        try await disk.run {
            guard store.volume(id)?.isListed(to: call.account, in: call.region) == true else {
                throw EC2Error.volumeNotFound([id])
            }
            try call.checkDryRun()
            try store.delete(id)
        }
        return call.success
    }

    /// CreateTags, on volumes and on conversion tasks.
    func createTags(_ call: EC2Call) async throws -> ServerResponse {
        let ids = call.parameters.list("ResourceId")
        let pairs = call.parameters.pairs("Tag")
        guard !ids.isEmpty else { throw EC2Error.missingParameter("resourceIdSet") }
        guard !pairs.isEmpty else { throw EC2Error.missingParameter("tagSet") }
        let tags = Dictionary(pairs.map { ($0.key, $0.value) }) { $1 }
        for (key, value) in tags {
            guard EC2Limits.acceptsTag(key: key, value: value) else {
                throw EC2Error.invalidParameterValue(
                    """
                    Tag keys have 1 to \(EC2Limits.tagKey) characters and don't begin with 'aws:'; values have at most \
                    \(EC2Limits.tagValue).
                    """
                )
            }
        }
        let store = store
        let tasks = tasks
        try await disk.run {
            try Self.checkResources(ids, call, store, tasks)
            // Before anything is written: the call tags all of its resources or none.
            for id in ids {
                let present = store.volume(id)?.tags ?? tasks.task(id)?.task.tags ?? [:]
                let count = Set(present.keys).union(tags.keys).count { !EC2Limits.isReserved($0) }
                guard count <= EC2Limits.tags else { throw EC2Error.tagLimitExceeded }
            }
            try call.checkDryRun()
            for id in ids where try !store.tag(id, tags) {
                try tasks.update(id) { stored in
                    stored.task.tags.merge(tags) { $1 }
                    return true
                }
            }
        }
        return call.success
    }

    /// DeleteTags, on volumes and on conversion tasks. Without keys it removes every tag, as EC2 does.
    func deleteTags(_ call: EC2Call) async throws -> ServerResponse {
        let ids = call.parameters.list("ResourceId")
        guard !ids.isEmpty else { throw EC2Error.missingParameter("resourceIdSet") }
        let keys = Set(call.parameters.pairs("Tag").map(\.key))
        let (store, tasks) = (store, tasks)
        try await disk.run {
            try Self.checkResources(ids, call, store, tasks)
            try call.checkDryRun()
            func remains(_ key: String) -> Bool { !keys.isEmpty && !keys.contains(key) }
            for id in ids where try !store.keepTags(of: id, remains) {
                try tasks.update(id) { stored in
                    stored.task.tags = stored.task.tags.filter { remains($0.key) }
                    return true
                }
            }
        }
        return call.success
    }

    private static func checkResources(
        _ ids: [String],
        _ call: EC2Call,
        _ store: VolumeStore,
        _ tasks: TaskStore
    ) throws {
        for id in ids {
            let isListed =
                store.volume(id)?.isListed(to: call.account, in: call.region)
                ?? tasks.task(id)?.isListed(to: call.account, in: call.region, retention: nil) ?? false
            guard isListed else {
                throw id.hasPrefix("vol-") ? EC2Error.volumeNotFound([id]) : EC2Error.invalidID(id)
            }
        }
    }

    private static func checkForm(of id: String) throws(EC2Error) {
        guard id.hasPrefix("vol-"), id.utf8.count >= 12, id.dropFirst(4).allSatisfy(\.isHexDigit) else {
            throw .invalidParameterValue("Value (\(id)) for parameter volumeId is invalid. Expected: 'vol-...'.")
        }
    }
}
