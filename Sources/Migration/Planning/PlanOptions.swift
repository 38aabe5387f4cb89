/// Choices that change what a plan does; the plan file keeps them, so that `apply` makes the same plan again to compare.
package struct PlanOptions: Hashable, Sendable {
    /// Whether EC2 is asked, and what follows.
    package enum Refresh: String, CaseIterable, Sendable {
        /// EC2 is asked for tasks and volumes.
        case full
        /// Nobody is asked: what the state records is taken for true.
        case none
        /// EC2 is asked, and the state alone is brought up to date: nothing is staged, imported, cancelled or forgotten.
        case only
    }

    /// Whether volumes and tasks that are gone are imported again.
    package var recreatesMissing: Bool
    /// Whether the conversions of imports that no migration manifest names any more are cancelled.
    package var cancelsRemoved: Bool
    /// Patterns of the addresses to plan; all of them if it is empty.
    package var targets: [AddressPattern]
    /// Patterns of the addresses to leave out, in any case.
    package var exclusions: [AddressPattern]
    /// Addresses to import again although nothing changed.
    package var replacements: [ImportAddress]
    /// The names of migration manifests that were not given and whose imports are forgotten (`--prune`).
    package var prunes: [String]
    /// Whether EC2 is asked.
    package var refresh: Refresh

    /// The default choices.
    package init(
        recreatesMissing: Bool = false,
        cancelsRemoved: Bool = false,
        targets: [AddressPattern] = [],
        exclusions: [AddressPattern] = [],
        replacements: [ImportAddress] = [],
        prunes: [String] = [],
        refresh: Refresh = .full
    ) {
        self.recreatesMissing = recreatesMissing
        self.cancelsRemoved = cancelsRemoved
        self.targets = targets
        self.exclusions = exclusions
        self.replacements = replacements
        self.prunes = prunes
        self.refresh = refresh
    }

    /// Whether an address is part of the plan.
    package func selects(_ address: ImportAddress) -> Bool {
        (targets.isEmpty || targets.contains { $0.matches(address) }) && !exclusions.contains { $0.matches(address) }
    }

    /// The options, as they were written, that mean no address at all: slips, since a plan that silently ignored one would
    /// do something else than was asked for.
    ///
    /// - Parameters:
    ///   - desired: The addresses that are wanted.
    ///   - recorded: The addresses that the state knows.
    package func slips(
        desired: some Sequence<ImportAddress>,
        recorded: some Sequence<ImportAddress>
    ) -> [UnmatchedOption] {
        guard !targets.isEmpty || !exclusions.isEmpty || !replacements.isEmpty || !prunes.isEmpty else { return [] }
        let desired = Set(desired)
        let known = desired.union(recorded)
        var slips: [UnmatchedOption] = []
        for (option, patterns) in [("--target", targets), ("--exclude", exclusions)] {
            for pattern in patterns where !known.contains(where: pattern.matches) {
                slips.append(UnmatchedOption(option: option, text: pattern.text, near: nearest(pattern.text, known)))
            }
        }
        for address in replacements where !desired.contains(address) || !selects(address) {
            slips.append(
                UnmatchedOption(
                    option: "--replace",
                    text: address.description,
                    near: nearest(address.description, known)
                )
            )
        }
        if !prunes.isEmpty {
            let manifests = Set(known.map(\.manifest))
            for name in prunes where !manifests.contains(name) {
                let near = Spelling.nearest(to: name, among: manifests.sorted())
                slips.append(UnmatchedOption(option: "--prune", text: name, near: near))
            }
        }
        return slips
    }

    private func nearest(_ text: String, _ known: Set<ImportAddress>) -> String? {
        // To compare with a great many takes long, and whoever has that many uses patterns.
        guard known.count <= 10_000 else { return nil }
        let names = Set(
            known.map { address in
                if text.contains("@") { return address.description }
                return text.contains("/") ? "\(address.manifest)/\(address.image)" : address.manifest
            }
        )
        return Spelling.nearest(to: text, among: names.sorted()).flatMap { $0 == text ? nil : $0 }
    }
}

/// A pattern or address that means nothing.
package struct UnmatchedOption: Error, Hashable, CustomStringConvertible {
    /// The option, such as `--target`.
    package var option: String
    /// What was written.
    package var text: String
    /// What was probably meant.
    package var near: String?

    package var description: String {
        let hint = near.map { "; did you mean “\($0)”?" } ?? ""
        return option == "--replace"
            ? "\(option) “\(text)”: the plan has no such import\(hint)"
            : "\(option) “\(text)”: no import matches\(hint)"
    }
}
