"""Settings and instance counts that a run puts into the configuration it sends; the file on disk stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from cses_action.errors import InputError, Problem
from cses_action.project.definition import find_named, role_elements
from cses_action.project.edits import Edit, edited
from cses_action.project.splicing import New, appended, changed
from cses_action.project.xml import Document, Element, parse_xml
from cses_action.values import Value

_UNSENDABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Wishes(Value):
    """What the user wants to be sent instead of what stands in the file."""

    settings: tuple[tuple[str, str], ...] = ()
    """``Setting`` or ``Role.Setting``, with its value."""
    counts: tuple[tuple[str, int], ...] = ()

    def __repr__(self) -> str:
        return "Wishes()"  # the values may be secrets


def with_wishes(definition: Document | None, configuration: Document, wishes: Wishes) -> Document:
    """Return the configuration as it is to be sent, or raise one InputError about every wish that does not fit."""
    problems: list[Problem] = []
    # One after the other: both may add to the same element.
    set_ = _applied(configuration, setting_edits(definition, configuration, wishes.settings, problems))
    counted = _applied(set_, count_edits(set_, wishes.counts, problems))
    if problems:
        raise InputError.of(tuple(problems))
    return counted


def _applied(document: Document, edits: Sequence[Edit]) -> Document:
    if not edits:
        return document
    return parse_xml(edited(document.text, edits), file=document.file)


def setting_edits(
    definition: Document | None,
    configuration: Document,
    settings: Sequence[tuple[str, str]],
    problems: list[Problem],
) -> list[Edit]:
    """Return the edits that give settings these values; what does not fit is added to the problems."""
    declared = _declared(definition, configuration)
    general: dict[tuple[str, str], str] = {}
    single: dict[tuple[str, str], str] = {}
    for number, (name, value) in enumerate(settings, 1):
        places = _places(number, name, declared)
        if isinstance(places, Problem):
            problems.append(places)
            continue
        if _UNSENDABLE.search(value):
            message = f"settings: the value of {name} holds a character that XML does not allow"
            problems.append(Problem(message=message, fix="Encode the value, for example as Base64."))
            continue
        (single if places.single else general).update(dict.fromkeys(places.found, value))
    # A setting of one role counts for more than the same setting of all roles, in whichever order they are given.
    wanted: dict[str, dict[str, str]] = {}
    for (owner, setting), value in {**general, **single}.items():
        wanted.setdefault(owner, {})[setting] = value
    edits: list[Edit] = []
    for role in configuration.root.find("Role"):
        edits += _role_edits(configuration, role, wanted.get(role.value("name").lower(), {}), declared)
    return edits


def count_edits(configuration: Document, counts: Sequence[tuple[str, int]], problems: list[Problem]) -> list[Edit]:
    """Return the edits that give roles these instance counts; what does not fit is added to the problems."""
    roles = configuration.root.find("Role")
    edits: list[Edit] = []
    for name, count in counts:
        role = find_named(roles, name)
        if role is None:
            known = ", ".join(each.value("name") for each in roles)
            fix = f"Correct instance-counts: the configuration has {known or 'no roles'}."
            problems.append(Problem(message=f"instance-counts names a role that there is not: {name}", fix=fix))
            continue
        why = f"Role {role.value('name')} gets {count} instances"
        if instances := role.find("Instances"):
            edit = changed(configuration, instances[0], "count", str(count), why)
        else:
            edit = appended(configuration, role, [New("Instances", (("count", str(count)),))], why)
        edits += [edit] if edit else []
    return edits


class _Places(Value):
    """The settings that a name stands for."""

    found: tuple[tuple[str, str], ...]
    """Role and setting, in lower case."""
    single: bool
    """Whether the name says which role."""


_Declared = Mapping[str, Mapping[str, str]]
"""By role, both in lower case: the names of its settings by their names in lower case."""


def _declared(definition: Document | None, configuration: Document) -> _Declared:
    """Return which settings each role of the configuration has, by the definition and by the configuration."""
    defined = role_elements(definition.root) if definition else ()
    found: dict[str, dict[str, str]] = {}
    for role in configuration.root.find("Role"):
        known = find_named(defined, role.value("name"))
        settings = [*(known.find("ConfigurationSettings", "Setting") if known else ()), *_settings(role)]
        names = (each.value("name") for each in settings)
        found.setdefault(role.value("name").lower(), {}).update({name.lower(): name for name in names})
    return found


def _places(number: int, name: str, declared: _Declared) -> _Places | Problem:
    """Return what a name stands for, or why that cannot be said."""
    all_roles = tuple((role, name.lower()) for role, settings in declared.items() if name.lower() in settings)
    before, dot, after = name.partition(".")
    one_role = bool(dot) and before.lower() in declared and after.lower() in declared[before.lower()]
    if all_roles and one_role:
        message = f"settings: {name} is a setting, and also setting {after} of role {before}"
        return Problem(message=message, fix="Rename one of the two, or set it in the file.")
    if one_role:
        return _Places(((before.lower(), after.lower()),), single=True)
    if all_roles:
        return _Places(all_roles, single=False)
    known = sorted({each for settings in declared.values() for each in settings.values()})
    fix = f"Declare it in the definition, or use one of: {', '.join(known[:20])}." if known else "Declare it first."
    # The name is not shown: it may be the rest of a value that was split by mistake.
    near = get_close_matches(name.lower(), [each.lower() for each in known], 1)
    hint = next((f" Did you mean {each}?" for each in known if each.lower() in near), "")
    return Problem(message=f"settings: entry {number} names a setting that no role declares", fix=f"{fix}{hint}")


def _role_edits(document: Document, role: Element, wanted: Mapping[str, str], declared: _Declared) -> Iterator[Edit]:
    known = {each.value("name").lower(): each for each in _settings(role)}
    new = []
    for name, value in wanted.items():
        if name in known:
            edit = changed(document, known[name], "value", value, f"Setting {name}")
            if edit:
                yield edit
        else:
            written = declared[role.value("name").lower()][name]
            new.append(New("Setting", (("name", written), ("value", value))))
    if new:
        parents = role.find("ConfigurationSettings")
        wrapped = new if parents else [New("ConfigurationSettings", (), tuple(new))]
        yield appended(document, parents[0] if parents else role, wrapped, "Settings that are new here")


def _settings(role: Element) -> tuple[Element, ...]:
    return role.find("ConfigurationSettings", "Setting")
