import Diagnostics
import Glibc

extension DiskImageError: CustomStringConvertible {
    /// The whole sentence: the file, the byte, what is wrong, and what to do.
    package var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        let advice = remedy.map { "; \($0)" } ?? ""
        return "\(path)\(place): \(problem)\(advice)"
    }

    /// What is wrong, without the place.
    package var problem: String {
        switch reason {
        case .system(let call, let errno): "\(call): \(String(cString: strerror(errno)))"
        case .notAFile: "not a regular file"
        case .symbolicLink: "a symbolic link where an extent of the image should be"
        case .empty: "the file is empty"
        case .tooSmall(let bytes): "\(bytes) bytes are less than one sector of a disk"
        case .changedWhileRead: "the file changed while it was read"
        case .notFetched: "bytes were read that were not fetched"
        case .unreachable(let words): words
        case .extentsElsewhere: "the descriptor of a VMDK of several files; EC2 imports one"
        case .foreign(let format): "a \(format.rawValue) image, which EC2 does not import"
        case .notAsNamed(let suffix, let found):
            "named .\(suffix), but the content is \(found?.rawValue ?? "of no known disk format")"
        case .notAsDeclared(let declared, let found):
            "declared as \(declared.rawValue), but the content is \(found?.rawValue ?? "of no known disk format")"
        case .textModeTransfer: "line ends were translated in a transfer in text mode, which destroyed the image"
        case .unsupportedVersion(let version): "version \(version) of the format is not known"
        case .unsupportedLayout(let layout): "a VMDK of type \(layout) is not read"
        case .needsParent: "a snapshot or differencing disk, which is nothing without its parent"
        case .encrypted: "the image is encrypted"
        case .descriptorMissing: "a sparse VMDK without a descriptor: damaged, or one extent of several"
        case .descriptorLine(let number, let text): "line \(number) of the descriptor is not understood: \(text)"
        case .noExtents: "the descriptor names no extent"
        case .invalidField(let name, let value, let expected): "\(name) is \(value), expected \(expected)"
        case .outsideFile(let structure, let needed, let bytes):
            "the \(structure.rawValue) lies outside the file: \(needed) bytes needed, the file has \(bytes)"
        case .overlap(let structure): "this \(structure.rawValue) is stored where something else is stored already"
        case .checksum(let structure, let stored, let computed):
            "the checksum of the \(structure.rawValue) is \(stored), but its bytes give \(computed)"
        case .copiesDiffer: "the footer and its copy at the start of the file differ"
        case .footerMissing: "the footer is missing: the end of the file was cut off"
        case .sizesDisagree(let structure, let one, let other):
            "the size of the \(structure.rawValue) is given as \(one) and as \(other) bytes"
        case .grainAddress(let expected, let found): "a grain for sector \(found) where sector \(expected) is expected"
        case .inflate(let fault): Self.words(for: fault)
        case .extentName(let name): "the extent \"\(Self.printable(name))\" is not a plain file name in the same folder"
        case .overLimit(let structure, let value, let limit):
            "the \(structure.rawValue) needs \(value), more than the limit of \(limit)"
        case .beyondDisk(let size): "a read beyond the end of the disk of \(size) bytes"
        case .destinationIsSource: "the destination is a file of the image that is read"
        case .destinationExists: "the file exists already"
        case .destinationBusy: "another conversion is writing this file"
        case .destinationTooSmall(let size, let virtualSize):
            "the disk of \(virtualSize) bytes does not fit into \(size) bytes"
        }
    }

    /// What to do about it, a command where there is one; `nil` where the problem says it all.
    package var remedy: String? {
        switch reason {
        case .foreign(let format): "convert it: \(format.conversion(of: path))"
        case .needsParent(.vhd):
            "merge it with its parent: Convert-VHD -Path \(ConversionCommand.quoted(path)) -DestinationPath merged.vhd"
        case .needsParent:
            "merge it with its parent: \(ConversionCommand.streamOptimised(from: path, driver: "vmdk"))"
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
        case .unsupportedLayout: "convert it: \(ConversionCommand.streamOptimised(from: path, driver: "vmdk"))"
        case .destinationIsSource: "give another destination"
        case .destinationExists: "give another destination, or --overwrite"
        case .destinationBusy: "wait for its end, or give another destination"
        case .destinationTooSmall: "give a larger volume size"
        case .empty, .tooSmall, .unsupportedVersion, .descriptorLine, .noExtents, .invalidField, .outsideFile, .overlap,
            .checksum,
            .copiesDiffer, .footerMissing, .sizesDisagree, .grainAddress, .inflate:
            "the image is damaged or incomplete: export or copy it again"
        case .system, .notAFile, .notFetched, .unreachable, .overLimit, .beyondDisk: nil
        }
    }

    private static func words(for fault: InflateFault) -> String {
        switch fault {
        case .damaged: "the compressed data of a grain is damaged"
        case .short: "the compressed data of a grain holds less than the grain"
        case .long: "the compressed data of a grain holds more than the grain"
        case .storedSize: "the length of a grain's compressed data is not possible"
        }
    }

    /// Text out of an image on its way to a terminal: no control characters, and no more than a line of it.
    package static func printable(_ text: String) -> String {
        let line = String(String.UnicodeScalarView(text.unicodeScalars.prefix(120)))
        return TextWidth.sanitizedForTerminal(line, replacement: "\u{FFFD}")
    }
}
