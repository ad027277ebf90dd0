"""Readers of inputs that name several things: lists, files, and maps of names to values."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from cses_action.inputs.values import Invalid, attribute_name, one_name, shown

T = TypeVar("T")
_MAGIC = frozenset("*?[")
_NO_PATH = frozenset("{}\"'=<>|\n")
KEEP = (("keep", -1),)
"""What ``instance-counts: keep`` is read as: the counts that run."""


def items(raw: str) -> tuple[str, ...]:
    """Return the entries of a list that is written by newline or comma, each once."""
    return tuple(dict.fromkeys(each.strip() for each in re.split(r"[\n,]", raw) if each.strip()))


def every(entries: Sequence[str], read: Callable[[str], T], where: Callable[[int, str], str]) -> tuple[T, ...]:
    """Return what all entries are read as, or raise one Invalid that has every mistake after where it stands."""
    found: list[T] = []
    wrong: list[Invalid] = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(read(entry))
        except Invalid as mistake:
            wrong.append(Invalid(f"{where(number, entry)}{mistake}", fix=mistake.fix))
    if wrong:
        raise Invalid(str(wrong[0]), fix=wrong[0].fix, others=wrong[1:])
    return tuple(found)


def _each(raw: str, read: Callable[[str], T]) -> tuple[T, ...]:
    """Return what the entries of a list are read as; a mistake names its entry, if that can be no secret."""
    entries = items(raw)

    def where(number: int, entry: str) -> str:
        name = shown(entry).removeprefix(": ")
        return f"{f'entry {number} ' if len(entries) > 1 else ''}{f'({name}) ' if name else ''}"

    return every(entries, read, where)


def names(kind: str) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of a list of names."""
    one = one_name(kind)
    return lambda raw: _each(raw, one)


def certificate_urls(raw: str) -> tuple[str, ...]:
    """Return Key Vault URLs of certificates or secrets, with or without a version."""
    url = r"https://[^/?#@\s]+/(?:certificates|secrets)/[A-Za-z0-9-]{1,127}(?:/[0-9a-f]{32})?/?"
    for each in items(raw):
        if not re.fullmatch(url, each):
            raise Invalid(
                "is not the URL of a certificate in a key vault",
                fix="Give https://VAULT.vault.azure.net/certificates/NAME, with or without /VERSION (32 digits).",
            )
    return items(raw)


def host_names(raw: str) -> tuple[str, ...]:
    """Return DNS names, with or without a wildcard in front."""
    for each in items(raw):
        if not re.fullmatch(r"(?=.{1,253}\Z)(?:\*\.)?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*", each):
            raise Invalid("holds what is not a DNS name", fix="Give names such as www.contoso.com, without https://.")
    return items(raw)


def role_names(raw: str) -> tuple[str, ...]:
    """Return names of roles."""
    return _each(raw, attribute_name)


def file_path(raw: str) -> str:
    """Return the one file that the pattern matches; a path that exists is taken as it stands."""
    found = file_paths(raw)
    if len(found) == 1:
        return found[0]
    some = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
    raise Invalid(f"matches {len(found)} files: {some}", fix="Narrow the pattern until it matches exactly one file.")


def file_paths(raw: str) -> tuple[str, ...]:
    """Return the files that the patterns match, each once; a path that exists is taken as it stands."""
    if _exists(raw):
        return (raw,)
    found: dict[str, str] = {}
    for path in chain.from_iterable(every(items(raw), _matches, lambda *_: "")):
        found.setdefault(os.path.realpath(path), path)
    if not found:
        raise Invalid("names no file")
    return tuple(found.values())


def _exists(path: str) -> bool:
    return "\0" not in path and os.path.exists(path)


def _matches(pattern: str) -> list[str]:
    if "\0" in pattern:
        raise Invalid("holds a NUL character")
    if _exists(pattern):
        return [pattern]
    found = sorted(set(_glob(pattern))) if _MAGIC & set(pattern) else []
    files = [each for each in found if os.path.isfile(each)] or [each for each in found if os.path.exists(each)]
    if not files:
        # What can be no path may be credentials that were put into the wrong input.
        named = "" if _NO_PATH & set(pattern) else f": {pattern}"
        raise Invalid(
            f"matches no file{named}",
            fix="Check the path. It is read from the working folder, which in a workflow is the workspace: "
            "is the artifact downloaded before this step?",
        )
    return files


def _glob(pattern: str) -> list[str]:
    import glob  # noqa: PLC0415 - most files are named in full

    parts = pattern.split("/")
    if "**" not in parts:
        return glob.glob(pattern)
    at = parts.index("**")
    before, behind = "/".join(parts[:at]), parts[at + 1 :] or ["*"]
    found: list[str] = []
    # glob follows links to folders within **, and two that lead up again keep it busy for ever; os.walk does not.
    for top in glob.glob(before) if before else ["/" if at else "."]:
        for folder, inner, _ in os.walk(top):
            inner[:] = [each for each in inner if not each.startswith(".")]
            here = folder if at else folder[2:]  # without the ./ that nobody wrote
            found += _glob(os.path.join(glob.escape(here), *behind))
    return found


