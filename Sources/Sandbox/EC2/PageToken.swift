/// Where a page of DescribeVolumes ended.
struct PageToken {
    let created: Timestamp
    let id: String

    /// The end of a page whose last volume is `volume`.
    init(_ volume: VolumeStore.Volume) {
        created = volume.created
        id = volume.id
    }

    /// Reads what ``text`` gave; `nil` for anything else.
    init?(_ text: String) {
        let halves = text.split(separator: ".")
        guard halves.count == 2, let milliseconds = Int64(halves[0]) else { return nil }
        created = Timestamp(milliseconds: milliseconds)
        id = String(halves[1])
    }

    /// The token as the client gets it.
    var text: String { "\(created.milliseconds).\(id)" }
}
