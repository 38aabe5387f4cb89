import ArgumentParser
import Migration
import StateStore
import TerminalText

/// `ferry state unlock`: frees a lock that nobody holds any more.
struct StateUnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Free a lock whose holder on another machine is gone.",
        discussion: """
            A lock that a crash left on this machine frees itself; this is for a state on a network file system whose holder \
            elsewhere died. A lock that a process of this machine holds is never freed.
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let owner = try common.stateFile.unlock()
            console.print(owner.map { "Freed; it was held by \($0).\n" } ?? "The state was not locked.\n")
        }
    }
}
