/// SHA-1 (FIPS 180-4): the names of files in the SSO token cache of the AWS tools, and nothing that needs a secure hash.
package enum SHA1 {
    /// The digest of the UTF-8 form of `text` as 40 lower-case hexadecimal digits.
    package static func hex(of text: String) -> String {
        var digest = MessageDigest(.sha1)
        Array(text.utf8).withUnsafeBytes { digest.update($0) }
        return digest.finish().hexadecimal
    }
}
