/// How a sandbox is set up.
package struct SandboxConfiguration: Sendable {
    /// The access key id that clients use if the configuration names no other.
    package static let defaultAccessKeyID = "FERRYSANDBOX"
    /// The secret access key to it. It guards nothing: it makes clients sign.
    package static let defaultSecretAccessKey = "ferry-sandbox-not-a-secret"

    /// The folder that holds everything; it is made if it isn't there. One sandbox at a time may serve it.
    package var dataDirectory: String
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 for one that is free.
    package var port: Int
    /// The region of buckets, and of requests that name none.
    package var region: String
    /// The access key id that requests must be signed with.
    package var accessKeyID: String
    /// The secret access key that requests must be signed with.
    package var secretAccessKey: String
    /// Buckets to make at the start if they aren't there.
    package var buckets: [String]
    /// How many conversions run at a time, at least one.
    package var conversions: Int
    /// The least time that a conversion takes, for rehearsals and tests.
    package var conversionDelay: Duration
    /// Faults to inject.
    package var faults: SandboxFaults

    /// Makes a configuration.
    package init(
        dataDirectory: String,
        host: String = "127.0.0.1",
        port: Int = 0,
        region: String = "us-east-1",
        accessKeyID: String = SandboxConfiguration.defaultAccessKeyID,
        secretAccessKey: String = SandboxConfiguration.defaultSecretAccessKey,
        buckets: [String] = [],
        conversions: Int = 2,
        conversionDelay: Duration = .zero,
        faults: SandboxFaults = .none
    ) {
        self.dataDirectory = dataDirectory
        self.host = host
        self.port = port
        self.region = region
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.buckets = buckets
        self.conversions = conversions
        self.conversionDelay = conversionDelay
        self.faults = faults
    }

    /// Refuses numbers and names that can't work.
    func check() throws(SandboxError) {
        guard (0...65_535).contains(port) else { throw .invalidConfiguration("\(port) is no port") }
        guard (1...64).contains(conversions) else {
            throw .invalidConfiguration("\(conversions) conversions at a time: choose 1 to 64")
        }
        guard conversionDelay >= .zero else { throw .invalidConfiguration("the conversion delay is negative") }
        guard AvailabilityZones.zones(of: region) != nil else {
            throw .invalidConfiguration("the sandbox doesn't know the region \"\(region)\"")
        }
        guard !accessKeyID.isEmpty, !secretAccessKey.isEmpty else {
            throw .invalidConfiguration("an access key id and a secret access key are needed")
        }
        if let problem = faults.problem { throw .invalidConfiguration(problem) }
        for bucket in buckets where !BucketName.isValid(bucket) { throw .invalidBucketName(bucket) }
    }
}

extension SandboxConfiguration: CustomStringConvertible {
    /// Everything but the secret.
    package var description: String {
        "sandbox of \(dataDirectory) on \(host):\(port), region \(region), access key \(accessKeyID)"
    }
}
