import Diagnostics

/// Finds tabs in indentation, and gives the lines the indentation that was most likely meant.
///
/// It is asked only about a text that libyaml refuses: tabs in other places, such as inside a block of text, are allowed.
struct TabRepair {
    /// The text with the tabs replaced; as many lines as before.
    private(set) var text: [UInt8] = []
    /// Each tab that was told.
    private(set) var diagnostics: [Diagnostic] = []
    /// The lines whose indentation was guessed, and how many columns further right their text stands in the file than in
    /// `text`; fewer than none if it stands further left.
    private(set) var shifts: [Int: Int] = [:]

    /// A level of indentation: the space as it is written, and the column it stands for.
    private struct Level {
        var written: [UInt8]
        var column: Int
    }

    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let dash = UInt8(ascii: "-")

    private let file: SourceFile
    private let earlier: [Int: Int]
    private var levels: [Level] = []
    private var opensBlock = false
    private var openText = OpenText()
    /// The indentation of the line whose block of text (`|` or `>`) is being passed.
    private var blockTextColumn: Int?

    /// - Parameters:
    ///   - text: The text that libyaml refuses, of the lines of `file`.
    ///   - file: The file that messages point into.
    ///   - earlier: By line, how many columns further right the text is in the file than in `text`.
    init(_ text: [UInt8], of file: SourceFile, shifts earlier: [Int: Int] = [:]) {
        self.file = file
        self.earlier = earlier
        self.text.reserveCapacity(text.count)
        let lines = SourceFile(path: file.path, bytes: text)
        for number in 1...lines.lineCount {
            guard let range = lines.bytesOfLine(number) else { break }
            let end = text[range].lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.map { $0 + 1 }
            append(text[range.lowerBound..<(end ?? range.lowerBound)], number: number)
            self.text += text[(end ?? range.lowerBound)..<range.upperBound]
        }
    }

    private mutating func append(_ line: ArraySlice<UInt8>, number: Int) {
        let written = line.prefix { $0 == Self.space || $0 == Self.tab }
        let content = line.dropFirst(written.count)
        if let column = blockTextColumn {
            if content.isEmpty || written.count > column {
                text += line
                return
            }
            blockTextColumn = nil
        }
        if openText.isOpen {
            openText.read(content)
            text += line
            return
        }
        // A line with nothing but space or a comment has no indentation: tabs are allowed there, though not by libyaml.
        guard let first = content.first, first != UInt8(ascii: "#") else {
            text += content
            return
        }
        appendContent(content, written: written, number: number)
    }

    private mutating func appendContent(_ content: ArraySlice<UInt8>, written: ArraySlice<UInt8>, number: Int) {
        let column = column(of: written)
        let (dashes, rest) = Self.splitDashes(content)
        report(written, dashes, number: number, shift: written.count - column)
        while let last = levels.last, last.column >= column { levels.removeLast() }
        levels.append(Level(written: Array(written), column: column))
        text += [UInt8](repeating: Self.space, count: column)
        // After “- ” the keys of the entry stand where the entry's first key stands.
        let mendedDashes = dashes.map { $0 == Self.tab ? Self.space : $0 }
        text += mendedDashes
        if !dashes.isEmpty {
            let inner = written.map { $0 } + dashes.map { $0 == Self.dash ? Self.space : $0 }
            levels.append(Level(written: inner, column: column + dashes.count))
        }
        text += rest
        openText.read(rest)
        let last = Self.lastOfContent(rest)
        opensBlock = last == UInt8(ascii: ":") && !openText.isOpen
        if Self.beginsBlockText(rest) { blockTextColumn = written.count }
    }

    /// Where a line is taken to stand.
    private func column(of written: ArraySlice<UInt8>) -> Int {
        guard written.contains(Self.tab) else { return written.count }
        if let level = levels.last(where: { $0.written.elementsEqual(written) }) { return level.column }
        guard let last = levels.last else { return 0 }
        // Below “key:” a list may stand at the key's own column, and a mapping must stand deeper.
        return opensBlock ? last.column + 2 : last.column
    }

    private mutating func report(_ written: ArraySlice<UInt8>, _ dashes: ArraySlice<UInt8>, number: Int, shift: Int) {
        let indentation = Array(written) + Array(dashes)
        guard let first = indentation.firstIndex(of: Self.tab) else { return }
        shifts[number] = shift
        let tabs = indentation[first...].prefix { $0 == Self.tab }.count
        let range = SourceRange(
            at: SourcePosition(line: number, column: first + 1 + earlier[number, default: 0]),
            columns: tabs
        )
        diagnostics.append(
            Diagnostic(
                .tab,
                tabs == 1 ? "a tab in the indentation" : "tabs in the indentation",
                at: SourceLocation(file: file, range: range),
                help: "YAML indents with spaces only"
            )
        )
    }

    private static func isItem(_ content: ArraySlice<UInt8>) -> Bool {
        guard content.first == dash else { return false }
        let next = content.dropFirst().first
        return next == nil || next == space || next == tab
    }

    /// The leading “- ” of nested lists, with the space behind each, and what follows.
    private static func splitDashes(
        _ content: ArraySlice<UInt8>
    ) -> (dashes: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
        var rest = content
        while isItem(rest) {
            let next = rest.dropFirst().drop { $0 == space || $0 == tab }
            guard let first = next.first, first != UInt8(ascii: "#") else { break }
            rest = next
        }
        return (content[content.startIndex..<rest.startIndex], rest)
    }

    /// The last byte of a line before a comment and the space in front of it.
    private static func lastOfContent(_ line: ArraySlice<UInt8>) -> UInt8? {
        withoutComment(line).last
    }

    private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = line.endIndex
        for index in line.indices.dropFirst() where line[index] == UInt8(ascii: "#") {
            if line[index - 1] == space || line[index - 1] == tab {
                end = index
                break
            }
        }
        var content = line[line.startIndex..<end]
        while let last = content.last, last == space || last == tab {
            content.removeLast()
        }
        return content
    }

    /// Whether a line ends in the head of a block of text: `|` or `>` with its modifiers.
    private static func beginsBlockText(_ line: ArraySlice<UInt8>) -> Bool {
        guard let word = withoutComment(line).split(whereSeparator: { $0 == space || $0 == tab }).last else {
            return false
        }
        return (word.first == UInt8(ascii: "|") || word.first == UInt8(ascii: ">")) && word.count <= 3
            && word.dropFirst().allSatisfy { "+-123456789".utf8.contains($0) }
    }
}
