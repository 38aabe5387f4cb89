/// A stretch of a file, the end not included.
package struct SourceRange: Hashable, Sendable {
    /// Where it begins.
    package var start: SourcePosition
    /// Where it ends, not included.
    package var end: SourcePosition

    /// Names a stretch.
    package init(start: SourcePosition, end: SourcePosition) {
        self.start = start
        self.end = end
    }

    /// A stretch of `columns` characters of one line.
    package init(at start: SourcePosition, columns: Int = 1) {
        self.init(start: start, end: SourcePosition(line: start.line, column: start.column + columns))
    }
}
