import CLibXML2

extension XMLParser {
    /// The functions that libxml2 calls for an ``XMLByteHandler``.
    static var byteHandlers: xmlSAXHandler {
        var sax = handlers
        sax.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            guard let parser = XMLParser.from(context), let name, let handler = parser.byteHandler else { return }
            let number = parser.number(name, handler)
            parser.perform {
                try handler.start(number)
                for index in 0..<Int(count) {
                    guard let (name, value) = XMLParser.attribute(index, of: attributes) else { continue }
                    handler.attribute(parser.number(name, handler), value)
                }
            }
        }
        sax.endElementNs = { context, name, _, _ in
            guard let parser = XMLParser.from(context), let name, let handler = parser.byteHandler else { return }
            let number = parser.number(name, handler)
            parser.perform { try handler.end(number) }
        }
        sax.characters = { context, text, count in
            guard let parser = XMLParser.from(context), let text, let handler = parser.byteHandler else { return }
            parser.perform { try handler.text(UnsafeBufferPointer(start: text, count: Int(count))) }
        }
        sax.cdataBlock = sax.characters
        return sax
    }

    /// The number of a name, from a table of the last ones: libxml2 keeps each name at one place.
    private func number(_ pointer: UnsafePointer<xmlChar>, _ handler: any XMLByteHandler) -> UInt8 {
        let address = UInt(bitPattern: pointer)
        let slot = Int((address ^ address >> 7) % UInt(XMLParser.numberSlots))
        let known = numbers[slot]
        if known.address == address { return known.number }
        let name = String(cString: pointer)
        checkRoot(name)
        let number = handler.number(of: name)
        numbers[slot] = (address, number)
        return number
    }
}
