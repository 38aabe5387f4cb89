import Diagnostics
import YAML

/// An import that a file speaks of, as far as it matters for whether its addresses are unique.
package struct DeclaredImport {
    /// The name of its migration manifest; `nil` if that could not be read.
    var manifest: String?
    /// The import's name.
    var name: Located<String>
    /// Its zones.
    var zones: [Located<String>]
    /// Whether these are all zones that were written.
    var zonesAreCertain: Bool
}
