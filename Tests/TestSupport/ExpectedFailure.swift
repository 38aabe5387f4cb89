/// Runs a body that must fail.
///
/// - Returns: The error; `nil` if the body returns.
package func failure<Result, Failure: Error>(_ body: () async throws(Failure) -> Result) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
