"""The document's way for Visual Studio: what the cloud's configuration says, into the one that runs locally."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cses_action.project.definition import find_named
from cses_action.project.edits import Edit, edited
from cses_action.project.positions import LINE_END
from cses_action.project.splicing import New, appended, changed, spelled
from cses_action.project.xml import Document, Element

_WHY = "The local configuration says what the cloud's says, but for its own certificates"


def synchronised(local: Document, cloud: Document) -> str:
    """Return the local file's text with the cloud's content in it; its own ``Certificate`` elements are kept."""
    edits: list[Edit] = []
    for role in cloud.root.find("Role"):
        own = find_named(local.root.find("Role"), role.value("name"))
        certificates = own.find("Certificates", "Certificate") if own else ()
        edits += _kept(local, cloud, role, certificates)
    text = edited(cloud.text, edits)
    start, behind = cloud.root.start, len(cloud.text) - cloud.root.end
    line_end = _line_end(local.text)
    content = LINE_END.sub(lambda _: line_end, text[start : len(text) - behind])
    return local.text[: local.root.start] + content + local.text[local.root.end :]


def line_edits(file: str, before: str, after: str) -> tuple[Edit, ...]:
    """Return the edits that make one text of another, by the lines that differ."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - few runs have one

    old, new = _lines(before), _lines(after)
    edits, start, done = [], 0, 0
    for kind, first, last, new_first, new_last in SequenceMatcher(None, old, new).get_opcodes():
        start += sum(len(line) for line in old[done:first])
        done = first
        end = start + sum(len(line) for line in old[first:last])
        if kind != "equal":
            edits.append(Edit(file, start, end, "".join(new[new_first:new_last]), _WHY))
    return tuple(edits)


def _kept(local: Document, cloud: Document, role: Element, certificates: Sequence[Element]) -> list[Edit]:
    """Return the edits that put the local certificates in the place of the cloud's of the same name, or add them."""
    edits: list[Edit] = []
    new: list[New] = []
    own: dict[str, Element] = {}
    for each in certificates:
        own.setdefault(each.value("name").lower(), each)
    for each in own.values():
        pairs = tuple((name, known.value) for name, known in each.attributes.items() if not name.startswith("{"))
        there = find_named(role.find("Certificates", "Certificate"), each.value("name"))
        if there is None:
            new.append(New("Certificate", pairs))
        elif spelled(cloud, there) == spelled(local, each):
            edits.append(Edit(cloud.file, there.start, there.end, local.text[each.start : each.end], _WHY))
        else:
            edits += [edit for pair in pairs if (edit := changed(cloud, there, *pair, _WHY))]
    if new:
        parents = role.find("Certificates")
        wrapped = new if parents else [New("Certificates", (), tuple(new))]
        edits.append(appended(cloud, parents[0] if parents else role, wrapped, _WHY))
    return edits


def _line_end(text: str) -> str:
    """Return the line end that a text uses most."""
    ends = LINE_END.findall(text)
    return max(dict.fromkeys(ends), key=ends.count, default="\n")


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
