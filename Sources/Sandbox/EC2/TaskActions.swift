import DiskImages
import EC2Types
import FileSystem
import WireEncoding
import XML

/// ImportVolume and the actions on its tasks.
struct TaskActions: Sendable {

    /// The longest import manifest URL, in bytes. A presigned URL with a session token stays below half of it.
    private static let longestURL = 8192
    /// Tasks in one piece of an answer: a piece is all of the answer that is in memory at a time.
    private static let pieceLength = 200
    /// The prefix of the ids of tasks that import volumes.
    private static let idPrefix = "import-vol-"

    let store: TaskStore
    let disk: BlockingExecutor
    /// Where the ids of new tasks go.
    let queue: AsyncStream<String>.Continuation
    /// The port that the sandbox listens on.
    let port: BoundPort
    /// How long a task is listed after it has ended, in seconds; forever if `nil`.
    let retention: Int64?
    /// The forms of an import manifest's URL that are rejected.
    let rejectedAddressings: Set<S3Addressing>

    /// ImportVolume.
    func importVolume(_ call: EC2Call) async throws -> ServerResponse {
        let task = try newTask(call)
        try call.checkDryRun()
        let store = store
        try await disk.run { try store.add(task) }
        queue.yield(task.id)
        return call.answer { result in
            result.element("conversionTask") { task.task.write(to: &$0) }
        }
    }

    private func newTask(_ call: EC2Call) throws(EC2Error) -> StoredTask {
        let parameters = call.parameters
        let format = try parameters.required("Image.Format")
        guard let format = DiskImageFormat(rawValue: format.uppercased()) else {
            throw .invalidParameterValue(
                "Value (\(format)) for parameter image.format is invalid. Use VMDK, RAW or VHD."
            )
        }
        let bytes = try parameters.integer("image.bytes", try parameters.required("Image.Bytes"), in: 1...(.max))
        let url = try parameters.required("Image.ImportManifestUrl")
        guard url.utf8.count <= Self.longestURL, let authority = URLAuthority(url) else {
            throw .invalidParameterValue("The import manifest's URL is not an http or https URL.")
        }
        guard !rejectedAddressings.contains(Self.addressing(of: authority)) else {
            throw .invalidParameterValue("import-manifest-url=\(url) fails its validation function")
        }
        // The parameter is Volume.Size; the example of the 2013 API Reference writes VolumeSize.
        guard let size = parameters["Volume.Size"] ?? parameters["VolumeSize"] else {
            throw .missingParameter("Volume.Size")
        }
        let sizeGiB = try parameters.integer("volume.size", size, in: EC2Limits.volumeSize)
        guard (parameters["Description"] ?? "").hasAtMost(scalars: EC2Limits.description) else {
            throw .invalidParameterValue("A description has \(EC2Limits.description) characters at most.")
        }
        let zone = try zone(call)
        return StoredTask(
            id: Identifier.resource(Self.idPrefix),
            created: .now,
            account: call.account,
            region: call.region,
            format: format,
            ownAuthority: authority.isThis(port: port.number, calledAs: call.host) ? authority.text : nil,
            plannedVolumeID: Identifier.resource("vol-"),
            details: ConversionTask.Details(
                availabilityZone: zone.name,
                description: parameters["Description"],
                image: ConversionTask.Image(
                    format: format.rawValue,
                    bytes: bytes,
                    importManifestURL: PresignedURL(absoluteString: url)
                ),
                volumeSize: Int(sizeGiB)
            )
        )
    }

    /// The place of the bucket in a URL of S3, by its host's name.
    private static func addressing(of authority: URLAuthority) -> S3Addressing {
        if authority.host.hasSuffix(".s3.amazonaws.com") { return .global }
        let isVirtual = S3Address.bucket(ofHost: authority.host) != nil || authority.host.contains(".s3.")
        return isVirtual ? .virtual : .path
    }

    private func zone(_ call: EC2Call) throws(EC2Error) -> AvailabilityZones.Zone {
        if let name = call.parameters["AvailabilityZone"], !name.isEmpty {
            guard let zone = call.zones.first(where: { $0.name == name }) else {
                throw .invalidParameterValue("Invalid availability zone: [\(name)]")
            }
            return zone
        }
        guard let id = call.parameters["AvailabilityZoneId"], !id.isEmpty else {
            throw .missingParameter("AvailabilityZone")
        }
        guard let zone = call.zones.first(where: { $0.id == id }) else {
            throw .invalidParameterValue("Invalid availability zone-id: [\(id)]")
        }
        return zone
    }

    /// DescribeConversionTasks: all tasks in one answer, however many.
    func describe(_ call: EC2Call) async throws -> ServerResponse {
        let ids = call.parameters.list("ConversionTaskId")
        for id in ids { try Self.checkForm(of: id) }
        try call.checkDryRun()
        let (store, retention) = (store, retention)
        let tasks = try await disk.run {
            func isListed(_ task: StoredTask) -> Bool {
                task.isListed(to: call.account, in: call.region, retention: retention)
            }
            guard !ids.isEmpty else { return store.all.filter(isListed) }
            let found = ids.map { id in store.task(id).flatMap { isListed($0) ? $0 : nil } }
            let missing = zip(ids, found).filter { $0.1 == nil }.map(\.0)
            guard missing.isEmpty else { throw EC2Error.taskNotFound(missing) }
            return found.compactMap(\.self)
        }
        return Self.list(tasks, call: call)
    }

    private static func list(_ tasks: [StoredTask], call: EC2Call) -> ServerResponse {
        if tasks.count <= pieceLength {
            return call.answer { result in
                result.element("conversionTasks") { list in
                    for task in tasks {
                        list.element("item") { task.task.write(to: &$0) }
                    }
                }
            }
        }
        let root = "\(call.action)Response"
        let pieces = (tasks.count + pieceLength - 1) / pieceLength
        return ServerResponse(
            status: 200,
            headers: [("Content-Type", "application/xml")],
            body: .pieces { number in
                guard number <= pieces else { return nil }
                var piece = number == 0 ? XMLWriter() : XMLWriter.fragment
                if number == 0 {
                    piece.open(root, namespace: call.namespace)
                    piece.element("requestId", call.requestID)
                    piece.open("conversionTasks")
                } else {
                    for task in tasks.dropFirst((number - 1) * pieceLength).prefix(pieceLength) {
                        piece.element("item") { task.task.write(to: &$0) }
                    }
                }
                if number == pieces {
                    piece.close("conversionTasks")
                    piece.close(root)
                }
                return piece.bytes
            }
        )
    }

    /// CancelConversionTask.
    func cancel(_ call: EC2Call) async throws -> ServerResponse {
        let id = try call.parameters.required("ConversionTaskId")
        try Self.checkForm(of: id)
        let reason = call.parameters["ReasonMessage"]
        let store = store
        try await disk.run {
            guard store.task(id)?.isListed(to: call.account, in: call.region, retention: nil) == true else {
                throw EC2Error.taskNotFound([id])
            }
            try call.checkDryRun()
            try store.cancel(id, reason: reason)
        }
        return call.success
    }

    private static func checkForm(of id: String) throws(EC2Error) {
        // Other kinds of import have ids of the same form, which are well-formed and not here.
        let digits = id.split(separator: "-").last ?? ""
        guard id.hasPrefix("import-"), digits.utf8.count >= 8, digits.allSatisfy(\.isASCIILetterOrDigit) else {
            throw .malformedTaskID(id)
        }
    }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
