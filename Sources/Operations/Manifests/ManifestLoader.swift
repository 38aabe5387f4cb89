package import Diagnostics
package import Migration
import YAML

/// Reads migration manifests from files and folders, together: addresses are unique over all of them.
package enum ManifestLoader {
    /// The paths of all files that ``load(paths:)`` reads, without those that cannot be listed.
    package static func files(in paths: [String]) -> [String] {
        paths.flatMap { path in (try? ManifestFiles.list(path)) ?? [] }
    }

    /// Reads all files, and in folders every file that ends in `.yaml` or `.yml`, in the order of their names.
    ///
    /// A file that several paths lead to is read once. Nothing is thrown: a path that cannot be read is a diagnostic.
    ///
    /// - Returns: The manifests as far as they could be read, and everything that is wrong, sorted by file and place. If
    ///   there is an error among it, the manifests may lack imports.
    package static func load(paths: [String]) -> (manifests: [MigrationManifest], diagnostics: [Diagnostic]) {
        var manifests: [MigrationManifest] = []
        var diagnostics: [Diagnostic] = []
        var addresses = DuplicateAddressCheck()
        var seen: Set<ManifestFiles.Identity> = []
        for path in paths {
            do throws(Violation) {
                for name in try ManifestFiles.list(path) {
                    let content: ManifestFiles.Content
                    do throws(Violation) {
                        content = try ManifestFiles.read(name)
                    } catch {
                        diagnostics.append(Diagnostic(error.code, error.message, at: nil))
                        continue
                    }
                    guard seen.insert(content.identity).inserted else { continue }
                    let output = ManifestDecoder.decode(content.file)
                    diagnostics += output.diagnostics
                    addresses.enter(output.declared)
                    if let manifest = output.manifest { manifests.append(manifest) }
                }
            } catch {
                diagnostics.append(Diagnostic(error.code, error.message, at: nil))
            }
        }
        return (manifests, DiagnosticRenderer.sorted(diagnostics + addresses.diagnostics))
    }
}
