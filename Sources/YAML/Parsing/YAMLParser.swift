package import Diagnostics

/// Reads a YAML file into nodes that know their places, and says everything that is wrong with it.
///
/// What can be mended is mended, reported, and read on: bytes that are not UTF-8 become U+FFFD, look-alikes of spaces become
/// spaces, lines indented by tabs get the indentation that was most likely meant. A syntax error ends the reading; what stands before it is there all the same.
package enum YAMLParser {
    /// What was read of a file.
    package struct Result: Sendable {
        /// The top node; `nil` if the file is empty or nothing of it could be read.
        package var root: YAMLNode?
        /// What is wrong with the file as YAML.
        package var diagnostics: [Diagnostic]
    }

    /// Reads a file. It never fails: what is wrong is in the result.
    package static func parse(_ file: SourceFile) -> Result {
        let bytes = ByteRepair(file)
        guard !bytes.isHopeless else { return Result(root: nil, diagnostics: bytes.diagnostics) }
        do throws(SyntaxFailure) {
            return try parse(bytes, of: file)
        } catch {
            return Result(root: nil, diagnostics: bytes.diagnostics + [error.diagnostic(in: file)])
        }
    }

    private static func parse(_ bytes: ByteRepair, of file: SourceFile) throws(SyntaxFailure) -> Result {
        let lookAlikes = LookAlikeRepair(bytes.text, of: file)
        var (text, shifts) = (lookAlikes?.text ?? bytes.text, lookAlikes?.shifts ?? [:])
        var output = try DocumentBuilder.read(
            text,
            from: lookAlikes == nil ? bytes.textStart : 0,
            of: file,
            shifts: shifts,
            replacedLines: bytes.replacedLines
        )
        if output.failure != nil {
            let conflicts = MergeConflict.problems(in: file)
            guard conflicts.isEmpty else { return Result(root: nil, diagnostics: bytes.diagnostics + conflicts) }
        }
        var reported = bytes.diagnostics + (lookAlikes?.diagnostics ?? [])
        if output.failure != nil, text.contains(UInt8(ascii: "\t")) {
            let tabs = TabRepair(text, of: file, shifts: shifts)
            text = tabs.text
            shifts.merge(tabs.shifts) { $0 + $1 }
            output = try DocumentBuilder.read(
                text,
                from: 0,
                of: file,
                shifts: shifts,
                replacedLines: bytes.replacedLines
            )
            reported += tabs.diagnostics
        }
        let document = output.document
        reported += output.diagnostics.filter { !isEchoOfRepair($0, in: document) }
        if let failure = output.failure, !isEchoOfRepair(failure, in: document) {
            reported.append(failure.diagnostic(in: file).notingLookAlikes(in: failure.surroundings(in: file)))
        }
        var list = DiagnosticList()
        list.add(reported)
        return Result(root: document.root, diagnostics: list.all)
    }

    /// Whether a complaint most likely comes from the repair of a line: it is about that line or the one behind it.
    private static func isEchoOfRepair(_ failure: SyntaxFailure, in document: YAMLDocument) -> Bool {
        let lines = max(1, failure.place.line - 1)...failure.place.line
        return document.hasMendedLine(in: lines) || lines.contains(where: document.replacedLines.contains)
    }

    /// Whether a key may only stand twice because a line with a tab was taken to stand where it does not.
    private static func isEchoOfRepair(_ diagnostic: Diagnostic, in document: YAMLDocument) -> Bool {
        guard diagnostic.code == .duplicateKey else { return false }
        let places = [diagnostic.location] + diagnostic.notes.map(\.location)
        return places.contains { location in
            guard let line = location?.range.start.line else { return false }
            return document.hasMendedLine(in: line...line) || document.replacedLines.contains(line)
        }
    }
}
