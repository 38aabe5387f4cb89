import Migration

/// The scratch files of images that ferry repackages, over the course of a run.
struct RepackagingScratch {
    private let repackaged: [ImageGroup]
    /// The images of recorded imports that are not settled.
    private let unsettled: [SourceImage]
    private let files: (any ImageRepackager)?

    /// Finds the images of a run that are repackaged.
    init(groups: [ImageGroup], state: MigrationState, files: (any ImageRepackager)?) {
        repackaged = groups.filter { $0.image.repackaging != nil }
        unsettled = state.imports.values.filter { $0.phase.name != .settled }.map(\.subject.image)
            .filter { $0.repackaging != nil }
        self.files = files
    }

    /// Removes the files that neither the run nor a recorded import needs.
    func removeStale() async throws {
        try await files?.removeAll(but: repackaged.map(\.image) + unsettled)
    }

    /// Removes the files of images whose imports have all settled, with the lists of their parts.
    ///
    /// - Parameter completed: The settled imports, by address.
    func removeSettled(completed: [String: String]) async throws {
        let open = repackaged.filter { $0.changes.contains { completed[$0.address.description] == nil } }
        let processed = Set(repackaged.map(\.image.digest))
        try await files?.removeAll(but: open.map(\.image) + unsettled.filter { !processed.contains($0.digest) })
    }
}
