import DiskImages
import Hashing
import WireEncoding
import XML

/// The EC2 Query API: which action a request is, and what it answers.
struct EC2Service: Sendable {
    /// The most bytes of a form: a request may name thousands of ids.
    private static let longestForm = 2 << 20

    private let authenticator: RequestAuthenticator
    private let version2: SignatureVersion2
    private let region: String
    private let faults: FaultInjector
    private let deniedActions: Set<String>
    private let ignoresDryRun: Bool
    private let tasks: TaskActions
    private let volumes: VolumeActions

    /// Serves `tasks` and `volumes` to the holder of the configuration's keys.
    init(
        _ configuration: SandboxConfiguration,
        tasks: TaskActions,
        volumes: VolumeActions,
        faults: FaultInjector
    ) {
        authenticator = RequestAuthenticator(
            services: ["ec2", "sts"],
            accounts: configuration.accounts,
            validity: configuration.signatureValidity
        )
        version2 = SignatureVersion2(accounts: configuration.accounts)
        region = configuration.region
        deniedActions = configuration.faults.deniedActions
        ignoresDryRun = configuration.faults.ignoresDryRun
        self.faults = faults
        self.tasks = tasks
        self.volumes = volumes
    }

    /// Whether a request is for EC2 and not for S3: both answer on the same port, and only S3 has buckets.
    static func isFor(_ request: ServerRequest) -> Bool {
        let host = request.headers["host"].map { $0.prefix { $0 != ":" } } ?? ""
        guard request.path == "/", S3Address.bucket(ofHost: host) == nil else { return false }
        let isForm = request.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
        return request.parameters.contains("Action") || request.method == "POST" && isForm
    }

    /// Verifies the request and does what it asks for.
    func respond(to request: ServerRequest, refusal: FaultInjector.Decision.Refusal?) async throws -> ServerResponse {
        guard let body = try await request.collectBody(upTo: Self.longestForm) else { throw EC2Error.requestTooLarge }
        guard let form = QueryParameters(decoding: String(decoding: body, as: UTF8.self)) else {
            throw EC2Error.invalidParameterValue("The form can't be decoded.")
        }
        let parameters = EC2Parameters(query: request.parameters, form: form)
        let caller = try authenticate(request, parameters: parameters, body: body)
        switch refusal {
        case nil: break
        case .internalError: throw EC2Error.internalError
        case .unavailable, .slowDown: throw EC2Error.unavailable
        }
        let action = try parameters.required("Action")
        guard faults.admits(action: action) else { throw EC2Error.requestLimitExceeded }
        let version = try parameters.required("Version")
        guard version.utf8.count == 10, version.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isDigit($0) }) else {
            throw EC2Error.noSuchVersion(version)
        }
        let region = caller.region
        guard let zones = AvailabilityZones.zones(of: region) else { throw EC2Error.unknownRegion(region) }
        if caller.service == "sts" { return try Self.respondSTS(action, account: caller.account, request.requestID) }
        let call = EC2Call(
            action: action,
            version: version,
            account: caller.account,
            region: region,
            zones: zones,
            parameters: parameters,
            host: request.headers["host"] ?? "",
            requestID: request.requestID,
            ignoresDryRun: ignoresDryRun
        )
        guard !deniedActions.contains("ec2:\(action)") else {
            throw EC2Error.unauthorized(action: "ec2:\(action)", account: caller.account)
        }
        return try await perform(call)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Who sent the request, and the region and service that it is scoped to.
    private func authenticate(
        _ request: ServerRequest,
        parameters: EC2Parameters,
        body: [UInt8]
    ) throws(EC2Error) -> (account: String, service: String, region: String) {
        do {
            if SignatureVersion2.isUsed(by: parameters) {
                return (try version2.authenticate(request, parameters: parameters), "ec2", region)
            }
            let authenticated = try authenticator.authenticate(request, payloadDigest: SHA256.digest(of: body))
            return (authenticated.account, authenticated.service, authenticated.region)
        } catch {
            throw .authentication(error)
        }
    }

    /// The one operation of STS (STS API Reference, version 2011-06-15).
    private static func respondSTS(_ action: String, account: String, _ requestID: String) throws -> ServerResponse {
        guard action == "GetCallerIdentity" else { throw EC2Error.invalidAction(action) }
        var document = XMLWriter()
        document.element("GetCallerIdentityResponse", namespace: "https://sts.amazonaws.com/doc/2011-06-15/") {
            response in
            response.element("GetCallerIdentityResult") { result in
                result.element("Arn", "arn:aws:iam::\(account):user/ferry-sandbox")
                result.element("UserId", "FERRYSANDBOXUSER")
                result.element("Account", account)
            }
            response.element("ResponseMetadata") { $0.element("RequestId", requestID) }
        }
        return .xml(document.bytes)
    }

    private func perform(_ call: EC2Call) async throws -> ServerResponse {
        switch call.action {
        case "ImportVolume": try await tasks.importVolume(call)
        case "DescribeConversionTasks": try await tasks.describe(call)
        case "CancelConversionTask": try await tasks.cancel(call)
        case "DescribeVolumes": try await volumes.describe(call)
        case "DeleteVolume": try await volumes.delete(call)
        case "CreateTags": try await volumes.createTags(call)
        case "DeleteTags": try await volumes.deleteTags(call)
        case "DescribeAvailabilityZones": try describeZones(call)
        default: throw EC2Error.invalidAction(call.action)
        }
    }

    private func describeZones(_ call: EC2Call) throws -> ServerResponse {
        try call.checkDryRun()
        let names = call.parameters.list("ZoneName")
        let ids = call.parameters.list("ZoneId")
        for name in names where !call.zones.contains(where: { $0.name == name }) {
            throw EC2Error.invalidParameterValue("Invalid availability zone: [\(name)]")
        }
        for id in ids where !call.zones.contains(where: { $0.id == id }) {
            throw EC2Error.invalidParameterValue("Invalid availability zone-id: [\(id)]")
        }
        let chosen = call.zones.filter {
            names.isEmpty && ids.isEmpty || names.contains($0.name) || ids.contains($0.id)
        }
        return call.answer { result in
            result.element("availabilityZoneInfo") { list in
                for zone in chosen {
                    list.element("item") { item in
                        item.element("optInStatus", "opt-in-not-required")
                        item.element("zoneName", zone.name)
                        item.element("zoneId", zone.id)
                        item.element("zoneState", "available")
                        item.element("zoneType", "availability-zone")
                        item.element("regionName", call.region)
                        item.element("groupName", call.region)
                        item.element("networkBorderGroup", call.region)
                    }
                }
            }
        }
    }
}
