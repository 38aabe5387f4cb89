/// The formats that are recognized by their signature, and not read.
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
}
