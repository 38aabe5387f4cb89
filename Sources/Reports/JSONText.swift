import Foundation

/// Values as JSON for programs: keys in order, one form for one value.
package enum JSONText {
    /// The JSON of a value, ending in a line break.
    package static func string(for value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
