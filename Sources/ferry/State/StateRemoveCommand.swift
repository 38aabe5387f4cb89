import ArgumentParser
import Migration
import StateStore

/// `ferry state rm`: drops records.
struct StateRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Drop imports from the state; their tasks and volumes stay.",
        discussion: """
            ferry forgets the imports and touches nothing in AWS. If the migration manifest still names one of them, the next \
            plan takes its task or volume up again by the marker, as long as EC2 lists the task.

            An import that EC2 may be converting is dropped only with --force: nobody would wait any more until its parts can \
            be removed from the staging, and while EC2 does not list its task yet, another import could remove parts that it \
            shares. Take it out of the migration manifest instead: ferry apply forgets it when its conversion has ended.
            """
    )

    @Argument(help: "The imports' addresses: manifest/image@zone.")
    var addresses: [String]

    @Flag(help: "Also what EC2 may be converting.")
    var force = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let session = try await StateSession.open(common.stateFile, command: "ferry state rm")
            do {
                let state = await session.state
                let recorded = try addresses.map { try AddressArgument.recorded($0, in: state) }
                if !force, let address = recorded.first(where: { state.imports[$0]?.mayBeConverting == true }) {
                    throw ValidationError(
                        "EC2 may be converting \(address); ferry apply forgets what no migration manifest names when it is "
                            + "done, or --force drops it"
                    )
                }
                for address in recorded {
                    try await session.record(.forgotten, of: address)
                    console.print("forgotten  \(address)\n")
                }
            } catch {
                try await session.close()
                throw error
            }
            try await session.close()
        }
    }
}
