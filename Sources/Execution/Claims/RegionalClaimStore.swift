import EC2Types
import Migration

/// The claims in the staging buckets of several regions and accounts: each request goes where its bucket is.
package struct RegionalClaimStore: ClaimStore {
    private let stores: [String: any ClaimStore]

    /// Combines one store for each bucket.
    package init(_ stores: [String: any ClaimStore]) {
        self.stores = stores
    }

    package func claim(_ key: ClaimKey) async throws(ServiceError) -> StoredClaim? {
        try await store(of: key.folder).claim(key)
    }

    package func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String? {
        try await store(of: key.folder).write(claim, at: key, replacing: entityTag)
    }

    package func claims(in folder: ClaimKey.Folder) async throws(ServiceError) -> ClaimListing {
        try await store(of: folder).claims(in: folder)
    }

    package func honorsConditions(in folder: ClaimKey.Folder) async throws(ServiceError) -> Bool {
        try await store(of: folder).honorsConditions(in: folder)
    }

    private func store(of folder: ClaimKey.Folder) throws(ServiceError) -> any ClaimStore {
        guard let store = stores[folder.location.bucket] else {
            let description = "no migration manifest names the staging bucket \"\(folder.location.bucket)\""
            throw ServiceError(outcome: .rejected, description: description)
        }
        return store
    }
}
