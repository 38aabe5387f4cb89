/// The nodes of a document in two flat arrays.
struct NodeStore {
    /// The nodes, in the order of the file.
    var records: [NodeRecord] = []
    /// The texts of all scalars, one after the other, in UTF-8.
    var texts: [UInt8] = []

    /// The record behind a record and everything below it.
    func index(after index: Int) -> Int {
        switch records[index].kind {
        case .sequence, .mapping: Int(records[index].second)
        case .plainScalar, .quotedScalar, .alias, .unreadable: index + 1
        }
    }

    /// The record of a node's content: an alias's is that of the node it stands for.
    func contentIndex(of index: Int) -> Int {
        records[index].kind == .alias ? Int(records[index].first) : index
    }

    /// The record of a node's content.
    func content(of index: Int) -> NodeRecord {
        records[contentIndex(of: index)]
    }

    /// The text of a scalar's record.
    func text(of record: NodeRecord) -> String {
        String(decoding: bytes(of: record), as: UTF8.self)
    }

    /// Whether two scalars' records have the same text.
    func haveEqualText(_ left: NodeRecord, _ right: NodeRecord) -> Bool {
        guard left.second == right.second, left.kind == .plainScalar || left.kind == .quotedScalar else { return false }
        return bytes(of: left).elementsEqual(bytes(of: right))
    }

    private func bytes(of record: NodeRecord) -> ArraySlice<UInt8> {
        let start = Int(record.first)
        return texts[start..<(start + Int(record.second))]
    }
}
