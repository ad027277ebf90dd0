"""What becomes of a file, and how people are shown it: a unified diff in which the values of settings are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cses_action.project.edits import Edit, edited, in_order
from cses_action.project.positions import LINE_END, Lines
from cses_action.project.xml import Document, parse_xml
from cses_action.values import Value, replace

_CONTEXT = 3
_HOLDER = re.compile(
    r"""(?P<comment><!--.*?-->)
      | <(?:[^\s<>/:!?]+:)?(?P<name>[^\s<>/:!?]+)(?P<attributes>(?:[^"'<>]|"[^"]*"|'[^']*')*)>(?P<text>[^<]*)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/]+)\s*=\s*("[^"]*"|'[^']*')""")
_WORD = re.compile("value", re.IGNORECASE)
_HOLDERS = {"Setting", "Variable"}
# Characters of the private use area, one for each character of a value: lines and offsets stay as they are.
_SAME, _OLD, _NEW = "\ue000", "\ue001", "\ue002"


class Change(Value):
    """A file as it was read and as it is to be, what differs, and why."""

    before: Document
    after: Document
    edits: Sequence[Edit]
    """None where nothing changes."""
    reasons: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file that is changed."""
        return self.before.file

    def origin(self, offset: int) -> tuple[int, int]:
        """Return line and column, in the file as it was, of what stands at this offset of the new text."""
        shift = 0
        for edit in in_order(self.edits):
            if offset < edit.start + shift:
                break
            if offset < edit.start + shift + len(edit.text):
                return Lines(self.before.text).place(edit.start)
            shift += len(edit.text) - (edit.end - edit.start)
        return Lines(self.before.text).place(offset - shift)


class _Block(NamedTuple):
    """Lines of the old text and the lines of the new one that stand for them, from 0, ends excluded."""

    old: int
    old_end: int
    new: int
    new_end: int


def change(document: Document, edits: Sequence[Edit], reasons: Sequence[str] = ()) -> Change:
    """Return a document with these edits made; the reasons are those of the edits unless others are given."""
    why = tuple(reasons) or tuple(dict.fromkeys(each.reason for each in edits))
    if not edits:
        return Change(document, document, (), why)
    after = parse_xml(edited(document.text, edits), file=document.file)
    return Change(document, replace(after, encoding=document.encoding, mark=document.mark), edits, why)


def unified_diff(text: str, edits: Sequence[Edit]) -> list[str]:
    """Return what the edits change as the lines of a unified diff, without its file names; values are hidden."""
    after = edited(text, edits)
    old, new = _shown(text, after, _OLD), _shown(after, text, _NEW)
    blocks = [each for block in _blocks(text, after, edits) if (each := _trimmed(block, old, new))]
    return [line for hunk in _hunks(blocks) for line in _hunk(hunk, old, new)]


def _shown(text: str, other: str, mark: str) -> list[str]:
    """Return the lines of a text with its values hidden, by this mark where the other text does not have them."""
    known = {other[start:end] for start, end in _values(other)}
    parts: list[str] = []
    done = 0
    for start, end in _values(text):
        value = text[start:end]
        parts += (text[done:start], re.sub(r"[^\r\n]", _SAME if value in known else mark, value))
        done = end
    return LINE_END.split("".join((*parts, text[done:])))


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Yield where values stand: each ``value``, all that a Setting or Variable has but its name, comments on one."""
    for match in _HOLDER.finditer(text):
        if match["comment"]:
            if found := _WORD.search(match[0]):
                yield match.start() + found.end(), match.end() - len("-->")
            continue
        holds = match["name"] in _HOLDERS
        for attribute in _ATTRIBUTE.finditer(text, *match.span("attributes")):
            name = attribute[1].lower()
            if name == "value" or (holds and name != "name"):
                yield attribute.start(2) + 1, attribute.end(2) - 1
        if holds and match["text"].strip():
            yield match.span("text")


def _blocks(text: str, after: str, edits: Sequence[Edit]) -> list[_Block]:
    """Return the lines that the edits touch; edits in one line are one block."""
    before_lines, after_lines = Lines(text), Lines(after)
    blocks: list[_Block] = []
    shift = 0
    for edit in in_order(edits):
        # A line end of two characters may come about, or fall apart, where the edit begins.
        first = edit.start - (text[max(edit.start - 1, 0) : edit.start] == "\r")
        start = first + shift
        shift += len(edit.text) - (edit.end - edit.start)
        block = _Block(
            before_lines.place(first)[0] - 1,
            before_lines.place(edit.end)[0],
            after_lines.place(start)[0] - 1,
            after_lines.place(edit.end + shift)[0],
        )
        if blocks and block.old < blocks[-1].old_end:
            last = blocks.pop()
            block = _Block(last.old, block.old_end, last.new, block.new_end)
        blocks.append(block)
    return blocks


def _trimmed(block: _Block, old: Sequence[str], new: Sequence[str]) -> _Block | None:
    """Return the block without the lines at its ends that stay the same; None if all do."""
    first, old_end, new_first, new_end = block
    while first < old_end and new_first < new_end and old[first] == new[new_first]:
        first, new_first = first + 1, new_first + 1
    while first < old_end and new_first < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    return _Block(first, old_end, new_first, new_end) if (first, new_first) != (old_end, new_end) else None


def _hunks(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Yield the blocks that share lines of context."""
    hunk: list[_Block] = []
    for block in blocks:
        if hunk and block.old - hunk[-1].old_end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    if hunk:
        yield hunk


def _hunk(blocks: Sequence[_Block], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(_CONTEXT, blocks[0].old)
    behind = min(_CONTEXT, len(old) - blocks[-1].old_end)
    start, end = blocks[0].old - before, blocks[-1].old_end + behind
    new_start, new_end = blocks[0].new - before, blocks[-1].new_end + behind
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@"
    for block in blocks:
        yield from (_line(" ", line) for line in old[start : block.old])
        yield from (_line("-", line) for line in old[block.old : block.old_end])
        yield from (_line("+", line) for line in new[block.new : block.new_end])
        start = block.old_end
    yield from (_line(" ", line) for line in old[start:end])


def _range(start: int, end: int) -> str:
    return f"{start + 1 if end > start else start},{end - start}"


def _line(sign: str, line: str) -> str:
    return sign + re.sub(f"[{_OLD}{_NEW}]+", "*** (changed)", re.sub(f"{_SAME}+", "***", line))
