import EC2Types

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
    /// The id of the account that the keys belong to.
    package var accountID: String
    /// Other accounts with keys of their own.
    package var otherAccounts: [SandboxAccount]
    /// How long EC2 accepts a signature, in seconds.
    package var signatureValidity: Int64
    /// How long EC2 lists a task after it has ended, in seconds; forever if `nil`.
    package var taskRetention: Int64?
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
        accountID: String = SandboxAccount.defaultID,
        otherAccounts: [SandboxAccount] = [],
        signatureValidity: Int64 = 900,
        taskRetention: Int64? = nil,
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
        self.accountID = accountID
        self.otherAccounts = otherAccounts
        self.signatureValidity = signatureValidity
        self.taskRetention = taskRetention
        self.buckets = buckets
        self.conversions = conversions
        self.conversionDelay = conversionDelay
        self.faults = faults
    }

    /// All accounts, that of the configuration's own keys first.
    var accounts: [SandboxAccount] {
        [SandboxAccount(id: accountID, accessKeyID: accessKeyID, secretAccessKey: secretAccessKey)] + otherAccounts
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
        guard accounts.allSatisfy({ AccountID.isValid($0.id) }) else {
            throw .invalidConfiguration("an account id has 12 digits")
        }
        guard Set(accounts.map(\.accessKeyID)).count == accounts.count else {
            throw .invalidConfiguration("two accounts have the same access key id")
        }
        guard signatureValidity > 0, taskRetention.map({ $0 >= 0 }) ?? true else {
            throw .invalidConfiguration("a time is negative")
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
