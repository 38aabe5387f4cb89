/// Numbers of bytes as people read them: three figures and a binary unit (IEC 80000-13).
package enum ByteText {
    /// Such as `512 B`, `1.50 MiB`, `2.00 TiB`.
    package static func string(_ bytes: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        while value >= 999.5, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return "\(rounded(value, decimals: decimals)) \(units[unit])"
    }

    private static func rounded(_ value: Double, decimals: Int) -> String {
        let scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1
        let scaled = Int((value * Double(scale)).rounded())
        guard decimals > 0 else { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
