package import EC2Types
import HTTPClient
package import WireEncoding
import XML

/// The operations of EC2 that ferry needs, over the Query protocol (EC2 API Reference, version 2016-11-15).
package struct EC2Client: Sendable {
    static let version = "2016-11-15"
    /// How many values a filter takes (EC2 API Reference, “Filter”).
    private static let mostFilterValues = 200
    /// The number of volumes on a page: the most that DescribeVolumes returns (EC2 API Reference).
    private static let volumesOfPage = 1000
    /// How many requests of one long question are under way at a time: EC2 gives an account some twenty a second.
    private static let mostRequests = 4

    let client: ServiceClient

    /// Makes a client of EC2 in the region of `client`.
    package init(_ client: ServiceClient) {
        self.client = client
    }

    /// Starts a conversion. The request is sent once, whatever the error: a second one would need a new claim.
    ///
    /// - Parameters:
    ///   - request: The parameters.
    ///   - signingTime: The time in the signature, which bounds when the call can take effect; the present if `nil`.
    /// - Throws: ``AWSError``, whose ``AWSError/outcome`` says whether a task may exist nevertheless.
    package func importVolume(
        _ request: ImportVolumeRequest,
        signingTime: SigningTime? = nil
    ) async throws(AWSError) -> ConversionTask {
        var call = call("ImportVolume", request.parameters, isIdempotent: false)
        call.signingTime = signingTime
        call.isSentOnce = true
        let response = try await client.perform(call)
        let reader = ConversionTaskReader()
        do throws(any Error) {
            let parser = try XMLParser(bytes: reader, root: "ImportVolumeResponse")
            try response.body.withUnsafeBytes { try parser.parse($0) }
            try parser.finish()
            guard let task = reader.takeFound().first else {
                throw XMLError(description: "there is no conversionTask in it")
            }
            return task
        } catch {
            throw client.failure(call, .malformedAnswer("\(error)"), requestID: reader.requestID)
        }
    }

    /// The tasks that import volumes: those of the given ids, or all.
    ///
    /// - Throws: ``AWSError``; ``AWSError/isNotFound`` if EC2 does not know one of the ids.
    package func describeConversionTasks(ids: [String] = []) async throws(AWSError) -> [ConversionTask] {
        try await describeConversionTasks(ids: ids) { $0 }
    }

    /// The tasks that import volumes: those of the given ids, or all; of each what `transform` makes of it, so that of a long
    /// list no more is kept than is needed.
    ///
    /// - Throws: ``AWSError``; ``AWSError/isNotFound`` if EC2 does not know one of the ids.
    package func describeConversionTasks<Task: Sendable>(
        ids: [String] = [],
        _ transform: @Sendable (ConversionTask) -> Task
    ) async throws(AWSError) -> [Task] {
        let call = Self.describeTasks(ids, client)
        return try await client.stream(call) { answer throws(AnswerError) in
            // Begun anew with every attempt: what a broken answer brought is dropped.
            var tasks: [Task] = []
            _ = try await Self.read(answer) { found in
                for task in found { tasks.append(transform(task)) }
            }
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
        let call = Self.describeTasks(ids, client)
        return try await client.stream(call) { answer throws(AnswerError) in try await Self.read(answer, each) }
    }

    /// Cancels a task that is active.
    package func cancelConversionTask(id: String, reason: String) async throws(AWSError) {
        var parameters = QueryParameters()
        parameters.add("ConversionTaskId", id)
        parameters.add("ReasonMessage", reason)
        _ = try await client.query("CancelConversionTask", version: Self.version, parameters)
    }

    /// Those of the given volumes that exist and are not being deleted.
    package func existingVolumes(among ids: some Collection<String>) async throws(AWSError) -> Set<String> {
        let ids = Array(ids)
        var waiting = stride(from: 0, to: ids.count, by: Self.mostFilterValues).map { start in
            ids[start..<min(start + Self.mostFilterValues, ids.count)]
        }[...]
        return try await withTaskGroup(of: Result<[String], AWSError>.self) { requests in
            var existing: Set<String> = []
            existing.reserveCapacity(ids.count)
            var underWay = 0
            while underWay > 0 || !waiting.isEmpty {
                while underWay < Self.mostRequests, let values = waiting.popFirst() {
                    requests.addTask { await result(ofFilter: values) }
                    underWay += 1
                }
                guard let result = await requests.next() else { break }
                underWay -= 1
                switch result {
                case .success(let found): existing.formUnion(found)
                case .failure:
                    requests.cancelAll()
                    return result.map(Set.init)
                }
            }
            return .success(existing)
        }.get()
    }

    private func result(ofFilter values: ArraySlice<String>) async -> Result<[String], AWSError> {
        do throws(AWSError) {
            return .success(try await existingVolumes(filter: values))
        } catch {
            return .failure(error)
        }
    }

    /// Those of a filter's values that exist. A filter, unlike a list of ids, does not fail for a volume that is gone.
    private func existingVolumes(filter values: ArraySlice<String>) async throws(AWSError) -> [String] {
        var parameters = QueryParameters()
        parameters.add("Filter.1.Name", "volume-id")
        parameters.add("Filter.1.Value", list: values)
        return try await pages(ofVolumes: parameters) { (call) async throws(AWSError) in
            let page = try await page(ofVolumes: call, .ids)
            return (page.volumes.map(\.id), page.nextToken)
        }
    }

    /// The volumes that have a tag of a key, whatever its value.
    ///
    /// - Parameter key: The tag's key. `*` and `?` in it stand for other characters (EC2 API Reference, “Filter”).
    package func volumes(withTag key: String) async throws(AWSError) -> [EC2Volume] {
        try await volumes(filter: "tag-key", values: [key])
    }

    /// The volumes that have a tag with one of the given values.
    ///
    /// - Parameters:
    ///   - key: The tag's key.
    ///   - values: The values. `*`, `?`, and `\\` in them are escaped.
    package func volumes(withTag key: String, values: [String]) async throws(AWSError) -> [EC2Volume] {
        var volumes: [EC2Volume] = []
        for start in stride(from: 0, to: values.count, by: Self.mostFilterValues) {
            let part = values[start..<min(start + Self.mostFilterValues, values.count)]
            volumes += try await self.volumes(filter: "tag:\(key)", values: part.map(Self.escaped))
        }
        return volumes
    }

    /// The volumes of a size in a zone.
    ///
    /// - Parameters:
    ///   - size: The size in GiB.
    ///   - zone: The Availability Zone.
    package func volumes(ofSize size: Int, inZone zone: String) async throws(AWSError) -> [EC2Volume] {
        try await volumes(filter: "availability-zone", values: [zone], and: ("size", String(size)))
    }

    /// A filter's value with its wildcards escaped (EC2 API Reference, “Filter”).
    private static func escaped(_ value: String) -> String {
        value.contains { "*?\\".contains($0) }
            ? String(value.flatMap { "*?\\".contains($0) ? ["\\", $0] : [$0] }) : value
    }

    private func volumes(
        filter name: String,
        values: [String],
        and other: (name: String, value: String)? = nil
    ) async throws(AWSError) -> [EC2Volume] {
        var parameters = QueryParameters()
        parameters.add("Filter.1.Name", name)
        parameters.add("Filter.1.Value", list: values)
        if let other {
            parameters.add("Filter.2.Name", other.name)
            parameters.add("Filter.2.Value", list: [other.value])
        }
        parameters.add("MaxResults", String(Self.volumesOfPage))
        return try await pages(ofVolumes: parameters) { (call) async throws(AWSError) in
            let page = try await page(ofVolumes: call, .details)
            return (page.volumes, page.nextToken)
        }
    }

    private func page(
        ofVolumes call: ServiceCall,
        _ fields: VolumeListReader.Fields
    ) async throws(AWSError) -> VolumeListReader.Page {
        try await client.stream(call) { answer throws(AnswerError) in
            let reader = VolumeListReader(fields)
            try await answer.readXML(reader, root: "DescribeVolumesResponse")
            return reader.page
        }
    }

    /// What DescribeVolumes tells on all pages together.
    ///
    /// - Parameter read: Makes the call for one page, and gives what is on it and the token of the next.
    private func pages<Item>(
        ofVolumes parameters: QueryParameters,
        _ read: (_ call: ServiceCall) async throws(AWSError) -> (items: [Item], nextToken: String?)
    ) async throws(AWSError) -> [Item] {
        var items: [Item] = []
        var token: String?
        repeat {
            var parameters = parameters
            parameters.add("NextToken", token)
            let call = call("DescribeVolumes", parameters, isIdempotent: true)
            let page = try await read(call)
            items += page.items
            guard page.nextToken == nil || page.nextToken != token else {
                throw client.failure(call, .malformedAnswer("its nextToken leads back to the same page"))
            }
            token = page.nextToken
        } while token != nil
        return items
    }

    /// Removes a volume and all that is on it.
    package func deleteVolume(id: String) async throws(AWSError) {
        var parameters = QueryParameters()
        parameters.add("VolumeId", id)
        _ = try await client.query("DeleteVolume", version: Self.version, parameters)
    }

    /// The zones of the region, whatever their state.
    package func describeAvailabilityZones() async throws(AWSError) -> [AvailabilityZone] {
        let root = try await client.query("DescribeAvailabilityZones", version: Self.version)
        return (root.child("availabilityZoneInfo")?.children ?? []).compactMap(AvailabilityZone.init)
    }

    /// The names of the zones of the region that are available.
    package func availabilityZones() async throws(AWSError) -> [String] {
        try await describeAvailabilityZones().filter { $0.state == "available" }.map(\.name)
    }

    /// Gives resources tags, in place of those of the same keys.
    package func createTags(resources: [String], tags: [String: String]) async throws(AWSError) {
        var parameters = QueryParameters()
        parameters.add("ResourceId", list: resources)
        parameters.add(
            "Tag",
            list: tags.sorted { $0.key < $1.key }.map { key, value in
                var tag = QueryParameters()
                tag.add("Key", key)
                tag.add("Value", value)
                return tag
            }
        )
        _ = try await client.query("CreateTags", version: Self.version, parameters)
    }

    /// Removes tags from a resource, whatever their values.
    package func deleteTags(resource: String, keys: [String]) async throws(AWSError) {
        var parameters = QueryParameters()
        parameters.add("ResourceId", list: [resource])
        parameters.add(
            "Tag",
            list: keys.sorted().map { key in
                var tag = QueryParameters()
                tag.add("Key", key)
                return tag
            }
        )
        _ = try await client.query("DeleteTags", version: Self.version, parameters)
    }

    private static func describeTasks(_ ids: [String], _ client: ServiceClient) -> ServiceCall {
        var parameters = QueryParameters()
        parameters.add("ConversionTaskId", list: ids)
        return client.queryCall("DescribeConversionTasks", version: version, parameters, isIdempotent: true)
    }

    private static func read(
        _ answer: HTTPResponseStream,
        _ each: ([ConversionTask]) async -> Void
    ) async throws(AnswerError) -> Int {
        let tasks = ConversionTaskReader()
        try await answer.readXML(tasks, root: "DescribeConversionTasksResponse") {
            let found = tasks.takeFound()
            if !found.isEmpty { await each(found) }
        }
        return tasks.skipped
    }

    private func call(_ action: String, _ parameters: QueryParameters, isIdempotent: Bool) -> ServiceCall {
        client.queryCall(action, version: Self.version, parameters, isIdempotent: isIdempotent)
    }
}
