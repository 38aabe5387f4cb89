import ArgumentParser

/// `ferry state`: looks at the state, and mends it where a person knows better.
struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look at the state, and mend it.",
        subcommands: [
            StateListCommand.self, StateShowCommand.self, StateRemoveCommand.self, StateExportCommand.self,
            StateImportCommand.self, StateMoveCommand.self, StateRebindCommand.self, StateUnlockCommand.self,
            StateRebuildCommand.self,
        ]
    )
}
