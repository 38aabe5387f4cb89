import Hashing
import JSON
import Migration

/// The form of the journal: lines of a checksum and a JSON record, the first of them a header.
///
///     5d1c9a03 {"journal":1,"lineage":"…","serial":7}
///     0e92b1f4 {"time":1793491200,"address":"erp/db@us-east-1a","step":"requested","attempt":1}
///
/// The checksum is the CRC-32C of the JSON, in eight hexadecimal digits. A last line that is cut off or does not match
/// is the tail that a crash tore, and is dropped; a line that does not match before others that do is damage.
package struct JournalFile {
    /// Which state the records follow on.
    struct Header: Hashable {
        /// The version that this ferry reads and writes.
        static let version = 2

        /// The version of the journal's form.
        var journal = Header.version
        /// The lineage of the state.
        var lineage: String
        /// The serial of the state.
        var serial: Int
    }

    let path: String
    let header: Header
    let events: [StateEvent]

    /// Reads a journal; `nil` if there is none, or none whose header was ever written whole.
    static func read(path: String, storage: any StateStorage) throws(StateError) -> JournalFile? {
        guard let bytes = try storage.read(path) else { return nil }
        var header: Header?
        var events: [StateEvent] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let line = bytes[start..<(end ?? bytes.count)]
            guard let end, let json = content(of: line) else {
                guard isTail(bytes, from: end.map { $0 + 1 } ?? bytes.count) else {
                    throw .damaged(path: path, offset: start, reason: "the record does not match its checksum")
                }
                break
            }
            do throws(JSONError) {
                if let header {
                    guard header.journal <= Header.version else { break }
                    events.append(
                        try JSONReader.read(json) { (reader) throws(JSONError) in try StateEvent(from: &reader) }
                    )
                } else {
                    header = try JSONReader.read(json) { (reader) throws(JSONError) in try Header(from: &reader) }
                }
            } catch {
                // The JSON begins behind the checksum and a space.
                throw .damaged(
                    path: path,
                    offset: start + 9 + error.offset,
                    reason: "a record that this ferry does not understand: \(error.reason)"
                )
            }
            start = end + 1
        }
        guard let header else { return nil }
        guard header.journal <= Header.version else { throw .newerVersion(path: path, version: header.journal) }
        return JournalFile(path: path, header: header, events: events)
    }

    /// The header as a line.
    static func line(for header: Header) -> [UInt8] {
        line { writer in
            writer.object { writer in
                writer.integer("journal", header.journal)
                writer.string("lineage", header.lineage)
                writer.integer("serial", header.serial)
            }
        }
    }

    /// An event as a line.
    static func line(for event: StateEvent) -> [UInt8] {
        line { event.write(to: &$0) }
    }

    private static func line(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        body(&writer)
        let check = CRC32.value(of: writer.bytes, polynomial: .castagnoli)
        let bigEndian = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: check >> UInt32($0)) }
        return Array(bigEndian.hexadecimal.utf8) + [UInt8(ascii: " ")] + writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Takes the records into the state they follow on. A journal of an earlier serial has been folded in already: the
    /// crash came between the writing of the state and the removal of the journal.
    func fold(into state: inout MigrationState) throws(StateError) {
        guard header.lineage == state.lineage else {
            throw .foreignJournal(path: path, reason: "its lineage is \(header.lineage), the state's \(state.lineage)")
        }
        guard header.serial >= state.serial else { return }
        guard header.serial == state.serial else {
            throw .foreignJournal(
                path: path,
                reason: "it follows serial \(header.serial), the state has \(state.serial)"
            )
        }
        for event in events {
            do {
                try state.apply(event)
            } catch {
                throw .damaged(path: path, offset: nil, reason: error.description)
            }
        }
    }

    /// The JSON of a line whose checksum is right.
    private static func content(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard
            line.count > 9, line[line.startIndex + 8] == UInt8(ascii: " "),
            let check = UInt32(String(decoding: line.prefix(8), as: UTF8.self), radix: 16)
        else { return nil }
        let json = line.dropFirst(9)
        return CRC32.value(of: json, polynomial: .castagnoli) == check ? json : nil
    }

    /// Whether nothing sound follows: no line from `start` on matches its checksum.
    private static func isTail(_ bytes: [UInt8], from start: Int) -> Bool {
        guard start < bytes.count else { return true }
        return bytes[start...].split(separator: UInt8(ascii: "\n")).allSatisfy { content(of: $0) == nil }
    }
}

extension JournalFile.Header {
    init(from reader: inout JSONReader) throws(JSONError) {
        var journal, serial: Int?
        var lineage: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "journal": journal = try reader.integer()
            case "lineage": lineage = try reader.string()
            case "serial": serial = try reader.integer()
            default: try reader.skip()
            }
        }
        self.init(
            journal: try reader.require(journal, "journal"),
            lineage: try reader.require(lineage, "lineage"),
            serial: try reader.require(serial, "serial")
        )
    }
}
