import Migration

/// One life of ferry: from the start of a command to its end or its crash.
///
/// Whoever waits for the world waits here, so that a crash can end all waiting at once. What a dead process still runs has
/// no effect: the world refuses it.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedProcess: @unchecked Sendable {
    unowned let machine: SimulatedMachine
    var world: SimulatedWorld { machine.world }
    private(set) var isAlive = true
    /// Whether the credentials are those of another account, in which nothing was imported.
    var isInOtherAccount = false
    /// The account of the credentials.
    var account: AWSAccount {
        .account(id: isInOtherAccount ? "222222222222" : "111122223333", partition: "aws")
    }
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0
    private var cancel: () -> Void = {}

    init(machine: SimulatedMachine) {
        self.machine = machine
    }

    /// Runs the process's command; when the process dies, the task it runs in is cancelled, so that it comes to its end.
    func run<Success: Sendable>(_ body: @escaping @Sendable () async -> Success) async -> Success {
        let task = Task(executorPreference: world.scheduler) { await body() }
        cancel = { task.cancel() }
        return await task.value
    }

    /// Waits for a time; returns early when the process dies or the task is cancelled.
    func wait(until deadline: VirtualInstant) async {
        let id = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard isAlive, !Task.isCancelled else { return continuation.resume() }
                waiters[id] = continuation
                world.scheduler.schedule(at: deadline) { [weak self] in self?.wake(id) }
            }
        } onCancel: {
            wake(id)
        }
    }

    /// Waits for what `start` begins, which must call what it is given once; returns early when the process dies or, where
    /// that is wished, the task is cancelled.
    func wait(isCancellable: Bool, _ start: (_ done: @escaping () -> Void) -> Void) async {
        let id = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard isAlive, !(isCancellable && Task.isCancelled) else { return continuation.resume() }
                waiters[id] = continuation
                start { [weak self] in self?.wake(id) }
            }
        } onCancel: {
            if isCancellable { wake(id) }
        }
    }

    /// Ends the process as SIGKILL does: nothing it does from now on has an effect.
    func die() {
        isAlive = false
        cancel()
        for id in waiters.keys.sorted() { wake(id) }
    }

    private func wake(_ id: Int) {
        waiters.removeValue(forKey: id)?.resume()
    }
}
