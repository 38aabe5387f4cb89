/// What an XML document consists of, for long documents of a known vocabulary: names come as numbers and text as bytes, so
/// that nothing is allocated for what nobody keeps.
package protocol XMLByteHandler: AnyObject {
    /// The number of a name without a prefix. It is asked once for each name of a document.
    func number(of name: String) -> UInt8
    /// An element begins.
    func start(_ name: UInt8) throws
    /// An attribute of the element that began last. The bytes are UTF-8, and valid only during the call. The default
    /// implementation ignores it.
    func attribute(_ name: UInt8, _ value: UnsafeBufferPointer<UInt8>)
    /// Text, white space included; one text may come in several pieces. The bytes are UTF-8, and there only during the call.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws
    /// An element ends.
    func end(_ name: UInt8) throws
}

extension XMLByteHandler {
    package func attribute(_ name: UInt8, _ value: UnsafeBufferPointer<UInt8>) {}
}
