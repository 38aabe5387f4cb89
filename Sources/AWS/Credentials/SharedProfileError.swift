/// Why a shared file cannot be read. It shows no text of the file, which may hold keys.
package struct SharedProfileError: Error, Hashable, Sendable {
    /// The files.
    package enum File: Hashable, Sendable {
        case configuration, credentials
    }

    /// What is wrong with a line.
    package enum Reason: String, Error, Sendable {
        case unreadable = "the file cannot be read; check its permissions"
        case tooLong = "the file is longer than 1 MiB"
        case sectionWithoutBracket = "a section must end with “]”"
        case propertyOutsideProfile = "there is a property before the first section"
        case propertyWithoutEquals = "a property needs “=” between its name and its value"
        case propertyWithoutName = "a property has no name before “=”"
        case continuationWithoutProperty = "an indented line goes on with a property, and there is none before it"
        case nestedWithoutEquals = "a nested property needs “=” between its name and its value"
        case nestedWithoutName = "a nested property has no name before “=”"
    }

    /// The file.
    package var file: File
    /// The line, from 1; 0 if it is the whole file.
    package var line: Int
    /// What is wrong.
    package var reason: Reason
}
