"""Definitions and configurations in every spelling: encodings, line ends, indents, quotes, prefixes, comments."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, permutations, product
from typing import Any, NamedTuple

from hypothesis import strategies as st

from cses_action.project.xml import Document, parse_xml
from cses_action.values import replace
from tests.unit.project.given import CONFIGURATION, DEFINITION, THUMBPRINT

MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
COMMENTED = """<!-- <Certificates /><InputEndpoint name="HttpsIn" protocol="https" port="443" value="x"/> é -->"""


class Node:
    """An element; ``pair`` is how it is written while it has no children."""

    def __init__(
        self,
        tag: str,
        /,
        *children: Node,
        pair: bool = False,
        attributes: dict[str, str] | None = None,
        **named: str,
    ) -> None:
        self.name, self.children, self.pair = tag, list(children), pair
        self.attributes = {**(attributes or {}), **named}

    def all(self, name: str) -> list[Node]:
        return [each for each in self.children if each.name == name]

    def one(self, name: str) -> Node:
        """The child with this name; made if there is none."""
        found = self.all(name)
        if not found:
            self.children.append(Node(name))
        return (found or self.children)[0 if found else -1]

    def own(self) -> Node:
        """The same tree of new nodes; a drawn one shares nodes with others."""
        return Node(
            self.name, *(each.own() for each in self.children), pair=self.pair, attributes=dict(self.attributes)
        )


class Style(NamedTuple):
    """How a tree is written."""

    encoding: str
    line_ends: tuple[str, ...]
    indent: str
    quotes: str
    closings: tuple[str, ...]
    prefix: str
    comment: str
    declared: bool
    final: bool

    def text(self, tree: Node) -> str:
        """Return the tree as this style writes it."""
        ends, quotes, closings = cycle(self.line_ends), cycle(self.quotes), cycle(self.closings)

        def write(node: Node, depth: int) -> str:
            def lead(depth: int) -> str:
                end = next(ends)
                return end + self.indent * depth if end else ""

            tag, pairs = self.prefix + node.name, ""
            for name, value in node.attributes.items():
                quote = next(quotes)
                escaped = value.replace("&", "&amp;").replace("<", "&lt;")
                escaped = escaped.replace(quote, "&quot;" if quote == '"' else "&apos;")
                pairs += f" {name}={quote}{escaped}{quote}"
            if depth == 0:
                pairs += f' xmlns{":" + self.prefix[:-1] if self.prefix else ""}="{NAMESPACES[node.name]}"'
            if not node.children:
                return f"<{tag}{pairs}></{tag}>" if node.pair else f"<{tag}{pairs}{next(closings)}"
            inner = "".join(
                (lead(depth + 1) + self.comment if self.comment and depth == 1 else "")
                + lead(depth + 1)
                + write(child, depth + 1)
                for child in node.children
            )
            return f"<{tag}{pairs}>{inner}{lead(depth)}</{tag}>"

        declared = self.encoding == "windows-1252" or self.declared
        name = self.encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
        start = f'<?xml version="1.0" encoding="{name}"?>{next(ends)}' if declared else ""
        return start + write(tree, 0) + (next(ends) if self.final else "")

    def document(self, tree: Node, file: str) -> Document:
        """Return the tree as it is read from a file."""
        found = parse_xml(self.text(tree), file=file)
        return replace(found, encoding=self.encoding.removesuffix("-sig"), mark=MARKS.get(self.encoding, b""))


NAMESPACES = {"ServiceDefinition": DEFINITION, "ServiceConfiguration": CONFIGURATION}

NAMES = ("Web", "é", "a&b<'\">", "x.y")
PRINTS = (THUMBPRINT.lower(), "AB " * 20, "BB" * 20)


def _style(parts: tuple[Any, Any, Any, Any]) -> Style:
    (ends, indent), (quotes, closings, prefix), (comment, declared, final) = parts[1:]
    return Style(parts[0], ends, indent, quotes, closings, prefix, comment, declared, final)


# Few draws from many ready parts: an example is made in a millisecond.
styles = st.tuples(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252"]),
    st.sampled_from(list(product([("\n",), ("\r\n",), ("\n", "\r\n", "\r\n"), ("",)], ["  ", "    ", "\t", ""]))),
    st.sampled_from(list(product(['"', "'", "\"'"], [(" />",), ("/>",), (" />", "/>")], ["", "", "c:"]))),
    st.sampled_from(list(product(["", COMMENTED], [False, True], [False, True]))),
).map(_style)


def _endpoints() -> Iterator[Node | None]:
    http = Node("InputEndpoint", name="Endpoint1", protocol="http", port="80")
    https = [
        Node("InputEndpoint", name="SSL", protocol="https", port="443", attributes=certificate)
        for certificate in ({}, {"certificate": "Own"}, {"certificate": "certificate1"})
    ]
    yield None
    yield from (Node("Endpoints", pair=True), Node("Endpoints"), Node("Endpoints", http))
    yield from (Node("Endpoints", *parts) for each in https for parts in ([each], [http, each], [each, http]))


def _certificates(holders: Iterable[tuple[str, Node]]) -> Iterator[Node | None]:
    known = list(holders)
    yield from (None, Node("Certificates", pair=True), Node("Certificates"))
    yield from (Node("Certificates", each) for _, each in known)
    pairs = ((one, other) for (a, one), (b, other) in product(known, known) if a.lower() != b.lower())
    yield from (Node("Certificates", *pair) for pair in pairs)


def _sites() -> Iterator[Node | None]:
    binding = Node("Binding", name="E", endpointName="Endpoint1")
    directory = Node("VirtualDirectory", name="d")
    parts: list[list[Node]] = [[], [Node("Bindings", pair=True)], [Node("Bindings")], [Node("Bindings", binding)]]
    yield None
    for pair, each in product([False, True], [*parts, [directory, Node("Bindings", binding)], [directory]]):
        yield Node("Sites", Node("Site", *each, pair=pair, name=NAMES[len(each)]))


def _declared(name: str) -> tuple[str, Node]:
    return name, Node("Certificate", name=name, storeLocation="LocalMachine", storeName="My")


def _configured(name: str, thumbprint: str) -> tuple[str, Node]:
    return name, Node("Certificate", name=name, thumbprint=thumbprint, thumbprintAlgorithm="sha1")


def _settings() -> Iterator[Node | None]:
    yield from (None, Node("ConfigurationSettings", pair=True), Node("ConfigurationSettings"))
    for names, value in product([["One"], ["Two", "One"]], NAMES):
        yield Node("ConfigurationSettings", *(Node("Setting", name=each, value=value) for each in names))


def _role(tag: str, parts: Iterable[Node | None], order: Sequence[int], name: str) -> Node:
    known = list(parts)
    return Node(tag, *(part for each in order if (part := known[each])), name=name)


orders = st.sampled_from(list(permutations(range(3))))
definitions = st.builds(
    lambda parts, order, other, name: Node(
        "ServiceDefinition",
        *(
            [_role("WebRole" if parts[2] else "WorkerRole", parts, order, "Target"), Node("WorkerRole", name=other)][
                :: 1 if order[0] else -1
            ]
        ),
        name=name,
    ),
    st.tuples(
        st.sampled_from(list(_endpoints())),
        st.sampled_from(list(_certificates(_declared(each) for each in ("Own", "Certificate1", "é")))),
        st.sampled_from(list(_sites())),
    ),
    orders,
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
)
"""Definitions in which role ``Target`` can get HTTPS on port 443."""

_roles = st.builds(
    lambda settings, certificates, order: ([Node("Instances", count="1"), settings, certificates], order),
    st.sampled_from(list(_settings())),
    st.sampled_from(
        list(_certificates(_configured(*each) for each in product(("Own", "CERTIFICATE1", "é"), PRINTS)))
    ),
    orders,
)
configurations = st.builds(
    lambda one, other, name: Node(
        "ServiceConfiguration",
        _role("Role", one[0], one[1], "Target"),
        _role("Role", other[0], other[1], "Other"),
        Node("NetworkConfiguration"),
        serviceName=name,
    ),
    _roles,
    _roles,
    st.sampled_from(NAMES),
)
"""Configurations of role ``Target`` and another one, with settings and certificates."""
