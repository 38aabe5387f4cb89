package import Diagnostics
import EC2Types
import YAML

/// What can be wrong with a migration manifest that is YAML.
extension DiagnosticCode {
    /// The node is of another kind than the key takes.
    package static let wrongType = DiagnosticCode(
        "F0101",
        "a value of the wrong kind",
        """
        A key takes a text, a number, a list or a mapping, and the file has another kind there, or nothing. A plain word \
        is always the text that is written: `no`, `012` and `1e3` are never turned into something else.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: us-east-1a}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// A key that ferry does not know.
    package static let unknownKey = DiagnosticCode(
        "F0102",
        "an unknown key",
        """
        ferry knows every key of a migration manifest and refuses others, because a misspelt key would be ignored and the \
        default used in its place. Correct the spelling or take the key out.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, imgae: db.vmdk, zones: [us-east-1a]}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// A key that must be there.
    package static let missingKey = DiagnosticCode(
        "F0103",
        "a key is missing",
        """
        A migration manifest needs `version`, `name`, `staging` with `bucket`, and `imports` with at least one entry; an \
        import needs `name`, `image` and, unless `defaults` has them, `zones`.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, zones: [us-east-1a]}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// A version of the form that this ferry does not read.
    package static let unsupportedVersion = DiagnosticCode(
        "F0104",
        "another version of the form",
        """
        `version` names the form of the migration manifest, not the revision of your plan. This ferry reads version 1, \
        written as the number 1.
        """,
        example: .init(
            wrong: """
                version: 2
                """,
            right: """
                version: 1
                """
        )
    )
    /// A name with characters that an address cannot have.
    package static let badName = DiagnosticCode(
        "F0105",
        "not a name",
        """
        The names of a migration manifest and of its imports become the address `manifest/import@zone`, file names and S3 \
        keys. They have 1 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit.
        """,
        example: .init(
            wrong: """
                name: ERP Exit
                """,
            right: """
                name: erp-exit
                """
        )
    )
    /// Two imports have the same address.
    package static let duplicateAddress = DiagnosticCode(
        "F0106",
        "an address stands twice",
        """
        An address `manifest/import@zone` stands for exactly one volume, over all files that are planned together. Give \
        one of the imports another name; to send one image to several zones, list them in one import.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: a.vmdk, zones: [us-east-1a]}
                  - {name: db, image: b.vmdk, zones: [us-east-1a]}
                """,
            right: """
                imports:
                  - {name: db-1, image: a.vmdk, zones: [us-east-1a]}
                  - {name: db-2, image: b.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// Not an Availability Zone, or not one of the region.
    package static let badZone = DiagnosticCode(
        "F0107",
        "not a zone of the region",
        """
        A zone is written by its name, such as `us-east-1a` or, for a local zone, `us-west-2-lax-1a`; or by its id, such \
        as `use1-az1`, which is the same zone in every account and needs a `region` beside it. All zones of an import \
        lie in one region: that of the import, or else of the migration manifest.
        """,
        example: .init(
            wrong: """
                region: us-east-1
                imports:
                  - {name: db, image: db.vmdk, zones: [eu-west-1a]}
                """,
            right: """
                region: us-east-1
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// Not a region.
    package static let badRegion = DiagnosticCode(
        "F0108",
        "not a region",
        """
        A region is written by its name, such as `us-east-1`, without the letter of a zone. Whether the region exists and \
        the account may use it is asked of AWS later.
        """,
        example: .init(
            wrong: """
                region: us-east-1a
                """,
            right: """
                region: us-east-1
                """
        )
    )
    /// A size, rate or number that cannot be read or is out of range.
    package static let badQuantity = DiagnosticCode(
        "F0109",
        "not a quantity",
        """
        Sizes and rates carry their unit, and the units are the binary ones that EC2 uses: `512 GiB`, `1 TiB`, \
        `200 MiB/s`, `5/s`. A bare number or a decimal unit such as GB is refused, because it leaves open what is meant. \
        A volume has \(EC2Limits.volumeSize.lowerBound) GiB to \(EC2Limits.volumeSize.upperBound / 1024) TiB.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], size: 512}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], size: 512 GiB}
                """
        )
    )
    /// Not a bucket or a key prefix.
    package static let badStaging = DiagnosticCode(
        "F0110",
        "not a place in S3",
        """
        A bucket's name follows the rules of S3: 3 to 63 lower-case letters, digits, dots and hyphens, and none of the \
        prefixes and suffixes that S3 keeps for itself. The prefix is what all keys begin with; ferry ends it with a slash.
        """,
        example: .init(
            wrong: """
                staging: {bucket: s3://erp-staging/ferry}
                """,
            right: """
                staging: {bucket: erp-staging, prefix: ferry/}
                """
        )
    )
    /// A tag or description that EC2 would refuse.
    package static let badTag = DiagnosticCode(
        "F0111",
        "a text that EC2 would refuse",
        """
        A tag's key has up to \(EC2Limits.tagKey) characters and its value up to \(EC2Limits.tagValue); keys that begin \
        with `aws:` are AWS's and those that begin with `ferry:` are ferry's. A volume has at most \
        \(EC2Limits.userTags) tags of yours: EC2 allows \(EC2Limits.tags), and ferry adds some. A description is one line \
        of at most \(EC2Limits.userDescription) characters.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], tags: {aws:owner: erp}}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], tags: {owner: erp}}
                """
        )
    )
    /// Something this version cannot do.
    package static let unsupported = DiagnosticCode(
        "F0112",
        "not supported by this version",
        """
        The text is understood, and this version of ferry cannot do what it asks for: an image at another URL than one of \
        S3, or the conversion of an image that lies in S3. ferry never passes over what it cannot do: a setting without an \
        effect would be worse than none.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: "https://example.com/db.vmdk", zones: [us-east-1a]}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// There is nothing to plan.
    package static let noManifest = DiagnosticCode(
        "F0113",
        "no migration manifest",
        """
        A folder is searched for files that end in `.yaml` or `.yml`, without the folders in it. There is none.
        """
    )
    /// Not a disk image format.
    package static let badFormat = DiagnosticCode(
        "F0114",
        "not a format",
        """
        `format` takes the formats that EC2 imports, in EC2's spelling: `VMDK`, `VHD`, `RAW`. It may be left out: ferry \
        recognises the format by the image's content.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], format: vmdk}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], format: VMDK}
                """
        )
    )
    /// The imports' regions and the targets do not fit.
    package static let badTarget = DiagnosticCode(
        "F0115",
        "regions and targets do not fit",
        """
        The staging bucket must lie in the region of the imports that use it. The top of the file names the bucket for \
        the file's own `region`; every other region that imports go to needs an entry in `targets`, and none is needed \
        for the file's own. A bucket is used by one profile or role: by the bucket ferry knows whose an import is, in the \
        state too. Two roles that work in one region have a bucket each.
        """,
        example: .init(
            wrong: """
                region: us-east-1
                imports:
                  - {name: db, image: db.vmdk, region: eu-west-1, zones: [eu-west-1a]}
                """,
            right: """
                region: us-east-1
                targets: {eu-west-1: {staging: {bucket: erp-staging-eu}}}
                imports:
                  - {name: db, image: db.vmdk, region: eu-west-1, zones: [eu-west-1a]}
                """
        )
    )
    /// Not a profile or a role.
    package static let badCredentials = DiagnosticCode(
        "F0116",
        "not a profile or role",
        """
        `profile` is the name of a profile in the shared AWS files, `roleArn` the ARN of an IAM role, such as \
        `arn:aws:iam::123456789012:role/ferry`. The role is assumed with the profile's credentials, or else with those of \
        the environment. A migration manifest names credentials and never holds them.
        """,
        example: .init(
            wrong: """
                roleArn: ferry
                """,
            right: """
                roleArn: arn:aws:iam::123456789012:role/ferry
                """
        )
    )
    /// A setting that an import cannot have.
    package static let notASetting = DiagnosticCode(
        "F0117",
        "not a setting of an import",
        """
        EC2's ImportVolume takes a zone, a size and a description, and nothing of a volume's type, performance or \
        encryption. ferry refuses what it could not honour. Change the volume after the import, or, for encryption, let \
        the region encrypt new volumes by default.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a], encrypted: true}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
    /// An entry of `moved` that does not lead from a former import to a present one.
    package static let badMove = DiagnosticCode(
        "F0118",
        "invalid move",
        """
        Each entry of `moved` names an import that was renamed: `from` has its old name, `to` its present one. The import \
        keeps its volumes and is not imported again. This file must import the present name, and no file the old one.
        """,
        example: .init(
            wrong: """
                moved:
                  - {from: database, to: db}
                imports:
                  - {name: database, image: db.vmdk, zones: [us-east-1a]}
                """,
            right: """
                moved:
                  - {from: database, to: db}
                imports:
                  - {name: db, image: db.vmdk, zones: [us-east-1a]}
                """
        )
    )
}

/// What can be wrong with the images.
extension DiagnosticCode {
    /// There is no such file.
    package static let imageMissing = DiagnosticCode(
        "F0201",
        "the image is missing",
        """
        There is no file at the image's path, or no object at its URL. A relative path begins at the folder of the \
        migration manifest. Where the images lie on another machine, plan with the lock file that `ferry lock` writes there.
        """
    )
    /// The file is not an image that ferry or EC2 takes.
    package static let imageRefused = DiagnosticCode(
        "F0202",
        "the image cannot be imported",
        """
        The file is damaged, or of a format or variant that EC2 does not import, such as a snapshot, an encrypted disk or \
        a VMDK that is not stream-optimised. It is told before a byte is uploaded. The help names the command that \
        converts it, where there is one. An import with `convert: stream-optimized` converts it by itself when the plan is \
        applied, if its layout is all that EC2 would refuse.
        """
    )
    /// The volume is smaller than the disk.
    package static let volumeTooSmall = DiagnosticCode(
        "F0203",
        "the volume is too small",
        """
        The volume must hold the disk that the guest sees, which is often larger than the image's file. Write a larger \
        `size`, or leave it out: the volume then gets the disk's size, rounded up to a GiB.
        """
    )
    /// It works, and is probably not what was meant.
    package static let imageDoubtful = DiagnosticCode(
        "F0204",
        "a doubtful image",
        """
        The image can be imported, and something about it suggests that the volume will not be what you expect. Look at \
        the message and at the image before you apply the plan.
        """
    )
    /// The file is there and cannot be read.
    package static let imageUnreadable = DiagnosticCode(
        "F0205",
        "the image cannot be read",
        """
        The image's file exists, and the system refuses to read it: a missing permission, a folder, a failing disk; or the \
        image lies in S3, and S3 cannot be asked, or refuses. The message has the system's or S3's own words.
        """
    )
    /// The lock file is not one.
    package static let lockUnreadable = DiagnosticCode(
        "F0206",
        "the lock cannot be read",
        """
        The lock file beside a migration manifest holds what `ferry lock` found out about the images. It is written by \
        ferry alone. If it was edited, merged by hand or cut short, write it again where the images are: `ferry lock`.
        """
    )
    /// The image is not what the lock says.
    package static let imageDrift = DiagnosticCode(
        "F0207",
        "the image changed since it was locked",
        """
        The image's file is here, and it is not what the lock beside the migration manifest says. ferry goes by the \
        file. A plan that was reviewed by the lock is not the plan for this file. If the change is meant, run \
        `ferry lock` and commit the lock.
        """
    )
    /// The lock speaks of images that the migration manifest does not name.
    package static let lockOutdated = DiagnosticCode(
        "F0208",
        "the lock is out of date",
        """
        The lock names images that the migration manifest does not, most likely because an import was renamed or taken \
        out. They are ignored. Run `ferry lock` to bring the lock up to date.
        """
    )
}

/// What only AWS can tell of a migration manifest.
extension DiagnosticCode {
    /// The account has no such zone.
    package static let zoneUnknown = DiagnosticCode(
        "F0301",
        "an unknown zone",
        """
        The name has the form of a zone, and the region has no such zone for this account. Zones differ between accounts, \
        and local zones must be enabled first.
        """
    )
    /// The staging bucket cannot be used.
    package static let bucketUnavailable = DiagnosticCode(
        "F0302",
        "the bucket cannot be used",
        """
        The staging bucket does not exist, lies in another region, or these credentials may not read and write it. ferry \
        makes no buckets.
        """
    )
    /// The credentials may not do what an import needs.
    package static let notPermitted = DiagnosticCode(
        "F0303",
        "a permission is missing",
        """
        `ferry validate --online` checks each permission that `ferry apply` needs. EC2 receives dry runs, which have no \
        effect. S3 has none: ferry writes, reads, and deletes one object of one byte in the staging bucket. The message quotes \
        the service.
        """
    )

    /// The credentials are those of another account.
    package static let otherAccount = DiagnosticCode(
        "F0304",
        "wrong account",
        """
        `account` names the account that the imports must go to, and STS (GetCallerIdentity) reports another one for these \
        credentials. Use the credentials of that account, or correct `account`.
        """
    )

    /// The permissions cannot be checked.
    package static let permissionsUnchecked = DiagnosticCode(
        "F0305",
        "permissions not checked",
        """
        The EC2 endpoint ignores DryRun: it would perform what ferry only wants to check. Some emulators do. Check the \
        permissions of the credentials by hand.
        """
    )

    /// The S3 server ignores the conditions of writes.
    package static let conditionsIgnored = DiagnosticCode(
        "F0306",
        "conditional writes ignored",
        """
        The S3 server replaces an object although the request says `If-None-Match: *`. Claims rely on conditional writes. \
        With such a server, import with one state only, and in one run at a time, or volumes may be imported twice.
        """
    )

    /// The codes of this module, in order.
    package static let ofMigration: [DiagnosticCode] = [
        wrongType, unknownKey, missingKey, unsupportedVersion, badName, duplicateAddress, badZone, badRegion,
        badQuantity, badStaging, badTag, unsupported, noManifest, badFormat, badTarget, badCredentials, notASetting,
        badMove,
        imageMissing, imageRefused, volumeTooSmall, imageDoubtful, imageUnreadable, lockUnreadable, imageDrift,
        lockOutdated, cacheUnavailable,
        zoneUnknown, bucketUnavailable, notPermitted, otherAccount, permissionsUnchecked, conditionsIgnored,
    ]
}
