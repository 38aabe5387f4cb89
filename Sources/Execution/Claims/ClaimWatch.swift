/// The claims of each folder, which the waiting imports of a run share: a poll costs as much for one as for many.
actor ClaimWatch<ClockType: Clock> where ClockType.Duration == Duration {
    /// The claims of a folder with the time of the request.
    struct Listing {
        var claims: ClaimListing
        var began: ClockType.Instant
    }

    private let store: any ClaimStore
    private let clock: ClockType
    private var known: [ClaimKey.Folder: Listing] = [:]
    /// The folders that are being listed, with those who wait for that.
    private var running: [ClaimKey.Folder: [CheckedContinuation<Void, Never>]] = [:]

    init(store: any ClaimStore, clock: ClockType) {
        self.store = store
        self.clock = clock
    }

    /// The claims of a folder, as S3 listed them at a time or later.
    func listing(
        of folder: ClaimKey.Folder,
        since earliest: ClockType.Instant
    ) async throws(ServiceError) -> Listing {
        while true {
            if let known = known[folder], known.began >= earliest { return known }
            guard running[folder] != nil else { break }
            await withCheckedContinuation { running[folder]?.append($0) }
        }
        running[folder] = []
        defer { for waiter in running.removeValue(forKey: folder) ?? [] { waiter.resume() } }
        let began = clock.now
        let listing = Listing(claims: try await store.claims(in: folder), began: began)
        known[folder] = listing
        return listing
    }
}
