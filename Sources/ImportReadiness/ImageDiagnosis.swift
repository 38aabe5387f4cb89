package import DiskImages

/// An error about an image in the words of a migration: what is wrong, and what to do.
///
/// `DiskImages` describes files. What EC2 makes of them, and which command helps, is said here.
package struct ImageDiagnosis: Sendable {
    /// The error.
    package let error: DiskImageError

    /// Explains an error.
    package init(_ error: DiskImageError) { self.error = error }

    /// The description of any error, which for a `DiskImageError` is the whole diagnosis.
    package static func describe(_ error: any Error) -> String {
        (error as? DiskImageError).map { ImageDiagnosis($0).description } ?? "\(error)"
    }

    /// What is wrong, without the place.
    package var problem: String {
        switch error.reason {
        case .extentsElsewhere: "\(error.problem); EC2 imports one"
        case .foreign: "\(error.problem), which EC2 does not import"
        default: error.problem
        }
    }

    /// What to do about it: a command if there is one; `nil` if the problem says it all.
    package var remedy: String? {
        switch error.reason {
        case .foreign(let format): "convert it: \(Self.export(of: error.path, in: format))"
        case .needsParent(.vhd):
            "merge it with its parent: Convert-VHD -Path \(ShellCommand.quoted(error.path)) -DestinationPath merged.vhd"
        case .needsParent: "merge it with its parent: \(ShellCommand.qemuConvert(error.path, driver: "vmdk"))"
        case .encrypted: "decrypt it in the program that made it, then export it again"
        case .descriptorMissing: "name the descriptor file of the image, or export it again"
        case .notAsNamed(_, .some): "rename it, or give its format in the migration manifest"
        case .notAsNamed:
            "export it again, or give the format RAW in the migration manifest if it holds plain disk bytes"
        case .notAsDeclared: "correct the format in the migration manifest"
        case .textModeTransfer: "transfer it again in binary mode"
        case .changedWhileRead: "stop what writes it and try again"
        case .extentsElsewhere: "copy all of its files to this machine, and write the descriptor's path"
        case .symbolicLink, .extentName: "put the extent itself into the image's folder"
        case .unsupportedLayout: "convert it: \(ShellCommand.qemuConvert(error.path, driver: "vmdk"))"
        case .destinationIsSource: "give another destination"
        case .destinationExists: "give another destination, or --overwrite"
        case .destinationBusy: "wait for its end, or give another destination"
        case .destinationTooSmall: "give a larger volume size"
        case .empty, .tooSmall, .unsupportedVersion, .descriptorLine, .noExtents, .invalidField, .outsideFile, .overlap,
            .checksum, .copiesDiffer, .footerMissing, .sizesDisagree, .grainAddress, .inflate:
            "the image is damaged or incomplete: export or copy it again"
        case .system, .notAFile, .notFetched, .unreachable, .overLimit, .beyondDisk: nil
        }
    }

    /// The shell command or commands that make an importable image of one in a foreign format.
    private static func export(of path: String, in format: ForeignFormat) -> String {
        switch format {
        case .vhdx: ShellCommand.qemuConvert(path, driver: "vhdx")
        case .qcow2: ShellCommand.qemuConvert(path, driver: "qcow2")
        case .qcow: ShellCommand.qemuConvert(path, driver: "qcow")
        case .vdi: ShellCommand.qemuConvert(path, driver: "vdi")
        case .ova: "tar -xf \(ShellCommand.quoted(path)), then name the disk image inside"
        case .cowd, .seSparse:
            "vmkfstools -i \(ShellCommand.quoted(path)) merged.vmdk on the ESX host, then export it with ovftool"
        }
    }
}

extension ImageDiagnosis: CustomStringConvertible {
    /// The whole sentence: the file, the byte, what is wrong, and what to do.
    package var description: String {
        "\(error.place): \(problem)" + (remedy.map { "; \($0)" } ?? "")
    }
}
