import ArgumentParser
import Migration

/// The choices that change what a plan does.
struct PlanChoices: ParsableArguments {
    @Flag(help: "Import again what EC2 no longer has.")
    var recreateMissing = false

    @Flag(help: "Cancel the conversions of imports that no migration manifest names any more.")
    var cancelRemoved = false

    @Option(
        name: .customLong("target"),
        help: ArgumentHelp(
            "Plan these imports alone; may be given several times. A glob for each part of manifest/image@zone.",
            valueName: "pattern"
        )
    )
    var targets: [AddressPattern] = []

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp("Leave these imports out; may be given several times.", valueName: "pattern")
    )
    var exclusions: [AddressPattern] = []

    @Option(
        name: .customLong("replace"),
        help: ArgumentHelp(
            "Import this address again; its volume is kept. May be given several times.",
            valueName: "address"
        )
    )
    var replacements: [ImportAddress] = []

    @Option(
        name: .customLong("prune"),
        help: ArgumentHelp(
            "Forget the imports of a migration manifest that is not given. Their volumes are kept. Can be repeated.",
            valueName: "manifest"
        )
    )
    var prunes: [String] = []

    @Option(help: "With --refresh=false nobody is asked: what the state records is taken for true.")
    var refresh = true

    @Flag(help: "Bring the state up to date with EC2, and do nothing else.")
    var refreshOnly = false

    func validate() throws {
        guard !refreshOnly || refresh else {
            throw ValidationError("--refresh-only asks EC2, and --refresh=false forbids it.")
        }
    }

    /// The choices.
    var planOptions: PlanOptions {
        PlanOptions(
            recreatesMissing: recreateMissing,
            cancelsRemoved: cancelRemoved,
            targets: targets,
            exclusions: exclusions,
            replacements: replacements,
            prunes: prunes,
            refresh: refreshOnly ? .only : refresh ? .full : .none
        )
    }
}

extension AddressPattern: ExpressibleByArgument {
    /// Reads a pattern from the command line; `nil` for anything else.
    public init?(argument: String) {
        guard let pattern = try? AddressPattern(argument) else { return nil }
        self = pattern
    }
}

extension ImportAddress: ExpressibleByArgument {
    /// Reads an address from the command line; `nil` for anything else.
    public init?(argument: String) { self.init(argument) }
}
