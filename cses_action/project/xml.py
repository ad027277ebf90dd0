"""XML that somebody else wrote: parsed within bounds, without DTD or network, and with every position known.

The tree comes from lxml, the positions from our own scan of the same text, so that a message can point at the line
of an attribute and an editor can change one attribute and keep every other byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Final, Literal, NamedTuple

from lxml import etree

from cses_action.errors import Problem, ProjectError
from cses_action.project.files import read_text
from cses_action.project.positions import LINE_END, Lines, Span, Tag, doctype, tags
from cses_action.values import Value, replace

MARKUP_LIMIT = 40_000
"""Tags in one file, and half of the attributes; real ones have some hundreds. lxml itself allows 256 levels."""

ATTRIBUTE_LIMIT = 1000
"""Attributes of one element: the time that lxml takes for them grows with their square."""

Root = Literal["ServiceDefinition", "ServiceConfiguration"]
NAMESPACES: Final[Mapping[Root, str]] = {
    "ServiceDefinition": "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition",
    "ServiceConfiguration": "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration",
}

_KINDS: Final = {
    "ServiceDefinition": "service definition (.csdef)",
    "ServiceConfiguration": "service configuration (.cscfg)",
}

_ESCAPE = "In values and text write & as &amp;, < as &lt; and a quote as &quot;."
_CLOSE = "Close every element, and check that the file is complete."
_ERRORS = etree.ErrorTypes
# The parser's own messages quote the text, and the text holds the values of settings: these do not.
_REASONS: Final[Mapping[int, tuple[str, str]]] = {
    _ERRORS.ERR_LT_IN_ATTRIBUTE: ("a < stands in the value of an attribute", _ESCAPE),
    _ERRORS.ERR_ENTITYREF_SEMICOL_MISSING: ("an & is not followed by the name of an entity", _ESCAPE),
    _ERRORS.ERR_UNDECLARED_ENTITY: ("an & is followed by a name that is no entity", _ESCAPE),
    _ERRORS.ERR_NAME_REQUIRED: ("a < or & is not followed by a name", _ESCAPE),
    _ERRORS.ERR_TAG_NOT_FINISHED: ("the file ends before all elements are closed", _CLOSE),
    _ERRORS.ERR_ATTRIBUTE_NOT_FINISHED: ("the value of an attribute does not end", _CLOSE),
    _ERRORS.ERR_COMMENT_NOT_FINISHED: ("a comment does not end", "End the comment with -->."),
    _ERRORS.ERR_TAG_NAME_MISMATCH: ("an end tag does not belong to the element that is open", _CLOSE),
    _ERRORS.ERR_GT_REQUIRED: ("a tag does not end", _CLOSE),
    _ERRORS.ERR_DOCUMENT_EMPTY: ("it does not begin with an element", "Give a .csdef or .cscfg file."),
    _ERRORS.ERR_DOCUMENT_END: ("there is text after the root element", "Remove what follows the root element."),
    _ERRORS.ERR_ATTRIBUTE_REDEFINED: ("an attribute is given twice", "Remove one of the two."),
    _ERRORS.ERR_ATTRIBUTE_NOT_STARTED: ("an attribute's value is not quoted", "Put the value in quotes."),
    _ERRORS.ERR_INVALID_CHAR: ("it holds a character that XML does not allow", "Remove the character."),
    _ERRORS.ERR_RESOURCE_LIMIT: ("it is nested too deeply or too large", "Give a .csdef or .cscfg file."),
}


class Attribute(NamedTuple):
    """An attribute: its value, the place of its name, and the offsets of the value between its quotes."""

    value: str
    line: int
    column: int
    start: int
    value_start: int
    value_end: int

    def __repr__(self) -> str:
        return f"Attribute(line={self.line}, column={self.column})"  # the value may be a secret


class Element(NamedTuple):
    """An element: ``start`` to ``tag_end`` is its start tag, ``start`` to ``end`` all of it, in ``Document.text``."""

    name: str
    namespace: str
    attributes: Mapping[str, Attribute]
    """By name; one in a namespace is called ``{namespace}name``."""
    text: str
    """Its own characters, without those of its children."""
    line: int
    column: int
    start: int
    tag_end: int
    end: int
    children: tuple[Element, ...]

    def __repr__(self) -> str:
        return f"Element({self.name}, line={self.line})"

    def value(self, name: str) -> str:
        """Return an attribute's value; empty if there is no such attribute."""
        attribute = self.attributes.get(name)
        return attribute.value if attribute else ""

    def find(self, *path: str) -> tuple[Element, ...]:
        """Return the elements at this path below this one, in its namespace."""
        found = [self]
        for name in path:
            found = [
                child
                for element in found
                for child in element.children
                if child.name == name and child.namespace == self.namespace
            ]
        return tuple(found)


class Document(Value):
    """A parsed text; offsets of its elements count characters of ``text``."""

    text: str
    """Without byte order mark, otherwise as it was."""
    root: Element
    file: str
    encoding: str = "utf-8"
    mark: bytes = b""
    """The byte order mark of the file; ``encoding`` is what its bytes really are."""

    def __repr__(self) -> str:
        return f"Document({self.file})"  # the text holds the values of settings


