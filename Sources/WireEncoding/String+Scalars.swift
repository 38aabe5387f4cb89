extension String {
    /// Whether a text has at most so many characters (Unicode scalars), which is what AWS and JSON Schema count.
    package func hasAtMost(scalars most: Int) -> Bool {
        // Each character has at least one byte.
        utf8.count <= most || unicodeScalars.count <= most
    }
}
