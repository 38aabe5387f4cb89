/// A shared configuration or credentials file as it was read.
package struct SharedFile: Sendable {
    /// The two files.
    package enum Kind: Hashable, Sendable {
        /// `~/.aws/config`, where profiles are written `[profile NAME]`.
        case configuration
        /// `~/.aws/credentials`, where each section is a profile.
        case credentials
    }

    /// The path, for messages; `nil` if it is not known.
    let path: String?
    /// The content.
    let bytes: [UInt8]

    /// A file that was read.
    package init(path: String? = nil, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

// The bytes hold keys: they are not shown, by reflection either.
extension SharedFile: CustomStringConvertible, CustomReflectable {
    package var description: String { path ?? "shared file" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
