/// Comparison that takes as long for a nearly right secret as for a wholly wrong one.
enum ConstantTime {
    /// Whether two texts are the same, byte by byte. Only their lengths show in the time it takes.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        // The parentheses matter: `|` and `^` have one precedence in Swift, and without them a difference is forgotten
        // again by the bytes after it.
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
