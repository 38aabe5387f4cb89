import Diagnostics
import TerminalText
import YAML

/// Reads values out of nodes and gathers what is wrong with them.
///
/// It is silent about what was told before: nodes that are unreadable or in which bytes were replaced, and keys that may
/// be missing only because the file was not read to its end or a line was mended.
struct NodeReader {
    /// What is wrong.
    private(set) var diagnostics = DiagnosticList()

    /// The entries of a mapping.
    struct Entries {
        fileprivate(set) var pairs: [YAMLNode.Pair] = []
        /// Keys that were most likely meant by unknown ones.
        fileprivate var misspelt: [String] = []

        /// The value of a key.
        subscript(key: String) -> YAMLNode? { pairs.first { $0.key == key }?.value }

        /// Whether a key is not there, nor anything that was most likely meant to be it.
        func lacks(_ key: String) -> Bool { !misspelt.contains(key) && self[key] == nil }
    }

    /// The keys of a kind of mapping.
    struct Keys {
        /// What the mapping is, with its article, for messages.
        var owner: String
        /// Every key it may have.
        var known: [String]
        /// The keys it must have.
        var required: [String] = []
        /// Keys that are understood and not supported, with what to do instead.
        var unsupported: [(key: String, help: String)] = []
        /// Keys for what EC2 cannot do, with what to do instead.
        var refused: [(key: String, help: String)] = []
    }

    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.add(diagnostic)
    }

    /// Reports a violation at a location.
    ///
    /// - Parameter value: Another node that the violation can be about. Look-alikes in it are named.
    mutating func report(_ violation: Violation, at location: SourceLocation, of value: YAMLNode? = nil) {
        let diagnostic = Diagnostic(
            violation.code,
            violation.message,
            at: location,
            help: violation.help,
            suggestion: violation.suggestion
        )
        .notingLookAlikes(in: location)
        diagnostics.add(value.map { diagnostic.notingLookAlikes(in: $0.location) } ?? diagnostic)
    }

    mutating func report(_ code: DiagnosticCode, _ message: String, at node: YAMLNode, help: String? = nil) {
        report(Violation(code, message, help: help), at: node.location)
    }

    /// The entries of a mapping; says which keys are unknown and which are missing. `nil` if it is no mapping.
    mutating func entries(of node: YAMLNode, _ keys: Keys) -> Entries? {
        guard node.kind == .mapping else {
            reportKind(of: node, "\(keys.owner) is a mapping")
            return nil
        }
        var entries = Entries(pairs: node.pairs)
        for pair in entries.pairs where !keys.known.contains(pair.key) {
            let free = keys.known.filter { entries[$0] == nil }
            if let meant = reportUnknown(pair, keys, free: free, in: node.document.file) {
                entries.misspelt.append(meant)
            }
        }
        let missing = keys.required.filter(entries.lacks)
        if !missing.isEmpty, !node.isDoubtfullyComplete {
            report(Violation(.missingKey, "\(keys.owner) needs \(Self.listed(missing))"), at: head(of: node))
        }
        return entries
    }

    /// Names as a sentence lists them.
    private static func listed(_ names: [String]) -> String {
        let quoted = names.map { "“\($0)”" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Says that a key is unknown, and returns the key that was most likely meant: one of those that are free.
    private mutating func reportUnknown(
        _ pair: YAMLNode.Pair,
        _ keys: Keys,
        free: [String],
        in file: SourceFile
    ) -> String? {
        let location = SourceLocation(file: file, range: pair.keyRange)
        if let unsupported = keys.unsupported.first(where: { $0.key == pair.key }) {
            let message = "this version does not support “\(pair.key)”"
            report(Violation(.unsupported, message, help: unsupported.help), at: location)
            return nil
        }
        if let refused = keys.refused.first(where: { $0.key.lowercased() == pair.key.lowercased() }) {
            let message = "an import cannot set “\(pair.key)”: ImportVolume has no such parameter"
            report(Violation(.notASetting, message, help: refused.help), at: location)
            return nil
        }
        // A guessed line may have come to stand in another mapping than its own.
        guard !pair.isDoubtful || !ManifestDecoder.allKeys.contains(pair.key) else { return nil }
        guard !pair.key.unicodeScalars.contains("\u{FFFD}") || !pair.isDoubtful else { return nil }
        if let lookAlike = Diagnostic.lookAlike(inKey: pair.key, at: location) {
            diagnostics.add(lookAlike)
            return Spelling.nearest(to: pair.key.withoutLookAlikes, among: free)
        }
        let message = "\(keys.owner) has no key \(QuotedText.quoted(pair.key))"
        if let near = Spelling.nearest(to: pair.key, among: free) {
            report(Violation(.unknownKey, message, suggestion: near), at: location)
            return near
        }
        let help = "its keys are \(keys.known.joined(separator: ", "))"
        report(Violation(.unknownKey, message, help: help), at: location)
        return nil
    }

    /// The items of a list; `nil` if it is no list.
    mutating func items(of node: YAMLNode, _ what: String) -> [YAMLNode]? {
        guard node.kind == .sequence else {
            let isText = node.kind == .scalar && !node.isNull
            reportKind(of: node, "\(what) is a list", help: isText ? "write it in brackets" : nil)
            return nil
        }
        return node.items
    }

    /// The text of a scalar that has one. A plain `no` or `012` is the text that stands there: nothing else is made of it.
    mutating func text(of node: YAMLNode, _ what: String, canBeEmpty: Bool = false) -> String? {
        guard node.kind == .scalar, !node.isNull else {
            reportKind(of: node, "\(what) is a text")
            return nil
        }
        guard !node.isDoubtful else { return nil }
        let text = node.text
        guard canBeEmpty || !text.isEmpty else {
            report(.wrongType, "\(what) is empty", at: node)
            return nil
        }
        return text
    }

    /// A text that is read by a rule.
    mutating func value<Value: Sendable>(
        of node: YAMLNode,
        _ what: String,
        canBeEmpty: Bool = false,
        rule: (String) throws(Violation) -> Value
    ) -> Located<Value>? {
        guard let text = text(of: node, what, canBeEmpty: canBeEmpty) else { return nil }
        do throws(Violation) {
            return Located(try rule(text), at: node.location)
        } catch {
            report(error, at: node.location)
            return nil
        }
    }

    /// A whole number within a range, written without quotes.
    mutating func integer(of node: YAMLNode, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(of: node, what) else { return nil }
        guard node.isPlain, let number = Quantity.wholeNumber(text).map(Int.init), range.contains(number) else {
            let message = "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)"
            let help = node.isPlain ? nil : "write the number without quotes"
            report(.badQuantity, "\(message), and this is \(QuotedText.quoted(text))", at: node, help: help)
            return nil
        }
        return number
    }

    /// `true` or `false`, written so and without quotes.
    mutating func boolean(of node: YAMLNode, _ what: String) -> Located<Bool>? {
        guard let text = text(of: node, what) else { return nil }
        guard node.isPlain, text == "true" || text == "false" else {
            let yes = ["yes", "on", "y", "true"].contains(text.lowercased())
            let no = ["no", "off", "n", "false"].contains(text.lowercased())
            let suggestion = !node.isPlain ? nil : yes ? "true" : no ? "false" : nil
            let written = (node.isPlain ? "" : "the text ") + QuotedText.quoted(text)
            let message = "\(what) is true or false, and this is \(written)"
            let help = node.isPlain ? nil : "write it without quotes"
            report(Violation(.wrongType, message, help: help, suggestion: suggestion), at: node.location)
            return nil
        }
        return Located(text == "true", at: node.location)
    }

    /// Says that a node is of another kind, unless why it is so was told before.
    mutating func reportKind(of node: YAMLNode, _ expectation: String, help: String? = nil) {
        guard node.kind != .unreadable, !node.isDoubtful else { return }
        report(.wrongType, "\(expectation), and this is \(node.kindName)", at: node, help: help)
    }

    /// The first word of a mapping, to point at when there is nothing to point at.
    func head(of node: YAMLNode) -> SourceLocation {
        let first = node.pairs.first { !$0.isMerged }?.keyRange
        let range = first.flatMap { $0.start == node.range.start ? $0 : nil } ?? SourceRange(at: node.range.start)
        return SourceLocation(file: node.document.file, range: range)
    }
}
