import CLibCurl
import Glibc

/// Watches libcurl's sockets and the time for it (libcurl-multi(3), “multi_socket”), with epoll: a turn costs as much as
/// there is to do, and not as much as there are transfers under way.
///
/// All but ``wakeUp()`` is for the one thread that drives the multi handle. It must outlive that handle.
final class SocketWatch {
    /// Events that are taken at a time; more come with the next turn.
    private static let mostEvents = 64

    private let multi: UnsafeMutableRawPointer
    private let events: Int32
    /// Wakes the thread that sleeps. It is never read: an edge comes with each write (epoll(7), EPOLLET).
    private let bell: Int32
    private var buffer = [epoll_event](repeating: epoll_event(), count: SocketWatch.mostEvents)
    /// When libcurl wants its turn although no socket is ready.
    private var deadline: ContinuousClock.Instant?

    /// Begins to watch for a multi handle.
    ///
    /// - Throws: ``TransportError`` if the system has no descriptors left.
    init(_ multi: UnsafeMutableRawPointer) throws(TransportError) {
        self.multi = multi
        events = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        var event = epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(fd: bell))
        guard events >= 0, bell >= 0, epoll_ctl(events, EPOLL_CTL_ADD, bell, &event) == 0 else {
            let reason = "no descriptor for connections: \(String(cString: strerror(errno)))"
            throw TransportError(kind: .notConnected, reason: reason, provesNothingSent: true)
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ferry_curl_set_socket_function(
            multi,
            { _, socket, interest, context, known in
                SocketWatch.from(context)?.watch(socket, interest, isKnown: known != nil)
                return 0
            },
            context
        )
        _ = ferry_curl_set_timer_function(
            multi,
            { _, milliseconds, context in
                SocketWatch.from(context)?.deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
                return 0
            },
            context
        )
    }

    deinit {
        // It runs also where the initialiser fails.
        for descriptor in [events, bell] where descriptor >= 0 { close(descriptor) }
    }

    /// Wakes the thread in ``serve(upTo:)``, or lets it not fall asleep there the next time. Any thread may call it.
    func wakeUp() {
        eventfd_write(bell, 1)
    }

    /// Lets libcurl do what the time is ripe for.
    func serveDue() {
        guard let due = deadline, due <= .now else { return }
        deadline = nil
        var running: Int32 = 0
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// Waits until a socket is ready, libcurl's time has come, or somebody rings, and lets libcurl serve the sockets.
    ///
    /// - Parameter milliseconds: How long at most; 0 only looks.
    func serve(upTo milliseconds: Int32) {
        let count = epoll_wait(events, &buffer, Int32(Self.mostEvents), untilDue(atMost: milliseconds))
        guard count > 0 else { return }
        var running: Int32 = 0
        for event in buffer[..<Int(count)] where event.data.fd != bell {
            var ready: Int32 = 0
            if event.events & EPOLLIN.rawValue != 0 { ready |= CURL_CSELECT_IN }
            if event.events & EPOLLOUT.rawValue != 0 { ready |= CURL_CSELECT_OUT }
            if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { ready |= CURL_CSELECT_ERR }
            curl_multi_socket_action(multi, event.data.fd, ready, &running)
        }
    }

    private func untilDue(atMost milliseconds: Int32) -> Int32 {
        guard milliseconds > 0, let deadline else { return milliseconds }
        let (seconds, attoseconds) = (deadline - .now).components
        // Rounded up, or the last millisecond would be spent awake.
        return Int32(
            clamping: max(0, min(Int64(milliseconds), seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
        )
    }

    /// What libcurl wants to know of a socket from now on.
    private func watch(_ socket: curl_socket_t, _ interest: Int32, isKnown: Bool) {
        guard interest != CURL_POLL_REMOVE else {
            // A socket that is closed already is no longer watched anyway.
            epoll_ctl(events, EPOLL_CTL_DEL, socket, nil)
            return
        }
        var wanted: UInt32 = 0
        if interest & CURL_POLL_IN != 0 { wanted |= EPOLLIN.rawValue }
        if interest & CURL_POLL_OUT != 0 { wanted |= EPOLLOUT.rawValue }
        var event = epoll_event(events: wanted, data: epoll_data_t(fd: socket))
        if epoll_ctl(events, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0 {
            epoll_ctl(events, isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event)
        }
        // Anything but null tells that it is watched.
        if !isKnown { curl_multi_assign(multi, socket, multi) }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SocketWatch? {
        context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue() }
    }
}
