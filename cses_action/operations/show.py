"""What a run tells before it acts: the files it read, and the plan with its outputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC

from cses_action.messages import Table
from cses_action.planning import live
from cses_action.planning.difference import NOTHING
from cses_action.planning.model import CertificateStatus, Plan, RoleCertificate, UploadPackage
from cses_action.planning.observe import Observed
from cses_action.ports import Cloud
from cses_action.report.rows import (
    CERTIFICATES,
    CHANGES,
    PROOFS,
    ROLES,
    certificate_rows,
    change_rows,
    proof_rows,
    role_rows,
)
from cses_action.resources import Certificate
from cses_action.steps.run import Run
from cses_action.steps.runner import title


def show_observed(observed: Observed, run: Run) -> None:
    """Say what runs now."""
    service = observed.service
    power = "stopped" if observed.stopped else "started"
    state, mode = live.provisioning_state(service), live.text(service, "properties", "upgradeMode")
    known = {
        "cloud_service_id": live.text(service, "id"),
        "provisioning_state": state,
        "fqdn": observed.address.fqdn,
        "public_ip": observed.address.ip,
    }
    run.publish(**{name: value for name, value in known.items() if value})
    run.record.provisioning_state = state
    run.say(f"The cloud service is {power}; provisioning state {state}, upgrade mode {mode or 'not given'}.")


def show_certificates(certificates: Sequence[CertificateStatus | RoleCertificate], run: Run) -> None:
    """Show where each certificate was found, also if the run is about to stop because one was not."""
    run.record.certificates = tuple(certificates)
    if certificates:
        run.host.show(Table(CERTIFICATES, certificate_rows(certificates, run.clock.now())))


def show_plan(plan: Plan, cloud: Cloud, run: Run) -> None:
    """Show what would change and in which steps, and publish what is known from now on."""
    run.record.plan = plan
    run.record.unproven = plan.unproven
    if plan.changes:
        run.host.show(Table(CHANGES, change_rows(plan)))
    else:
        run.say("Nothing has changed, by the tags of earlier runs; after an update by another tool use force (true).")
    for note in plan.notes:
        run.say(note)
    run.host.show(Table(ROLES, role_rows(plan)))
    if not run.record.certificates:
        show_certificates(plan.certificates, run)
    run.say(f"Steps: {', '.join(title(step) for step in plan.steps) or 'none'}.")
    for warning in plan.warnings:
        run.warn(warning)
    run.publish(**_outputs(plan))
    # A package that is uploaded has an address once it is there.
    if plan.deployed and not any(isinstance(step, UploadPackage) for step in plan.steps):
        run.publish(package_blob_url=cloud.packages.url(plan.deployed))


def show_end(operation: str, plan: Plan, run: Run) -> None:
    """Show what is served, and say how it ended, in one line."""
    if operation == "plan":
        run.say("This was a plan: nothing was changed.")
        return
    if run.record.proven:
        run.host.show(Table(PROOFS, proof_rows(run.record.proven, run.clock.now())))
    done = "Done" if plan.has_changes else "There was nothing to do"
    if run.record.unproven:
        run.say(f"{done}, but HTTPS is not proven: see the warnings.")
    elif plan.has_changes or plan.stopped:
        run.say(f"{done}.")
    else:
        run.say(f"{done}; what runs was checked once more.")


def _outputs(plan: Plan) -> dict[str, str]:
    return {
        "has_changes": "true" if plan.has_changes else "false",
        **certificate_outputs([each.certificate for each in plan.certificates]),
        "plan": plan_json(plan),
    }


def certificate_outputs(certificates: Sequence[Certificate]) -> dict[str, str]:
    """Return the outputs that tell of certificates, without those that have nothing to tell."""
    expiries = [each.expires_on for each in certificates if each.expires_on]
    known = {
        "certificate_thumbprints": ",".join(dict.fromkeys(str(each.thumbprint) for each in certificates)),
        "certificate_expires_on": f"{min(expiries).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if expiries else "",
    }
    return {name: value for name, value in known.items() if value}


def plan_json(plan: Plan) -> str:
    """Return the output ``plan``."""
    changes = [
        {"kind": each.kind, "subject": each.subject, "before": _known(each.before), "after": _known(each.after)}
        for each in plan.changes
    ]
    roles = [{"name": each.name, "instances": each.instances, "size": each.size} for each in plan.roles]
    certificates = [
        {
            "role": each.role,
            "name": each.name,
            "thumbprint": str(each.certificate.thumbprint),
            "vault": each.certificate.vault.id.name,
            "expiresOn": each.certificate.expires_on.astimezone(UTC).isoformat()
            if each.certificate.expires_on
            else None,
        }
        for each in plan.certificates
    ]
    found = {
        "version": 1,
        "hasChanges": plan.has_changes,
        "changes": changes,
        "roles": roles,
        "certificates": certificates,
        "steps": [title(step) for step in plan.steps],
        "warnings": list(plan.warnings),
    }
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def _known(text: str) -> str | None:
    return None if text == NOTHING else text
