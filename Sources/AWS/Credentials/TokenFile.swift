import FileSystem
import WireEncoding

/// Reads a token that another program keeps in a file.
enum TokenFile {
    /// The token, without white space at its ends.
    ///
    /// - Parameters:
    ///   - name: The setting that names the file, for errors.
    ///   - limit: The most bytes it may have.
    static func read(_ path: String, namedBy name: String, upTo limit: Int) throws(CredentialsError) -> Secret {
        do throws(FileContents.Failure) {
            let text = String(decoding: try FileContents(path: path, limit: Int64(limit)).bytes, as: UTF8.self)
            return Secret(PythonText.stripped(text))
        } catch {
            let reason =
                switch error {
                case .tooLarge: "it has more than \(limit) bytes"
                case _ where error.isAbsence: "it is not there"
                case .system, .notRegular: "it cannot be read; check its permissions"
                }
            throw CredentialsError(description: "\(path), which \(name) names: \(reason)")
        }
    }
}
