"""The user's files: read, checked against each other and against the inputs, before Azure is known at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cses_action.errors import InputError, Problem
from cses_action.inputs import Inputs
from cses_action.operations.findings import SERIOUS, tell
from cses_action.project import Project, examine, project_of, with_package
from cses_action.project.rules import RULES, Options
from cses_action.steps.run import Run
from cses_action.values import replace

if TYPE_CHECKING:
    from cses_action.project.configuration import Configuration
    from cses_action.project.definition import Definition
    from cses_action.project.sent import Wishes


def read_files(inputs: Inputs, run: Run) -> Project:
    """Return what the files say, or raise all their mistakes; then what does not fit the inputs."""
    with run.part("Read the project files"):
        options = rule_options(inputs)
        examined = examine(inputs.definition, [inputs.configuration], options, _wishes(inputs))
        if inputs.package:
            examined = with_package(examined, inputs.package, options, inputs.package_check)
        tell(examined, run, SERIOUS)
        project = _with_clean_thumbprints(project_of(examined), run)
        check_together(inputs, project)
        _show(project, run)
    return project


def _with_clean_thumbprints(project: Project, run: Run) -> Project:
    """Return the project with a configuration that is sent without spaces and marks in its thumbprints."""
    from cses_action.project.rules.thumbprints import cleaned  # noqa: PLC0415 - most mistakes end a run above

    edits = cleaned(project.configuration.document)
    if not edits:
        return project
    from cses_action.project.changes import change  # noqa: PLC0415 - few runs need it
    from cses_action.project.configuration import read_configuration  # noqa: PLC0415

    run.warn(
        "Thumbprints are sent without the spaces and invisible marks in them (CFG044); the file stays as it is.",
        fix="operation: validate with fix: true mends the file.",
    )
    return replace(project, configuration=read_configuration(change(project.configuration.document, edits).after))


def rule_options(inputs: Inputs) -> Options:
    """Return what the user wants to be looked for, or refuse ids that no rule has."""
    named = (*inputs.disabled_rules, *inputs.enabled_rules)
    unknown = [each for each in named if each not in RULES]
    if unknown:
        message = f"disable-rules or enable-rules names rules that do not exist: {', '.join(unknown)}"
        raise InputError(message, fix="docs/rules.md lists the rules.")
    return Options(
        disabled=frozenset(inputs.disabled_rules),
        enabled=frozenset(inputs.enabled_rules),
        warnings_as_errors=inputs.warnings_as_errors,
        target=inputs.target if inputs.operation in {"validate", "configure"} else "extended-support",
        deployed=inputs.operation in {"deploy", "plan"},
    )


def _wishes(inputs: Inputs) -> Wishes | None:
    if not inputs.settings and not inputs.instance_counts:
        return None
    from cses_action.project.sent import Wishes  # noqa: PLC0415 - few runs have any

    return Wishes(inputs.settings, inputs.instance_counts)


def check_together(inputs: Inputs, project: Project) -> None:
    """Refuse inputs that do not fit the files, which shows only once these are read."""
    problems = [*_vault_is_missing(inputs, project.configuration), *_cannot_probe(inputs, project.definition)]
    if problems:
        raise InputError.of(tuple(problems))


def _vault_is_missing(inputs: Inputs, configuration: Configuration) -> list[Problem]:
    first = next(((role, named) for role in configuration.roles for named in role.certificates), None)
    if first is None or inputs.key_vaults or inputs.certificate_urls:
        return []
    role, named = first
    message = f"key-vault is required: the configuration names certificates, the first is {role.name}'s {named.name}"
    fix = "Give `key-vault` with the name or resource id of the vault that holds them, or certificate-url."
    return [Problem(message=message, fix=fix, file=configuration.file, line=named.line)]


def _cannot_probe(inputs: Inputs, definition: Definition | None) -> list[Problem]:
    if inputs.https_probe != "on" or definition is None:
        return []
    endpoints = definition.https_endpoints()
    if not endpoints:
        message = "https-probe is on, but the definition has no https endpoint"
        fix = 'Add an InputEndpoint with protocol="https" and a certificate, or set https-probe to auto.'
        return [Problem(message=message, fix=fix, file=definition.file, line=definition.line)]
    if inputs.https_probe_address and len(endpoints) > 1:
        message = f"https-probe is on, and https-probe-address shows one of {len(endpoints)} https endpoints alone"
        fix = "Leave https-probe-address out, or set https-probe to auto."
        return [Problem(message=message, fix=fix, file=definition.file, line=endpoints[1].line)]
    return []


def _show(project: Project, run: Run) -> None:
    """Say which files are used."""
    configuration = project.configuration
    counts = ", ".join(f"{role.name} with {_instances(role.instances)}" for role in configuration.roles)
    run.say(f"Configuration {configuration.file}: {counts}")
    if project.definition:
        run.say(f"Definition {project.definition.file}")
    if project.package:
        package = project.package
        run.say(f"Package {package.file}: {package.size:,} bytes, SHA-256 {package.sha256}")


def _instances(count: int) -> str:
    return "1 instance" if count == 1 else f"{count} instances"
