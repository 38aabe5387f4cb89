/// What ferry makes of an image before it uploads it, because EC2 would refuse the image as it is.
package enum ImageConversion: String, Codable, CaseIterable, Sendable {
    /// A stream-optimised VMDK of the same disk, the only VMDK that EC2 imports.
    case streamOptimised = "stream-optimized"
}
