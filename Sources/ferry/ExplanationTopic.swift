/// A subject that `ferry explain` describes, besides the codes of diagnostics.
struct ExplanationTopic {
    /// The name that the command takes.
    let name: String
    /// The title.
    let title: String
    /// The paragraphs.
    let paragraphs: [String]

    /// All topics, in the order in which they are listed.
    static let all = [exactlyOnce, accounts]

    private static let exactlyOnce = ExplanationTopic(
        name: "exactly-once",
        title: "each volume is imported once",
        paragraphs: [
            """
            ImportVolume has no idempotency token. ferry still never causes two live or completed conversion tasks of the \
            same account, region, address, and fingerprint (image content, format, zone, and size), unless --replace or \
            --recreate-missing asks for the next generation.
            """,
            """
            The promise holds for killed and paused runs, and for concurrent runs with different, copied, old, or lost \
            states, if they use the same staging bucket and prefix.
            """,
            """
            Before each call, ferry writes a claim: a small object in the staging bucket, written with a conditional write. \
            Only the run that wrote the claim calls, and once. Other runs adopt the task that the claim names, or wait. \
            Markers in the tasks' descriptions and the ferry: tags of volumes identify what exists. The time of the \
            servers limits how late a call can take effect. The journal records the intent before the call.
            """,
            """
            After a crash, an import whose call has an unknown outcome waits until the call can no longer take effect and \
            would be listed: about 21 minutes on AWS, 3 seconds with --sandbox. The wait ends early if EC2 lists the task. \
            Other imports continue. Ctrl-C and SIGTERM cost no wait.
            """,
            """
            A volume whose image changed while EC2 read it is rejected: its claim and the tag ferry:rejected say so, no \
            state adopts it, and only --replace imports again.
            """,
            """
            Not covered: runs with different staging buckets or prefixes; claims deleted by others, such as a lifecycle \
            rule; S3 servers that ignore conditional writes, about which apply and validate --online warn; ferry 0.1.0, \
            which ignores claims; renamed imports without a common moved entry; and a virtual machine that is restored \
            from a memory snapshot during a call.
            """,
        ]
    )

    private static let accounts = ExplanationTopic(
        name: "accounts",
        title: "the state is bound to AWS accounts",
        paragraphs: [
            """
            The state records the account, partition, and region of each migration manifest's imports, as STS \
            (GetCallerIdentity) reports them. A run with credentials of another account stops with exit code 7 and names \
            both accounts.
            """,
            """
            account in the migration manifest is checked by plan, apply, state rebuild, and validate --online. Requests to \
            the staging bucket name the account that must own it (staging.owner, or the account of the credentials).
            """,
            """
            If the volumes really are in the other account, run ferry state rebind.
            """,
        ]
    )
}
