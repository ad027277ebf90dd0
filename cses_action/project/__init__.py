"""What stands in the user's files, read without any network.

::

    files.py          a regular file, so much of it, as text           positions.py   where tags and attributes stand
    xml.py            safe bounded parsing with positions
    definition.py     .csdef -> Definition                             configuration.py  .cscfg -> Configuration
    rules/            everything that can be wrong with them           package/       .cspkg -> Package
    gate/             whether a package belongs to the other two
    edits.py          a change as a value, and as a diff               splicing.py    elements added, changed, removed
    https.py          the changes that HTTPS takes, and the role's     sent.py        settings and counts to be sent
    local.py          the cloud's configuration for local runs         writing.py     all files, or none
    pfx.py            a certificate with its private key               x509.py        names in a certificate
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Literal

from cses_action.errors import Problem, ProjectError
from cses_action.project.rules import Finding, Options, Severity, findings_of, first_of, lint, packages, together
from cses_action.project.xml import Document, Root, expect_root, read_xml
from cses_action.values import Value, replace

if TYPE_CHECKING:
    from cses_action.project.configuration import Configuration
    from cses_action.project.definition import Definition
    from cses_action.project.package import Package
    from cses_action.project.sent import Wishes


PackageCheck = Literal["strict", "warn", "off"]
"""What a package does that does not belong to the files or is not taken: stop the run, warn, or pass unseen."""


class Project(Value):
    """The files of one deployment."""

    configuration: Configuration
    definition: Definition | None
    package: Package | None


class Examined(Value):
    """What stands in a definition and configurations, and what is wrong with it."""

    definition: Document | None
    configurations: tuple[Document, ...]
    """Those that could be parsed."""
    findings: tuple[Finding, ...]
    """Errors first; of very many the first ones."""
    counts: Mapping[Severity, int]
    """How many findings of a severity there are, also those that are left out."""
    unreadable: tuple[Problem, ...]
    """What is wrong with a file as such: not there, no regular file, too large, in an unknown encoding."""

    files: int = 0
    """How many files were to be read."""
    package: Package | None = None
    """What was read of a package, whatever is wrong with it."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All that could be parsed."""
        return (*([self.definition] if self.definition else []), *self.configurations)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must not be deployed."""
        return (*self.unreadable, *(each.problem for each in self.findings if each.severity == "error"))


def read_documents(
    definition: str, configurations: Sequence[str]
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Return the definition, if one is given, and the configurations; one ProjectError names all that are none."""
    defined, configured, refused = _read_all(definition, configurations)
    if refused:
        raise ProjectError.of(tuple(refused))
    return ((defined,) if defined else ()), configured


def examine(
    definition: str, configurations: Sequence[str], options: Options | None = None, wishes: Wishes | None = None
) -> Examined:
    """Read each file once, and look for everything that can be wrong; ``definition`` is empty for none.

    With wishes the configurations are those that are to be sent, which no file holds.
    """
    defined, parsed, refused = _read_all(definition, configurations)
    if wishes and not refused:
        from cses_action.project.sent import with_wishes  # noqa: PLC0415 - few runs have any

        parsed = tuple(with_wishes(defined, each, wishes) for each in parsed)
    found = examined(defined, parsed, options or Options(), refused)
    return replace(found, files=len(configurations) + bool(definition))


def examined(
    definition: Document | None,
    configurations: tuple[Document, ...],
    options: Options,
    refused: Sequence[Problem] = (),
) -> Examined:
    """Return what is wrong with documents; ``refused`` is what was wrong with those that are none."""
    findings, counts = first_of(chain(findings_of(refused), lint(definition, configurations)), options)
    unreadable = tuple(each for each in refused if not each.rule)
    return Examined(definition, configurations, findings, counts, unreadable)


def with_package(found: Examined, path: str, options: Options, check: PackageCheck = "strict") -> Examined:
    """Return what was examined with a package, and whether it belongs to the files."""
    from cses_action.project.gate import check_together  # noqa: PLC0415 - zip and hashes, for few runs that fail
    from cses_action.project.package import examine_package  # noqa: PLC0415

    try:
        package = examine_package(path)
    except ProjectError as failure:
        return _with_findings(
            found, findings_of(failure.problems), [each for each in failure.problems if not each.rule]
        )
    of_form = (each for each in package.findings if each.rule not in packages.POLICY)
    of_policy = (each for each in package.findings if each.rule in packages.POLICY)
    defects, _ = first_of(of_form, options)
    gate, _ = first_of((*of_policy, *check_together(package, found.definition, found.configurations)), options)
    if check == "off":
        defects, gate = tuple(each for each in defects if each.severity == "error"), ()
    elif check == "warn":
        gate = tuple(
            replace(each, severity="warning" if each.severity == "error" else each.severity) for each in gate
        )
    return replace(_with_findings(found, (*defects, *gate), ()), package=package)


def _with_findings(found: Examined, new: Sequence[Finding], refused: Sequence[Problem]) -> Examined:
    return replace(
        found,
        findings=together(found.findings, new),
        counts=Counter(found.counts) + Counter(each.severity for each in new),
        unreadable=(*found.unreadable, *refused),
        files=found.files + 1,
    )


def project_of(found: Examined) -> Project:
    """Return what examined files and a package say; one ProjectError names everything that is wrong with them."""
    if found.errors:
        raise ProjectError.of(found.errors)
    from cses_action.project.configuration import read_configuration  # noqa: PLC0415 - most mistakes end a run above
    from cses_action.project.definition import read_definition  # noqa: PLC0415

    defined = read_definition(found.definition) if found.definition else None
    return Project(read_configuration(found.configurations[0]), defined, found.package)


def _read_all(
    definition: str, configurations: Sequence[str]
) -> tuple[Document | None, tuple[Document, ...], list[Problem]]:
    """Return what could be parsed, and what is wrong with the rest."""
    refused: list[Problem] = []
    defined = _read(definition, "ServiceDefinition", refused) if definition else None
    configured = [_read(each, "ServiceConfiguration", refused) for each in configurations]
    return defined, tuple(each for each in configured if each), refused


def _read(path: str, root: Root, refused: list[Problem]) -> Document | None:
    try:
        document = read_xml(path)
        expect_root(document, root)
    except ProjectError as failure:
        refused += failure.problems
        return None
    return document