def pfx(raw: str) -> str:
    """Return the path of a file, or base64 that can be a PFX; nothing of it stands in a message."""
    if _exists(raw):
        return raw
    if "-----BEGIN" in raw:
        fix = "Make a PFX: openssl pkcs12 -export -inkey web.key -in web.pem -out web.pfx"
        raise Invalid("is PEM, and neither a file nor a PFX in base64", fix=fix)
    # A PFX is a sequence of more than 127 bytes: 0x30, then 0x80 or more.
    if not re.fullmatch("MI[A-Za-z0-9+/]+={0,2}", "".join(raw.split())):
        raise Invalid(
            "is neither a file that exists nor a PFX in base64",
            fix="Give its path (read from the working folder, which in a workflow is the workspace), "
            "or what `base64 -w0 web.pfx` prints.",
        )
    return raw


def rule_ids(raw: str) -> tuple[str, ...]:
    """Return ids of rules; whether there are such rules shows when the files are read."""
    return _each(raw, _rule_id)


def _rule_id(raw: str) -> str:
    found = raw.upper()
    if not re.fullmatch("[A-Z]{1,4}[0-9]{3}B?", found):
        raise Invalid("is no id of a rule", fix="Give ids such as CFG002.")
    return found[:-1] + "b" if found.endswith("B") else found


def settings(raw: str) -> tuple[tuple[str, str], ...]:
    """Return settings and their values, written ``name=value`` a line or as a YAML or JSON map.

    No message shows a name: it may be the rest of a value that was split by mistake.
    """
    found = tuple(_lines(raw) if _is_lines(raw) else _map(raw))
    entries: dict[str, int] = {}
    for number, (name, _) in enumerate(found, 1):
        first = entries.setdefault(name.lower(), number)
        if first != number:
            raise Invalid(f"gives one setting twice, in entries {first} and {number}", fix="Name each setting once.")
    return found


def _is_lines(raw: str) -> bool:
    name, equals, _ = raw.lstrip().split("\n", 1)[0].partition("=")
    return bool(equals) and not name.startswith("{") and not re.search(r":(\s|$)", name)


def _lines(raw: str) -> Iterator[tuple[str, str]]:
    wrong: list[str] = []
    for number, line in enumerate(raw.split("\n"), 1):
        text = line.strip()
        if not text:
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            wrong.append(str(number))
        yield name.strip(), value.strip()
    if wrong:
        lines = f"line {wrong[0]}" if len(wrong) == 1 else f"lines {', '.join(wrong)}"
        raise Invalid(f"has no name=value in {lines}", fix="Write one Setting=value a line.")


def _map(raw: str) -> Iterator[tuple[str, str]]:
    wrong = Invalid("is neither lines of name=value nor a YAML or JSON map", fix="Write one Setting=value a line.")
    pairs = _json(raw) if raw.lstrip().startswith("{") else None
    if pairs is None:
        pairs = _yaml(raw)
    if pairs is None:
        raise wrong
    for name, value in pairs:
        if not isinstance(name, str) or not isinstance(value, str):
            raise wrong
        yield name, value


def _json(raw: str) -> list[tuple[object, object]] | None:
    """Return the pairs of a JSON object, numbers as they are written; None if it is none."""
    import json  # noqa: PLC0415 - few runs have one

    words = {True: "true", False: "false"}
    try:
        found = json.loads(raw, parse_int=str, parse_float=str, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    return [(name, words[value] if isinstance(value, bool) else value) for name, value in found]


def _yaml(raw: str) -> list[tuple[object, object]] | None:
    """Return the pairs of a YAML map, every scalar as it is written: 08 stays 08, and yes stays yes."""
    import yaml  # noqa: PLC0415 - few runs have one

    try:
        found = yaml.compose(raw, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return None  # the parser's own message quotes the text
    if not isinstance(found, yaml.MappingNode):
        return None
    return [(name.value, value.value) for name, value in found.value]


def instance_counts(raw: str) -> tuple[tuple[str, int], ...]:
    """Return roles and their counts, or KEEP."""
    if raw.lower() == "keep":
        return KEEP
    found: dict[str, tuple[str, int]] = {}
    for name, count in _each(raw, _role_count):
        first = found.setdefault(name.lower(), (name, count))
        if first[1] != count:
            raise Invalid(f"gives {name} two counts", fix="Name each role once.")
    return tuple(found.values())


def _role_count(raw: str) -> tuple[str, int]:
    name, _, count = (part.strip() for part in raw.partition("="))
    if not name or not re.fullmatch("[0-9]{1,4}", count):
        raise Invalid("is not Role=number", fix="Write Role=3, one a line, or keep.")
    return name, int(count)
