"""``operation: configure``: the document's code changes, made in the files themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os.path import realpath
from pathlib import Path, PurePath
from typing import NamedTuple

from cses_action.errors import AzureError, InputError, Problem, ProjectError
from cses_action.inputs import Inputs
from cses_action.operations.files import rule_options
from cses_action.operations.mend import REBUILD
from cses_action.operations.validate import validate
from cses_action.ports import Clock, Cloud, Host
from cses_action.project import examined, read_documents
from cses_action.project.definition import role_elements
from cses_action.project.edits import Edit, edited, unified_diff
from cses_action.project.https import Wanted, https_edits
from cses_action.project.local import line_edits, synchronised
from cses_action.project.writing import write
from cses_action.project.xml import Document, parse_xml
from cses_action.steps.run import Run
from cses_action.values import Thumbprint

Connect = Callable[[Inputs, Host, Clock], Cloud]

LOCAL = "ServiceConfiguration.Local.cscfg"
_ANY = Thumbprint("0" * 40)


class _Files(NamedTuple):
    """The documents that are edited."""

    definition: Document
    configurations: tuple[Document, ...]
    local: Document | None = None
    """The one that is to say what the cloud's says; it may be one of the configurations."""
    cloud: Document | None = None

    @property
    def all(self) -> tuple[Document, ...]:
        """Each document once."""
        given = any(each is self.local for each in self.configurations)
        return (self.definition, *self.configurations, *([self.local] if self.local and not given else []))


def configure(inputs: Inputs, run: Run, connect: Connect) -> None:
    """Make the changes that HTTPS takes in definition and configurations, show them, and check the files."""
    rule_options(inputs)
    with run.part("Read the project files"):
        files = _read(inputs)
        roles = _roles(inputs, files.definition)
    thumbprint = inputs.certificate_thumbprint
    if inputs.certificate_names:
        # What stands in the way is told before Azure is asked.
        https_edits(files.definition, files.configurations, _wanted(inputs, roles, _ANY))
        with run.part("Look for the certificate"):
            thumbprint = _newest(inputs, run, connect)

    edits = _edits(files, _wanted(inputs, roles, thumbprint), sync=inputs.sync_local)
    _refuse_new_errors(inputs, files, edits, thumbprint)
    run.publish(has_changes="true" if any(edits.values()) else "false")
    with run.part("Change the project files", "change"):
        _show(files, edits, run)
        changed = [each for each in files.all if edits[each.file]]
        _write([(each, edited(each.text, edits[each.file])) for each in changed], run)
    if changed:
        run.record.written = tuple(each.file for each in changed)
        run.record.left = "The project files were changed, and nothing in Azure."
    if edits[files.definition.file]:
        run.warn(REBUILD, fix="Build the package anew, then deploy it.")
    written = (*inputs.configurations, *(each.file for each in changed if each is files.local))
    if inputs.configurations and thumbprint is None:
        run.warn(
            "No certificate is given: the configuration names none, and was not checked.",
            fix="Give certificate-thumbprint or certificate-name, or add the certificate to it by hand.",
        )
        written = ()
    validate(inputs._replace(configurations=tuple(dict.fromkeys(written)), fix=False), run)


def _write(changes: Sequence[tuple[Document, str]], run: Run) -> None:
    before = run.record.left
    if changes:
        run.record.left = "The project files may have been changed, and nothing in Azure."
    with run.undivided():
        try:
            write(changes)
        except ProjectError:
            run.record.left = before
            raise


def _read(inputs: Inputs) -> _Files:
    given = inputs.configurations
    if not inputs.sync_local:
        return _Files(*read_documents(inputs.definition, given))
    cloud = _cloud(given)
    path = Path(cloud).with_name(LOCAL)
    if realpath(path) == realpath(cloud):
        raise InputError(f"sync-local: {LOCAL} is a link to {cloud}", fix="Remove the link, or sync-local.")
    local = next((each for each in given if realpath(each) == realpath(path)), str(path))
    definition, documents = read_documents(inputs.definition, tuple(dict.fromkeys((*given, local))))
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
    """Return the thumbprint of the newest version that is enabled and not expired."""
    (name,) = inputs.certificate_names
    vaults = connect(inputs, run.host, run.clock).vaults
    located = {each: vaults.locate(each) for each in inputs.key_vaults}
    found = {}
    for vault, held in located.items():
        versions = vaults.versions(held, name)
        good = [each for each in versions if each.enabled and (each.days_left(run.clock.now()) or 0) >= 0]
        if versions and not good:
            run.warn(f"Key vault {vault} holds only disabled or expired versions of certificate {name}.")
        if good:
            found[vault] = good[0].thumbprint
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


def _edits(files: _Files, wanted: Wanted, *, sync: bool) -> Mapping[str, Sequence[Edit]]:
    """Return the edits of each document, none for one that is right already."""
    # The local configuration gets the cloud's content, and keeps its own certificates.
    given = [each for each in files.configurations if not (sync and each is files.local)]
    found = https_edits(files.definition, given, wanted)
    edits: dict[str, Sequence[Edit]] = {
        document.file: tuple(each for each in found if each.file == document.file) for document in files.all
    }
    if sync and files.local and files.cloud:
        local, cloud = (
            parse_xml(edited(each.text, edits[each.file]), file=each.file) for each in (files.local, files.cloud)
        )
        edits[files.local.file] = line_edits(files.local.file, files.local.text, synchronised(local, cloud))
    return edits


def _refuse_new_errors(
    inputs: Inputs, files: _Files, edits: Mapping[str, Sequence[Edit]], thumbprint: Thumbprint | None
) -> None:
    """Refuse edits that would break what was right, as when something else names the http endpoint that goes."""
    options = rule_options(inputs)
    after = {each.file: parse_xml(edited(each.text, edits[each.file]), file=each.file) for each in files.all}
    configurations = files.configurations if thumbprint else ()
    known = {(each.rule, each.message) for each in examined(files.definition, configurations, options).errors}
    found = examined(after[files.definition.file], tuple(after[each.file] for each in configurations), options)
    if new := tuple(each for each in found.errors if (each.rule, each.message) not in known):
        raise ProjectError.of(
            (
                Problem(
                    message="Nothing was written: the changes would break what names the old endpoints",
                    fix="See below.",
                ),
                *new,
            )
        )


def _show(files: _Files, edits: Mapping[str, Sequence[Edit]], run: Run) -> None:
    """Say what changes and why, then show it as a diff."""
    for document in files.all:
        found = edits[document.file]
        if not found:
            run.say(f"{document.file}: nothing to change")
            continue
        for reason in dict.fromkeys(each.reason for each in found):
            run.say(f"{document.file}: {reason}")
        for line in (f"--- {document.file}", f"+++ {document.file}", *unified_diff(document.text, found)):
            run.say(line)
