import Diagnostics
import Execution
package import Migration

extension PlanningSession {
    /// Computes a plan from the desired imports, the state, and what EC2 and S3 list.
    ///
    /// - Parameters:
    ///   - sources: The files and folders in which the manifests were found.
    ///   - desired: The desired imports.
    ///   - recorded: The state.
    ///   - clients: EC2 and S3; `nil` to use the recorded state without querying them.
    ///   - seen: What EC2 already listed.
    ///   - options: The choices that change the plan.
    package func plan(
        sources: [String],
        desired: DesiredImports,
        recorded: MigrationState?,
        clients: RegionalClients?,
        seen: ObservedState? = nil,
        options: PlanOptions
    ) async throws -> Plan {
        let slips = options.slips(
            desired: desired.imports.lazy.map(\.address),
            recorded: recorded?.imports.keys ?? [:].keys
        )
        if let slip = slips.first { throw slip }
        let check = clients.map { AccountCheck(manifests, clients: $0) }
        if let problems = check?.problems, !problems.isEmpty {
            try report(problems)
            throw ReportedProblems()
        }
        try check?.check(recorded)
        _ = try clients?.times(limits)
        let observer = clients.map { StateRefresher(service: $0.service, staging: $0.staging) }
        let absent = desired.absentImages
        let observed = try await observer?.observe(
            // Missing parts of an image can only be determined where the image is.
            desired: desired.imports.lazy.filter { !absent.contains($0.image.path) },
            recorded: recorded,
            seen: seen,
            digests: digests
        )
        var plan = Planner.plan(
            desired: desired.imports,
            manifests: manifests.map { Plan.ManifestDigest(path: $0.file.path, digest: $0.digest) },
            loaded: Set(manifests.map(\.name.value)),
            moved: movedAddresses(desired.imports),
            recorded: recorded,
            observed: observed ?? ObservedState(assuming: recorded),
            options: options,
            limits: PlanLimits(limits)
        )
        plan.sources = sources
        plan.accounts = check?.accounts ?? TargetBindings()
        if let clients { plan.sessions = await SessionSurvey.sessions(of: manifests, clients: clients) }
        plan.imagesFromLock = desired.imagesFromLock.isEmpty ? nil : desired.imagesFromLock.count
        plan.imagesNotChecked = desired.imagesNotChecked.isEmpty ? nil : desired.imagesNotChecked.count
        plan.imagesChangedSinceLock = desired.imagesChangedSinceLock.isEmpty ? nil : desired.imagesChangedSinceLock
        // With a lock, a plan is the same on every machine: it omits what depends on the images themselves.
        guard let observer, !isLocked else { return plan }
        let digests = digests
        return try await observer.measuringUploads(of: plan) { image in
            absent.contains(image.path) ? nil : try await digests(image)
        }
    }

    /// The addresses of renamed imports.
    private func movedAddresses(_ desired: [VolumeImport]) -> [MovedAddress] {
        let moved = Dictionary(grouping: manifests.flatMap(\.moved), by: \.to)
        guard !moved.isEmpty else { return [] }
        return desired.flatMap { item in
            let name = MovedImport.Name(manifest: item.address.manifest, image: item.address.image)
            return (moved[name] ?? []).map { $0.addresses(inZone: item.address.zone) }
        }
    }
}
