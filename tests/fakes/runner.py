"""The reading half of GitHub: what the runner makes of what we write; the agent's is in agent.py.

Written from the sources of actions/runner (ActionCommand, ActionCommandManager, FileCommandManager), not from our
writers; ci-hosts.md §4 has the rules in short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

GITHUB_COMMANDS = {
    *("set-env", "set-output", "save-state", "add-mask", "add-path", "add-matcher", "remove-matcher"),
    *("debug", "warning", "error", "notice", "group", "endgroup", "echo", "stop-commands"),
}
KEPT_ANNOTATIONS = 10
LONGEST_MESSAGE = 4096
LONGEST_SUMMARY = 1024 * 1024

# .NET compares by culture here and looks through what has no weight in a comparison.
_WEIGHTLESS = "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*"
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))

Escapes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Command:
    """A command that a host found in our output."""

    name: str
    data: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class Log:
    """What GitHub keeps and shows of a step's output."""

    annotations: list[Command] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Everything that is no command, with the masks known by then put on."""
    groups: list[str] = field(default_factory=list)
    open_groups: int = 0


def lines_of(text: str) -> list[str]:
    """The lines as .NET's StreamReader.ReadLine gives them: a lone CR ends one too."""
    return re.split(r"\r\n|\r|\n", text.removesuffix("\n")) if text else []


def parse_commands(text: str) -> list[Command]:
    """Every command that the GitHub runner would obey."""
    return [command for line in lines_of(text) if (command := parse_command(line))]


def parse_command(line: str) -> Command | None:
    """The command in this line, in the form of today or in the old one."""
    return _parse_new(line.lstrip()) or _parse_old(line)


def read_log(text: str) -> Log:
    """What GitHub keeps and shows of this output."""
    log = Log()
    kept: Counter[str] = Counter()
    for line in lines_of(text):
        command = parse_command(line)
        if command is None:
            log.lines.append(masked(line, log.masks))
        elif command.name == "add-mask":
            assert command.data.strip(), "Can't add secret mask for empty string"
            parts = re.split(r"[\r\n]", command.data)
            log.masks += [part for part in (command.data, *parts) if part]
        elif command.name in {"error", "warning", "notice"}:
            kept[command.name] += 1
            if kept[command.name] <= KEPT_ANNOTATIONS:
                log.annotations.append(Command(command.name, _cut(command.data), command.properties))
        else:
            _fold(log, command)
    return log


def read_outputs(text: str) -> dict[str, str]:
    """The outputs in a file of GITHUB_OUTPUT; a ValueError where the runner fails the step."""
    outputs: dict[str, str] = {}
    lines = iter(text.removesuffix("\n").split("\n"))  # only LF ends a line, on Linux
    for line in lines:
        if not line:
            continue
        name, separator, rest = _first_of(line)
        if separator == "<<":
            outputs[name] = _until(rest, lines)
        else:
            outputs[name] = rest
    return outputs


def read_summary(path: Path) -> str:
    """The summary that GitHub shows; a ValueError where it drops it."""
    data = path.read_bytes()
    if len(data) > LONGEST_SUMMARY:
        raise ValueError(f"$GITHUB_STEP_SUMMARY supports content up a size of 1024k, got {len(data) // 1024}k")
    return data.decode("utf-8")


def bracketed(line: str, prefix: str, escapes: Escapes) -> Command | None:
    """A command ``##[name k=v;k=v]data``, anywhere in the line: GitHub's old form, or the agent's."""
    begin = re.search(_WEIGHTLESS.join(map(re.escape, prefix)), line)
    end = line.find("]", begin.start()) if begin else -1
    if not begin or end < 0:
        return None
    name, _, properties = line[begin.start() + len(prefix) : end].partition(" ")
    return Command(name, _unescape(line[end + 1 :], escapes), _pairs(properties, ";", escapes))


def masked(line: str, masks: list[str]) -> str:
    """The line with ``***`` for every mask."""
    for mask in sorted(masks, key=len, reverse=True):
        line = line.replace(mask, "***")
    return line


def _parse_new(line: str) -> Command | None:
    begin = re.match(f"{_WEIGHTLESS}:{_WEIGHTLESS}:", line)
    end = re.compile(f":{_WEIGHTLESS}:").search(line, 2)
    if not begin or not end:
        return None
    # Found by culture, then counted by characters: two for the marker, whatever stood in it.
    info, data = line[2 : end.start()], line[end.start() + 2 :]
    name, _, properties = info.partition(" ")
    if name.lower() not in GITHUB_COMMANDS:
        return None
    return Command(name.lower(), _unescape(data, _DATA), _pairs(properties.strip(), ",", _PROPERTY))


def _parse_old(line: str) -> Command | None:
    command = bracketed(line, "##[", _OLD)
    return command if command and command.name.lower() in GITHUB_COMMANDS else None


def _pairs(text: str, separator: str, escapes: Escapes) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(separator) if part)
    return {pair[0]: _unescape(pair[1], escapes) for pair in pairs if len(pair) == 2 and all(pair)}


def _cut(text: str) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[: 2 * LONGEST_MESSAGE].decode("utf-16-le", "replace")


def _unescape(text: str, escapes: Escapes) -> str:
    for code, letter in escapes:
        text = text.replace(code, letter)
    return text


def _fold(log: Log, command: Command) -> None:
    if command.name == "group":
        log.groups.append(command.data)
        log.open_groups += 1
    elif command.name == "endgroup":
        log.open_groups -= 1
    else:
        raise AssertionError(f"nobody meant to send {command}")


def _first_of(line: str) -> tuple[str, str, str]:
    found = re.search("=|<<", line)
    if not found or not found.start() or (found[0] == "<<" and found.end() == len(line)):
        raise ValueError(f"Invalid format '{line}'")
    return line[: found.start()], found[0], line[found.end() :]


def _until(delimiter: str, lines: Iterator[str]) -> str:
    value: list[str] = []
    for line in lines:
        if line == delimiter:
            return "\n".join(value)
        value.append(line)
    raise ValueError(f"Matching delimiter not found '{delimiter}'")
