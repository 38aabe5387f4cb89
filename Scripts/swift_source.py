"""Finds comments and strings in Swift source, for the scripts that check it."""
import re


def blank(source, keeps_strings=False):
    """The source with the contents of comments replaced by spaces, and those of strings unless they are kept.

    Interpolations count as string.
    """
    result, index, length = list(source), 0, len(source)

    def erase(start, end):
        for place in range(start, end):
            if result[place] != "\n":
                result[place] = " "

    while index < length:
        if source.startswith("//", index):
            end = source.find("\n", index)
            end = length if end < 0 else end
            erase(index, end)
            index = end
        elif source.startswith("/*", index):
            depth, end = 1, index + 2
            while end < length and depth:
                if source.startswith("/*", end):
                    depth, end = depth + 1, end + 2
                elif source.startswith("*/", end):
                    depth, end = depth - 1, end + 2
                else:
                    end += 1
            erase(index, end)
            index = end
        elif match := re.compile(r'(#*)("""|")').match(source, index):
            hashes, quote = match.groups()
            end = string_end(source, match.end(), hashes, quote)
            if not keeps_strings:
                erase(index + 1, end - 1)
            index = end
        else:
            index += 1
    return "".join(result)


def string_end(source, index, hashes, quote):
    """The index after the string literal whose content begins at `index`."""
    closing, escape = quote + hashes, "\\" + hashes
    while index < len(source):
        if source.startswith(closing, index):
            return index + len(closing)
        if source.startswith(escape, index):
            index += len(escape)
            if index < len(source) and source[index] == "(":
                index = interpolation_end(source, index)
            else:
                index += 1
        else:
            index += 1
    return index


def interpolation_end(source, index):
    depth = 0
    while index < len(source):
        if source[index] == "(":
            depth += 1
        elif source[index] == ")":
            depth -= 1
            if not depth:
                return index + 1
        elif match := re.compile(r'(#*)("""|")').match(source, index):
            index = string_end(source, match.end(), *match.groups())
            continue
        index += 1
    return index
