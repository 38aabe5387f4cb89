package import Diagnostics

/// Characters that look like a space or like nothing, but are neither a space nor a line break in YAML.
package enum LookAlike {
    /// Whether a character is one: of the Unicode general categories Zs, Zl, Zp and Cf except for the space, and those
    /// letters and symbols that fonts show as blank. Marks that combine with another character are not.
    package static func isLookAlike(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x80 else { return false }
        if isLineBreak(scalar) || scalar == "\u{2800}" { return true }
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .format: return true
        // The fillers of Hangul.
        case .otherLetter: return scalar.properties.isDefaultIgnorableCodePoint
        default: return false
        }
    }

    /// Whether libyaml ends a line at a character: NEL, LS and PS (YAML 1.1, section 4.2).
    static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// Whether a look-alike takes the place of a space: it was most likely meant as one. The others are invisible.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{2800}" || scalar.properties.generalCategory != .format
    }

    /// The character's name in the Unicode Standard and its code point: `no-break space (U+00A0)`.
    package static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let point = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        // Control characters have no names, only aliases (NameAliases.txt).
        let name = scalar.value == 0x85 ? "next line" : scalar.properties.name?.lowercased()
        return "\(name ?? "character") (\(point))"
    }

    /// What to do about a character.
    static func help(for scalar: Unicode.Scalar) -> String {
        isLineBreak(scalar)
            ? "delete it, or break the line there" : isSpace(scalar) ? "replace it with a space" : "delete it"
    }

    /// The places of look-alikes in a stretch of a file, at most 3: more would say nothing new.
    static func places(in location: SourceLocation) -> [(scalar: Unicode.Scalar, location: SourceLocation)] {
        let (file, range) = (location.file, location.range)
        var places: [(scalar: Unicode.Scalar, location: SourceLocation)] = []
        for number in range.start.line...max(range.start.line, min(range.end.line, range.start.line + 100)) {
            guard let line = file.line(number) else { continue }
            for (index, scalar) in line.unicodeScalars.enumerated() where isLookAlike(scalar) {
                let position = SourcePosition(line: number, column: index + 1)
                guard position >= range.start, position < range.end else { continue }
                places.append((scalar, SourceLocation(file: file, range: SourceRange(at: position))))
                guard places.count < 3 else { return places }
            }
        }
        return places
    }
}

extension Diagnostic {
    /// The same with a note for each look-alike in a stretch of a file, which is easily overlooked there.
    package func notingLookAlikes(in location: SourceLocation) -> Diagnostic {
        LookAlike.places(in: location).reduce(self) { diagnostic, place in
            diagnostic.noting("\(LookAlike.name(of: place.scalar)) here", at: place.location)
        }
    }

    /// A problem with a key that contains a look-alike; `nil` if it contains none.
    ///
    /// - Parameters:
    ///   - key: The key's text.
    ///   - location: Where the key is written.
    package static func lookAlike(inKey key: String, at location: SourceLocation) -> Diagnostic? {
        guard let scalar = key.unicodeScalars.first(where: LookAlike.isLookAlike) else { return nil }
        // An escape sequence has no look-alike in the file.
        let place = LookAlike.places(in: location).first { $0.scalar == scalar }?.location ?? location
        return Diagnostic(
            .lookAlike,
            "\(LookAlike.name(of: scalar)) in a key",
            at: place,
            help: LookAlike.help(for: scalar)
        )
    }
}

extension String {
    /// The text without look-alikes.
    package var withoutLookAlikes: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { !LookAlike.isLookAlike($0) }))
    }
}
