import Hashing

/// How long a plan takes to apply, as far as that can be known before: a schedule of its uploads and conversions under the
/// limits of the migration manifests, with rates that are assumed and said.
package struct PlanEstimate: Hashable, Sendable {
    /// What is taken for granted.
    package struct Assumptions: Hashable, Sendable {
        /// Bytes uploaded a second where the migration manifests set no bandwidth.
        package var uploadRate: Int64
        /// Bytes of an image that a conversion takes a second. EC2 publishes no figure.
        package var conversionRate: Int64
        /// What a conversion takes besides, in seconds.
        package var conversionOverhead: Double
        /// ImportVolume calls a second where the migration manifests set no rate: what EC2 allows an account for actions that
        /// change something (EC2 API Reference, “Request throttling”).
        package var requestsPerSecond: Double

        /// The usual assumptions.
        package init(
            uploadRate: Int64 = 100 << 20,
            conversionRate: Int64 = 50 << 20,
            conversionOverhead: Double = 120,
            requestsPerSecond: Double = 5
        ) {
            self.uploadRate = uploadRate
            self.conversionRate = conversionRate
            self.conversionOverhead = conversionOverhead
            self.requestsPerSecond = requestsPerSecond
        }
    }

    /// When an import is worked on, in seconds after the start.
    package struct Span: Hashable, Sendable {
        /// The import.
        package var address: ImportAddress
        /// The upload of its image; `nil` where nothing is uploaded for it, or another import's upload serves it.
        package var upload: ClosedRange<Double>?
        /// Its conversion.
        package var conversion: ClosedRange<Double>
    }

    /// What was taken for granted.
    package var assumptions: Assumptions
    /// Bytes a second that are uploaded: the bandwidth of the migration manifests or the assumption.
    package var uploadRate: Int64
    /// Whether the migration manifests set that rate.
    package var isUploadRateSet: Bool
    /// The most conversions at once.
    package var conversionSlots: Int
    /// ImportVolume calls a second.
    package var requestsPerSecond: Double
    /// The bytes of all images that must be staged, each counted once however many zones it goes to.
    package var imageBytes: Int64
    /// The bytes that must be uploaded: without parts that are staged already or that images share.
    package var uploadBytes: Int64
    /// The images whose parts were not looked at, so that they are counted whole.
    package var imagesCountedWhole: Int
    /// The number of ImportVolume calls.
    package var imports: Int
    /// The spans, in the order in which the work is begun.
    package var spans: [Span]
    /// From the start to the end of the last conversion, in seconds.
    package var makespan: Double

    /// Estimates a plan.
    package init(_ plan: Plan, assumptions: Assumptions = Assumptions()) {
        self.assumptions = assumptions
        isUploadRateSet = plan.limits.bandwidth != nil
        uploadRate = max(1, plan.limits.bandwidth ?? assumptions.uploadRate)
        conversionSlots = max(1, plan.limits.conversions)
        let rate = plan.limits.requestsPerSecond ?? assumptions.requestsPerSecond
        requestsPerSecond = rate > 0 ? rate : assumptions.requestsPerSecond
        imageBytes = 0
        uploadBytes = 0
        imagesCountedWhole = 0
        imports = 0
        spans = []
        makespan = 0
        schedule(Self.work(of: plan))
    }

    /// The changes that work on one image in one staging location.
    private struct Work {
        var changes: [Change]
        /// The bytes of the image, if it is still to be imported.
        var work: Int64 = 0
        var imageBytes: Int64 = 0
        var uploadBytes: Int64 = 0
        var isCountedWhole = false
    }

    private static func work(of plan: Plan) -> [Work] {
        struct Key: Hashable {
            var digest: SHA256Digest
            var location: StagingLocation
        }
        var places: [Key: Int] = [:]
        var works: [Work] = []
        let counted = plan.changes { $0.action.makesVolume || $0.action == .wait || $0.action == .adopt }
        for change in counted {
            guard let desired = change.desired else { continue }
            let key = Key(digest: desired.image.digest, location: desired.staging)
            if let place = places[key] {
                works[place].changes.append(change)
            } else {
                places[key] = works.count
                works.append(Work(changes: [change]))
            }
        }
        for index in works.indices {
            let making = works[index].changes.filter(\.action.makesVolume)
            guard let image = making.first?.desired?.image else { continue }
            works[index].work = image.bytes
            // What lies in S3 stays there.
            guard image.object == nil else { continue }
            works[index].imageBytes = image.bytes
            let uploads = making.compactMap(\.upload)
            works[index].isCountedWhole = uploads.isEmpty
            works[index].uploadBytes = uploads.isEmpty ? image.bytes : uploads.reduce(0, +)
        }
        // As the executor begins them: what holds a slot already, and then the longest.
        return works.sorted { left, right in
            let (leftWaits, rightWaits) = (left.work == 0, right.work == 0)
            if leftWaits != rightWaits { return leftWaits }
            if left.work != right.work { return left.work > right.work }
            return left.changes[0].address < right.changes[0].address
        }
    }

    private mutating func schedule(_ works: [Work]) {
        var slots = EarliestTimes(count: conversionSlots)
        var (uploaded, nextRequest) = (0.0, 0.0)
        for work in works {
            let start = uploaded
            uploaded += Double(work.uploadBytes) / Double(uploadRate)
            imageBytes += work.imageBytes
            uploadBytes += work.uploadBytes
            if work.isCountedWhole { imagesCountedWhole += 1 }
            var upload = work.uploadBytes > 0 ? start...uploaded : nil
            for change in work.changes {
                guard let desired = change.desired else { continue }
                let duration = duration(of: change, bytes: desired.image.bytes)
                let free = slots.takeEarliest()
                var begin = 0.0
                if change.action.makesVolume {
                    begin = max(uploaded, free, nextRequest)
                    nextRequest = begin + 1 / requestsPerSecond
                    imports += 1
                }
                let end = begin + duration
                slots.put(max(free, end))
                makespan = max(makespan, end)
                let own = change.action.makesVolume ? upload : nil
                if change.action.makesVolume { upload = nil }
                spans.append(Span(address: change.address, upload: own, conversion: begin...end))
            }
        }
    }

    /// A conversion that is under way may be as good as done; as the longest it may still take, it counts whole.
    private func duration(of change: Change, bytes: Int64) -> Double {
        let isConverted = change.reasons.contains { $0.kind == .unsettled || $0.kind == .conversionDone }
        guard !isConverted else { return 0 }
        return assumptions.conversionOverhead + Double(max(0, bytes)) / Double(max(1, assumptions.conversionRate))
    }
}

/// The times at which slots fall free, as a binary heap.
private struct EarliestTimes {
    private var times: [Double]

    /// More slots than can be of use are not kept.
    init(count: Int) {
        times = [Double](repeating: 0, count: min(max(1, count), 1 << 20))
    }

    /// Takes the earliest time out; ``put(_:)`` must follow.
    func takeEarliest() -> Double { times[0] }

    /// Puts a later time in the place of the earliest.
    mutating func put(_ time: Double) {
        times[0] = time
        var place = 0
        while true {
            let (left, right) = (2 * place + 1, 2 * place + 2)
            var least = place
            if left < times.count, times[left] < times[least] { least = left }
            if right < times.count, times[right] < times[least] { least = right }
            guard least != place else { return }
            times.swapAt(place, least)
            place = least
        }
    }
}
