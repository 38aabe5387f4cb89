import Hashing
import Testing
import WireEncoding

@testable import Sandbox

@Suite("Comparison of signatures")
struct ConstantTimeTests {
    private static let signature = SHA256.digest(of: "a signature").hex

    @Test("Equal texts are equal, others of any length aren't")
    func lengths() {
        #expect(ConstantTime.areEqual(Self.signature, Self.signature))
        #expect(ConstantTime.areEqual("", ""))
        #expect(!ConstantTime.areEqual(Self.signature, String(Self.signature.dropLast())))
        #expect(!ConstantTime.areEqual("", "a"))
    }

    @Test("A difference in any one byte is seen, whatever the bytes after it are", arguments: 0..<64)
    func oneByte(position: Int) {
        for digit in "0123456789abcdef" {
            var other = Array(Self.signature)
            guard other[position] != digit else { continue }
            other[position] = digit
            #expect(!ConstantTime.areEqual(Self.signature, String(other)))
        }
    }

    @Test("None of many wrong signatures passes, in hexadecimal or base64")
    func manyWrong() {
        var accepted = 0
        for number in 0..<5_000 {
            let right = SHA256.digest(of: "right \(number)")
            let wrong = SHA256.digest(of: "wrong \(number)")
            if ConstantTime.areEqual(right.hex, wrong.hex) { accepted += 1 }
            if ConstantTime.areEqual(Base64.encode(right.bytes), Base64.encode(wrong.bytes)) { accepted += 1 }
        }
        #expect(accepted == 0)
    }
}
