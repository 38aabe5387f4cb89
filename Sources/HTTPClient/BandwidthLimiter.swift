/// Shares a bandwidth among the transfers of one transport: those that have to wait continue in the order of arrival.
///
/// It is used on the transport's thread alone.
final class BandwidthLimiter {
    private let bandwidth: Bandwidth
    private var waiting: [UInt64] = []

    /// Limits the transfers of a transport.
    init(_ bandwidth: Bandwidth) {
        self.bandwidth = bandwidth
    }

    /// How many bytes a transfer may send now; if 0 it must pause, and is among those that ``takeReady()`` names later.
    func grant(_ wanted: Int, to id: UInt64) -> Int {
        let granted = bandwidth.grant(wanted)
        if granted == 0, wanted > 0 { waiting.append(id) }
        return granted
    }

    /// Whether a transfer may take bytes that came; if not it must pause likewise.
    func accept(_ count: Int, of id: UInt64) -> Bool {
        let isAccepted = bandwidth.accept(count)
        if !isAccepted { waiting.append(id) }
        return isAccepted
    }

    /// How long the thread may sleep, in milliseconds.
    func milliseconds(upTo most: Int32) -> Int32 {
        guard !waiting.isEmpty else { return most }
        let (seconds, attoseconds) = bandwidth.wait().components
        return Int32(clamping: min(Int64(most), seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }

    /// Those that may try again, the longest waiting first.
    func takeReady() -> [UInt64] {
        guard !waiting.isEmpty, bandwidth.wait() == .zero else { return [] }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}
