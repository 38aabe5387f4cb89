/// Finds the word that was probably meant.
enum Spelling {
    /// The longest word that is compared, in characters.
    private static let longestWord = 64

    /// The candidate nearest to a word, if it is near enough to be a slip: a third of its letters at most.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.unicodeScalars.count <= longestWord else { return nil }
        let word = Array(word.lowercased().unicodeScalars)
        let ranked = candidates.map { (distance(word, Array($0.lowercased().unicodeScalars)), $0) }
        guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= max(1, best.1.count / 3) else { return nil }
        return best.1
    }

    /// Whether a word that ends in a number is one slip away from another with the same number: `us-east-2` is meant as
    /// it stands, `us-esat-1` is not.
    static func isSlip(_ word: String, for other: String) -> Bool {
        word.last == other.last && distance(Array(word.unicodeScalars), Array(other.unicodeScalars)) == 1
    }

    /// The number of letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
    private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var next = [row + 1] + [Int](repeating: 0, count: second.count)
            for (column, other) in second.enumerated() {
                next[column + 1] = min(last[column + 1] + 1, next[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    next[column + 1] = min(next[column + 1], beforeLast[column - 1] + 1)
                }
            }
            (beforeLast, last) = (last, next)
        }
        return last[second.count]
    }
}
