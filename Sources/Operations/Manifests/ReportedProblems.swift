package import Diagnostics

/// Takes the diagnostics of migration manifests and images as an operation finds them.
package typealias DiagnosticHandler = ([Diagnostic]) throws -> Void

/// The end of an operation whose problems its ``DiagnosticHandler`` already took.
package struct ReportedProblems: Error {
    /// Creates the error.
    package init() {}
}
