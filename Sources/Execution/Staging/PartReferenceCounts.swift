import Hashing
import Migration

/// The parts in one staging location, and how many imports need each.
///
/// Two images that share a part upload it once, and it is removed when the last import that needs it has settled. While
/// a part is uploaded or removed, other uploads and removals of it wait.
actor PartReferenceCounts {
    private var present: Set<SHA256Digest>
    private var counts: [SHA256Digest: Int] = [:]
    private var conversions: [ImportAddress: Set<SHA256Digest>] = [:]
    private var busy: [SHA256Digest: [CheckedContinuation<Void, Never>]] = [:]

    /// Starts without references.
    ///
    /// - Parameter present: The parts in the location.
    init(present: Set<SHA256Digest>) {
        self.present = present
    }

    /// Adds references of imports to parts.
    ///
    /// - Parameter count: The number of imports.
    func retain(_ parts: some Sequence<SHA256Digest>, by count: Int) {
        for part in parts { counts[part, default: 0] += count }
    }

    /// Adds the references of an import's active conversion.
    func retain(_ parts: Set<SHA256Digest>, forConversionOf address: ImportAddress) {
        conversions[address] = parts
        retain(parts, by: 1)
    }

    /// Removes the references of an import's conversion, if there are any left.
    func releaseConversion(of address: ImportAddress) {
        release(conversions.removeValue(forKey: address) ?? [])
    }

    /// Removes one import's references to parts.
    func release(_ parts: some Sequence<SHA256Digest>) {
        for part in parts {
            guard let count = counts[part] else { continue }
            counts[part] = count > 1 ? count - 1 : nil
        }
    }

    /// The given parts that are not in the location, or are being removed.
    func missing(among parts: some Sequence<SHA256Digest>) -> Set<SHA256Digest> {
        Set(parts).filter { !present.contains($0) }
    }

    /// Uploads a part unless it is in the location. Waits for an upload or removal of the same part first.
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

    /// Runs a check of a part that is in the location. Waits for an upload or removal of the same part first.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - check: Returns whether the part is stored as it should be.
    ///   - upload: Uploads the part.
    /// - Returns: Whether it was uploaded.
    func verify(
        _ part: SHA256Digest,
        check: sending () async throws -> Bool,
        upload: sending () async throws -> Void
    ) async throws -> Bool {
        await begin(part)
        defer { end(part) }
        guard try await !check() else { return false }
        present.remove(part)
        try await upload()
        present.insert(part)
        return true
    }

    /// Removes a part if it is in the location and has no references.
    func remove(_ part: SHA256Digest, removal: sending () async throws(ServiceError) -> Void) async throws(ServiceError)
    {
        await begin(part)
        defer { end(part) }
        guard counts[part] == nil, present.remove(part) != nil else { return }
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
