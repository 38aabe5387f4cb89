import Testing
import YAML

@testable import Diagnostics
@testable import Migration

/// Look-alikes of spaces anywhere in a migration manifest.
@Suite struct LookAlikeManifestTests {
    private static let manifest = """
        # Exit from the ERP
        version: 1
        name: erp-exit
        region: us-east-1
        staging: {bucket: "erp-staging", prefix: a/b}
        limits:
          uploads: 4
          bandwidth: 20 MiB/s
        defaults:
          zones: [us-east-1a, us-east-1b]
          tags: {Cost Center: a b, 'Owner': "x y"}
        imports:
          - name: db
            image: exports/db.vmdk
            description: First of two
          - {name: web, image: web.vhd, size: 20 GiB, zones: [us-east-1c]}
          - name: files
            image: files.raw
            tags:
              Note: >-
                one
                two
            description: >-
              long
              text
        """

    private func decode(_ text: String) -> ManifestDecoder.Output {
        ManifestDecoder.decode(SourceFile(path: "plan.yaml", bytes: Array(text.utf8)))
    }

    @Test("The manifest without look-alikes is good")
    func good() {
        let output = decode(Self.manifest)
        #expect(output.diagnostics.map(\.message).isEmpty && output.manifest?.imports.count == 3)
    }

    /// One of each kind: of the width of a space and wider, of none, of a line break, of a letter and of a symbol.
    @Test(
        "Wherever a look-alike is an error, a message names it at its place",
        arguments: [
            "\u{A0}", "\u{3000}", "\u{200B}", "\u{202E}", "\u{2028}", "\u{85}", "\u{3164}", "\u{2800}", "\u{600}",
            "\u{FEFF}",
        ]
            as [Unicode.Scalar]
    )
    func anywhere(_ scalar: Unicode.Scalar) {
        let scalars = Array(Self.manifest.unicodeScalars)
        var (line, column, errors) = (1, 1, 0)
        for index in 0...scalars.count {
            // At the start of the file, it is a byte order mark.
            if !(scalar == "\u{FEFF}" && index == 0) {
                var changed = scalars
                changed.insert(scalar, at: index)
                let output = decode(String(String.UnicodeScalarView(changed)))
                errors += output.diagnostics.isEmpty ? 0 : 1
                let point = "U+" + String(scalar.value + 0x10000, radix: 16, uppercase: true).suffix(4)
                let isNamed = output.diagnostics.contains { diagnostic in
                    let texts =
                        [(diagnostic.message, diagnostic.location)] + diagnostic.notes.map { ($0.message, $0.location) }
                    return texts.contains { message, location in
                        message.contains("(\(point))")
                            && location?.range.start == SourcePosition(line: line, column: column)
                    }
                }
                #expect(output.diagnostics.isEmpty || isNamed, "\(point) at \(line):\(column): \(output.diagnostics)")
            }
            guard index < scalars.count else { break }
            (line, column) = scalars[index] == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        #expect(errors > scalars.count / 2)
    }

    @Test("A look-alike in the words of a description or tag is kept")
    func kept() throws {
        for (before, after) in [
            ("First of two", "First\u{A0}of two"), ("Exit from", "\u{3000}Exit\u{200B}"), ("long", "lo\u{AD}ng"),
            ("x y", "\u{A0}x\u{A0}y\u{A0}"), ("a b", "a\u{A0}b"), ("Cost Center", "Cost\u{A0}Center"),
            ("long", "5\u{202F}€"),
        ] {
            let output = decode(Self.manifest.replacing(before, with: after))
            #expect(output.diagnostics.isEmpty, "\(after): \(output.diagnostics)")
        }
    }

    @Test("A look-alike in a key is named, and neither the key nor what it was meant to be is reported otherwise")
    func keys() {
        for (text, place) in [
            ("na\u{200B}me: erp-exit", "3:3"), ("name\u{2060}x: erp-exit", "3:5"), ("\"na\u{A0}me\": erp-exit", "3:4"),
        ] {
            let output = decode(Self.manifest.replacing("name: erp-exit", with: text))
            let lines = output.diagnostics.map { diagnostic in
                let start = diagnostic.location?.range.start
                return "\(start?.line ?? 0):\(start?.column ?? 0) \(diagnostic.code.rawValue)"
            }
            #expect(lines == ["\(place) F0012"], "\(output.diagnostics)")
            #expect(output.diagnostics.allSatisfy { $0.message.hasSuffix(") in a key") })
        }
    }
}
