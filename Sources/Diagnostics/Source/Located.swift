/// A value together with where it was written.
package struct Located<Value: Sendable>: Sendable {
    /// The value.
    package var value: Value
    /// Where it was written.
    package var location: SourceLocation

    /// The file it was written in.
    package var file: SourceFile { location.file }
    /// The stretch of the file it was written in.
    package var range: SourceRange { location.range }

    /// Keeps a value and its place.
    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}
