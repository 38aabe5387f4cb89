package import Hashing

/// Why a saved plan must not be applied: what it was computed from is no longer so.
package struct PlanStaleness: Error, Hashable, Sendable {
    /// What differs, in the order in which it was found; never empty.
    package var differences: [Difference]

    /// Says what differs.
    package init(differences: [Difference]) {
        self.differences = differences
    }

    /// One thing that is no longer as the plan has it.
    package enum Difference: Hashable, Sendable {
        /// Another line of states.
        case lineage(saved: String?, found: String?)
        /// Another run wrote the state while this one read it.
        case serial(saved: Int, found: Int)
        /// The credentials are those of other accounts.
        case accounts(saved: TargetBindings, found: TargetBindings)
        /// A migration manifest was edited.
        case manifest(path: String)
        /// The set of migration manifests is another.
        case manifests(saved: [String], found: [String])
        /// An image has another content, or is to become another volume.
        case desired(ImportAddress, what: String)
        /// The plan has an address that would not be planned now.
        case vanished(ImportAddress)
        /// An address would be planned now that the plan has not.
        case appeared(ImportAddress)
        /// Another thing would be done now, or for other reasons, because EC2 or the state tells otherwise.
        case change(ImportAddress, saved: String, found: String)
        /// The plan is not the one that was asked for with `--expect`.
        case digest(expected: SHA256Digest, found: SHA256Digest)
    }

    /// Compares a saved plan with the one that would be made now from the same choices.
    ///
    /// What the plan itself did, in a run that failed or was stopped, makes it no staler.
    ///
    /// - Returns: `nil` if the saved one can be applied, or continued.
    package static func between(saved: Plan, present: Plan) -> PlanStaleness? {
        var differences: [Difference] = []
        // A plan without a state may have created one.
        if let lineage = saved.lineage, lineage != present.lineage {
            differences.append(.lineage(saved: saved.lineage, found: present.lineage))
        }
        if !saved.accounts.isEmpty, saved.accounts != present.accounts {
            differences.append(.accounts(saved: saved.accounts, found: present.accounts))
        }
        differences += manifests(saved.manifests, present.manifests)
        differences += changes(saved.changes[...], present.changes[...])
        return differences.isEmpty ? nil : PlanStaleness(differences: differences)
    }

    private static func manifests(_ saved: [Plan.ManifestDigest], _ found: [Plan.ManifestDigest]) -> [Difference] {
        let (savedPaths, foundPaths) = (saved.map(\.path), found.map(\.path))
        guard savedPaths == foundPaths else { return [.manifests(saved: savedPaths, found: foundPaths)] }
        return zip(saved, found).filter { $0.digest != $1.digest }.map { .manifest(path: $0.0.path) }
    }

    /// Walks through both lists, which are ordered by address.
    private static func changes(_ saved: ArraySlice<Change>, _ found: ArraySlice<Change>) -> [Difference] {
        var (saved, found) = (saved, found)
        var differences: [Difference] = []
        while let old = saved.first, let new = found.first {
            if old.address < new.address {
                if old.action != .forget { differences.append(.vanished(old.address)) }
                saved.removeFirst()
            } else if new.address < old.address {
                differences.append(.appeared(new.address))
                found.removeFirst()
            } else {
                if let difference = difference(old, new) { differences.append(difference) }
                saved.removeFirst()
                found.removeFirst()
            }
        }
        differences += saved.filter { $0.action != .forget }.map { .vanished($0.address) }
        differences += found.map { .appeared($0.address) }
        return differences
    }

    private static func difference(_ old: Change, _ new: Change) -> Difference? {
        if let what = words(old.desired, new.desired) { return .desired(new.address, what: what) }
        guard (old.action, old.reasons, old.task, old.cancels) == (new.action, new.reasons, new.task, new.cancels)
        else {
            return isProgress(from: old, to: new)
                ? nil : .change(new.address, saved: words(old), found: words(new))
        }
        return nil
    }

    /// Whether the difference is what applying the saved change does to its import.
    private static func isProgress(from old: Change, to new: Change) -> Bool {
        switch (old.action, new.action) {
        // A conversion that has ended since is forgotten for other reasons.
        case (.forget, .forget): return new.cancels == nil || new.cancels == old.cancels
        // Nothing is done either way, unless something drifted since.
        case (.none, .none): return !new.isDrift
        default: break
        }
        guard !new.isDrift, let recorded = new.recorded, let desired = old.desired else { return false }
        switch old.action {
        case .create, .resume, .retry, .replace, .adopt, .wait:
            // A conversion goes on without ferry, and ends. What must be done after a failure was not reviewed.
            let goesOn = old.action == .wait && (new.action == .wait || new.action == .none)
            return recorded.fingerprint == desired.fingerprint && recorded.generation == old.generation
                && new.action != .replace && new.action != .create
                && (recorded != old.recorded || goesOn)
        case .update: return new.action == .none
        case .forget, .none: return false
        }
    }

    private static func words(_ change: Change) -> String {
        "\(change.action.rawValue) (\(change.reasons.map(\.description).joined(separator: "; ")))"
    }

    private static func words(_ old: VolumeImport?, _ new: VolumeImport?) -> String? {
        guard old != new else { return nil }
        guard let old, let new else {
            return old == nil ? "it was not in a migration manifest" : "no migration manifest names it"
        }
        if old.image.digest != new.image.digest { return "the image \(new.image.path) has another content" }
        if old.image.repackaging != new.image.repackaging {
            return new.image.repackaging == nil ? "the image is no longer converted" : "the image is to be converted"
        }
        if old.image.path != new.image.path { return "the image is \(new.image.path), and was \(old.image.path)" }
        if old.zone != new.zone { return "the zone is \(new.zone), and was \(old.zone)" }
        if old.volumeSize != new.volumeSize {
            return "the volume's size is \(new.volumeSize) GiB, and was \(old.volumeSize) GiB"
        }
        if old.tags != new.tags { return "the tags are others" }
        if old.description != new.description { return "the description is another" }
        if old.staging != new.staging { return "the staging is another" }
        return "it is another import"
    }
}

