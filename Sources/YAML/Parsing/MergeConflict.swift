package import Diagnostics

/// Finds what version control writes into a file that two people changed in the same place.
package enum MergeConflict {
    private static let markers = ["<<<<<<< ", ">>>>>>> "].map { Array($0.utf8) }

    /// A diagnostic for each conflict of a file, at the line that begins it, with a note at the line that ends it.
    ///
    /// It is asked of files that are no YAML alone: in a block of text such a line may be meant.
    package static func problems(in file: SourceFile) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for number in 1...file.lineCount {
            guard let range = file.bytesOfLine(number) else { continue }
            let line = file.bytes[range]
            guard let first = line.first, first == UInt8(ascii: "<") || first == UInt8(ascii: ">"),
                let marker = markers.first(where: line.starts)
            else { continue }
            let location = SourceLocation(
                file: file,
                range: SourceRange(at: SourcePosition(line: number, column: 1), columns: marker.count - 1)
            )
            if marker == markers[0] {
                diagnostics.append(
                    Diagnostic(
                        .mergeConflict,
                        "a merge conflict that nobody resolved",
                        at: location,
                        help: "keep one of the two sides, or both, and take the marks out"
                    )
                )
            } else if let last = diagnostics.popLast() {
                diagnostics.append(last.noting("it ends here", at: location))
            }
        }
        return diagnostics
    }
}
