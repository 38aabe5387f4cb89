import ArgumentParser

/// The arguments of the commands that compute a plan.
struct PlanningOptions: ParsableArguments {
    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @OptionGroup var choices: PlanChoices

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions
}
