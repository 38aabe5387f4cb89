import CLibXML2

/// Reads XML as it arrives, with libxml2's push parser.
///
/// Nothing outside the document is read, and a document with a DTD is refused: neither AWS nor ferry writes one, and
/// entities are how small documents become large. libxml2's own bounds hold: 256 levels, 10 MB for one text.
package final class XMLParser {
    // Once in a process, before the first parser: two threads must not do it at the same time.
    private static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    private var context: xmlParserCtxtPtr?
    private let handler: (any XMLHandler)?
    let byteHandler: (any XMLByteHandler)?
    // Not checked at run time, because it is looked at for each of millions of events. No access overlaps another: libxml2
    // makes one call at a time, and a handler has no way to reach it.
    @exclusivity(unchecked)
    private var failure: (any Error)?
    /// The name that the root element must have, until it was read.
    private var expectedRoot: String?
    /// Names by their place in libxml2's dictionary, which keeps each name once for as long as the parser lives: a long
    /// answer has some dozens of them a million times.
    private var names: [UnsafeRawPointer: String] = [:]
    /// The same for the numbers of a byte handler.
    static let numberSlots = 127
    /// Not an array: it is looked at for every element, and Swift checks each access to a class's property.
    let numbers: UnsafeMutableBufferPointer<(address: UInt, number: UInt8)>

    /// Starts a document.
    ///
    /// - Throws: ``XMLError`` if libxml2 has no memory.
    package init(_ handler: any XMLHandler) throws(XMLError) {
        (self.handler, byteHandler) = (handler, nil)
        numbers = .allocate(capacity: 0)
        try open(Self.handlers)
    }

    /// Starts a document whose parts are taken as numbers and bytes.
    ///
    /// - Parameters:
    ///   - handler: Takes the parts.
    ///   - root: The name that the root element must have; any if `nil`.
    /// - Throws: ``XMLError`` if libxml2 has no memory.
    package init(bytes handler: any XMLByteHandler, root: String? = nil) throws(XMLError) {
        (self.handler, byteHandler) = (nil, handler)
        expectedRoot = root
        numbers = .allocate(capacity: Self.numberSlots)
        numbers.initialize(repeating: (0, 0))
        try open(Self.byteHandlers)
    }

    private func open(_ sax: xmlSAXHandler) throws(XMLError) {
        guard Self.isReady else { throw XMLError(description: "libxml2 cannot be set up") }
        var sax = sax
        context = withUnsafeMutablePointer(to: &sax) { sax in
            xmlCreatePushParserCtxt(sax, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
        }
        guard let context else { throw XMLError(description: "libxml2 has no memory") }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue))
    }

    deinit {
        if let context { xmlFreeParserCtxt(context) }
        numbers.deallocate()
    }

    /// Takes in the next bytes.
    ///
    /// - Throws: ``XMLError`` with the line, or what the handler threw.
    package func parse(_ bytes: UnsafeRawBufferPointer) throws {
        guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = min(bytes.count - done, 1 << 20)
            try check(xmlParseChunk(context, start + done, Int32(count), 0))
            done += count
        }
    }

    /// Ends the document.
    ///
    /// - Throws: ``XMLError`` if it is not complete, or what the handler threw.
    package func finish() throws {
        try check(xmlParseChunk(context, nil, 0, 1))
    }

    /// Reads a document that is there whole.
    package static func parse(_ bytes: [UInt8], _ handler: any XMLHandler) throws {
        let parser = try XMLParser(handler)
        try bytes.withUnsafeBytes { try parser.parse($0) }
        try parser.finish()
    }

    private func check(_ code: Int32) throws {
        if let failure { throw failure }
        guard code != 0 else { return }
        let error = xmlCtxtGetLastError(context)?.pointee
        let words = error?.message.flatMap { String(cString: $0).split(separator: "\n").first.map(String.init) }
        throw XMLError(description: "line \(error?.line ?? 0): \(words ?? "not XML")")
    }

    func perform(_ body: () throws -> Void) {
        guard failure == nil else { return }
        do {
            try body()
        } catch {
            failure = error
            xmlStopParser(context)
        }
    }

    /// Checks the first name of a document, which is that of its root element.
    func checkRoot(_ name: String) {
        guard let expected = expectedRoot else { return }
        expectedRoot = nil
        perform {
            guard name != expected else { return }
            throw XMLError(description: "its root element is \(name), not \(expected)")
        }
    }

    private func name(_ pointer: UnsafePointer<xmlChar>) -> String {
        if let known = names[pointer] { return known }
        let name = String(cString: pointer)
        names[pointer] = name
        return name
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> XMLParser? {
        context.map { Unmanaged<XMLParser>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The name and the value of an attribute in libxml2's list.
    static func attribute(
        _ index: Int,
        of attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) -> (name: UnsafePointer<xmlChar>, value: UnsafeBufferPointer<UInt8>)? {
        // Five pointers an attribute: name, prefix, namespace, start and end of the value.
        guard let attributes, let name = attributes[index * 5], let start = attributes[index * 5 + 3],
            let end = attributes[index * 5 + 4]
        else { return nil }
        return (name, UnsafeBufferPointer(start: start, count: end - start))
    }

    static var handlers: xmlSAXHandler {
        var sax = xmlSAXHandler()
        sax.initialized = XML_SAX2_MAGIC
        sax.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            guard let parser = XMLParser.from(context), let name, let handler = parser.handler else { return }
            var values: [String: String] = [:]
            for index in 0..<Int(count) {
                guard let (name, value) = XMLParser.attribute(index, of: attributes) else { continue }
                values[parser.name(name)] = String(decoding: value, as: UTF8.self)
            }
            parser.perform { try handler.start(parser.name(name), attributes: values) }
        }
        sax.endElementNs = { context, name, _, _ in
            guard let parser = XMLParser.from(context), let name, let handler = parser.handler else { return }
            parser.perform { try handler.end(parser.name(name)) }
        }
        sax.characters = { context, text, count in
            guard let parser = XMLParser.from(context), let text, let handler = parser.handler else { return }
            let bytes = UnsafeBufferPointer(start: text, count: Int(count))
            parser.perform { try handler.text(String(decoding: bytes, as: UTF8.self)) }
        }
        sax.cdataBlock = sax.characters
        sax.internalSubset = { context, _, _, _ in
            guard let parser = XMLParser.from(context) else { return }
            parser.perform { throw XMLError(description: "the document has a DTD") }
        }
        // Without a function of its own libxml2 prints its errors.
        sax.serror = { _, _ in }
        return sax
    }
}
