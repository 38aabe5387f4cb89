extension JSONReader {
    /// Reads a whole number that must lie in a range.
    package mutating func integer(in range: ClosedRange<Int>) throws(JSONError) -> Int {
        let value = try integer()
        guard range.contains(value) else {
            throw error("\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
