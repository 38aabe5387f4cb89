import EC2Types
import TerminalText

/// Reads sizes and rates as people write them: a number and a unit.
enum Quantity {
    private static let gibibyte: Int64 = 1 << 30

    /// Of the binary units, the powers of two.
    private static let shifts: [(unit: String, shift: Int64)] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]
    /// Of the decimal units, the powers of ten.
    private static let powers: [(unit: String, factor: Int64)] = [
        ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    /// A volume's size in GiB, written in whole GiB or TiB.
    static func volumeSize(_ text: String) throws(Violation) -> Int {
        let quoted = QuotedText.quoted(text)
        let help = "write whole GiB or TiB, such as 512 GiB"
        let (number, unit) = split(text)
        if let number, unit.isEmpty {
            throw Violation(.badQuantity, "the size \(quoted) has no unit", suggestion: "\(number) GiB")
        }
        if let number, let factor = powers.first(where: { $0.unit == unit.uppercased() })?.factor {
            let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
            let message = "the size \(quoted) is in decimal units, and volumes are measured in GiB (2^30 bytes)"
            guard !overflow, bytes <= EC2Limits.volumeSize.upperBound * gibibyte else {
                throw Violation(.badQuantity, message, help: help)
            }
            let size = bytes / gibibyte + (bytes % gibibyte == 0 ? 0 : 1)
            let advice = "\(text) fills \(size) GiB"
            throw Violation(.badQuantity, message, help: advice, suggestion: "\(size) GiB")
        }
        guard let number, unit == "GiB" || unit == "TiB" else {
            let near = shifts.first { $0.unit.lowercased() == unit.lowercased() }?.unit
            let suggestion = number.flatMap { number in near.flatMap { $0 == unit ? nil : "\(number) \($0)" } }
            throw Violation(
                .badQuantity,
                "\(quoted) is not a volume's size",
                help: suggestion == nil ? help : nil,
                suggestion: suggestion
            )
        }
        let (size, overflow) = number.multipliedReportingOverflow(by: unit == "TiB" ? 1024 : 1)
        let sizes = EC2Limits.volumeSize
        guard !overflow, sizes.contains(size) else {
            let range = "\(sizes.lowerBound) GiB to \(sizes.upperBound / 1024) TiB"
            throw Violation(.badQuantity, "a volume has \(range), and this is \(quoted)", help: help)
        }
        return Int(size)
    }

    /// A rate in bytes a second, such as `200 MiB/s`.
    static func bandwidth(_ text: String) throws(Violation) -> Int64 {
        let quoted = QuotedText.quoted(text)
        let help = "write a whole number of KiB/s, MiB/s or GiB/s, such as 200 MiB/s"
        guard let amount = perSecond(text) else {
            throw Violation(.badQuantity, "\(quoted) is not a bandwidth: it does not end in /s", help: help)
        }
        let (number, unit) = split(amount)
        guard let number, let shift = shifts.first(where: { $0.unit == unit })?.shift else {
            throw Violation(.badQuantity, "\(quoted) is not a bandwidth", help: help)
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        // The least with which a part arrives before its connection times out; the most that can be counted with ease.
        guard !overflow, bytes >= 64 << 10, number <= 9999 else {
            throw Violation(
                .badQuantity,
                "the bandwidth \(quoted) is out of range",
                help: "from 64 KiB/s to 9999 TiB/s, in numbers of at most four digits"
            )
        }
        return bytes
    }

    /// A number of requests a second, such as `5/s` or `0.5/s`.
    static func requests(_ text: String) throws(Violation) -> Double {
        let quoted = QuotedText.quoted(text)
        guard let amount = perSecond(text), let number = decimal(amount) else {
            throw Violation(
                .badQuantity,
                "\(quoted) is not a rate of requests",
                help: "write a number a second, such as 5/s"
            )
        }
        guard (0.01...10_000).contains(number) else {
            throw Violation(.badQuantity, "the rate \(quoted) is out of range", help: "from 0.01/s to 10000/s")
        }
        return number
    }

    /// A duration in seconds: a whole number of `s`, `min`, `h`, or `d`, up to 30 days.
    static func duration(_ text: String) throws(Violation) -> Int64 {
        let quoted = QuotedText.quoted(text)
        let help = "write a whole number of s, min, h, or d, such as 20 min"
        let factors: [String: Int64] = ["s": 1, "min": 60, "h": 3600, "d": 86_400]
        let (number, unit) = split(text)
        guard let number, let factor = factors[unit] else {
            throw Violation(.badQuantity, "\(quoted) is not a duration", help: help)
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, (1...30 * 86_400).contains(seconds) else {
            throw Violation(.badQuantity, "the duration \(quoted) is out of range", help: "from 1 s to 30 d")
        }
        return seconds
    }

    /// Decimal digits alone: no sign, no leading zero, no underscore; `nil` for more than 2^63 − 1.
    static func wholeNumber(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy(CharacterClasses.isDigit), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return Int64(text)
    }

    /// A number and the unit behind it.
    private static func split(_ text: String) -> (number: Int64?, unit: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return (wholeNumber(digits), String(text[digits.endIndex...].drop { $0 == " " }))
    }

    /// What is in front of `/s`.
    private static func perSecond(_ text: String) -> String? {
        guard text.hasSuffix("/s") else { return nil }
        var amount = text.dropLast(2)
        while amount.last == " " { amount.removeLast() }
        return String(amount)
    }

    /// A decimal number such as `5` or `0.5`.
    private static func decimal(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 9 && $0.utf8.allSatisfy(CharacterClasses.isDigit) }),
            parts[0] == "0" || !parts[0].hasPrefix("0")
        else { return nil }
        return Double(text)
    }
}
