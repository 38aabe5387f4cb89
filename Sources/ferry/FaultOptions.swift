import ArgumentParser
import Sandbox
import WireEncoding

/// How badly the sandbox behaves, to see what its clients do about it.
struct FaultOptions: ParsableArguments {
    @Option(help: "The part of the requests (0 to 1) that fail with 500 or 503 and have no effect.")
    var errorRate = 0.0

    @Option(help: "The part of the requests (0 to 1) that have their effect and get no answer.")
    var lostAnswerRate = 0.0

    @Option(help: "The part of the S3 requests (0 to 1) that are told to slow down.")
    var slowDownRate = 0.0

    @Option(help: "The fraction of EC2 requests (0 to 1) that a proxy answers with an HTML page and status 200.")
    var pageRate = 0.0

    @Option(help: "The most milliseconds that a request takes longer.")
    var latency = 0

    @Flag(help: "Throttle ImportVolume as EC2 does: 50 calls at once, 5 a second.")
    var throttle = false

    @Option(
        name: .customLong("deny"),
        help: ArgumentHelp(
            "Reject an action as IAM does, for example ec2:CreateTags or s3:DeleteObject. Can be repeated.",
            valueName: "action"
        )
    )
    var deniedActions: [String] = []

    @Option(
        name: .customLong("reject-url"),
        help: ArgumentHelp(
            "Reject ImportVolume if its import manifest's URL has this form: virtual, path or global. Can be repeated.",
            valueName: "form"
        )
    )
    var rejectedAddressings: [S3Addressing] = []

    @Flag(help: "Ignore DryRun, as some EC2 emulators do.")
    var ignoreDryRun = false

    @Flag(help: "Ignore the conditions of S3 writes, as some servers with an S3 API do.")
    var ignoreConditions = false

    @Option(help: "What the random draws start from.")
    var seed: UInt64 = 0

    /// The faults.
    var faults: SandboxFaults {
        SandboxFaults(
            importVolumeLimit: throttle ? SandboxFaults.ec2Throttling.importVolumeLimit : nil,
            seed: seed,
            errorProbability: errorRate,
            lostAnswerProbability: lostAnswerRate,
            slowDownProbability: slowDownRate,
            pageProbability: pageRate,
            deniedActions: Set(deniedActions),
            rejectedAddressings: Set(rejectedAddressings),
            ignoresDryRun: ignoreDryRun,
            ignoresConditions: ignoreConditions,
            latency: .zero...(.milliseconds(max(0, latency)))
        )
    }
}

extension S3Addressing: ExpressibleByArgument {}
