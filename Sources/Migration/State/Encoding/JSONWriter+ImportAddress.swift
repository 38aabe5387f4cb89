import JSON

extension JSONWriter {
    /// Writes a field that is an address.
    mutating func string(_ key: String, _ address: ImportAddress) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        append(address.manifest)
        bytes.append(UInt8(ascii: "/"))
        append(address.image)
        bytes.append(UInt8(ascii: "@"))
        append(address.zone)
        bytes.append(UInt8(ascii: "\""))
    }
}
