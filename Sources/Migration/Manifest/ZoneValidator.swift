import TerminalText

/// The forms of the names of regions and zones (EC2 User Guide, “Regions and Zones”).
package enum ZoneValidator {
    /// A region's name, such as `us-east-1` or `us-gov-west-1`.
    static func region(_ text: String) throws(Violation) -> String {
        if let (region, rest) = parts(of: text) {
            guard !rest.isEmpty else { return region }
            let message = "\(QuotedText.quoted(text)) is a zone, and this key takes its region"
            throw Violation(.badRegion, message, suggestion: region)
        }
        let message = "\(QuotedText.quoted(text)) is not a region's name"
        if let (region, rest) = parts(of: text.lowercased()), rest.isEmpty {
            throw Violation(.badRegion, message, suggestion: region)
        }
        throw Violation(.badRegion, message, help: "write a name such as us-east-1")
    }

    /// A zone's name, such as `us-east-1a`, or `us-west-2-lax-1a` of a local zone, with the region it begins with; or a
    /// zone's id, such as `use1-az1`, which names the same zone in every account and says no region.
    static func zone(_ text: String) throws(Violation) -> Zone {
        let quoted = QuotedText.quoted(text)
        if let (region, rest) = parts(of: text) {
            guard rest.isEmpty else { return Zone(name: text, region: region) }
            let help = "add the letter of the zone, such as \(region)a"
            throw Violation(.badZone, "\(quoted) is a region, and this key takes zones", help: help)
        }
        if isID(text) { return Zone(name: text, region: nil) }
        let message = "\(quoted) is not an Availability Zone's name"
        if let (_, rest) = parts(of: text.lowercased()), !rest.isEmpty {
            throw Violation(.badZone, message, suggestion: text.lowercased())
        }
        throw Violation(.badZone, message, help: "write a name such as us-east-1a, or an id such as use1-az1")
    }

    /// The region that a zone's name begins with; `nil` for anything that is no zone's name.
    package static func region(ofZone name: String) -> String? {
        guard let (region, rest) = parts(of: name), !rest.isEmpty else { return nil }
        return region
    }

    /// A zone's name and the region it begins with; or its id, and no region.
    struct Zone {
        var name: String
        var region: String?
    }

    /// Splits the name of a region or zone behind the region; `nil` if it has the form of neither.
    ///
    /// A region is two to four letters (`us`, `eusc`), at least one more word and a number; a zone adds a letter, a local
    /// zone a group of words that ends in a number and a letter.
    private static func parts(of text: String) -> (region: String, rest: String)? {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count >= 3, (2...4).contains(words[0].utf8.count) else { return nil }
        guard let number = words.firstIndex(where: { $0.utf8.first.map(CharacterClasses.isDigit) ?? false }),
            number >= 2,
            words[..<number].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(CharacterClasses.isLowerCase) })
        else { return nil }
        let digits = words[number].prefix { $0.utf8.allSatisfy(CharacterClasses.isDigit) }
        let rest = text[digits.endIndex...]
        guard digits.utf8.count <= 2 else { return nil }
        let isWhole = digits.endIndex == words[number].endIndex
        if isWhole, number < words.count - 1 {
            let local = words[(number + 1)...]
            let areWords = local.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(CharacterClasses.isLowerCaseOrDigit) }
            guard areWords, local.count >= 2, let last = local.last, isNumberAndLetter(last) else { return nil }
        } else {
            guard number == words.count - 1, isWhole || isNumberAndLetter(words[number]) else { return nil }
        }
        return (String(text[..<digits.endIndex]), String(rest))
    }

    private static func isNumberAndLetter(_ word: Substring) -> Bool {
        guard let last = word.utf8.last, CharacterClasses.isLowerCase(last) else { return false }
        let digits = word.utf8.dropLast()
        return !digits.isEmpty && digits.count <= 2 && digits.allSatisfy(CharacterClasses.isDigit)
    }

    /// The form of a zone's id: a short region, its number, and `az` with a number, such as `use1-az1` or
    /// `usw2-lax1-az1`.
    package static func isID(_ text: String) -> Bool {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, (2...3).contains(words.count), let last = words.last, last.hasPrefix("az") else {
            return false
        }
        let number = last.utf8.dropFirst(2)
        return (1...2).contains(number.count) && number.allSatisfy(CharacterClasses.isDigit)
            && words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(CharacterClasses.isLowerCaseOrDigit) }
            && words[0].utf8.first.map(CharacterClasses.isLowerCase) ?? false
            && words[0].utf8.last.map(CharacterClasses.isDigit) ?? false
    }
}
