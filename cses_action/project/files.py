"""Reading a file that somebody else wrote: only a regular one, only so much of it, and as text in any encoding."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from cses_action.errors import ProjectError
from cses_action.values import Value

TEXT_LIMIT = 10 * 1024 * 1024
"""Bytes; real definitions and configurations have some thousands."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FIRST_BYTES = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Python knows codecs that are no alphabets, and some whose cost grows with the square of the text.
_ALPHABETS = r"utf-8|ascii|(iso8859-|cp)[0-9]+|mac-roman|koi8-[a-z]|shift_jis|euc_[a-z]+|gb[a-z0-9]+|big5"


class Text(Value):
    """A file's text without its byte order mark; line ends stay as they are."""

    text: str
    encoding: str
    """What the bytes really are, whatever the XML declaration says."""
    mark: bytes
    """The byte order mark; empty if there is none."""

    def encoded(self, text: str) -> bytes:
        """Return the bytes of another text in the same form."""
        return self.mark + text.encode(self.encoding)

    def __repr__(self) -> str:
        return f"Text({self.encoding})"  # the text holds the values of settings


def is_there(path: str) -> bool:
    """Return whether there is something at this path; a text that can be no path is none."""
    return os.path.exists(path)


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The file, open for reading; a ProjectError if it is not a regular file or cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ProjectError("Not a regular file", fix="Give the path of a file.", file=path)
        with open(path, "rb") as stream:
            yield stream
    except OSError as failure:
        raise ProjectError(
            f"The file cannot be read: {failure.strerror}", fix="Check the path and its permissions.", file=path
        ) from failure


def read_text(path: str) -> Text:
    """Return the text of a file, or raise a ProjectError."""
    with opened(path) as stream:
        data = stream.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise ProjectError(
            f"The file is larger than {TEXT_LIMIT // 1024 // 1024} MiB",
            fix="Give a service definition (.csdef) or service configuration (.cscfg).",
            file=path,
        )
    return decoded(data, path)


def decoded(data: bytes, path: str) -> Text:
    """Return the text that these bytes of a file are, or raise a ProjectError."""
    mark, encoding = _encoding(data, path)
    start, data = data[:mark], data[mark:]
    try:
        return Text(data.decode(encoding), encoding, start)
    except UnicodeDecodeError as failure:
        raise ProjectError(
            f"The file has bytes that are not {encoding}",
            fix="Save the file as UTF-8, or correct the encoding in its XML declaration.",
            file=path,
            line=data[: failure.start].decode(encoding, errors="replace").count("\n") + 1,
        ) from failure


def _encoding(data: bytes, path: str) -> tuple[int, str]:
    """Return the length of the byte order mark, and the encoding; the bytes count for more than the declaration."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return len(mark), encoding
    for start, encoding in _FIRST_BYTES:
        if data.startswith(start):
            return 0, encoding
    declared = _DECLARED.match(data[:1024])
    name = declared[1].decode("ascii") if declared else "utf-8"
    # Texts that Azure returns declare utf-16 and are often saved as UTF-8.
    if name.lower() == "utf-8" or re.match("(utf|ucs|iso-10646-ucs)-?[0-9]", name.lower()):
        return 0, "utf-8"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if not re.fullmatch(_ALPHABETS, known):
        raise ProjectError(
            f"The encoding {name} is not known",
            fix='Save the file as UTF-8 and declare encoding="utf-8".',
            file=path,
            line=1,
        )
    return 0, known


def cannot_write(path: str, failure: OSError, lost: Sequence[str] = ()) -> ProjectError:
    """Return the error of a file that cannot be written; ``lost`` names those that are changed already for good."""
    changed = f"; changed already, and not to be put back: {', '.join(lost)}" if lost else ""
    return ProjectError(
        f"The file cannot be written: {failure.strerror}{changed}",
        fix="Check the folder's permissions and the free space of the disk, then run again.",
        file=path,
    )
