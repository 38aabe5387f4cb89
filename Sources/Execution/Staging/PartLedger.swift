import Hashing

/// Which parts a staging location holds, and who still needs them.
///
/// Two images that share a part upload it once; a part is let go when the last import that needs it has settled.
actor PartLedger {
    private var present: Set<SHA256Digest>
    private var needs: [SHA256Digest: Int] = [:]
    private var uploading: [SHA256Digest: [CheckedContinuation<Void, Never>]] = [:]

    init(present: Set<SHA256Digest>) {
        self.present = present
    }

    /// Says that an import needs parts until it settles.
    func need(_ parts: some Sequence<SHA256Digest>) {
        for part in parts { needs[part, default: 0] += 1 }
    }

    /// Says that an import needs parts no more, and returns those that nobody needs.
    func release(_ parts: some Sequence<SHA256Digest>) -> [SHA256Digest] {
        var unneeded: [SHA256Digest] = []
        for part in parts {
            guard let count = needs[part] else { continue }
            if count > 1 {
                needs[part] = count - 1
            } else {
                needs[part] = nil
                if present.remove(part) != nil { unneeded.append(part) }
            }
        }
        return unneeded
    }

    /// Those of the given parts that are not there yet.
    func missing(among parts: some Sequence<SHA256Digest>) -> Set<SHA256Digest> {
        Set(parts).subtracting(present)
    }

    /// Uploads a part unless it is there, and waits for another's upload of the same part instead of doing it again.
    ///
    /// - Returns: Whether this call uploaded it.
    func stage(
        _ part: SHA256Digest,
        upload: sending () async throws -> Void
    ) async throws -> Bool {
        while uploading[part] != nil {
            await withCheckedContinuation { uploading[part]?.append($0) }
        }
        guard !present.contains(part) else { return false }
        uploading[part] = []
        defer {
            for waiter in uploading.removeValue(forKey: part) ?? [] { waiter.resume() }
        }
        try await upload()
        present.insert(part)
        return true
    }
}
