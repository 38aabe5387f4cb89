/// A place in a file: line and column, both from 1; the column counts characters (Unicode scalars), as libyaml does.
package struct SourcePosition: Hashable, Sendable {
    // Two halves of a word: every node of a document keeps two positions.
    private let storedLine: UInt32
    private let storedColumn: UInt32

    /// The line, from 1.
    package var line: Int { Int(storedLine) }
    /// The column in characters, from 1.
    package var column: Int { Int(storedColumn) }

    /// Names a place; numbers beyond 32 bits are cut to the largest.
    package init(line: Int, column: Int) {
        storedLine = UInt32(clamping: line)
        storedColumn = UInt32(clamping: column)
    }

    /// The start of a file.
    package static let start = SourcePosition(line: 1, column: 1)
}

extension SourcePosition: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
    }
}
