/// How ferry rewrites an image that EC2 would reject, before it stages it.
package enum Repackaging: String, Codable, CaseIterable, Sendable {
    /// A stream-optimized VMDK of the same disk, the only VMDK that EC2 imports.
    case streamOptimized = "stream-optimized"
}
