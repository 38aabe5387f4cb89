import Migration

/// EC2 in several regions, seen as one: each call goes to the region of its zone, its task or its volume.
package actor RegionalConversionService: ConversionService {
    private let services: [String: any ConversionService]
    private let regions: [String]
    /// Where tasks and volumes were seen. What was never seen is looked for everywhere.
    private var regionOfTask: [String: String] = [:]
    private var regionOfVolume: [String: String] = [:]

    /// Speaks to EC2 through one service a region.
    package init(_ services: [String: any ConversionService]) {
        self.services = services
        regions = services.keys.sorted()
    }

    package func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionStatus {
        guard let region = ZoneRules.region(ofZone: call.zone), let service = services[region] else {
            throw ServiceError(outcome: .refused, description: "there is no connection to the region of \(call.zone)")
        }
        let status = try await service.importVolume(call)
        remember([status], in: region)
        return status
    }

    package func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionStatus] {
        var wanted: [String: [String]] = [:]
        for id in ids ?? [] {
            for region in regionOfTask[id].map({ [$0] }) ?? regions { wanted[region, default: []].append(id) }
        }
        let asked = ids == nil ? regions : wanted.keys.sorted()
        let idsByRegion = wanted
        let answers = try await inRegions(asked) { region, service throws(ServiceError) in
            try await service.conversions(ids: ids == nil ? nil : idsByRegion[region])
        }
        for (region, statuses) in answers { remember(statuses, in: region) }
        return answers.flatMap(\.1)
    }

    package func cancelConversion(taskID: String, reason: String) async throws(ServiceError) {
        if regionOfTask[taskID] == nil { _ = try await conversions(ids: [taskID]) }
        guard let region = regionOfTask[taskID], let service = services[region] else {
            throw ServiceError(outcome: .refused, description: "no region knows task \(taskID)")
        }
        try await service.cancelConversion(taskID: taskID, reason: reason)
    }

    package func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String> {
        var wanted: [String: Set<String>] = [:]
        for id in ids {
            for region in regionOfVolume[id].map({ [$0] }) ?? regions { wanted[region, default: []].insert(id) }
        }
        let idsByRegion = wanted
        let answers = try await inRegions(wanted.keys.sorted()) { region, service throws(ServiceError) in
            try await service.existingVolumes(among: idsByRegion[region] ?? [])
        }
        for (region, volumes) in answers {
            for volume in volumes { regionOfVolume[volume] = region }
        }
        return answers.reduce(into: []) { $0.formUnion($1.1) }
    }

    package func tag(volumeID: String, tags: [String: String]) async throws(ServiceError) {
        if regionOfVolume[volumeID] == nil { _ = try await existingVolumes(among: [volumeID]) }
        guard let region = regionOfVolume[volumeID], let service = services[region] else {
            throw ServiceError(outcome: .refused, description: "no region has volume \(volumeID)")
        }
        try await service.tag(volumeID: volumeID, tags: tags)
    }

    package func availabilityZones() async throws(ServiceError) -> [String] {
        try await inRegions(regions) { _, service throws(ServiceError) in try await service.availabilityZones() }
            .flatMap(\.1)
    }

    private func remember(_ statuses: [ConversionStatus], in region: String) {
        for status in statuses {
            regionOfTask[status.id] = region
            if let volume = status.volumeID { regionOfVolume[volume] = region }
        }
    }

    /// Asks several regions at once, and fails if one of them does.
    private func inRegions<Answer: Sendable>(
        _ asked: [String],
        _ ask: @escaping @Sendable (String, any ConversionService) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> [(String, Answer)] {
        let services = services
        let results = await withTaskGroup(of: (String, Result<Answer, ServiceError>).self) { tasks in
            for region in asked {
                guard let service = services[region] else { continue }
                tasks.addTask {
                    do throws(ServiceError) {
                        return (region, .success(try await ask(region, service)))
                    } catch {
                        return (region, .failure(error))
                    }
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var answers: [(String, Answer)] = []
        for region in asked {
            if let result = results[region] { answers.append((region, try result.get())) }
        }
        return answers
    }
}
