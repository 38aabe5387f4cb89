import CLibYAML
import Diagnostics

/// libyaml's event parser over a text in memory.
///
/// It owns the C parser, the present event and the text, and frees them. The parts of an event are read from libyaml's
/// memory when they are asked for, so that a scalar costs no `String`.
final class EventParser {
    /// What an event is.
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias, scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    /// How a scalar is written.
    enum ScalarStyle {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: ParserInput

    /// Begins to read a text in UTF-8, from an offset on.
    init(_ bytes: [UInt8], from start: Int = 0) throws(SyntaxFailure) {
        input = ParserInput(bytes, from: start)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw SyntaxFailure(problem: "there is no memory to read it", place: .start)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // libyaml keeps the reference unretained; `input` lives as long as the parser.
        yaml_parser_set_input(
            parser,
            { data, buffer, size, readSize in
                guard let data, let buffer, let readSize else { return 0 }
                let input = Unmanaged<ParserInput>.fromOpaque(data).takeUnretainedValue()
                readSize.pointee = input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
                return 1
            },
            Unmanaged.passUnretained(input).toOpaque()
        )
    }

    deinit {
        yaml_event_delete(event)
        event.deallocate()
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Goes to the next event; after the end of the stream it stays there.
    func advance() throws(SyntaxFailure) -> Kind {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) == 1 else { throw failure }
        return switch event.pointee.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias
        case YAML_SCALAR_EVENT: .scalar
        case YAML_SEQUENCE_START_EVENT: .sequenceStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: .streamEnd
        }
    }

    /// Where the event stands.
    var range: SourceRange {
        SourceRange(start: Self.position(event.pointee.start_mark), end: Self.position(event.pointee.end_mark))
    }

    /// Whether a document's start or end is not written, or a collection is written in brackets.
    var isImplicit: Bool {
        switch event.pointee.type {
        case YAML_DOCUMENT_START_EVENT: event.pointee.data.document_start.implicit == 1
        case YAML_DOCUMENT_END_EVENT: event.pointee.data.document_end.implicit == 1
        default: false
        }
    }

    /// The anchor of a node, or the name of an alias.
    var anchor: String? {
        switch event.pointee.type {
        case YAML_ALIAS_EVENT: Self.string(event.pointee.data.alias.anchor)
        case YAML_SCALAR_EVENT: Self.string(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.string(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.string(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    /// The tag of a node, resolved to its whole name.
    var tag: String? {
        switch event.pointee.type {
        case YAML_SCALAR_EVENT: Self.string(event.pointee.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT: Self.string(event.pointee.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: Self.string(event.pointee.data.mapping_start.tag)
        default: nil
        }
    }

    /// How the scalar is written.
    var scalarStyle: ScalarStyle {
        switch event.pointee.data.scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    /// The length of the scalar's text in bytes.
    var scalarLength: Int { event.pointee.data.scalar.length }

    /// Adds the scalar's text to `texts`, in UTF-8.
    func appendScalar(to texts: inout [UInt8]) {
        let scalar = event.pointee.data.scalar
        texts.append(contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
    }

    private var failure: SyntaxFailure {
        let parser = parser.pointee
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        guard parser.error != YAML_READER_ERROR else {
            return SyntaxFailure(problem: problem, place: Self.position(parser.mark))
        }
        var failure = SyntaxFailure(problem: problem, place: Self.position(parser.problem_mark))
        if let context = parser.context {
            failure.context = (String(cString: context), Self.position(parser.context_mark))
        }
        return failure
    }

    private static func position(_ mark: yaml_mark_t) -> SourcePosition {
        // Checked: libyaml counts in words of the machine, and a hostile file can't make it count past its length.
        SourcePosition(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }

    private static func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }
}
