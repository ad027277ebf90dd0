"""``operation: configure``: the document's code changes, made in the files themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os.path import realpath
from pathlib import Path, PurePath
from typing import TypeVar

from cses_action.errors import AzureError, InputError, Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.operations.change_files import change_files, check_files
from cses_action.operations.files import rule_options
from cses_action.operations.validate import check_sarif, conclude
from cses_action.ports import Clock, Cloud, Host
from cses_action.project import Examined, examined, read_documents
from cses_action.project.changes import Change, change
from cses_action.project.definition import role_elements
from cses_action.project.https import Wanted, https_edits
from cses_action.project.local import line_edits, synchronised
from cses_action.project.rules import Options
from cses_action.project.xml import Document
from cses_action.resources import Pfx
from cses_action.steps.run import Run
from cses_action.values import Secret, Thumbprint, Value, replace

T = TypeVar("T")
Connect = Callable[[Inputs, Host, Clock], Cloud]

LOCAL = "ServiceConfiguration.Local.cscfg"
_ANY = Thumbprint("0A1B2C3D4E" * 4)


class _Files(Value):
    """The documents that are edited."""

    definition: Document
    configurations: tuple[Document, ...]
    local: Document | None = None
    """The one that is to say what the cloud's says; it may be one of the configurations."""
    cloud: Document | None = None


def configure(inputs: Inputs, run: Run, connect: Connect) -> None:
    """Make the changes that HTTPS takes in definition and configurations, show them, and check the files."""
    options = rule_options(inputs)
    check_sarif(inputs)
    with run.part("Read the project files"):
        pfx, files = _read_everything(inputs, run)
        roles = _roles(inputs, files.definition)
    thumbprint = inputs.certificate_thumbprint
    if inputs.certificate_names:
        # What stands in the way is told before Azure is asked.
        https_edits(files.definition, files.configurations, _wanted(inputs, roles, _ANY))
        if inputs.prepares:
            wanted = _wanted(inputs, roles, pfx.thumbprint if pfx else _ANY)
            _rehearse(_changes(files, wanted, sync=inputs.sync_local), options)
            thumbprint = _prepared(inputs, pfx, run, connect)
        else:
            with run.part("Look for the certificate"):
                thumbprint = _newest(inputs, run, connect)

    changes = _changes(files, _wanted(inputs, roles, thumbprint), sync=inputs.sync_local)
    # Without a certificate the configurations cannot be right yet.
    checked = [each for each in changes if each.before is files.definition or thumbprint]
    after = _examined_without_new_errors(checked, options)
    check_files(changes)
    run.publish(has_changes="true" if run.record.stored or any(each.edits for each in changes) else "false")
    with run.part("Change the project files", "change"):
        change_files(changes, files.definition.file, run)
    if inputs.configurations and thumbprint is None:
        run.warn(
            "No certificate is given: the configuration names none, and was not checked.",
            fix="Give certificate-thumbprint or certificate-name, or add the certificate to it by hand.",
        )
    conclude(after, inputs, run)


def _read_everything(inputs: Inputs, run: Run) -> tuple[Pfx | None, _Files]:
    """Return the PFX, if one is given, and the project files; one ProjectError names all that is wrong with them."""
    refused: list[Problem] = []
    pfx = _kept(lambda: _pfx(inputs, run), refused)
    files = _kept(lambda: _read(inputs), refused)
    if refused or files is None:
        raise ProjectError.of(tuple(refused))
    return pfx, files


def _kept(read: Callable[[], T], refused: list[Problem]) -> T | None:
    try:
        return read()
    except ProjectError as failure:
        refused += failure.problems
        return None


def _pfx(inputs: Inputs, run: Run) -> Pfx | None:
    if inputs.certificate_pfx == Secret(""):
        return None
    from cses_action.operations.prepare import good_pfx  # noqa: PLC0415 - few runs have a PFX

    return good_pfx(inputs, run)


def _prepared(inputs: Inputs, pfx: Pfx | None, run: Run, connect: Connect) -> Thumbprint:
    from cses_action.operations.prepare import prepare  # noqa: PLC0415 - few runs put a certificate into a vault

    with run.part("Prepare the certificate", "change"):
        return prepare(inputs, pfx, connect(inputs, run.host, run.clock), run)


def _rehearse(changes: Sequence[Change], options: Options) -> None:
    """Raise what would stop the run once the key vault has the certificate, and what would be wrong afterwards."""
    after = _examined_without_new_errors(changes, options)
    stay = {(each.rule, each.message) for each in after.errors}
    before = _examined([each.before for each in changes], options)
    if stay:
        # As the files stand now, so that the lines are right.
        raise ProjectError.of(tuple(each for each in before.errors if (each.rule, each.message) in stay))
    check_files(changes)


