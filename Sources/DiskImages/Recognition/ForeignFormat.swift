/// The formats ferry knows by their signature and refuses by name, because EC2 does not import them.
package enum ForeignFormat: String, Hashable, Sendable, CaseIterable {
    /// Hyper-V's second format, `vhdxfile` at byte 0.
    case vhdx = "VHDX"
    /// QEMU's copy-on-write format, versions 2 and 3.
    case qcow2 = "QCOW2"
    /// QEMU's copy-on-write format, version 1.
    case qcow = "QCOW"
    /// VirtualBox's own format.
    case vdi = "VDI"
    /// An OVF package in a tar archive: a virtual machine, not a disk.
    case ova = "OVA"
    /// The copy-on-write format of old ESX snapshots.
    case cowd = "COWD"
    /// The space-efficient sparse format of ESX snapshots.
    case seSparse = "SEsparse"

    /// The shell command, or the two, that make an image EC2 imports of the file at `path`.
    package func conversion(of path: String) -> String {
        switch self {
        case .vhdx: ConversionCommand.streamOptimised(from: path, driver: "vhdx")
        case .qcow2: ConversionCommand.streamOptimised(from: path, driver: "qcow2")
        case .qcow: ConversionCommand.streamOptimised(from: path, driver: "qcow")
        case .vdi: ConversionCommand.streamOptimised(from: path, driver: "vdi")
        case .ova: "tar -xf \(ConversionCommand.quoted(path)), then name the disk image inside"
        case .cowd, .seSparse:
            "vmkfstools -i \(ConversionCommand.quoted(path)) merged.vmdk on the ESX host, then export it with ovftool"
        }
    }
}
