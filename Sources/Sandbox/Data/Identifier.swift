/// Random identifiers in the forms AWS gives them.
enum Identifier {
    /// An EC2 resource's id: the prefix and 17 hexadecimal digits, as in `vol-049df61146c4d7901`.
    static func resource(_ prefix: String) -> String { prefix + hexadecimal(digits: 17) }

    /// An EC2 request's id, in the form of a UUID.
    static func request() -> String {
        [8, 4, 4, 4, 12].map(hexadecimal(digits:)).joined(separator: "-")
    }

    /// That many random lower-case hexadecimal digits.
    static func hexadecimal(digits: Int) -> String {
        let alphabet = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        while text.count < digits {
            text.append(alphabet[Int.random(in: 0..<16)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
