/// The JSON Schemas of ferry's files, as `schemas/` has them.
package enum Schema: String, CaseIterable, Sendable {
    case migrationManifest = "migration-manifest"
    case lock, plan, state, event, diagnostics

    /// The schema's JSON text.
    package var text: String {
        let bytes =
            switch self {
            case .migrationManifest: PackageResources.migration_manifest_schema_json
            case .lock: PackageResources.lock_schema_json
            case .plan: PackageResources.plan_schema_json
            case .state: PackageResources.state_schema_json
            case .event: PackageResources.event_schema_json
            case .diagnostics: PackageResources.diagnostics_schema_json
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
