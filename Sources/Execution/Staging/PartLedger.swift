import Hashing
import Migration

/// Which parts a staging location holds, and who still needs them.
///
/// Two images that share a part upload it once; a part is let go when the last import that needs it has settled. A part
/// that is being uploaded or removed is left alone by everybody else until that is done.
actor PartLedger {
    private var present: Set<SHA256Digest>
    private var needs: [SHA256Digest: Int] = [:]
    private var conversions: [ImportAddress: Set<SHA256Digest>] = [:]
    private var busy: [SHA256Digest: [CheckedContinuation<Void, Never>]] = [:]

    init(present: Set<SHA256Digest>) {
        self.present = present
    }

    /// Says that imports need parts until they settle.
    ///
    /// - Parameter count: The number of imports.
    func need(_ parts: some Sequence<SHA256Digest>, by count: Int) {
        for part in parts { needs[part, default: 0] += count }
    }

    /// Says that a conversion under way needs parts until it has ended.
    func need(_ parts: Set<SHA256Digest>, forConversionOf address: ImportAddress) {
        conversions[address] = parts
        need(parts, by: 1)
    }

    /// Says that the conversion of an import has ended; it may have been said before, or there may have been none.
    func conversionEnded(of address: ImportAddress) {
        release(conversions.removeValue(forKey: address) ?? [])
    }

    /// Says that an import needs parts no more.
    func release(_ parts: some Sequence<SHA256Digest>) {
        for part in parts {
            guard let count = needs[part] else { continue }
            needs[part] = count > 1 ? count - 1 : nil
        }
    }

    /// Those of the given parts that are not there, or about to go.
    func missing(among parts: some Sequence<SHA256Digest>) -> Set<SHA256Digest> {
        Set(parts).filter { !present.contains($0) }
    }

    /// Uploads a part unless it is there; waits for another's upload or removal of it first.
    ///
    /// - Returns: Whether this call uploaded it.
    func stage(_ part: SHA256Digest, upload: sending () async throws -> Void) async throws -> Bool {
        await begin(part)
        defer { end(part) }
        guard !present.contains(part) else { return false }
        try await upload()
        present.insert(part)
        return true
    }

    /// Removes a part if it is there and nobody needs it.
    func remove(_ part: SHA256Digest, removal: sending () async throws(ServiceError) -> Void) async throws(ServiceError)
    {
        await begin(part)
        defer { end(part) }
        guard needs[part] == nil, present.remove(part) != nil else { return }
        try await removal()
    }

    private func begin(_ part: SHA256Digest) async {
        while busy[part] != nil {
            await withCheckedContinuation { busy[part]?.append($0) }
        }
        busy[part] = []
    }

    private func end(_ part: SHA256Digest) {
        for waiter in busy.removeValue(forKey: part) ?? [] { waiter.resume() }
    }
}