def _read(inputs: Inputs) -> _Files:
    given = inputs.configurations
    if not inputs.sync_local:
        (definition,), documents = read_documents(inputs.definition, given)
        return _Files(definition, documents)
    cloud = _cloud(given)
    path = Path(cloud).with_name(LOCAL)
    if realpath(path) == realpath(cloud):
        raise InputError(f"sync-local: {LOCAL} is a link to {cloud}", fix="Remove the link, or sync-local.")
    local = next((each for each in given if realpath(each) == realpath(path)), str(path))
    (definition,), documents = read_documents(inputs.definition, tuple(dict.fromkeys((*given, local))))
    by_path = {each.file: each for each in documents}
    return _Files(definition, documents[: len(given)], by_path[local], by_path[cloud])


def _cloud(configurations: Sequence[str]) -> str:
    """Return the configuration that the local one is made from."""
    others = [each for each in configurations if PurePath(each).name.lower() != LOCAL.lower()]
    named = [each for each in others if PurePath(each).name.lower().endswith(".cloud.cscfg")]
    for found in (others, named):
        if len(found) == 1:
            return found[0]
    raise InputError(
        "sync-local: the configurations do not show which one is the cloud's",
        fix="Give one configuration, or one whose name ends in .Cloud.cscfg.",
    )


def _roles(inputs: Inputs, definition: Document) -> tuple[str, ...]:
    if inputs.certificate_roles:
        return tuple({each.lower(): each for each in inputs.certificate_roles}.values())
    names = [each.value("name") for each in role_elements(definition.root) if each.name == "WebRole"]
    if len(names) == 1:
        return (names[0],)
    message = f"certificate-role is required: the definition has {len(names) or 'no'} web roles"
    known = [each.value("name") for each in role_elements(definition.root)]
    raise InputError(
        f"{message}: {', '.join(names)}" if names else message,
        fix=f"Set certificate-role to the roles that get HTTPS, of: {', '.join(known)}.",
        file=definition.file,
    )


def _wanted(inputs: Inputs, roles: tuple[str, ...], thumbprint: Thumbprint | None) -> Wanted:
    return Wanted(
        roles=roles,
        reference=inputs.certificate_reference,
        port=inputs.https_port,
        endpoint=inputs.endpoint_name,
        site=inputs.site,
        remove_http=inputs.http_endpoint == "remove",
        thumbprint=thumbprint,
    )


def _newest(inputs: Inputs, run: Run, connect: Connect) -> Thumbprint:
    """Return the thumbprint of the newest good version."""
    from cses_action.planning.certificates import newest_good  # noqa: PLC0415 - most runs ask no vault

    (name,) = inputs.certificate_names
    vaults = connect(inputs, run.host, run.clock).vaults
    located = {each: vaults.locate(each) for each in inputs.key_vaults}
    found = {}
    for vault, held in located.items():
        choice = newest_good(vaults.versions(held, name), run.clock.now(), inputs.minimum_days_left)
        if choice.reasons:
            run.warn(f"Certificate {name} in key vault {vault}: {choice.reasons}.")
        if choice.best:
            found[vault] = choice.best.thumbprint
    if len(set(found.values())) == 1:
        vault, thumbprint = next(iter(found.items()))
        run.say(f"Certificate {name} in key vault {vault}: {thumbprint}")
        return thumbprint
    if found:
        where = ", ".join(f"{vault} {thumbprint}" for vault, thumbprint in found.items())
        raise AzureError(
            f"Certificate {name} differs between the key vaults: {where}", fix="Give the one vault in key-vault."
        )
    known = sorted({each for held in located.values() for each in vaults.newest(held)})
    raise AzureError(
        f"No good version of certificate {name} is in the key vaults {', '.join(located)}",
        fix=f"Correct certificate-name or key-vault. There: {', '.join(known[:10]) or 'no certificates'}.",
    )


def _changes(files: _Files, wanted: Wanted, *, sync: bool) -> list[Change]:
    """Return what becomes of each document, without edits for one that is right already."""
    # The local configuration gets the cloud's content, and keeps its own certificates.
    given = [each for each in files.configurations if not (sync and each is files.local)]
    found = https_edits(files.definition, given, wanted)
    changes = {
        each.file: change(each, [edit for edit in found if edit.file == each.file])
        for each in (files.definition, *given)
    }
    if sync and files.local and files.cloud:
        local, cloud = files.local, changes[files.cloud.file].after
        changes[local.file] = change(local, line_edits(local.file, local.text, synchronised(local, cloud)))
    return list(changes.values())


def _examined_without_new_errors(changes: Sequence[Change], options: Options) -> Examined:
    """Return what is wrong with the new files, or refuse to make them if something else needs what would go."""
    before = _examined([each.before for each in changes], options)
    after = _examined([each.after for each in changes], options)
    known = {(each.rule, each.message) for each in before.errors}
    by_file = {each.file: each for each in changes}
    new = []
    for each in after.findings:
        if each.severity == "error" and (each.rule.id, each.message) not in known:
            line, column = by_file[each.file].origin(each.start)
            message = f"Nothing was written, because the changes would bring an error: {each.message}"
            new.append(replace(each.problem, message=message, line=line, column=column))
    if new:
        raise ProjectError.of(tuple(new))
    return after


def _examined(documents: Sequence[Document], options: Options) -> Examined:
    definition, *configurations = documents
    return replace(examined(definition, tuple(configurations), options), files=len(documents))
