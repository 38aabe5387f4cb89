import Hashing
import Testing

@Suite("Hashing against the published test vectors")
struct HashingTests {
    /// FIPS 180-4 examples.
    @Test(
        "SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
    )
    func sha256(text: String, hex: String) {
        #expect(SHA256.digest(of: text).hex == hex)
    }

    @Test("SHA-256 of pieces is SHA-256 of the whole, contiguous or not")
    func pieces() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        var hash = SHA256()
        hash.update(bytes[..<17])
        hash.update(bytes[17...].lazy.map { $0 })
        #expect(hash.finish() == SHA256.digest(of: bytes))
    }

    /// RFC 4231, test case 2.
    @Test("HMAC-SHA-256")
    func hmac() {
        let code = HMACSHA256.code(for: "what do ya want for nothing?".utf8, key: "Jefe".utf8)
        #expect(code.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    /// RFC 4231, test case 6: a key longer than a block.
    @Test("HMAC-SHA-256 with a long key")
    func hmacLongKey() {
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        let code = HMACSHA256.code(for: text.utf8, key: [UInt8](repeating: 0xAA, count: 131))
        #expect(code.hex == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    /// FIPS 180-4 example.
    @Test("SHA-1")
    func sha1() {
        #expect(SHA1.hex(of: "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    /// RFC 1321, appendix A.5.
    @Test("MD5")
    func md5() {
        #expect(MD5.digest(of: "abc".utf8).hexadecimal == "900150983cd24fb0d6963f7d28e17f72")
    }

    /// The check values of the CRC catalogue: the CRC of the digits 1 to 9.
    @Test("CRC-32 and CRC-32C")
    func crc() {
        #expect(CRC32.value(of: "123456789".utf8, polynomial: .iso) == 0xCBF4_3926)
        #expect(CRC32.value(of: "123456789".utf8, polynomial: .castagnoli) == 0xE306_9283)
    }

    @Test("A digest reads what it writes, and nothing else")
    func digestText() {
        let digest = SHA256.digest(of: "ferry")
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect(SHA256Digest(hex: digest.hex.dropLast()) == nil)
        #expect(SHA256Digest(hex: digest.hex.dropLast() + "g") == nil)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
    }
}
