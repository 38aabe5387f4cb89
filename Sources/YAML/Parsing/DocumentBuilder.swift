import Diagnostics

/// Builds the flat document from libyaml's events.
struct DocumentBuilder {
    /// What comes with reading a file.
    struct Output {
        var document: YAMLDocument
        var diagnostics: [Diagnostic]
        var failure: SyntaxFailure?
    }

    /// The bounds of what is read. A person writes a handful of levels and lines; the numbers leave a factor of ten.
    private static let deepestNesting = 100
    private static let longestScalar = 64 << 10
    /// How many nodes aliases may stand for altogether. Each is cheap, but an alias of aliases multiplies.
    private static let mostAliasedNodes = 2_000_000

    /// A collection whose end has not come.
    private struct Open {
        var index: Int
        var children: UInt32 = 0
        /// The nodes in it, aliases counted with all they stand for.
        var size = 1
        /// The levels of collections below it, aliases counted with all they stand for.
        var height = 0
        var anchor: String?
    }

    /// A node that an alias may stand for.
    private struct Anchored {
        var index: Int
        var size = 1
        var height = 0
    }

    private let file: SourceFile
    private let parser: EventParser
    /// How many columns further right the text of mended lines stands in the file.
    private let shifts: [Int: Int]
    private var store = NodeStore()
    private var open: [Open] = []
    private var anchors: [String: Anchored] = [:]
    private var aliasedNodes = 0
    private var diagnostics = DiagnosticList()
    private var isStopped = false

    private init(file: SourceFile, parser: EventParser, shifts: [Int: Int], byteCount: Int) {
        self.file = file
        self.shifts = shifts
        self.parser = parser
        // Address space, not memory: pages that stay untouched cost nothing, and growing would copy.
        store.records.reserveCapacity(byteCount / 8)
        store.texts.reserveCapacity(byteCount / 2)
    }

    /// Reads a text to its end, or as far as it can be read.
    static func read(
        _ text: [UInt8],
        from start: Int,
        of file: SourceFile,
        shifts: [Int: Int] = [:],
        replacedLines: Set<Int> = []
    ) throws(SyntaxFailure) -> Output {
        var builder = DocumentBuilder(
            file: file,
            parser: try EventParser(text, from: start),
            shifts: shifts,
            byteCount: text.count
        )
        var failure = builder.readStream()
        if let place = failure?.place { failure?.place = builder.shifted(place) }
        builder.closeAll()
        let document = YAMLDocument(
            file: file,
            store: builder.store,
            mendedLines: shifts.keys.sorted(),
            replacedLines: replacedLines
        )
        return Output(document: document, diagnostics: builder.diagnostics.all, failure: failure)
    }

    private mutating func readStream() -> SyntaxFailure? {
        var documents = 0
        do throws(SyntaxFailure) {
            while !isStopped {
                let kind = try parser.advance()
                switch kind {
                case .streamStart, .documentEnd: break
                case .streamEnd: return nil
                case .documentStart:
                    documents += 1
                    guard documents == 1 else {
                        report(
                            .documentCount,
                            "a second document begins here",
                            range,
                            help: "one file holds one"
                        )
                        return nil
                    }
                case .scalar: addScalar()
                case .alias: addAlias()
                case .sequenceStart: begin(.sequence)
                case .mappingStart: begin(.mapping)
                case .sequenceEnd, .mappingEnd: end(at: range.end)
                }
            }
            return nil
        } catch {
            // A text that runs up to where reading stopped most likely took in what was meant to be something else.
            if let last = store.records.last, last.kind == .plainScalar, last.range.end.line >= error.place.line {
                store.records[store.records.count - 1].kind = .unreadable
            }
            return error
        }
    }

    /// Where the event stands in the file.
    private var range: SourceRange {
        let range = parser.range
        return shifts.isEmpty ? range : SourceRange(start: shifted(range.start), end: shifted(range.end))
    }

    private func shifted(_ place: SourcePosition) -> SourcePosition {
        guard let shift = shifts[place.line] else { return place }
        return SourcePosition(line: place.line, column: max(1, place.column + shift))
    }

