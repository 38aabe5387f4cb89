/// The operations of EC2 that ferry needs, over the Query protocol (EC2 API Reference, version 2016-11-15).
package struct EC2Client: Sendable {
    private static let version = "2016-11-15"
    /// How many values a filter takes (EC2 API Reference, “Filter”).
    private static let mostFilterValues = 200

    private let client: ServiceClient

    /// Makes a client of EC2 in the region of `client`.
    package init(_ client: ServiceClient) {
        self.client = client
    }

    /// Starts a conversion. It is never called twice for one request unless it is certain that the first call did nothing.
    ///
    /// - Throws: ``AWSError``, whose ``AWSError/outcome`` says whether a task may exist nevertheless.
    package func importVolume(_ request: ImportVolumeRequest) async throws(AWSError) -> ConversionTask {
        let call = call("ImportVolume", request.parameters, isIdempotent: false)
        let root = try await answer(call)
        do throws(XMLError) {
            guard let element = root.child("conversionTask"), let task = try ConversionTask(element) else {
                throw XMLError(description: "there is no conversionTask in it")
            }
            return task
        } catch {
            throw client.failure(call, .malformedAnswer(error.description), requestID: root.text("requestId"))
        }
    }

    /// The tasks that import volumes: those of the given ids, or all.
    ///
    /// - Throws: ``AWSError``; ``AWSError/isNotFound`` if EC2 does not know one of the ids.
    package func describeConversionTasks(ids: [String] = []) async throws(AWSError) -> [ConversionTask] {
        let call = call("DescribeConversionTasks", Self.list("ConversionTaskId", ids), isIdempotent: true)
        return try await client.stream(call) { answer throws(AnswerError) in
            // Begun anew with every attempt: what a broken answer brought is dropped.
            var tasks: [ConversionTask] = []
            _ = try await Self.read(answer) { tasks += $0 }
            return tasks
        }
    }

    /// The tasks that import volumes, handed over as they arrive: the list has no pages, and 100 MB for 100,000 tasks.
    ///
    /// - Parameters:
    ///   - ids: The tasks' ids; all tasks if empty.
    ///   - each: Takes some tasks at a time; the service waits while it does. After an answer that broke off the list is
    ///     read again from its beginning, so a task may come more than once.
    /// - Returns: How many tasks the answer has that are not ferry's kind: those of ImportInstance.
    /// - Throws: ``AWSError``; ``AWSError/isNotFound`` if EC2 does not know one of the ids.
    @discardableResult
    package func describeConversionTasks(
        ids: [String] = [],
        each: @Sendable (_ tasks: [ConversionTask]) async -> Void
    ) async throws(AWSError) -> Int {
        let call = call("DescribeConversionTasks", Self.list("ConversionTaskId", ids), isIdempotent: true)
        return try await client.stream(call) { answer throws(AnswerError) in try await Self.read(answer, each) }
    }

    /// Cancels a task that is active.
    package func cancelConversionTask(id: String, reason: String) async throws(AWSError) {
        let parameters = [("ConversionTaskId", id), ("ReasonMessage", reason)]
        _ = try await answer(call("CancelConversionTask", parameters, isIdempotent: true))
    }

    /// Those of the given volumes that exist and are not being deleted.
    package func existingVolumes(among ids: [String]) async throws(AWSError) -> Set<String> {
        var existing: Set<String> = []
        // A filter, unlike a list of ids, does not fail for a volume that is gone.
        for start in stride(from: 0, to: ids.count, by: Self.mostFilterValues) {
            let values = Array(ids[start..<min(start + Self.mostFilterValues, ids.count)])
            var token: String?
            repeat {
                var parameters = [("Filter.1.Name", "volume-id")] + Self.list("Filter.1.Value", values)
                if let token { parameters.append(("NextToken", token)) }
                let call = call("DescribeVolumes", parameters, isIdempotent: true)
                let root = try await answer(call)
                for item in root.child("volumeSet")?.children ?? [] {
                    let state = item.text("status") ?? ""
                    if let id = item.text("volumeId"), state != "deleting", state != "deleted" { existing.insert(id) }
                }
                let next = root.text("nextToken")
                guard next == nil || next != token else {
                    throw client.failure(call, .malformedAnswer("its nextToken leads back to the same page"))
                }
                token = next
            } while token != nil
        }
        return existing
    }

    /// Removes a volume and all that is on it.
    package func deleteVolume(id: String) async throws(AWSError) {
        _ = try await answer(call("DeleteVolume", [("VolumeId", id)], isIdempotent: true))
    }

    /// The zones of the region, whatever their state.
    package func describeAvailabilityZones() async throws(AWSError) -> [AvailabilityZone] {
        let root = try await answer(call("DescribeAvailabilityZones", [], isIdempotent: true))
        return (root.child("availabilityZoneInfo")?.children ?? []).compactMap(AvailabilityZone.init)
    }

    /// The names of the zones of the region that are available.
    package func availabilityZones() async throws(AWSError) -> [String] {
        try await describeAvailabilityZones().filter { $0.state == "available" }.map(\.name)
    }

    /// Gives resources tags, in place of those of the same keys.
    package func createTags(resources: [String], tags: [String: String]) async throws(AWSError) {
        var parameters = Self.list("ResourceId", resources)
        for (index, (key, value)) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
            parameters.append(("Tag.\(index + 1).Key", key))
            parameters.append(("Tag.\(index + 1).Value", value))
        }
        _ = try await answer(call("CreateTags", parameters, isIdempotent: true))
    }

    /// The Query protocol's form of a list: one parameter a value, numbered from 1.
    private static func list(_ name: String, _ values: [String]) -> [(String, String)] {
        values.enumerated().map { ("\(name).\($0.offset + 1)", $0.element) }
    }

    private static func read(
        _ answer: HTTPResponseStream,
        _ each: ([ConversionTask]) async -> Void
    ) async throws(AnswerError) -> Int {
        let tasks = ConversionTaskStream()
        do {
            let parser = try XMLParser(tasks)
            while let bytes = try await answer.next() {
                try bytes.withUnsafeBytes { try parser.parse($0) }
                let found = tasks.takeFound()
                if !found.isEmpty { await each(found) }
            }
            try parser.finish()
            return tasks.skipped
        } catch let error as TransportError {
            throw .transport(error)
        } catch {
            throw .malformed("\(error)")
        }
    }

    private func call(_ action: String, _ parameters: [(String, String)], isIdempotent: Bool) -> ServiceCall {
        client.queryCall(action, version: Self.version, parameters, isIdempotent: isIdempotent)
    }

    private func answer(_ call: ServiceCall) async throws(AWSError) -> XMLElement {
        try await client.document(of: call)
    }
}
