import Synchronization

/// Says that a run should begin nothing new. It is set once and never taken back.
package final class StopSignal: Sendable {
    private let requested = Atomic(false)
    private let actions = Mutex<[@Sendable () -> Void]>([])

    /// Makes a signal that is not set.
    package init() {}

    /// Whether the run should end.
    package var isRequested: Bool { requested.load(ordering: .acquiring) }

    /// Asks the run to end.
    package func request() {
        let actions = actions.withLock { actions in
            requested.store(true, ordering: .releasing)
            defer { actions = [] }
            return actions
        }
        for action in actions { action() }
    }

    /// Does something when the signal is set; at once if it is.
    func whenRequested(_ action: @escaping @Sendable () -> Void) {
        let isRequested = actions.withLock { actions in
            let isRequested = self.isRequested
            if !isRequested { actions.append(action) }
            return isRequested
        }
        if isRequested { action() }
    }
}
