import Diagnostics

/// Finds look-alikes in the structure of a file, and replaces them with what was most likely meant: spaces, or nothing.
struct LookAlikeRepair {
    /// The text with the look-alikes replaced; as many lines as before.
    private(set) var text: [UInt8] = []
    /// A diagnostic for each place.
    private(set) var diagnostics: [Diagnostic] = []
    /// The lines that were changed, and how many columns further right their text is in the file than in `text`.
    private(set) var shifts: [Int: Int] = [:]

    private let file: SourceFile
    private var scanner = StructureScanner()

    /// Repairs a text; `nil` if it contains no look-alike at all.
    ///
    /// - Parameters:
    ///   - text: A text in UTF-8, of the lines of `file`.
    ///   - file: The file that messages point into.
    init?(_ text: [UInt8], of file: SourceFile) {
        let lines = SourceFile(path: file.path, bytes: text)
        guard text.contains(where: { $0 >= 0x80 }),
            String(decoding: text[lines.textStart...], as: UTF8.self).unicodeScalars.contains(
                where: LookAlike.isLookAlike
            )
        else { return nil }
        self.file = file
        self.text.reserveCapacity(text.count)
        for number in 1...lines.lineCount {
            guard let range = lines.bytesOfLine(number) else { break }
            append(text[range], number: number)
        }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>, number: Int) {
        let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.map { $0 + 1 }
        var line = Array(String(decoding: bytes[..<(end ?? bytes.startIndex)], as: UTF8.self).unicodeScalars)
        let lineBreak = line.last.flatMap { LookAlike.isLineBreak($0) ? $0 : nil }
        if lineBreak != nil { line.removeLast() }
        let findings = scanner.read(line)
        for finding in findings { report(finding, number) }
        if let lineBreak, !scanner.isInQuotes {
            report(StructureScanner.Finding(start: line.count, count: 1, scalar: lineBreak, place: .lineEnd), number)
            // libyaml continues on the next line, where the rest most likely is out of place.
            for number in number...(number + 1) { shifts[number, default: 0] += 0 }
        }
        guard !findings.isEmpty else {
            text += bytes
            return
        }
        var repaired = String.UnicodeScalarView()
        var next = 0
        for finding in findings {
            repaired.append(contentsOf: line[next..<finding.start])
            shifts[number, default: 0] += finding.isRemoved ? finding.count : 0
            if !finding.isRemoved { repaired.append(contentsOf: repeatElement(" ", count: finding.count)) }
            next = finding.start + finding.count
        }
        repaired.append(contentsOf: line[next...])
        lineBreak.map { repaired.append($0) }
        text += Array(String(repaired).utf8)
        text += bytes[(end ?? bytes.startIndex)...]
    }

    private mutating func report(_ finding: StructureScanner.Finding, _ number: Int) {
        let start = SourcePosition(line: number, column: finding.start + 1)
        diagnostics.append(
            Diagnostic(
                .lookAlike,
                "\(LookAlike.name(of: finding.scalar)) \(finding.place.rawValue)",
                at: SourceLocation(file: file, range: SourceRange(at: start, columns: finding.count)),
                help: LookAlike.help(for: finding.scalar)
            )
        )
    }
}
