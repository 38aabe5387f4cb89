import FileSystem
import Glibc
import TerminalText

extension DiskImageError: CustomStringConvertible {
    /// The file, the byte, and what is wrong.
    package var description: String { "\(place): \(problem)" }

    /// The file, and the byte if there is one.
    package var place: String { offset.map { "\(path) at byte \($0)" } ?? path }

    /// What is wrong, without the place.
    package var problem: String {
        switch reason {
        case .system(let call, let errno): "\(call): \(FileError.reason(errno))"
        case .notAFile: "not a regular file"
        case .symbolicLink: "a symbolic link where an extent of the image should be"
        case .empty: "the file is empty"
        case .tooSmall(let bytes): "\(bytes) bytes are less than one sector of a disk"
        case .changedWhileRead: "the file changed while it was read"
        case .notFetched: "bytes were read that were not fetched"
        case .unreachable(let words): words
        case .extentsElsewhere: "the descriptor of a VMDK of several files"
        case .foreign(let format): "a \(format.rawValue) image"
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
