import CLibCurl
import FlowControl
import Foundation
import Synchronization

/// The thread that owns libcurl's multi handle, and the queue through which others reach it.
///
/// `@unchecked Sendable`: `transfers`, `idleHandles` and `bandwidth` are used by the one thread that calls ``run()`` and by
/// no other;
/// `watch` is used elsewhere only to ring, which any thread may.
final class TransportEngine: @unchecked Sendable {
    /// A request on its way to the thread.
    struct Start: Sendable {
        var id: UInt64
        var request: HTTPRequest
        var delivery: Delivery
        var cancellation: CancellationFlag
    }

    private struct Inbox {
        var starts: [Start] = []
        var cancellations: [UInt64] = []
        var resumptions: [UInt64] = []
        var isClosed = false
        /// Whether the thread sleeps, or is about to: whoever leaves something must wake it.
        var isAsleep = false
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    // Once in a process, as curl_global_init(3) wants it.
    private static let globalResult = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    private let configuration: TransportConfiguration
    private let multi: UnsafeMutableRawPointer
    private let watch: SocketWatch
    private let inbox = Mutex(Inbox())
    private let lastID = Atomic<UInt64>(0)
    private var transfers: [UInt64: Transfer] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []
    private let bandwidth: BandwidthLimiter?

    init(_ configuration: TransportConfiguration) throws(TransportError) {
        guard Self.globalResult == CURLE_OK, let multi = curl_multi_init() else {
            throw TransportError(kind: .closed, reason: "libcurl cannot be set up", provesNothingSent: true)
        }
        self.configuration = configuration
        self.multi = multi
        do throws(TransportError) {
            watch = try SocketWatch(multi)
        } catch {
            curl_multi_cleanup(multi)
            throw error
        }
        bandwidth = configuration.bandwidth.map(BandwidthLimiter.init)
        _ = ferry_curl_set_multi_long(multi, CURLMOPT_MAXCONNECTS, configuration.keptConnections)
        _ = ferry_curl_set_multi_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    func newID() -> UInt64 {
        lastID.add(1, ordering: .relaxed).newValue
    }

    func start(_ start: Start) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.starts.append(start)
            wake(&inbox)
            return true
        }
        if !isAccepted { start.delivery.fail(Self.closed(provesNothingSent: true)) }
    }

    /// Aborts a transfer; one that has ended is left alone.
    func cancel(_ id: UInt64) {
        tell { $0.cancellations.append(id) }
    }

    /// Goes on with a transfer whose buffer was full.
    func unpause(_ id: UInt64) {
        tell { $0.resumptions.append(id) }
    }

    func close() {
        tell { $0.isClosed = true }
    }

    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if !inbox.hasEnded { inbox.endWaiters.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Serves requests until ``close()``.
    func run() {
        // OpenSSL writes to sockets without MSG_NOSIGNAL: a peer that closes a TLS connection must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while !takeOrders() {
            watch.serveDue()
            collect()
            watch.serve(upTo: fallsAsleep() ? bandwidth?.milliseconds(upTo: 1000) ?? 1000 : 0)
            collect()
            for id in bandwidth?.takeReady() ?? [] { resume(id) }
        }
        end()
    }

