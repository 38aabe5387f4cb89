import DiskImages
import EC2Types
import Execution
import Migration

/// A conversion task of the simulated EC2, with all that it ever was: a replica that lags tells of the past.
struct SimulatedTask {
    /// A machine with one of the states that it had.
    struct Caller: Hashable {
        /// The number of the machine.
        let machine: Int
        /// How often the machine had lost its state.
        let losses: Int
    }

    /// The marker that ferry sent, which the description may not have.
    let marker: TaskMarker?
    /// Who called ImportVolume.
    let caller: Caller
    /// The keys of the parts it needs until it has fetched them.
    let parts: [String]
    private(set) var hasFetched = false
    /// What the parts held when they were fetched.
    private(set) var contents: [[UInt8]] = []
    private(set) var history: [(time: Int, status: ConversionTask)]

    init(id: String, call: ImportCall, parts: [String], caller: Caller, time: Int) {
        marker = call.marker
        self.caller = caller
        self.parts = parts
        let details = ConversionTask.Details(
            availabilityZone: call.zone,
            description: call.description,
            image: ConversionTask.Image(format: call.format.rawValue, bytes: call.bytes),
            volumeSize: call.volumeSize
        )
        let task = ConversionTask(id: id, state: .active, expiration: TaskExpiration("later"), details: details)
        history = [(time, task.withoutDetails)]
    }

    var id: String { status.id }

    /// When it ended, in milliseconds; `nil` while it is active.
    var ended: Int? { isConverting ? nil : history.last?.time }

    var status: ConversionTask { history[history.count - 1].status }

    /// Whether it makes a volume, or made one.
    var isLiveOrCompleted: Bool { status.state != .cancelled }

    /// Whether it takes one of the conversions that may go on at once.
    var isConverting: Bool { status.state == .active || status.state == .cancelling }

    /// Whether it still has to fetch its parts.
    var needsParts: Bool { status.state == .active && !hasFetched }

    /// What a replica says that knows nothing after `time`; `nil` if the task is newer.
    func status(asOf time: Int) -> ConversionTask? {
        history.last { $0.time <= time }?.status
    }

    mutating func fetched(_ contents: [[UInt8]], at time: Int) {
        hasFetched = true
        self.contents = contents
        var next = status
        next.bytesConverted = 1
        next.statusMessage = "Pending"
        history.append((time, next))
    }

    mutating func end(_ state: ConversionTask.State, at time: Int, message: String? = nil, volumeID: String? = nil) {
        guard isConverting else { return }
        var next = status
        next.state = state
        next.statusMessage = message
        next.volumeID = volumeID
        history.append((time, next))
    }
}
