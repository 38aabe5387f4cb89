/// An element of a small XML document, with all that is in it.
package struct XMLElement: Sendable {
    /// The name without a prefix.
    package var name: String
    /// The attributes.
    package var attributes: [String: String] = [:]
    /// The text directly in it, without white space at its ends.
    package var text = ""
    /// The elements in it, in order.
    package var children: [XMLElement] = []

    /// The first child of a name.
    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The text of the first child of a name; `nil` if there is none or it is empty.
    package func text(_ name: String) -> String? {
        child(name).flatMap { $0.text.isEmpty ? nil : $0.text }
    }

    /// Reads a document that is there whole.
    ///
    /// - Throws: ``XMLError``.
    package static func parse(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
        let builder = XMLElementBuilder()
        do {
            try XMLParser.parse(bytes, builder)
        } catch let error as XMLError {
            throw error
        } catch {
            throw XMLError(description: "\(error)")
        }
        guard let root = builder.root else { throw XMLError(description: "the document is empty") }
        return root
    }
}
