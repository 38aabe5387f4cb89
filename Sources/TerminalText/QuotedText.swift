/// Text from a file, quoted in a message.
package enum QuotedText {
    /// The most characters that a message quotes.
    private static let longest = 60

    /// Quotes a text, shortened to fit on one line.
    package static func quoted(_ text: String) -> String {
        text.count <= longest ? "“\(text)”" : "“\(text.prefix(longest))…”"
    }
}
