import FoundationEssentials
package import SigV4
import Synchronization

/// Credentials that end, asked for anew before they do: by one caller at a time, while the others wait for the same
/// answer.
package actor CachedCredentials: CredentialsProvider {
    /// How long before their end credentials are renewed, in seconds. An instance's new ones are there five minutes before
    /// the old ones end (EC2 User Guide, “Retrieve security credentials from instance metadata”).
    static let earliness: Int64 = 300
    /// How long to stay with credentials that could not be renewed, or were renewed by ones that end just as soon, before
    /// it is tried again, in seconds.
    static let pause: Int64 = 60

    private let source: any CredentialsProvider
    /// Whether half of their life is early enough to renew credentials: what is signed with them may have to last.
    private let renewsAtHalf: Bool
    private let now: @Sendable () -> Int64
    private var current: AWSCredentials?
    private var lastRefresh = Int64.min
    private var refreshing: Task<Result<AWSCredentials, CredentialsError>, Never>?

    /// Keeps the credentials of a source.
    ///
    /// - Parameters:
    ///   - source: Where they come from.
    ///   - renewsAtHalf: Whether they are renewed when half of their life is over, and not just before its end.
    ///   - now: The present, in seconds since 1970.
    package init(
        _ source: any CredentialsProvider,
        renewsAtHalf: Bool = false,
        now: @escaping @Sendable () -> Int64
    ) {
        self.source = source
        self.renewsAtHalf = renewsAtHalf
        self.now = now
    }

    package func credentials() async throws(CredentialsError) -> AWSCredentials {
        let now = now()
        if let current {
            guard let expiration = current.expirationSeconds else { return current }
            let life = renewsAtHalf ? max(0, expiration - lastRefresh) : 0
            if expiration - now > max(Self.earliness, life / 2) { return current }
            if expiration > now, now >= lastRefresh, now - lastRefresh < Self.pause { return current }
        }
        do {
            return try await refreshed().get()
        } catch {
            // Late is early enough: what cannot be renewed now may be next time, and is valid until then.
            guard let current, let expiration = current.expirationSeconds, expiration > self.now() else { throw error }
            return current
        }
    }

    package nonisolated var origin: CredentialsSource? { source.origin }

    package func discard(_ credentials: AWSCredentials) async -> Bool {
        if credentials == current { current = nil }
        // A source may keep credentials of its own that are expired too; where it does not, its answer is the same.
        _ = await source.discard(credentials)
        return true
    }

    private func refreshed() async -> Result<AWSCredentials, CredentialsError> {
        if let refreshing { return await refreshing.value }
        // Not a child of the caller's task: that one may be cancelled, and others wait for the answer as well.
        let task = Task { [source] () -> Result<AWSCredentials, CredentialsError> in
            do throws(CredentialsError) {
                return .success(try await source.credentials())
            } catch {
                return .failure(error)
            }
        }
        refreshing = task
        let result = await task.value
        refreshing = nil
        lastRefresh = now()
        if case .success(let credentials) = result { current = credentials }
        return result
    }
}
