package import DiskImages

/// Something that the owner of a readable image should know before importing it, with what to do about it.
package struct ImageProblem: Hashable, Sendable {
    /// How severe a problem is.
    package enum Severity: String, Encodable, Sendable {
        /// EC2 would reject the image.
        case refused
        /// The import would work, but perhaps not as intended.
        case warning
    }

    /// How severe it is.
    package let severity: Severity
    /// A stable word for programs.
    package let code: String
    /// What is wrong.
    package let message: String
    /// What to do about it: a command if there is one.
    package let remedy: String?

    /// The problems of an image: what EC2 would reject, then what is unusual.
    ///
    /// - Parameter path: The path of the image, or its URL, for the commands in remedies.
    package static func all(of facts: DiskImageFacts, path: String) -> [ImageProblem] {
        let rejections = ImportRequirements.rejections(of: facts).map { rejection in
            ImageProblem(
                severity: .refused,
                code: rejection.code,
                message: rejection.message,
                remedy: rejection.isResolvedByRepackaging ? ShellCommand.repackaging(path) : nil
            )
        }
        let warnings = facts.warnings.map { warning in
            ImageProblem(
                severity: .warning,
                code: warning.code.rawValue,
                message: warning.message,
                remedy: warning.remedy
            )
        }
        return rejections + warnings
    }
}

extension ImageProblem: Encodable {}