extension PlanStaleness: CustomStringConvertible {
    /// So many differences are told one by one.
    private static let mostTold = 20

    package var description: String { lines.joined(separator: "\n") }

    /// The description, a line for each difference.
    package var lines: [String] {
        var lines = ["the plan is stale, and this run did nothing:"]
        lines += differences.prefix(Self.mostTold).map { "  - \($0)" }
        if differences.count > Self.mostTold { lines.append("  - and \(differences.count - Self.mostTold) more") }
        return lines + ["Make it again with ferry plan, and have it read again"]
    }
}

extension PlanStaleness.Difference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lineage(nil, _): "the plan was made without a state, and now there is one"
        case .lineage(_, nil): "the state it was made from is not there"
        case .accounts(let saved, let found):
            "the imports would go to \(Self.words(found)), and went to \(Self.words(saved))"
        case .lineage(let saved?, let found?): "it was made from another state: lineage \(saved), not \(found)"
        case .serial(let saved, let found):
            "something was done since: the state's serial is \(found), and was \(saved)"
        case .manifest(let path): "\(path) was edited"
        case .manifests(let saved, let found):
            "the migration manifests are others: \(found.joined(separator: ", ")), and were \(saved.joined(separator: ", "))"
        case .desired(let address, let what): "\(address): \(what)"
        case .vanished(let address): "\(address) is neither wanted nor recorded any more"
        case .appeared(let address): "\(address) is new"
        case .change(let address, let saved, let found): "\(address): it would be \(found), and was \(saved)"
        case .digest(let expected, let found): "--expect names \(expected), and the plan's digest is \(found)"
        }
    }

    private static func words(_ bindings: TargetBindings) -> String {
        bindings.isEmpty
            ? "no account" : Set(bindings.accounts.values.map(\.description)).sorted().joined(separator: ", ")
    }
}
