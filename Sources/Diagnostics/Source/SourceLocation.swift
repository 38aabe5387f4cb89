/// A stretch of a named file.
package struct SourceLocation: Sendable {
    /// The file.
    package var file: SourceFile
    /// The stretch.
    package var range: SourceRange

    /// Names a stretch of a file.
    package init(file: SourceFile, range: SourceRange) {
        self.file = file
        self.range = range
    }
}
