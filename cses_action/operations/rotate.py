"""``operation: rotate-certificate``: the vault's newest certificates on a running service.

No package and no definition: what runs is read, the new thumbprints are put into its configuration, and Azure gets
both together with the certificates. A run that finds nothing to do costs a handful of reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cses_action.inputs import Inputs
from cses_action.messages import Table
from cses_action.operations.change_files import change_files, check_files
from cses_action.operations.show import certificate_outputs, show_end, show_observed, show_plan
from cses_action.planning import live
from cses_action.planning.checks import check_live
from cses_action.planning.counts import with_live_counts
from cses_action.planning.held import findings_of, held_certificates, located
from cses_action.planning.model import UpdateService
from cses_action.planning.observe import observe_beside
from cses_action.planning.planner import make_plan
from cses_action.planning.proof import known_endpoints
from cses_action.planning.rotation import (
    Held,
    Renewal,
    certificates_of,
    choose,
    entries_of,
    left_behind,
    named,
    renewed,
    serving,
    warnings_of,
)
from cses_action.planning.search import Findings, with_details
from cses_action.ports import Clock, Cloud, Host, Json
from cses_action.project import Project, read_documents
from cses_action.project.configuration import Configuration, parse_configuration, read_configuration
from cses_action.project.definition import Definition, read_definition
from cses_action.project.xml import Document
from cses_action.steps.run import Run
from cses_action.steps.runner import run_steps

Connect = Callable[[Inputs, Host, Clock], Cloud]

COLUMNS = ("role", "certificate", "deployed", "becomes", "vault", "expires", "next")


def rotate(inputs: Inputs, run: Run, connect: Connect) -> None:
    """Renew the certificates that serve https, or those that are named, and prove that the new ones are served."""
    with run.part("Read the project files"):
        definition, files = _read(inputs)
    with run.part("Look at Azure"):
        cloud = connect(inputs, run.host, run.clock)
        service = cloud.services.read()
        check_live(service, inputs.upgrade_mode)
        configuration = _live(service)
        held, choices = _choices(inputs, cloud, run, (service, configuration, definition))
    _show(choices, run)

    if _is_current(choices, service, inputs):
        run.say("The vaults have no newer good version that is due: nothing is sent to Azure.")
        run.publish(changed="false", has_changes="false", provisioning_state=live.provisioning_state(service))
        _keep_up(files, choices, run)
        return
    after = read_configuration(renewed(configuration.document, choices).after)
    with run.part("Look at what runs"):
        findings, choices = _known_closely(inputs, cloud, run, (held, choices))
        observed = observe_beside(cloud, service, findings, run.clock.now())
        show_observed(observed, run)
    project = with_live_counts(Project(after, definition, None), service)
    plan = make_plan(inputs, project, observed, certificates_of(choices))
    # Before Azure gets what a file could not be given.
    check_files([renewed(each, choices) for each in files])
    show_plan(plan, cloud, run)
    for warning in left_behind(after, choices):
        run.warn(warning)

    # The files say what the service has as soon as it has it, whatever the proof says afterwards.
    sending = tuple(each for each in plan.steps if isinstance(each, UpdateService))
    run_steps(sending, cloud, run)
    _keep_up(files, choices, run)
    run_steps(plan.steps[len(sending) :], cloud, run)
    show_end(inputs.operation, plan, run)


def _read(inputs: Inputs) -> tuple[Definition | None, tuple[Document, ...]]:
    defined, files = read_documents(inputs.definition, inputs.configurations)
    return next(map(read_definition, defined), None), files


def _live(service: Json) -> Configuration:
    return parse_configuration(live.text(service, "properties", "configuration"), file="live configuration")


def _choices(
    inputs: Inputs, cloud: Cloud, run: Run, live_service: tuple[Json, Configuration, Definition | None]
) -> tuple[tuple[Held, ...], tuple[Renewal, ...]]:
    """Return what the vaults hold, and what becomes of each certificate that is to be looked at."""
    service, configuration, definition = live_service
    entries = entries_of(configuration)
    names = (*inputs.certificate_names, *(url.split("/")[4] for url in inputs.certificate_urls))
    if not names:
        endpoints = [(role, certificate) for _, role, certificate, _ in known_endpoints(definition, service)]
        entries = serving(entries, endpoints)
    held = held_certificates(cloud.vaults, inputs, service)
    if names:
        entries = named(entries, held, names)
    return held, choose(entries, held, inputs, run.clock.now())


def _known_closely(
    inputs: Inputs, cloud: Cloud, run: Run, found: tuple[tuple[Held, ...], tuple[Renewal, ...]]
) -> tuple[Findings, tuple[Renewal, ...]]:
    """Return what an update must know of the chosen certificates and their vaults, and an idle run need not read."""
    held, choices = located(cloud.vaults, *found)
    chosen = frozenset(each.after.thumbprint for each in choices)
    return with_details(cloud.vaults, findings_of(held, inputs, run.clock.now()), chosen), choices


def _show(choices: Sequence[Renewal], run: Run) -> None:
    """Show what becomes of each certificate, and publish which ones the service has in the end."""
    rows = [
        (
            each.role,
            each.name,
            str(each.before.thumbprint),
            str(each.after.thumbprint) if each.renewed else "stays",
            f"{each.after.vault.id.name}/{each.after.name}",
            f"{each.after.expires_on:%Y-%m-%d}" if each.after.expires_on else "never",
            each.next,
        )
        for each in choices
    ]
    run.host.show(Table(COLUMNS, tuple(rows)))
    run.record.tables = (("Renewal", Table(COLUMNS, tuple(rows))),)
    for warning in warnings_of(choices, run.clock.now()):
        run.warn(warning)
    run.publish(**certificate_outputs([each.after for each in choices]))


def _is_current(choices: Sequence[Renewal], service: Json, inputs: Inputs) -> bool:
    """Return whether nothing is to be sent: a run that was refused or failed before must not turn green here."""
    succeeded = live.provisioning_state(service).lower() == "succeeded"
    return succeeded and not inputs.force and not any(each.renewed for each in choices)


def _keep_up(files: Sequence[Document], choices: Sequence[Renewal], run: Run) -> None:
    """Put the thumbprints that the service has now into the files, so that the repository does not fall behind."""
    if files:
        with run.part("Change the project files", "change"):
            change_files([renewed(each, choices) for each in files], "", run)
