import Glibc
import SystemPackage
import TerminalText

/// Paths as text and as the bytes that Linux knows them by.
package enum SystemPath {
    /// The first byte of the UTF-8 of the scalars that stand for bytes.
    private static let firstByteOfLastPlanes: UInt8 = 0xF4

    /// The text of a path's bytes. ``bytes(of:)`` returns the same bytes for it.
    package static func text(of bytes: [UInt8]) -> String {
        if !bytes.contains(firstByteOfLastPlanes), let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        var rest = bytes[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            if let scalar = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first,
                UndecodableByte.byte(of: scalar) == nil
            {
                scalars.append(scalar)
                rest = rest.dropFirst(length)
            } else {
                scalars.append(UndecodableByte.scalar(for: first))
                rest = rest.dropFirst()
            }
        }
        return String(scalars)
    }

    /// The text of a path's bytes, which end before a NUL.
    package static func text(of bytes: UnsafePointer<CChar>) -> String {
        text(of: UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map(UInt8.init(bitPattern:)))
    }

    /// The bytes of a path.
    package static func bytes(of path: String) -> [UInt8] {
        guard path.utf8.contains(firstByteOfLastPlanes) else { return Array(path.utf8) }
        return path.unicodeScalars.flatMap { scalar -> [UInt8] in
            UndecodableByte.byte(of: scalar).map { [$0] } ?? Array(String(scalar).utf8)
        }
    }
}

extension String {
    /// Calls a function of the system with the bytes of this path and a NUL after them.
    package func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try (SystemPath.bytes(of: self).map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
            // The array has at least the NUL.
            try buffer.baseAddress.map(body) ?? body("")
        }
    }
}

extension FilePath {
    /// The path of swift-system for a path.
    init(text path: String) {
        self = path.withSystemPath { FilePath(platformString: $0) }
    }

    /// The path as text.
    var text: String { withPlatformString { SystemPath.text(of: $0) } }
}
