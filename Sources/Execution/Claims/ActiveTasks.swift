import EC2Types

/// The tasks that may still read parts, of all imports that EC2 lists with a marker.
struct ActiveTasks: Sendable {
    private let ids: Set<String>
    private let imports: Set<String>

    /// Keeps the active ones among listed tasks.
    init(_ tasks: [ConversionTask]) {
        let active = tasks.lazy.filter { $0.state == .active || $0.state == .cancelling }
        ids = Set(active.map(\.id))
        imports = Set(active.compactMap(\.marker).map { Self.key($0.address, $0.fingerprint) })
    }

    /// Whether a task is active.
    func contains(_ taskID: String) -> Bool { ids.contains(taskID) }

    /// Whether a task of the import that a claim is named after is active.
    func containsImport(ofClaim name: String) -> Bool {
        // The name has the address's hash and the fingerprint, of which the marker has the first 16 digits.
        imports.contains(String(name.prefix(33)))
    }

    private static func key(_ address: UInt64, _ fingerprint: UInt64) -> String {
        "\(TaskMarker.hexadecimal(address))-\(TaskMarker.hexadecimal(fingerprint))"
    }
}
