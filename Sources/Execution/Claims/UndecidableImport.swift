import Hashing
import Logging
import Migration
import WireEncoding

/// Explains why ferry cannot tell whether an import was made, and what to do.
struct UndecidableImport<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// The most volumes that are named.
    private static var mostVolumes: Int { 10 }

    let subject: VolumeImport
    let generation: Int
    let context: RunContext<ClockType>

    /// The message.
    ///
    /// - Parameters:
    ///   - reason: Why it cannot be determined.
    ///   - time: When the import was claimed, in seconds since 1970; `nil` if that is not known.
    func message(_ reason: String, since time: Int64?) async -> String {
        let candidates = await candidates(since: time)
        let names =
            candidates.isEmpty
            ? "EC2 lists no volume of its size and zone that could be the import's"
            : "volumes of its size and zone: \(candidates.joined(separator: ", "))"
        let tags = [
            "\(VolumeTags.address)=\(subject.address)", "\(VolumeTags.fingerprint)=\(subject.fingerprint.hex)",
            "\(VolumeTags.generation)=\(generation)",
        ]
        return """
            cannot tell whether a volume was imported: \(reason). \(names). If one of them is the import's, tag it with \
            \(tags.joined(separator: " ")) and \(VolumeTags.volume)=<its id>, and plan again; otherwise import again with \
            --replace \(subject.address)
            """
    }

    private func candidates(since time: Int64?) async -> [String] {
        do throws(ServiceError) {
            let volumes = try await context.environment.service.volumes(
                ofSize: subject.volumeSize,
                inZone: subject.zone
            )
            let recent = volumes.filter { volume in
                guard volume.tags[VolumeTags.address] == nil else { return false }
                guard let time, let created = volume.created.flatMap({ ISO8601Time.seconds($0) }) else { return true }
                return created >= time
            }
            return recent.map(\.id).sorted().prefix(Self.mostVolumes).map(\.self)
        } catch {
            context.logger.warning("the volumes cannot be listed: \(error)")
            return []
        }
    }
}
