/// What EC2 says of a task, as it may be kept and shown.
enum StatusMessage {
    /// The message without the query of any web address in it: a presigned address lets its holder read the image.
    static func withoutSecrets(_ message: String) -> String {
        guard message.contains("://"), message.contains("?") else { return message }
        let words = message.split(separator: " ", omittingEmptySubsequences: false).map { word -> Substring in
            guard word.contains("://"), let query = word.firstIndex(of: "?") else { return word }
            return word[..<query] + "?…"
        }
        return words.joined(separator: " ")
    }
}
