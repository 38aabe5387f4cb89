extension StateSession {
    /// Opens a state, runs `body`, and closes the state, whether `body` returns or throws.
    ///
    /// - Parameters:
    ///   - file: The state's files.
    ///   - command: The command that holds the lock, for the message that others get.
    ///   - body: Works on the open state.
    /// - Throws: ``StateError``, also if the state cannot be closed; the error of `body`.
    package static func with<Result>(
        _ file: StateFile,
        command: String,
        _ body: (StateSession) async throws -> Result
    ) async throws -> Result {
        let session = try await open(file, command: command)
        return try await session.closing { try await body(session) }
    }

    /// Runs `body` and closes the state, whether it returns or throws.
    ///
    /// - Throws: ``StateError`` if the state cannot be closed; the error of `body`.
    package nonisolated func closing<Result>(_ body: () async throws -> Result) async throws -> Result {
        let result: Result
        do {
            result = try await body()
        } catch {
            try await close()
            throw error
        }
        try await close()
        return result
    }
}
