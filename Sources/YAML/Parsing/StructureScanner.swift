/// Finds the look-alikes of a file that are part of its structure, line by line. Those inside the words of a value, in quoted
/// text, block text and comments are not.
struct StructureScanner {
    /// Where a look-alike is.
    enum Place: String {
        case indentation = "in the indentation"
        case afterIndicator = "after a list or key indicator"
        case afterColon = "after a colon"
        case beforeColon = "before a colon"
        case bracket = "next to a bracket or comma"
        case value = "next to a value"
        case comment = "before a comment"
        case marker = "in a directive or document marker"
        case lineEnd = "at the end of a line"
    }

    /// The same look-alikes next to each other.
    struct Finding {
        /// The first one's index in the line.
        var start: Int
        var count: Int
        var scalar: Unicode.Scalar
        var place: Place
        /// Whether they are best removed. The others are best replaced with spaces.
        var isRemoved = false
    }

    /// A block text (`|` or `>`), whose lines are indented more than their parent.
    private struct BlockText {
        var parent: Int
        var indentation: Int?
    }

    /// Whether the entry of each open bracket has a key.
    private var brackets: [Bool] = []
    private var blockText: BlockText?
    private var quote: Unicode.Scalar?
    /// The column of the last key or list indicator: a plain text goes on in lines that are indented more.
    private var owner = -1
    private var endsInPlainText = false

    // The line that is being read.
    private var line: [Unicode.Scalar] = []
    private var index = 0
    private var findings: [Finding] = []
    private var hasKey = false
    private var isAfterNode = false
    private var isContinuation = false
    /// The column of the last node.
    private var nodeColumn = 0
    /// The look-alikes before the content that take no column once they are removed.
    private var removed = 0

    /// Reads the next line, without its end.
    mutating func read(_ line: [Unicode.Scalar]) -> [Finding] {
        (self.line, index, findings, removed) = (line, 0, [], 0)
        guard !readBlockText() else { return [] }
        if quote == nil {
            skipSpace(.indentation)
            guard index < line.count else { return findings }
            beginLine()
        } else {
            isContinuation = false
            readQuoted()
        }
        while index < line.count { readToken() }
        return findings
    }

    /// Whether the end of the line that was read is inside quotation marks.
    var isInQuotes: Bool { quote != nil }

    private mutating func readBlockText() -> Bool {
        guard let block = blockText else { return false }
        if line.allSatisfy(Self.isBlank) { return true }
        let spaces = line.prefix { $0 == " " }.count
        if spaces >= block.indentation ?? block.parent + 1 {
            blockText?.indentation = block.indentation ?? spaces
            return true
        }
        blockText = nil
        return false
    }

    private mutating func beginLine() {
        isAfterNode = false
        guard brackets.isEmpty else { return }
        isContinuation = endsInPlainText && index - removed > owner
        endsInPlainText = false
        hasKey = isContinuation
        if !isContinuation { readMarkers() }
    }

    /// Reads document markers, directives, and the indicators of list items and explicit keys.
    private mutating func readMarkers() {
        if index == 0, line[0] == "%" {
            flag(0..<line.count, .marker)
            index = line.count
        } else if index == 0, line.count >= 3, line[0] == line[1], line[1] == line[2], line[0] == "-" || line[0] == ".",
            isSpace(at: 3)
        {
            (index, owner) = (3, -1)
            skipSpace(.marker)
        }
        while index < line.count, line[index] == "-" || line[index] == "?" || line[index] == ":", isSpace(at: index + 1)
        {
            owner = index - removed
            index += 1
            skipSpace(.afterIndicator)
        }
    }

    private mutating func readToken() {
        let scalar = line[index]
        if Self.isSpace(scalar) {
            skipSpace(nil)
        } else if scalar == "#", index == 0 || Self.isSpace(line[index - 1]) {
            index = line.count
        } else if scalar == ":", endsKey(at: index) {
            readColon()
        } else if !brackets.isEmpty, Self.isBracket(scalar) {
            readBracket(scalar)
        } else if isAfterNode || isContinuation || !readSpecialNode(scalar) {
            readPlain()
        }
    }

    private mutating func readColon() {
        if brackets.isEmpty {
            hasKey = true
            owner = nodeColumn
        } else {
            brackets[brackets.count - 1] = true
        }
        isAfterNode = false
        endsInPlainText = false
        index += 1
    }

