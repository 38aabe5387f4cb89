import DiskImages
import Hashing
import Migration
import Reports

/// Plans for the renderings.
enum SamplePlan {
    static func desired(
        _ name: String,
        zone: String = "us-east-1a",
        manifest: String = "erp",
        gibibytes: Int = 8
    ) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: manifest, image: name, zone: zone),
            region: "us-east-1",
            zone: zone,
            image: SourceImage(
                path: "exports/\(name).vmdk",
                format: .vmdk,
                bytes: Int64(gibibytes) << 29,
                virtualSize: Int64(gibibytes) << 30,
                digest: SHA256.digest(of: "\(manifest)/\(name)")
            ),
            volumeSize: gibibytes,
            description: "ERP \(name)",
            tags: ["tier": "db"],
            staging: StagingLocation(bucket: "erp-staging", prefix: "ferry/")
        )
    }

    static func change(_ action: Action, _ desired: VolumeImport, _ reasons: Reason..., upload: Int64? = nil) -> Change
    {
        var change = Change(address: desired.address, action: action, reasons: reasons, desired: desired)
        change.upload = upload
        return change
    }

    static func plan(_ changes: [Change]) -> Plan {
        Plan(
            lineage: "0b7e6d2c-0000-4000-8000-000000000000",
            serial: 7,
            sources: ["plans"],
            manifests: [Plan.ManifestDigest(path: "plans/erp.yaml", digest: SHA256.digest(of: "erp"))],
            changes: changes.sorted { $0.address < $1.address },
            unmarkedTasks: 2
        )
    }

    /// One of everything, with words from outside that a terminal, Markdown or HTML would take for more than words.
    static let everything: Plan = {
        let hostile =
            "ClientError: <b>disk</b> | `x` @octocat \u{1B}[31m#1 https://evil.example/?X-Amz-Signature=1 [a](b)\nend"
        var adopted = change(.adopt, desired("adopted"), Reason(.taskFound, "import-vol-0a1"))
        adopted.task = "import-vol-0a1"
        var plan = Self.plan([
            change(
                .replace,
                desired("db"),
                Reason(.imageChanged, "0f3a5c77aa01 → 9be1d2c3b4a5"),
                Reason(.volumeExists, "vol-0db"),
                upload: 3 << 30
            ),
            change(.retry, desired("retried"), Reason(.taskCancelled, hostile), upload: 0),
            Change(
                address: ImportAddress(manifest: "erp", image: "gone", zone: "us-east-1c"),
                action: .forget,
                reasons: [Reason(.notInConfiguration), Reason(.cancelsConversion, "import-vol-0c1")],
                cancels: "import-vol-0c1"
            ),
            change(.none, desired("lost"), Reason(.volumeMissing, "vol-0lost")),
            change(.create, desired("web", zone: "us-east-1b"), Reason(.notImported), upload: 4 << 30),
            change(.create, desired("web", zone: "us-east-1c"), Reason(.notImported), upload: 0),
            change(.resume, desired("resumed"), Reason(.stagingBegun)),
            change(.wait, desired("waiting"), Reason(.converting, "import-vol-0w1")),
            adopted,
            change(.none, desired("done"), Reason(.volumeExists, "vol-0done")),
        ])
        plan.unselected = 3
        plan.imagesFromLock = 1
        plan.imagesChangedSinceLock = ["exports/web.vmdk"]
        return plan
    }()

    static let noChanges = plan([change(.none, desired("done"), Reason(.volumeExists, "vol-0done"))])

    /// 100,000 imports, 7 of which are replacements; made once, because it takes seconds in a debug build.
    static let hundredThousand = PlanReport(large(100_000, replacements: 7))

    /// A plan of many imports, some of them dangerous, over a few migration manifests and zones.
    static func large(_ count: Int, replacements: Int = 0, reason: String = "0f3a5c77aa01 → 9be1d2c3b4a5") -> Plan {
        let zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
        return plan(
            (0..<count).map { number in
                let item = desired(
                    "image-\(number)",
                    zone: zones[number % 3],
                    manifest: "fleet-\(number % 10)",
                    gibibytes: 1 + number % 40
                )
                let isReplaced =
                    replacements > 0 && number % max(1, count / replacements) == 0
                    && number / max(1, count / replacements) < replacements
                return isReplaced
                    ? change(.replace, item, Reason(.imageChanged, reason), Reason(.volumeExists, "vol-\(number)"))
                    : change(.create, item, Reason(.notImported))
            }
        )
    }
}