def whole_number(text: str) -> int | None:
    """Return the number from 0 that an attribute holds, or None; white space around it does not count."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def read_xml(path: str) -> Document:
    """Return the document in a file; a ProjectError with file and line if there is none."""
    found = read_text(path)
    return replace(parse_xml(found.text, file=path), encoding=found.encoding, mark=found.mark)


def parse_xml(text: str, *, file: str) -> Document:
    """Return the document in a text, whatever encoding it declares: Azure returns ``utf-16`` inside a string."""
    text = text.removeprefix("\ufeff")
    _refuse_the_unsafe(text, file)
    # The texts are decoded already: the parser must not heed their declaration.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as failure:
        reason, fix = _REASONS.get(failure.code, ("it breaks the rules of XML", "Correct the line."))
        message = f"This is not well-formed XML: {reason}"
        raise _refused("X001", message, fix, file, _place(text, failure)) from None
    return Document(text, _tree(text, root, file), file)


def expect_root(document: Document, name: Root) -> None:
    """Refuse a document whose root is not this element in its namespace."""
    root, namespace = document.root, NAMESPACES[name]
    if root.name != name:
        message = f"The root element is <{root.name}>, expected <{name}>"
        fix = f"Give a {_KINDS[name]}."
        if root.name in _KINDS:
            fix = f"This is a {_KINDS[root.name]}: the two files may be swapped. {fix}"
    elif root.namespace != namespace:
        message = f"The namespace of <{name}> is {root.namespace or 'missing'}"
        fix = f'Set xmlns="{namespace}" on the root element.'
    else:
        return
    raise _refused("X002", message, fix, document.file, (root.line, root.column))


def _refused(rule: str, message: str, fix: str, file: str, place: tuple[int, int]) -> ProjectError:
    line, column = place
    return ProjectError.of((Problem(message=message, fix=fix, file=file, line=line, column=column, rule=rule),))


def _place(text: str, failure: etree.XMLSyntaxError) -> tuple[int, int]:
    """Return line and column of a fault; the parser counts the bytes of UTF-8."""
    line, byte = failure.position
    lines = LINE_END.split(text)
    before = lines[line - 1].encode()[: max(byte - 1, 0)] if 0 < line <= len(lines) else b""
    return line, len(before.decode(errors="ignore")) + 1


def _refuse_the_unsafe(text: str, file: str) -> None:
    def refuse(message: str, fix: str, offset: int, rule: str = "X001") -> None:
        raise _refused(rule, message, fix, file, Lines(text).place(offset))

    if not text.strip():
        refuse("The file is empty", "Give a .csdef or .cscfg file.", 0)
    if (start := doctype(text)) is not None:
        refuse("A DOCTYPE is not accepted", "Remove the DOCTYPE; service files have none.", start, "X003")
    if "\0" in text:
        refuse("The text holds a NUL character", "Save the file again, as UTF-8.", text.index("\0"))
    if max(text.count("<"), text.count("=") // 2) > MARKUP_LIMIT:
        message = f"There are more than {MARKUP_LIMIT} tags, or twice as many attributes"
        refuse(message, "Give a .csdef or .cscfg file.", 0)
    try:
        text.encode()
    except UnicodeEncodeError as failure:
        refuse("The text holds half a character", "Save the file again, as UTF-8.", failure.start)


def _tree(text: str, root: etree._Element, file: str) -> Element:
    """Return lxml's elements with their positions: both walk the same start tags in the same order."""
    lines = Lines(text)
    nodes = root.iter("*")
    opened: list[tuple[etree._Element, Tag]] = []
    gathered: list[list[Element]] = [[]]
    for tag in tags(text):
        if len(tag.attributes) > ATTRIBUTE_LIMIT:
            message = f"An element has more than {ATTRIBUTE_LIMIT} attributes"
            raise _refused("X001", message, "Give a .csdef or .cscfg file.", file, lines.place(tag.start))
        if tag.opens:
            opened.append((next(nodes), tag))
            gathered.append([])
        if tag.closes:
            element = _element(*opened.pop(), lines, tag.end, gathered.pop())
            gathered[-1].append(element)
    return gathered[0][0]


def _element(node: etree._Element, tag: Tag, lines: Lines, end: int, children: Sequence[Element]) -> Element:
    line, column = lines.place(tag.start)
    namespace, _, name = str(node.tag).rpartition("}")
    text = node.text or ""
    return Element(
        name=intern(name),
        namespace=intern(namespace[1:]),
        attributes={
            intern(str(name)): _attribute(str(value), span, lines)
            for (name, value), span in zip(node.attrib.items(), tag.attributes, strict=True)
        },
        text=text + "".join(child.tail or "" for child in node) if len(node) else text,
        line=line,
        column=column,
        start=tag.start,
        tag_end=tag.end,
        end=end,
        children=tuple(children),
    )


def _attribute(value: str, span: Span, lines: Lines) -> Attribute:
    return Attribute(value, *lines.place(span.start), span.start, span.value_start, span.value_end)