    private mutating func readBracket(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "[", "{": brackets.append(false)
        case ",": brackets[brackets.count - 1] = false
        default: brackets.removeLast()
        }
        isAfterNode = scalar == "]" || scalar == "}"
        index += 1
    }

    /// Reads a node that does not begin with a word; `false` if the character begins no such node.
    private mutating func readSpecialNode(_ scalar: Unicode.Scalar) -> Bool {
        nodeColumn = index - removed
        switch scalar {
        case "\"", "'":
            quote = scalar
            index += 1
            readQuoted()
        case "[", "{":
            readBracketOfBlock()
        case "&", "*", "!":
            while index < line.count, !Self.isSpace(line[index]), brackets.isEmpty || !Self.isBracket(line[index]) {
                index += 1
            }
            isAfterNode = scalar == "*"
        case "|", ">":
            return readBlockHeader()
        default:
            return false
        }
        return true
    }

    private mutating func readBracketOfBlock() {
        brackets.append(false)
        isAfterNode = false
        index += 1
    }

    /// Reads `|` or `>` with its modifiers, to the end of the line.
    private mutating func readBlockHeader() -> Bool {
        guard brackets.isEmpty else { return false }
        let modifiers = line[(index + 1)...].prefix { "+-123456789".unicodeScalars.contains($0) }
        let rest = line[modifiers.endIndex...].drop(while: Self.isSpace)
        guard rest.isEmpty || rest.first == "#" && rest.startIndex > modifiers.endIndex else { return false }
        let parent = max(owner, -1)
        let digit = modifiers.first { $0 != "+" && $0 != "-" }.map { Int($0.value) - 0x30 }
        blockText = BlockText(parent: parent, indentation: digit.map { max(parent, 0) + $0 })
        index = modifiers.endIndex
        skipSpace(nil)
        index = line.count
        return true
    }

    /// Reads quoted text to its end, or to the end of the line.
    private mutating func readQuoted() {
        while index < line.count {
            let scalar = line[index]
            index += 1
            if scalar == "\\", quote == "\"" {
                index += 1
            } else if scalar == quote {
                if scalar == "'", index < line.count, line[index] == "'" {
                    index += 1
                } else {
                    quote = nil
                    isAfterNode = true
                    return
                }
            }
        }
    }

    /// Reads words to the end of the node, and flags the look-alikes behind the last one.
    private mutating func readPlain() {
        isAfterNode = true
        endsInPlainText = brackets.isEmpty
        while index < line.count {
            if Self.isSpace(line[index]) {
                let start = index
                while index < line.count, Self.isSpace(line[index]) { index += 1 }
                if endsPlain(at: index) { return flag(start..<index, place(of: start..<index)) }
            } else if endsPlain(at: index) {
                return
            } else {
                index += 1
            }
        }
    }

    /// Whether words before an index end there.
    private func endsPlain(at index: Int) -> Bool {
        guard index < line.count else { return true }
        switch line[index] {
        case ":": return endsKey(at: index)
        case "#":
            let before = line[index - 1]
            // A look-alike before “#5” is more likely one word with it than the beginning of a comment.
            return Self.isBlank(before) || LookAlike.isLookAlike(before) && isBlank(at: index + 1)
        default: return !brackets.isEmpty && Self.isBracket(line[index])
        }
    }

    /// Whether a colon is the end of a key. Before a look-alike it most likely is, unless there is a key already.
    private func endsKey(at index: Int) -> Bool {
        if isBlank(at: index + 1) { return true }
        let next = line[index + 1]
        if LookAlike.isLookAlike(next) { return !(brackets.last ?? hasKey) }
        return !brackets.isEmpty && (Self.isBracket(next) || isAfterNode && !endsInPlainText && line[index - 1] == "\"")
    }

    /// Passes space and flags the look-alikes in it.
    private mutating func skipSpace(_ place: Place?) {
        let start = index
        while index < line.count, Self.isSpace(line[index]) { index += 1 }
        flag(start..<index, place ?? self.place(of: start..<index))
    }

    private func place(of range: Range<Int>) -> Place {
        let before: Unicode.Scalar? = range.lowerBound > 0 ? line[range.lowerBound - 1] : nil
        guard range.upperBound < line.count else { return .lineEnd }
        let after = line[range.upperBound]
        if before == ":" { return .afterColon }
        if after == ":" { return .beforeColon }
        if after == "#" { return .comment }
        let hasBracket = before.map(Self.isBracket) == true || Self.isBracket(after)
        return hasBracket ? .bracket : .value
    }

    private mutating func flag(_ range: Range<Int>, _ place: Place) {
        // Before the first word, a space in place of an invisible character would move the word. But some space must remain
        // after an indicator.
        var isRemoved = place == .indentation || place == .afterIndicator && range.contains { takesColumn(line[$0]) }
        for index in range where LookAlike.isLookAlike(line[index]) {
            let scalar = line[index]
            let finding = Finding(
                start: index,
                count: 1,
                scalar: scalar,
                place: place,
                isRemoved: isRemoved && !LookAlike.isSpace(scalar)
            )
            if finding.isRemoved { removed += 1 }
            isRemoved = isRemoved || place == .afterIndicator
            if let last = findings.last, last.scalar == scalar, last.start + last.count == index,
                last.isRemoved == finding.isRemoved
            {
                findings[findings.count - 1].count += 1
            } else {
                findings.append(finding)
            }
        }
    }

    private func takesColumn(_ scalar: Unicode.Scalar) -> Bool {
        Self.isBlank(scalar) || LookAlike.isLookAlike(scalar) && LookAlike.isSpace(scalar)
    }

    /// Whether there is space at an index, or the line's end.
    private func isSpace(at index: Int) -> Bool { index >= line.count || Self.isSpace(line[index]) }

    private func isBlank(at index: Int) -> Bool { index >= line.count || Self.isBlank(line[index]) }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        isBlank(scalar) || LookAlike.isLookAlike(scalar)
    }

    private static func isBracket(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "[", "]", "{", "}", ",": true
        default: false
        }
    }
}
