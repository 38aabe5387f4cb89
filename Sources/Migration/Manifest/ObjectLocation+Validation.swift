import TerminalText
package import WireEncoding

extension ObjectLocation {
    /// Why a text is no URL of an object in S3.
    package struct NotAnObject: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads a URL such as `s3://bucket/key`, by the rules of a migration manifest.
    package init(validating url: String) throws(NotAnObject) {
        do throws(Violation) {
            guard let object = try ImageValidator.source(url).object else {
                throw Violation(.badStaging, "\(QuotedText.quoted(url)) does not begin with \(Self.scheme)")
            }
            self = object
        } catch {
            throw NotAnObject(description: error.help.map { "\(error.message); \($0)" } ?? error.message)
        }
    }
}
