/// What an XML document consists of, in its order.
package protocol XMLHandler: AnyObject {
    /// An element begins.
    ///
    /// - Parameters:
    ///   - element: Its name without a prefix.
    ///   - attributes: Its attributes by their names without a prefix.
    func start(_ element: String, attributes: [String: String]) throws
    /// Text, white space included; one text may come in several pieces.
    func text(_ text: String) throws
    /// An element ends.
    func end(_ element: String) throws
}
