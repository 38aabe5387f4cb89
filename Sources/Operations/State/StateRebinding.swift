package import Migration
package import StateStore

/// Binds a state to the accounts that the present credentials belong to.
package struct StateRebinding {
    /// The files and folders of the migration manifests.
    package var manifests: [String]
    /// The state.
    package var stateFile: StateFile
    /// The AWS clients.
    package var aws: AWSSession

    /// Prepares to bind.
    package init(manifests: [String], stateFile: StateFile, aws: AWSSession) {
        self.manifests = manifests
        self.stateFile = stateFile
        self.aws = aws
    }

    /// Binds the state.
    ///
    /// - Returns: The accounts of the targets, with those that the state was bound to before.
    /// - Throws: ``ReportedProblems``; errors of the state and of AWS.
    package func run(
        report: DiagnosticHandler
    ) async throws -> [(target: TargetBindings.Target, account: AWSAccount, before: AWSAccount?)] {
        let files = await ManifestSet.read(manifests)
        if !files.diagnostics.isEmpty { try report(files.diagnostics) }
        guard !files.hasErrors else { throw ReportedProblems() }
        let check = AccountCheck(files.manifests, clients: try await aws.clients(for: files.targets))
        let problems = check.problems
        if !problems.isEmpty { try report(problems) }
        guard problems.isEmpty else { throw ReportedProblems() }
        return try await StateSession.with(stateFile, command: "ferry state rebind") { session in
            let before = await session.state.targets
            try await session.bind(check.accounts)
            return check.accounts.sorted.map { ($0.target, $0.account, before[$0.target]) }
        }
    }
}
