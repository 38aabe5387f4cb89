import FoundationEssentials
import Hashing

/// The form of the journal: lines of a checksum and a JSON record, the first of them a header.
///
///     5d1c9a03 {"journal":1,"lineage":"…","serial":7}
///     0e92b1f4 {"address":"erp/db@us-east-1a","step":{"requested":{"attempt":1}},"time":1793491200}
///
/// The checksum is the CRC-32C of the JSON, in eight hexadecimal digits. A last line that is cut off or does not match
/// is the tail that a crash tore, and is dropped; a line that does not match before others that do is damage.
struct JournalFile {
    /// Which state the records follow on.
    struct Header: Codable, Hashable {
        /// The version of the journal's form.
        var journal = 1
        /// The lineage of the state.
        var lineage: String
        /// The serial of the state.
        var serial: Int
    }

    let path: String
    let header: Header
    let events: [StateEvent]
    /// The length of the sound part in bytes: where the next record belongs.
    let soundLength: Int

    /// Reads a journal; `nil` if there is none, or none whose header was ever written whole.
    static func read(path: String) throws(StateError) -> JournalFile? {
        guard let bytes = try FileBytes.read(path: path) else { return nil }
        var header: Header?
        var events: [StateEvent] = []
        var soundLength = 0
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
            do {
                if header == nil {
                    header = try JSONDecoder().decode(Header.self, from: Data(json))
                } else {
                    events.append(try JSONDecoder().decode(StateEvent.self, from: Data(json)))
                }
            } catch {
                throw .damaged(path: path, offset: start, reason: "a record of another version: \(error)")
            }
            start = end + 1
            soundLength = start
        }
        guard let header else { return nil }
        guard header.journal <= 1 else { throw .newerVersion(path: path, version: header.journal) }
        return JournalFile(path: path, header: header, events: events, soundLength: soundLength)
    }

    /// One record as a line.
    static func line(for record: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(record)
        let check = CRC32.value(of: json, polynomial: .castagnoli)
        let bigEndian = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: check >> UInt32($0)) }
        return Array(bigEndian.hexadecimal.utf8) + [UInt8(ascii: " ")] + Array(json) + [UInt8(ascii: "\n")]
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
