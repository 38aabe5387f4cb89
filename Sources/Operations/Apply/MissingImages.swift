import Migration

/// Images that a plan needs and that are not on this machine, or not in S3.
package struct MissingImages: Error, Sendable {
    /// One line for each image, sorted.
    package let problems: [String]

    init(_ images: [SourceImage]) {
        let problems = images.map { image in
            let what = image.object == nil ? "there is no such file" : "it could not be looked at in S3"
            return "\(image.path): \(what), and applying this plan needs it"
        }
        self.problems = Set(problems).sorted()
    }
}