    private func tell(_ change: (inout Inbox) -> Void) {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            change(&inbox)
            wake(&inbox)
        }
    }

    private func wake(_ inbox: inout Inbox) {
        guard inbox.isAsleep else { return }
        inbox.isAsleep = false
        watch.wakeUp()
    }

    /// Whether there is nothing to do for now. From then on whoever leaves something wakes the thread.
    private func fallsAsleep() -> Bool {
        inbox.withLock { inbox in
            guard inbox.starts.isEmpty, inbox.cancellations.isEmpty, inbox.resumptions.isEmpty, !inbox.isClosed else {
                return false
            }
            inbox.isAsleep = true
            return true
        }
    }

    /// Does what other threads asked for; whether the end is one of it.
    private func takeOrders() -> Bool {
        let orders = inbox.withLock { inbox in
            let orders = (inbox.starts, inbox.cancellations, inbox.resumptions, inbox.isClosed)
            inbox.starts = []
            inbox.cancellations = []
            inbox.resumptions = []
            inbox.isAsleep = false
            return orders
        }
        let (starts, cancellations, resumptions, isClosed) = orders
        for start in starts { begin(start) }
        for id in cancellations where transfers[id] != nil {
            remove(id, isReusable: false) { $0.abort(.cancelled, reason: "the request was cancelled") }
        }
        for id in resumptions { resume(id) }
        return isClosed
    }

    /// Goes on with a transfer that was paused, in whichever direction.
    private func resume(_ id: UInt64) {
        guard let transfer = transfers[id] else { return }
        let code = curl_easy_pause(transfer.handle, CURLPAUSE_CONT)
        if code != CURLE_OK { remove(id, isReusable: false) { $0.finish(code) } }
    }

    private func end() {
        for id in Array(transfers.keys) {
            remove(id, isReusable: false) { $0.abort(.closed, reason: "the transport is shut down") }
        }
        for handle in idleHandles { curl_easy_cleanup(handle) }
        idleHandles = []
        let (starts, waiters) = inbox.withLock { inbox in
            inbox.hasEnded = true
            curl_multi_cleanup(multi)
            defer {
                inbox.starts = []
                inbox.endWaiters = []
            }
            return (inbox.starts, inbox.endWaiters)
        }
        for start in starts { start.delivery.fail(Self.closed(provesNothingSent: true)) }
        for waiter in waiters { waiter.resume() }
    }

    private static func closed(provesNothingSent: Bool) -> TransportError {
        TransportError(kind: .closed, reason: "the transport is shut down", provesNothingSent: provesNothingSent)
    }

    private func begin(_ start: Start) {
        guard !start.cancellation.isSet else {
            let reason = "the request was cancelled before it was sent"
            start.delivery.fail(TransportError(kind: .cancelled, reason: reason, provesNothingSent: true))
            return
        }
        let handle: UnsafeMutableRawPointer
        do throws(TransportError) {
            handle = if let idle = idleHandles.popLast() { idle } else { try newHandle() }
        } catch {
            start.delivery.fail(error)
            return
        }
        do throws(TransportError) {
            let transfer = try Transfer(
                start.request,
                delivery: start.delivery,
                handle: handle,
                id: start.id,
                bandwidth: bandwidth
            )
            try transfer.prepare(configuration)
            let code = curl_multi_add_handle(multi, handle)
            guard code == CURLM_OK else {
                let reason = "\(start.request): \(String(cString: curl_multi_strerror(code)))"
                throw TransportError(kind: .invalidRequest, reason: reason, provesNothingSent: true)
            }
            transfers[start.id] = transfer
        } catch {
            curl_easy_reset(handle)
            curl_easy_cleanup(handle)
            start.delivery.fail(error)
        }
    }

    private func newHandle() throws(TransportError) -> UnsafeMutableRawPointer {
        guard let handle = curl_easy_init() else {
            let reason = "libcurl has no memory for a request"
            throw TransportError(kind: .invalidRequest, reason: reason, provesNothingSent: true)
        }
        do throws(TransportError) {
            try Transfer.prepare(handle, configuration)
        } catch {
            curl_easy_cleanup(handle)
            throw error
        }
        return handle
    }

    private func collect() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let code = ferry_curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            _ = ferry_curl_get_pointer(handle, CURLINFO_PRIVATE, &context)
            guard let id = Transfer.from(context)?.id else { continue }
            remove(id, isReusable: code == CURLE_OK) { $0.finish(code) }
        }
    }

    /// Takes a transfer out of libcurl's hands, so that it no longer reads or writes what the transfer owns, and reports
    /// its end while the handle still knows how far it came.
    ///
    /// - Parameter isReusable: Whether the handle may serve another request. One whose transfer failed may not: libcurl
    ///   can leave a buffer in it and then refuses to be told of another size.
    private func remove(_ id: UInt64, isReusable: Bool, end: (Transfer) -> Void) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        let handle = transfer.handle
        curl_multi_remove_handle(multi, handle)
        end(transfer)
        // The handle knows pointers into the transfer until it has forgotten them here.
        withExtendedLifetime(transfer) {
            if isReusable, idleHandles.count < configuration.keptConnections {
                transfer.releaseHandle()
                idleHandles.append(handle)
            } else {
                curl_easy_cleanup(handle)
            }
        }
    }
}
