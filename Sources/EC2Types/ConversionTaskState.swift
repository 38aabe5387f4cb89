import XML

/// Where a ``ConversionTaskReader`` is in a document, and what it has found.
struct ConversionTaskState {
    /// The names that are known; others have no number of their own.
    private enum Name: UInt8, CaseIterable {
        case other, conversionTasks, item, conversionTask, importVolume, tagSet, image, volume
        case conversionTaskId, expirationTime, state, statusMessage, key, value, bytesConverted, availabilityZone,
            description, format, size, importManifestUrl, checksum, id, requestId

        /// Whether text in it, and not only elements, means something.
        var holdsText: Bool { rawValue >= Name.conversionTaskId.rawValue }
    }

    private static let numbers = Dictionary(uniqueKeysWithValues: Name.allCases.map { ("\($0)", $0.rawValue) })

    let mostElements: Int
    let longestText: Int
    let deepestNesting: Int
    private(set) var requestID: String?
    private(set) var skipped = 0
    var found: [ConversionTask] = []
    private var path: [Name] = []
    private var text: [UInt8] = []
    /// How deep the task's element is; 0 outside of any.
    private var taskDepth = 0
    private var draft = ConversionTaskDraft()
    private var elementsLeft = 0
    private var textLeft = 0

    init(mostElements: Int, longestText: Int, deepestNesting: Int) {
        self.mostElements = mostElements
        self.longestText = longestText
        self.deepestNesting = deepestNesting
    }

    static func number(of name: String) -> UInt8 { numbers[name] ?? Name.other.rawValue }

    mutating func start(_ number: UInt8) throws {
        guard path.count < deepestNesting else { throw XMLError(description: "elements are nested too deep") }
        let name = Name(rawValue: number) ?? .other
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
        if taskDepth > 0 {
            guard elementsLeft > 0 else { throw XMLError(description: "there are too many elements") }
            elementsLeft -= 1
            if name == .importVolume, isTask(path.last) { draft.importsVolume = true }
        } else if name == .item && path.last == .conversionTasks || name == .conversionTask && path.count == 1 {
            taskDepth = path.count + 1
            draft = ConversionTaskDraft()
            (elementsLeft, textLeft) = (mostElements, longestText)
        }
        path.append(name)
    }

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        // Outside of tasks there is one text of interest, and it is short.
        guard taskDepth > 0 || path.last == .requestId && text.count + bytes.count < 1_000 else { return }
        guard bytes.count <= textLeft || taskDepth == 0 else { throw XMLError(description: "there is too much text") }
        if taskDepth > 0 {
            textLeft -= bytes.count
            // White space between elements is most of the text.
            guard path.last?.holdsText == true else { return }
        }
        text.append(contentsOf: bytes)
    }

    mutating func end(_ number: UInt8) throws {
        guard let name = path.popLast() else { return }
        guard taskDepth > 0 else {
            if name == .requestId, path.count == 1 { requestID = Self.trimmed(text) }
            return
        }
        if path.count + 1 == taskDepth {
            taskDepth = 0
            if let task = try draft.task() { found.append(task) } else { skipped += 1 }
        } else {
            take(name)
        }
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
    }

    /// Whether a name, at the end of the path, stands for the task itself.
    private func isTask(_ name: Name?) -> Bool {
        path.count == taskDepth || path.count == taskDepth + 1 && name == .conversionTask
    }

    /// Keeps the text of an element that has ended; the first of a name counts.
    private mutating func take(_ name: Name) {
        if isTask(path.last) {
            switch name {
            case .conversionTaskId: Self.keep(&draft.id, text)
            case .expirationTime: Self.keep(&draft.expirationTime, text)
            case .state: Self.keep(&draft.state, text)
            case .statusMessage: Self.keep(&draft.statusMessage, text)
            default: break
            }
            return
        }
        switch (path.last, name) {
        case (.importVolume, .bytesConverted): Self.keep(&draft.bytesConverted, text)
        case (.importVolume, .availabilityZone): Self.keep(&draft.availabilityZone, text)
        case (.importVolume, .description): Self.keep(&draft.description, text)
        case (.image, .format) where isIn(.importVolume): Self.keep(&draft.format, text)
        case (.image, .size) where isIn(.importVolume): Self.keep(&draft.imageSize, text)
        case (.image, .importManifestUrl) where isIn(.importVolume): Self.keep(&draft.importManifestURL, text)
        case (.image, .checksum) where isIn(.importVolume): Self.keep(&draft.checksum, text)
        case (.volume, .size) where isIn(.importVolume): Self.keep(&draft.volumeSize, text)
        case (.volume, .id) where isIn(.importVolume): Self.keep(&draft.volumeID, text)
        case (.item, .key) where isIn(.tagSet): Self.keep(&draft.tagKey, text)
        case (.item, .value) where isIn(.tagSet): Self.keep(&draft.tagValue, text)
        case (.tagSet, .item): draft.endTag()
        default: break
        }
    }

    private func isIn(_ name: Name) -> Bool { path.count > 1 && path[path.count - 2] == name }

    private static func keep(_ field: inout String?, _ text: [UInt8]) {
        if field == nil { field = trimmed(text) }
    }

    /// The text without white space at its ends; `nil` if there is no other.
    static func trimmed(_ text: [UInt8]) -> String? {
        text.withUnsafeBufferPointer { bytes in
            var (start, end) = (0, bytes.count)
            while start < end, isSpace(bytes[start]) { start += 1 }
            while start < end, isSpace(bytes[end - 1]) { end -= 1 }
            return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
        }
    }

    // The white space of XML 1.0, section 2.3.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
