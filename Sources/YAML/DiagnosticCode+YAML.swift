package import Diagnostics

/// What can be wrong with a file before it is a migration manifest.
extension DiagnosticCode {
    /// The file cannot be read.
    package static let unreadableFile = DiagnosticCode(
        "F0001",
        "the file cannot be read",
        """
        The path leads to no file, to something that is not a file, to one that this user may not read, or to one that \
        is larger than any migration manifest. Check the path and the permissions.
        """
    )
    /// Bytes that are not UTF-8 text.
    package static let invalidUTF8 = DiagnosticCode(
        "F0002",
        "not UTF-8 text",
        """
        A migration manifest is UTF-8 text, with or without a byte order mark. Bytes of other encodings (Latin-1, \
        UTF-16) and control characters are refused, because two programs could read them as two different names. Save \
        the file as UTF-8 and type the character again.
        """
    )
    /// A tab in indentation.
    package static let tab = DiagnosticCode(
        "F0003",
        "a tab in indentation",
        """
        YAML forbids tabs in indentation, because editors show them with different widths. ferry reads on as if the \
        line stood where it was most likely meant, to tell everything else in the same run. Replace the tab by spaces.
        """
    )
    /// Anything else that is not YAML.
    package static let syntax = DiagnosticCode(
        "F0004",
        "not YAML",
        """
        The text does not follow the YAML syntax. The place is where it could not be read on; the cause is often the \
        line before: a missing colon, quote or bracket, or an indentation that fits no line above. What stands before \
        the place is checked all the same.
        """,
        example: .init(
            wrong: """
                name erp-exit
                """,
            right: """
                name: erp-exit
                """
        )
    )
    /// Two entries of one mapping have the same key.
    package static let duplicateKey = DiagnosticCode(
        "F0005",
        "a key stands twice",
        """
        A mapping has each key once. Many YAML readers silently take the last one; ferry refuses, because one of the two \
        values would be lost. Keep one of them.
        """,
        example: .init(
            wrong: """
                region: us-east-1
                region: us-west-2
                """,
            right: """
                region: us-east-1
                """
        )
    )
    /// An alias without an anchor, or one that contains itself.
    package static let badAlias = DiagnosticCode(
        "F0006",
        "an alias that cannot be followed",
        """
        `*name` stands for the node that an earlier `&name` marks. There is no such anchor above, or the alias stands \
        inside the node it is an alias of. Define the anchor before its first use.
        """,
        example: .init(
            wrong: """
                imports:
                  - {name: db, image: db.vmdk, zones: *all}
                """,
            right: """
                imports:
                  - {name: db, image: db.vmdk, zones: &all [us-east-1a, us-east-1c]}
                  - {name: app, image: app.vmdk, zones: *all}
                """
        )
    )
    /// More or less than one document.
    package static let documentCount = DiagnosticCode(
        "F0008",
        "not one document",
        """
        A file holds exactly one migration manifest: it is neither empty nor divided by `---`. Put each migration \
        manifest into a file of its own; ferry reads all files of a folder together.
        """
    )
    /// `<<` with something that is not a mapping.
    package static let badMerge = DiagnosticCode(
        "F0009",
        "a merge key without a mapping",
        """
        The merge key `<<` takes the entries of another mapping in, or of several mappings in a sequence. It takes \
        nothing else.
        """,
        example: .init(
            wrong: """
                imports:
                  - {<<: db, name: app, image: app.vmdk}
                """,
            right: """
                imports:
                  - &db {name: db, image: db.vmdk, zones: [us-east-1a]}
                  - {<<: *db, name: app, image: app.vmdk}
                """
        )
    )
    /// A tag that gives a node a type ferry does not know.
    package static let unknownTag = DiagnosticCode(
        "F0010",
        "a tag without a meaning",
        """
        A word that begins with `!` gives a node a type. Other programs use such tags for functions and secrets; ferry \
        has none, and reading past one would change what the file says. Only the tags of the YAML core schema \
        (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq`, `!!map`) are read.
        """,
        example: .init(
            wrong: """
                name: !Ref erp-exit
                """,
            right: """
                name: erp-exit
                """
        )
    )
    /// Marks of a merge that version control could not finish.
    package static let mergeConflict = DiagnosticCode(
        "F0011",
        "a merge conflict",
        """
        Version control wrote the two sides of a change between `<<<<<<<` and `>>>>>>>`, and nobody has chosen yet. \
        Keep what is right and take the marks out. Until then nothing else is said about the file, because it is not \
        known which side counts.
        """
    )
    /// A character that looks like a space or like nothing, where it is part of the structure.
    package static let lookAlike = DiagnosticCode(
        "F0012",
        "a look-alike character",
        """
        Many Unicode characters look like a space, or are invisible: the no-break space (U+00A0), the ideographic space \
        (U+3000), the zero width space (U+200B), marks of writing direction and others. Word processors, chat programs and \
        web pages insert them. To YAML they are letters: in indentation, next to a colon, a bracket or a list indicator, in \
        a key or at the end of a line they change what the file says. Replace them with spaces, or delete them. Between the \
        words of a text they are allowed; at its start and end, write the text in quotes.
        """
    )

    /// The codes of this module, in order.
    package static let ofYAML: [DiagnosticCode] = [
        unreadableFile, invalidUTF8, tab, syntax, duplicateKey, badAlias, excessive, documentCount, badMerge,
        unknownTag, mergeConflict, lookAlike,
    ]
}
