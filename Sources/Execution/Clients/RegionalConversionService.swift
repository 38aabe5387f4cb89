package import EC2Types
package import Migration

/// EC2 in several regions and accounts, seen as one: each call goes where its import, its task or its volume belongs.
package actor RegionalConversionService: ConversionService {
    private let services: [AWSIdentity: any ConversionService]
    private let identityOfBucket: [String: AWSIdentity]
    private let identities: [AWSIdentity]
    /// Whose tasks and volumes are whose, by their ids. What nobody was seen with is looked for everywhere.
    private var owners: [String: AWSIdentity]

    /// Speaks to EC2 through one service an identity.
    ///
    /// - Parameters:
    ///   - services: The services.
    ///   - identityOfBucket: Who makes the imports that are staged in a bucket.
    ///   - owners: Whose tasks and volumes are whose, by their ids, as far as that is known.
    package init(
        _ services: [AWSIdentity: any ConversionService],
        identityOfBucket: [String: AWSIdentity],
        owners: [String: AWSIdentity] = [:]
    ) {
        self.services = services
        self.identityOfBucket = identityOfBucket
        self.owners = owners.filter { services[$0.value] != nil }
        identities = services.keys.sorted()
    }

    package func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask {
        guard let identity = identityOfBucket[call.bucket], let service = services[identity],
            ZoneValidator.region(ofZone: call.zone) == identity.region
        else {
            throw ServiceError(
                outcome: .rejected,
                description: "there is no connection for imports to \(call.zone) from bucket “\(call.bucket)”"
            )
        }
        let status = try await service.importVolume(call)
        remember([status], of: identity)
        return status
    }

    package func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask] {
        var wanted: [AWSIdentity: [String]] = [:]
        for id in ids ?? [] {
            for identity in owners[id].map({ [$0] }) ?? identities { wanted[identity, default: []].append(id) }
        }
        let asked = ids == nil ? identities : wanted.keys.sorted()
        let idsByIdentity = wanted
        let answers = try await inAll(asked) { identity, service throws(ServiceError) in
            try await service.conversions(ids: ids == nil ? nil : idsByIdentity[identity])
        }
        for (identity, statuses) in answers { remember(statuses, of: identity) }
        // Two roles of one account see the same tasks.
        var seen: Set<String> = []
        return answers.flatMap(\.1).filter { seen.insert($0.id).inserted }
    }

    package func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {
        if owners[taskID] == nil { _ = try await conversions(ids: [taskID]) }
        guard let identity = owners[taskID], let service = services[identity] else {
            throw ServiceError(outcome: .rejected, description: "no region knows task \(taskID)")
        }
        try await service.cancelConversion(taskID: taskID, reason: reason)
    }

    package func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> {
        var wanted: [AWSIdentity: Set<String>] = [:]
        for id in ids {
            for identity in owners[id].map({ [$0] }) ?? identities { wanted[identity, default: []].insert(id) }
        }
        let idsByIdentity = wanted
        let answers = try await inAll(wanted.keys.sorted()) { identity, service throws(ServiceError) in
            try await service.existingVolumes(among: idsByIdentity[identity] ?? [])
        }
        for (identity, volumes) in answers {
            for volume in volumes where owners[volume] == nil { owners[volume] = identity }
        }
        return answers.reduce(into: []) { $0.formUnion($1.1) }
    }

    package func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume] {
        let answers = try await inAll(identities) { _, service throws(ServiceError) in
            try await service.volumes(withTag: key)
        }
        return Self.distinct(answers.flatMap(\.1))
    }

    /// The volumes, each once: two roles of one account see the same.
    private static func distinct(_ volumes: [TaggedVolume]) -> [TaggedVolume] {
        var seen: Set<String> = []
        return volumes.filter { seen.insert($0.id).inserted }
    }

    package func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume] {
        let region = ZoneValidator.region(ofZone: zone)
        let answers = try await inAll(identities.filter { $0.region == region }) { _, service throws(ServiceError) in
            try await service.volumes(ofSize: size, inZone: zone)
        }
        return Self.distinct(answers.flatMap(\.1))
    }

    package func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        try await owner(ofVolume: volumeID).tag(volumeID: volumeID, tags: tags)
    }

    package func untag(volumeID: String, keys: [String]) async throws(ServiceError) {
        try await owner(ofVolume: volumeID).untag(volumeID: volumeID, keys: keys)
    }

    private func owner(ofVolume id: String) async throws(ServiceError) -> any ConversionService {
        if owners[id] == nil { _ = try await existingVolumes(among: [id]) }
        guard let identity = owners[id], let service = services[identity] else {
            // EC2's own code: the volume may be listed later.
            throw ServiceError(
                outcome: .rejected,
                code: ServiceError.volumeNotFound,
                description: "no region has volume \(id)"
            )
        }
        return service
    }

    package func availabilityZones() async throws(ServiceError) -> [String] {
        let answers = try await inAll(identities) { _, service throws(ServiceError) in
            try await service.availabilityZones()
        }
        return Set(answers.flatMap(\.1)).sorted()
    }

    /// Remembers whose tasks and volumes they are. Who was seen with one first keeps it: what made a task may tag its volume,
    /// and another role of the account may only see it.
    private func remember(_ statuses: [ConversionTask], of identity: AWSIdentity) {
        for status in statuses {
            let owner = owners[status.id] ?? identity
            owners[status.id] = owner
            if let volume = status.volumeID, owners[volume] == nil { owners[volume] = owner }
        }
    }

    /// Asks several services at once, and fails if one of them does.
    private func inAll<Answer: Sendable>(
        _ asked: [AWSIdentity],
        _ ask: @escaping @Sendable (AWSIdentity, any ConversionService) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> [(AWSIdentity, Answer)] {
        let services = services
        let results = await withTaskGroup(of: (AWSIdentity, Result<Answer, ServiceError>).self) { tasks in
            for identity in asked {
                guard let service = services[identity] else { continue }
                tasks.addTask {
                    do throws(ServiceError) {
                        return (identity, .success(try await ask(identity, service)))
                    } catch {
                        return (identity, .failure(error))
                    }
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var answers: [(AWSIdentity, Answer)] = []
        for identity in asked {
            if let result = results[identity] { answers.append((identity, try result.get())) }
        }
        return answers
    }
}
