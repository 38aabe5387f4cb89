/// Which addresses `--target` and `--exclude` mean: a glob for each part of `manifest/image@zone`.
///
/// `*` stands for any run of characters, `?` for one, `[a-c]` for one of a class and `[!a-c]` for one outside it; none of
/// them crosses `/` or `@`. A part that is left out stands for all: `erp` is the whole of a migration manifest, `erp/db`
/// an image in every zone, `*@us-east-1a` a zone.
package struct AddressPattern: Hashable, Sendable {
    /// The pattern as it was written.
    package let text: String
    private let manifest: Glob
    private let image: Glob
    private let zone: Glob

    /// Reads a pattern.
    package init(_ text: String) throws(AddressPatternError) {
        func refuse(_ reason: String) -> AddressPatternError { AddressPatternError(text: text, reason: reason) }
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { throw refuse("it has more than one “@”") }
        let names = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count <= 2 else { throw refuse("it has more than one “/”") }
        let parts = [names[0], names.count > 1 ? names[1] : "*", halves.count > 1 ? halves[1] : "*"]
        guard parts.allSatisfy({ !$0.isEmpty }) else {
            throw refuse("a part of it is empty; write * for all")
        }
        var globs: [Glob] = []
        for part in parts {
            guard let glob = Glob(part) else { throw refuse("a “[” in it has no “]”") }
            globs.append(glob)
        }
        self.text = text
        manifest = globs[0]
        image = globs[1]
        zone = globs[2]
    }

    /// Whether the pattern means an address.
    package func matches(_ address: ImportAddress) -> Bool {
        manifest.matches(address.manifest) && image.matches(address.image) && zone.matches(address.zone)
    }
}

/// Why a pattern cannot be understood.
package struct AddressPatternError: Error, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    package var text: String
    /// What is wrong with it.
    package var reason: String

    package var description: String {
        "“\(text)” is not a pattern of addresses: \(reason). The form is manifest/image@zone, such as erp/db-*@us-east-1a"
    }
}

/// A pattern of one name.
private struct Glob: Hashable, Sendable {
    private enum Element: Hashable {
        case run
        case any
        case scalar(Unicode.Scalar)
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let elements: [Element]

    init?(_ text: Substring) {
        var elements: [Element] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if elements.last != .run { elements.append(.run) }
            case "?": elements.append(.any)
            case "[":
                guard let element = Self.oneOf(&rest) else { return nil }
                elements.append(element)
            default: elements.append(.scalar(scalar))
            }
        }
        self.elements = elements
    }

    private static func oneOf(_ rest: inout Substring.UnicodeScalarView.SubSequence) -> Element? {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = rest.popFirst() {
            // As in a shell, a “]” that comes first stands for itself.
            if first == "]", !ranges.isEmpty { return .oneOf(ranges, isNegated: isNegated) }
            let second = rest.dropFirst().first
            if rest.first == "-", let second, second != "]" {
                rest.removeFirst(2)
                ranges.append(min(first, second)...max(first, second))
            } else {
                ranges.append(first...first)
            }
        }
        return nil
    }

    /// Compares in a time of at most the product of both lengths: a run that was too short is lengthened, and only the last.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var (element, scalar) = (0, 0)
        var (runElement, runScalar): (Int?, Int) = (nil, 0)
        while scalar < scalars.count {
            if element < elements.count, elements[element] == .run {
                (runElement, runScalar) = (element, scalar)
                element += 1
            } else if element < elements.count, Self.matches(elements[element], scalars[scalar]) {
                element += 1
                scalar += 1
            } else if let run = runElement {
                runScalar += 1
                (element, scalar) = (run + 1, runScalar)
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy { $0 == .run }
    }

    private static func matches(_ element: Element, _ scalar: Unicode.Scalar) -> Bool {
        switch element {
        case .run: false
        case .any: true
        case .scalar(let expected): expected == scalar
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }
}
