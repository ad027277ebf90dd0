"""Writing changed files: all of them or none, never half of one, and only over what was read."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from cses_action.errors import ProjectError
from cses_action.project.files import cannot_write, opened, read_text
from cses_action.project.xml import Document
from cses_action.values import Value

Replace = Callable[[str, Path], None]

_SAVE = "Save the file as UTF-8, and declare no other encoding."


class _Prepared(Value):
    """A file that is ready to be replaced: the new bytes and the old ones lie beside it."""

    path: str
    target: Path
    new: str
    old: str


def write(changes: Sequence[tuple[Document, str]], replace: Replace = os.replace) -> None:
    """Give each document's file its new text; a ProjectError leaves all files as they were.

    A symbolic link is followed, mode and owner stay.
    """
    with ExitStack() as stack:
        prepared = [_prepare(document, text, stack) for document, text in changes]
        for number, each in enumerate(prepared):
            try:
                replace(each.new, each.target)
            except OSError as failure:
                lost = _put_back(prepared[:number], replace, stack)
                raise cannot_write(each.path, failure, lost) from failure
            except BaseException:
                _put_back(prepared[:number], replace, stack)
                raise
        for folder in {each.target.parent for each in prepared}:
            _make_durable(folder)


def check(changes: Sequence[tuple[Document, str]]) -> None:
    """Raise what ``write`` would raise of files that cannot be given their new text; writes nothing."""
    for document, text in changes:
        try:
            _target(document.file)
        except OSError as failure:
            raise cannot_write(document.file, failure) from failure
        _encoded(document, text)
        _unchanged(document)


def _target(path: str) -> tuple[Path, os.stat_result]:
    """Return the file that is to be replaced, behind all links."""
    target = Path(os.path.realpath(path, strict=True))
    status = target.stat()
    # Root may write everywhere, and a rename asks nobody: whoever made the file read-only means it.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise ProjectError("The file is read-only", fix="Make the file writable.", file=path)
    return target, status


def _prepare(document: Document, text: str, stack: ExitStack) -> _Prepared:
    path = document.file
    data = _encoded(document, text)
    known = _unchanged(document)
    try:
        target, status = _target(path)
        return _Prepared(path, target, _beside(target, data, status, stack), _beside(target, known, status, stack))
    except OSError as failure:
        raise cannot_write(path, failure) from failure


def _encoded(document: Document, text: str) -> bytes:
    try:
        return document.mark + text.encode(document.encoding)
    except UnicodeEncodeError as failure:
        raise ProjectError(
            f"The encoding {document.encoding} cannot hold the character U+{ord(text[failure.start]):04X}",
            fix=_SAVE,
            file=document.file,
        ) from None  # the failure quotes the whole text, and with it the values of settings


def _unchanged(document: Document) -> bytes:
    """Return the bytes of the file; a ProjectError if they are not those that were read."""
    path = document.file
    found = read_text(path)
    with opened(path) as stream:
        data = stream.read()
    now = (found.text.removeprefix("\ufeff"), found.encoding, found.mark)
    if now != (document.text, document.encoding, document.mark):
        raise ProjectError(
            "The file was changed since it was read",
            fix="Let nothing else write the file meanwhile, and run again.",
            file=path,
        )
    if data != document.mark + document.text.encode(document.encoding):
        message = f"The bytes of the file cannot be kept: not all of them are the usual ones of {document.encoding}"
        raise ProjectError(message, fix=_SAVE, file=path)
    return data


def _beside(target: Path, data: bytes, status: os.stat_result, stack: ExitStack) -> str:
    """Return a new file in the target's folder with these bytes, its mode and, where that is allowed, its owner."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".tmp")
    stack.callback(_remove, name)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        with suppress(OSError):
            os.fchown(stream.fileno(), status.st_uid, status.st_gid)
        os.fchmod(stream.fileno(), stat.S_IMODE(status.st_mode))
        os.fsync(stream.fileno())
    return name


def _remove(name: str) -> None:
    with suppress(OSError):
        Path(name).unlink(missing_ok=True)


def _put_back(written: Sequence[_Prepared], replace: Replace, stack: ExitStack) -> list[str]:
    """Give files their old bytes again; return where the old bytes lie of those where even that failed."""
    lost = []
    for each in written:
        try:
            replace(each.old, each.target)
        except OSError:
            lost.append(f"{each.path} (as it was: {each.old})")
    if lost:
        stack.pop_all()  # nothing beside the files is removed: the old bytes are there alone
    return lost


def _make_durable(folder: Path) -> None:
    # A folder that cannot be synced is none of the user's trouble: the files themselves are on the disk.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
