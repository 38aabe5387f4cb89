/// Shares a bandwidth among the transfers of one transport: who has to wait goes on in the order of arrival.
///
/// It lives on the transport's thread alone.
final class BandwidthLimiter {
    private var bucket: BandwidthBucket
    private var waiting: [UInt64] = []

    /// Bounds a rate in bytes a second.
    init(_ rate: Int64) {
        bucket = BandwidthBucket(rate: rate, at: .now)
    }

    /// How many bytes a transfer may send now; if 0 it must pause, and is among those that ``takeReady()`` names later.
    func grant(_ wanted: Int, to id: UInt64) -> Int {
        let granted = bucket.grant(wanted, at: .now)
        if granted == 0, wanted > 0 { waiting.append(id) }
        return granted
    }

    /// Whether a transfer may take bytes that came; if not it must pause likewise.
    func accept(_ count: Int, of id: UInt64) -> Bool {
        let isAccepted = bucket.accept(count, at: .now)
        if !isAccepted { waiting.append(id) }
        return isAccepted
    }

    /// How long the thread may sleep, in milliseconds.
    func milliseconds(upTo most: Int32) -> Int32 {
        guard !waiting.isEmpty else { return most }
        let (seconds, attoseconds) = bucket.wait(at: .now).components
        return Int32(clamping: min(Int64(most), seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }

    /// Those that may try again, the longest waiting first.
    func takeReady() -> [UInt64] {
        guard !waiting.isEmpty, bucket.wait(at: .now) == .zero else { return [] }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}
