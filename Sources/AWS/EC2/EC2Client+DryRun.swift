import WireEncoding

extension EC2Client {
    /// An operation that ``dryRun(_:)`` checks.
    package enum Operation: Sendable {
        case cancelConversionTask
        case createTags
        case deleteTags
        case describeConversionTasks
        case describeVolumes
        case importVolume(ImportVolumeRequest)
    }

    /// Whether EC2 honored `DryRun`.
    package enum DryRunResult: Hashable, Sendable {
        /// The operation is permitted and was not performed.
        case permitted
        /// The endpoint ignored `DryRun` and performed the operation.
        case performed
    }

    /// Checks whether an operation is permitted, without performing it (EC2 API Reference, "DryRun").
    ///
    /// Operations on a task or a volume name one that does not exist.
    ///
    /// - Throws: ``AWSError`` with the code `UnauthorizedOperation` if the operation is not permitted, or with another code
    ///   if EC2 rejects its parameters first.
    package func dryRun(_ operation: Operation) async throws(AWSError) -> DryRunResult {
        var (name, parameters) = Self.request(for: operation)
        parameters.add("DryRun", true)
        do throws(AWSError) {
            _ = try await client.query(name, version: Self.version, parameters, isIdempotent: false)
            return .performed
        } catch {
            guard error.code == "DryRunOperation" else { throw error }
            return .permitted
        }
    }

    private static func request(for operation: Operation) -> (name: String, parameters: QueryParameters) {
        var parameters = QueryParameters()
        switch operation {
        case .cancelConversionTask:
            parameters.add("ConversionTaskId", "import-vol-00000000000000000")
            return ("CancelConversionTask", parameters)
        case .createTags, .deleteTags:
            parameters.add("ResourceId", list: ["vol-00000000000000000"])
            parameters.add("Tag.1.Key", "ferry:address")
            if case .deleteTags = operation { return ("DeleteTags", parameters) }
            parameters.add("Tag.1.Value", "dry run")
            return ("CreateTags", parameters)
        case .describeConversionTasks:
            return ("DescribeConversionTasks", parameters)
        case .describeVolumes:
            parameters.add("Filter.1.Name", "volume-id")
            parameters.add("Filter.1.Value.1", "vol-00000000000000000")
            return ("DescribeVolumes", parameters)
        case .importVolume(let request): return ("ImportVolume", request.parameters)
        }
    }
}