    private mutating func addScalar() {
        let range = range
        let (length, style) = (parser.scalarLength, parser.scalarStyle)
        // An alias of a text that is refused is unreadable too.
        if let anchor = parser.anchor { anchors[anchor] = Anchored(index: store.records.count) }
        guard length <= Self.longestScalar else {
            report(.excessive, "this text has \(length) bytes, and ferry reads at most \(Self.longestScalar)", range)
            return add(NodeRecord(range: range, kind: .unreadable), size: 1)
        }
        let tag = checkedTag(at: range)
        let isPlain = style == .plain && tag != "!" && tag != "tag:yaml.org,2002:str"
        let record = NodeRecord(
            range: range,
            first: UInt32(clamping: store.texts.count),
            second: UInt32(clamping: length),
            kind: isPlain ? .plainScalar : .quotedScalar
        )
        parser.appendScalar(to: &store.texts)
        add(record, size: 1)
    }

    private mutating func addAlias() {
        let range = range
        let name = parser.anchor ?? ""
        let help = "define “&\(name)” before it"
        if open.contains(where: { $0.anchor == name }) {
            report(.badAlias, "“*\(name)” stands inside what it is an alias of", range)
        } else if let anchored = anchors[name] {
            aliasedNodes += anchored.size
            if aliasedNodes > Self.mostAliasedNodes {
                report(.excessive, "aliases stand for more than \(Self.mostAliasedNodes) nodes", range)
                isStopped = true
            } else if open.count + anchored.height > Self.deepestNesting {
                report(.excessive, "this alias makes more than \(Self.deepestNesting) levels", range)
            } else {
                let record = NodeRecord(range: range, first: UInt32(clamping: anchored.index), kind: .alias)
                return add(record, size: anchored.size, height: anchored.height)
            }
        } else {
            report(.badAlias, "there is no anchor “&\(name)” above", range, help: help)
        }
        add(NodeRecord(range: range, kind: .unreadable), size: 1)
    }

    private mutating func begin(_ kind: NodeRecord.Kind) {
        let range = range
        guard open.count < Self.deepestNesting else {
            report(.excessive, "nested more than \(Self.deepestNesting) levels deep", range)
            isStopped = true
            return add(NodeRecord(range: range, kind: .unreadable), size: 1)
        }
        _ = checkedTag(at: range)
        let anchor = parser.anchor
        // The anchor's earlier meaning ends here, even if the collection never does.
        if let anchor { anchors[anchor] = nil }
        open.append(Open(index: store.records.count, anchor: anchor))
        store.records.append(NodeRecord(range: range, kind: kind))
    }

    private mutating func add(_ record: NodeRecord, size: Int, height: Int = 0) {
        store.records.append(record)
        count(size: size, height: height)
    }

    /// Counts a node in the collection that is open.
    private mutating func count(size: Int, height: Int) {
        guard !open.isEmpty else { return }
        open[open.count - 1].children += 1
        open[open.count - 1].size += size
        open[open.count - 1].height = max(open[open.count - 1].height, height)
    }

    private mutating func end(at position: SourcePosition, isCutShort: Bool = false) {
        guard var last = open.popLast() else { return }
        if store.records[last.index].kind == .mapping, last.children % 2 == 1 {
            store.records.append(NodeRecord(range: SourceRange(at: position), kind: .unreadable))
            last.children += 1
        }
        store.records[last.index].range.end = position
        store.records[last.index].first = last.children
        store.records[last.index].second = UInt32(clamping: store.records.count)
        store.records[last.index].isCutShort = isCutShort
        let height = last.height + 1
        if let anchor = last.anchor { anchors[anchor] = Anchored(index: last.index, size: last.size, height: height) }
        if store.records[last.index].kind == .mapping {
            diagnostics.add(MappingKeys.problems(of: last.index, in: store, of: file))
        }
        count(size: last.size, height: height)
    }

    /// Ends what was open when reading stopped, so that the document is whole.
    private mutating func closeAll() {
        let position = store.records.last?.range.end ?? .start
        while !open.isEmpty { end(at: position, isCutShort: true) }
    }

    /// The node's tag, if it has one of the core schema; says so if it has another.
    private mutating func checkedTag(at range: SourceRange) -> String? {
        guard let tag = parser.tag else { return nil }
        let core = ["str", "int", "float", "bool", "null", "seq", "map"].map { "tag:yaml.org,2002:\($0)" }
        guard tag == "!" || core.contains(tag) else {
            report(.unknownTag, "the tag “\(tag.prefix(60))” has no meaning here", range, help: "leave it out")
            return nil
        }
        return tag
    }

    private func location(_ range: SourceRange) -> SourceLocation {
        SourceLocation(file: file, range: range)
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, _ range: SourceRange, help: String? = nil) {
        diagnostics.add(Diagnostic(code, message, at: location(range), help: help))
    }
}
