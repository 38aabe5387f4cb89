package import Diagnostics

/// A node of a YAML document, with where it stands.
///
/// An alias reads as the node it stands for, at the alias's own place; what is below it keeps the places where it is
/// written.
package struct YAMLNode: Sendable {
    /// What a node is.
    package enum Kind: Sendable {
        /// A text.
        case scalar
        /// A sequence of nodes.
        case sequence
        /// A mapping.
        case mapping
        /// Something that could not be read and whose problem has been told: there is nothing more to say about it.
        case unreadable
    }

    /// An entry of a mapping.
    package struct Pair: Sendable {
        /// The key's text.
        package var key: String
        /// Where the key stands.
        package var keyRange: SourceRange
        /// The value.
        package var value: YAMLNode
        /// Whether it was taken in by a merge key.
        package var isMerged: Bool
        /// Whether the key is not surely what was written, or not surely of this mapping: the file was mended there.
        package var isDoubtful: Bool
    }

    /// The document it belongs to.
    package let document: YAMLDocument
    /// The record of the node's place.
    private let place: Int
    /// The record of its content.
    private let index: Int

    init(document: YAMLDocument, place: Int) {
        self.document = document
        self.place = place
        index = document.store.contentIndex(of: place)
    }

    private var record: NodeRecord { document.store.records[index] }

    /// What it is.
    package var kind: Kind {
        switch record.kind {
        case .plainScalar, .quotedScalar: .scalar
        case .sequence: .sequence
        case .mapping: .mapping
        case .alias, .unreadable: .unreadable
        }
    }

    /// Where it stands; for an alias, where the alias stands.
    package var range: SourceRange { document.store.records[place].range }

    /// Where it stands, with the file.
    package var location: SourceLocation { SourceLocation(file: document.file, range: range) }

    /// The text of a scalar; empty for other nodes.
    package var text: String {
        let record = record
        return record.kind == .plainScalar || record.kind == .quotedScalar ? document.store.text(of: record) : ""
    }

    /// Whether it is a scalar without quotes, block style or string tag.
    package var isPlain: Bool { record.kind == .plainScalar }

    /// Whether it is a plain scalar that means “no value” (YAML 1.2.2, section 10.3.2).
    package var isNull: Bool {
        record.kind == .plainScalar && record.second <= 4 && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Whether it is a scalar in which bytes were replaced: it says nothing about what was written.
    package var isDoubtful: Bool {
        guard !document.replacedLines.isEmpty, record.kind == .plainScalar || record.kind == .quotedScalar else {
            return false
        }
        let lines = record.range.start.line...max(record.range.start.line, record.range.end.line)
        return text.unicodeScalars.contains("\u{FFFD}") && lines.contains(where: document.replacedLines.contains)
    }

    /// Whether entries may be missing that are in the file: it was not read up to the node's end, or was mended inside
    /// or right behind it.
    package var isDoubtfullyComplete: Bool {
        let (record, range) = (record, record.range)
        guard !record.isCutShort else { return true }
        return document.hasMendedLine(in: range.start.line...max(range.start.line, range.end.line))
            || record.kind == .mapping && !document.replacedLines.isEmpty && pairs.contains(where: \.isDoubtful)
    }

    /// The nodes of a sequence, in the order of the file; empty for other nodes.
    package var items: [YAMLNode] {
        guard record.kind == .sequence else { return [] }
        var items: [YAMLNode] = []
        items.reserveCapacity(Int(record.first))
        var child = index + 1
        for _ in 0..<record.first {
            items.append(YAMLNode(document: document, place: child))
            child = document.store.index(after: child)
        }
        return items
    }

    /// The entries of a mapping, each key once: first its own in the order of the file, then those of its merge keys that
    /// it does not have itself. Empty for other nodes. Of a key that stands twice, the first.
    package var pairs: [Pair] {
        guard record.kind == .mapping else { return [] }
        var pairs: [Pair] = []
        pairs.reserveCapacity(Int(record.first) / 2)
        var merged: [YAMLNode] = []
        var child = index + 1
        for _ in 0..<(record.first / 2) {
            let key = YAMLNode(document: document, place: child)
            let valuePlace = document.store.index(after: child)
            let value = YAMLNode(document: document, place: valuePlace)
            child = document.store.index(after: valuePlace)
            guard key.kind == .scalar else { continue }
            let text = key.text
            if text == "<<", key.isPlain {
                merged.append(value)
            } else {
                let isDoubtful =
                    key.isDoubtful || document.hasMendedLine(in: key.range.start.line...key.range.start.line)
                let pair = Pair(key: text, keyRange: key.range, value: value, isMerged: false, isDoubtful: isDoubtful)
                pairs.append(pair)
            }
        }
        return Self.unique(pairs, adding: merged)
    }

    private static func unique(_ own: [Pair], adding merged: [YAMLNode]) -> [Pair] {
        // Most mappings are small and merge nothing; to hash their keys would take longer than to compare them.
        if merged.isEmpty, own.count <= 12 {
            var pairs: [Pair] = []
            pairs.reserveCapacity(own.count)
            for pair in own where !pairs.contains(where: { $0.key == pair.key }) { pairs.append(pair) }
            return pairs
        }
        var seen: Set<String> = []
        var pairs = own.filter { seen.insert($0.key).inserted }
        // Of several mappings, an earlier one wins (YAML merge key type).
        for node in merged.flatMap({ $0.kind == .sequence ? $0.items : [$0] }) {
            for pair in node.pairs where seen.insert(pair.key).inserted {
                var pair = pair
                pair.isMerged = true
                pairs.append(pair)
            }
        }
        return pairs
    }

    /// What people call the node.
    package var kindName: String {
        switch kind {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .unreadable: "unreadable"
        }
    }
}
