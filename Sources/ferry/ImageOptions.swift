import ArgumentParser
import DiskImages
import Foundation

/// What the commands take that work on single images.
struct ImageOptions: ParsableArguments {
    @Option(help: "The image's format, where its name says nothing or something else: VMDK, VHD or RAW.")
    var format: DiskImageFormat?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours.")
    var noColour = false

    /// The console for these options.
    func console() -> Console {
        Console(allowsColour: !noColour, environment: ProcessInfo.processInfo.environment)
    }
}

extension DiskImageFormat: ExpressibleByArgument {
    /// Reads a format in any case.
    package init?(argument: String) {
        self.init(rawValue: argument.uppercased())
    }
}

extension CompressionLevel: ExpressibleByArgument {}
