/// Builds elements from what a parser finds, within bounds that do not depend on the document.
final class XMLElementBuilder: XMLHandler {
    /// How deep elements may be nested.
    private static let deepestNesting = 64

    /// The outermost element, once it has ended.
    private(set) var root: XMLElement?
    private var open: [XMLElement] = []
    private var elementsLeft: Int
    private var textLeft: Int

    /// Begins with nothing.
    ///
    /// - Parameters:
    ///   - mostElements: How many elements there may be. An import manifest of 50,000 parts has 300,000.
    ///   - longestText: How many bytes all text and attributes together may have.
    init(mostElements: Int = 1_000_000, longestText: Int = 128 << 20) {
        elementsLeft = mostElements
        textLeft = longestText
    }

    func start(_ element: String, attributes: [String: String]) throws(XMLError) {
        guard open.count < Self.deepestNesting else { throw XMLError(description: "elements are nested too deep") }
        guard elementsLeft > 0 else { throw XMLError(description: "there are too many elements") }
        elementsLeft -= 1
        for (name, value) in attributes { try take(name.utf8.count + value.utf8.count) }
        open.append(XMLElement(name: element, attributes: attributes))
    }

    func text(_ text: String) throws(XMLError) {
        guard !open.isEmpty else { return }
        try take(text.utf8.count)
        open[open.count - 1].text += text
    }

    func end(_ element: String) {
        guard var last = open.popLast() else { return }
        last.text = Self.trimmed(last.text)
        if open.isEmpty {
            root = last
        } else {
            open[open.count - 1].children.append(last)
        }
    }

    private func take(_ count: Int) throws(XMLError) {
        guard count <= textLeft else { throw XMLError(description: "there is too much text") }
        textLeft -= count
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, isSpace(first) || isSpace(last) else { return text }
        let start = bytes.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(text[start.startIndex...end])
    }

    // The white space of XML 1.0, section 2.3.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
