/// How much is done at once while a plan is applied.
package struct PlanLimits: Hashable, Sendable {
    /// The most parts uploaded at once.
    package var uploads: Int
    /// The most conversions at once.
    package var conversions: Int
    /// The most bytes uploaded a second; `nil` for no limit.
    package var bandwidth: Int64?
    /// The most ImportVolume calls a second; `nil` for ferry's own pace.
    package var requestsPerSecond: Double?
    /// How long EC2's lists may omit a task, in seconds; AWS's value if `nil`.
    package var listConsistency: Int64?
    /// How long EC2 accepts a signature, in seconds; AWS's value if `nil`.
    package var signatureValidity: Int64?

    /// The limits of migration manifests that name none.
    package init() {
        self.init(MigrationManifest.Limits())
    }

    /// The limits that migration manifests set.
    package init(_ limits: MigrationManifest.Limits) {
        uploads = limits.uploads
        conversions = limits.conversions
        bandwidth = limits.bandwidth
        requestsPerSecond = limits.requestsPerSecond
        listConsistency = limits.listConsistency
        signatureValidity = limits.signatureValidity
    }
}
