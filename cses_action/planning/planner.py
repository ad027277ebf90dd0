"""Decide: what has to be done, from what the user gave and what Azure holds. Pure, no network, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from cses_action.errors import ProjectError
from cses_action.inputs import Inputs
from cses_action.planning import live, tags
from cses_action.planning.body import role_profile, writable
from cses_action.planning.checks import check_live, check_roles, warn_of_certificates, warn_of_older
from cses_action.planning.difference import NOTHING, configuration_changes, role_changes, secret_changes
from cses_action.planning.model import (
    Change,
    Plan,
    PlannedRole,
    RoleCertificate,
    Step,
    UpdateService,
    UploadPackage,
    WaitForInstances,
)
from cses_action.planning.observe import Observed
from cses_action.planning.packaged import warn_of_package, warn_of_roles
from cses_action.planning.proof import Proof, https_endpoints, plan_proof
from cses_action.planning.resolver import accept, resolve
from cses_action.planning.secrets import merged_secrets, only_needed_secrets
from cses_action.ports import Json
from cses_action.project import Project
from cses_action.project.configuration import Configuration, parse_configuration, thumbprints_in_settings
from cses_action.resources import Blob


def make_plan(
    inputs: Inputs, project: Project, observed: Observed, certificates: tuple[RoleCertificate, ...] | None = None
) -> Plan:
    """Return the plan, or raise what stands against it: a busy service, a certificate that no vault holds.

    ``certificates`` are those that are new to the service; by default all that the configuration names.
    """
    check_live(observed.service, inputs.upgrade_mode)
    check_roles(project, observed.service)
    resolution = (
        resolve(inputs, project, observed)
        if certificates is None
        else accept(inputs, project, certificates, observed)
    )
    resolution.refuse()
    loaded, shelves = live.secret_urls(observed.service), observed.certificates.shelves
    # A rotation goes back only where the user names the older version.
    going_back = (
        warn_of_older(project.configuration, resolution.certificates, shelves, loaded) if certificates is None else []
    )
    certificates = resolution.certificates
    update = _Update(inputs, project, observed, certificates)
    warnings = [*going_back, *update.warnings(), *resolution.warnings]
    warnings += warn_of_certificates(certificates, observed.now)
    waiting: tuple[Step, ...] = ()
    proof = Proof()
    if observed.stopped:
        warnings.append("The service is stopped and stays stopped: instances and HTTPS are not checked.")
    else:
        proof = plan_proof(inputs, project, observed)
        counts = sum(role.instances for role in project.configuration.roles)
        waiting = (WaitForInstances(counts), *([proof.step] if proof.step else []))
        warnings += proof.warnings
    return Plan(
        steps=(*update.steps(), *waiting),
        changes=update.changes,
        warnings=tuple(warnings),
        notes=update.notes(),
        roles=tuple(
            PlannedRole(live.text(role, "name"), live.capacity(role), live.text(role, "sku", "name"))
            for role in update.roles
        ),
        certificates=certificates,
        service_id=live.text(observed.service, "id"),
        provisioning_state=live.provisioning_state(observed.service),
        address=observed.address,
        stopped=observed.stopped,
        unproven=proof.unproven,
        deployed=_deployed(observed.service, inputs.storage_account if project.package else ""),
    )


@dataclass
class _Update:
    """The update, if there is one: what changes, and the request that says so."""

    inputs: Inputs
    project: Project
    observed: Observed
    certificates: tuple[RoleCertificate, ...]

    def __post_init__(self) -> None:
        self.service = self.observed.service
        self.succeeded = live.provisioning_state(self.service).lower() == "succeeded"
        self.roles = self._roles()
        properties = live.member(self.service, "properties")
        self.secrets = live.rows(properties, "osProfile", "secrets")
        self.new_secrets = self._secrets()
        self.configuration = configuration_changes(
            self._live_configuration(), self.project.configuration, self.certificates
        )
        self.changes = tuple(self._changes())
        self.body, self.tag_warnings = self._body() if self.changes else ({}, [])
        package = self.project.package
        self.blob = _blob(self.inputs, package.sha256, package.name) if package and self.sends_package else None

    @property
    def sends_package(self) -> bool:
        """Whether the package travels along: it is another one, or nobody knows what the last run left."""
        package = self.project.package
        return package is not None and (
            package.sha256 != live.tag(self.service, tags.PACKAGE) or not self.succeeded or self.inputs.force
        )

    def steps(self) -> tuple[Step, ...]:
        """Return the writes, in order."""
        if not self.changes:
            return ()
        update = UpdateService(self.body, self.blob, self.inputs.run_id)
        package = self.project.package
        if package is None or self.blob is None:
            return (update,)
        return UploadPackage(package.file, self.blob, package.size, package.md5), update

    def warnings(self) -> list[str]:
        """Return what the user should know before the update is sent."""
        if not self.changes:
            return []
        found = [*self.tag_warnings, *warn_of_package(self.project.package, self.service)]
        if names := live.extension_names(self.service):
            found.append(
                f"The service has extensions ({', '.join(names)}). Azure never returns their protected settings, "
                "and it is not known whether an update without them keeps them: check the extensions afterwards."
            )
        return found + warn_of_roles(live.roles(self.service), self.roles)

    def _roles(self) -> list[Json]:
        counts = {role.name: role.instances for role in self.project.configuration.roles}
        package = self.project.package
        # Azure compares the sizes with those in the package; of an encrypted one the file is all that is known.
        definition = (package.definition or self.project.definition) if package else None
        sizes = {role.name: role.vmsize for role in definition.roles} if definition else {}
        return role_profile(live.roles(self.service), counts, sizes)

    def _secrets(self) -> list[Json]:
        findings, loaded = self.observed.certificates, live.secret_urls(self.service)
        needed = [findings.as_loaded(each.certificate, loaded) for each in self.certificates]
        named = {each.thumbprint for role in self.project.configuration.roles for each in role.certificates}
        # A rotation may know only some of the certificates that the configuration names.
        if self.inputs.replace_secrets and named <= {each.thumbprint for each in needed}:
            return only_needed_secrets(self.secrets, needed)
        # Code may look its certificate up by the thumbprint in a setting.
        named |= thumbprints_in_settings(self.project.configuration)
        return merged_secrets(self.secrets, needed, named, findings.known)

    def _live_configuration(self) -> Configuration | None:
        try:
            return parse_configuration(
                live.text(self.service, "properties", "configuration"), file="live configuration"
            )
        except ProjectError:
            return None

    def _changes(self) -> list[Change]:
        roles = role_changes(live.roles(self.service), self.roles)
        counted = {f"{role.subject} count" for role in roles}
        # A version that is merely left over is no reason to touch the service: it leaves with the next update.
        secrets = secret_changes(self.secrets, self.new_secrets)
        superseded = [] if self.inputs.replace_secrets else [each for each in secrets if each.after == NOTHING]
        changes = [
            *self._package_change(),
            *roles,
            *(each for each in self.configuration if each.subject not in counted),
            *(each for each in secrets if each not in superseded),
        ]
        mode, wanted = live.text(self.service, "properties", "upgradeMode"), self.inputs.upgrade_mode
        if wanted and wanted.lower() != mode.lower():
            changes.append(Change("upgrade mode", "service", mode or NOTHING, wanted))
        if not self.succeeded:
            state = live.provisioning_state(self.service) or "unknown"
            changes.append(Change("again", "service", f"provisioning state {state}", "the update is sent again"))
        elif self.inputs.force and not changes:
            changes.append(Change("again", "service", "nothing changed", "sent again, because of force"))
        changes += superseded if changes else []
        if changes and self._has_new_label:
            label = live.tag(self.service, tags.LABEL)
            changes.append(Change("label", tags.LABEL, label or NOTHING, self.inputs.label))
        return changes

    @property
    def _has_new_label(self) -> bool:
        fits = 0 < len(self.inputs.label) <= tags.LONGEST_VALUE
        return fits and self.inputs.label != live.tag(self.service, tags.LABEL)

    def notes(self) -> tuple[str, ...]:
        """Return what is left for the next update."""
        if self.changes or not self._has_new_label:
            return ()
        return ("The new label alone is no change: it is written with the next one, or now with force (true).",)

    def _package_change(self) -> list[Change]:
        package, known = self.project.package, live.tag(self.service, tags.PACKAGE)
        if package is None or package.sha256 == known:
            return []
        return [Change("package", package.name, known or "not known", package.sha256)]

    def _body(self) -> tuple[Json, list[str]]:
        body = writable(self.service)
        properties = body["properties"]
        if self.configuration:
            properties["configuration"] = self.project.configuration.text
        if self.roles != live.roles(self.service):
            properties.setdefault("roleProfile", {})["roles"] = self.roles
        if self.new_secrets != self.secrets:
            properties["osProfile"] = {**(properties.get("osProfile") or {}), "secrets": self.new_secrets}
        if self.inputs.upgrade_mode:
            properties["upgradeMode"] = self.inputs.upgrade_mode
        if self.observed.stopped:
            # GET never returns it, and without it the update would start the service.
            properties["startCloudService"] = False
        body["tags"], warnings = tags.merge_tags(live.tags(self.service), self._tags())
        return body, warnings

    def _tags(self) -> dict[str, str]:
        ours = {tags.RUN: self.inputs.run_id}
        if self.inputs.label:
            ours[tags.LABEL] = self.inputs.label
        if self.project.definition:
            ours[tags.HTTPS] = " ".join(https_endpoints(self.project.definition))
        package = self.project.package
        if package and self.sends_package:
            ours[tags.PACKAGE] = package.sha256
            ours[tags.BLOB] = str(_blob(self.inputs, package.sha256, package.name))
            old = live.tag(self.service, tags.BLOB)
            if old and self.succeeded and package.sha256 != live.tag(self.service, tags.PACKAGE):
                ours[tags.PREVIOUS_BLOB] = old
        return ours


def _blob(inputs: Inputs, sha256: str, name: str) -> Blob:
    return Blob(inputs.storage_account, inputs.container, f"{inputs.cloud_service}/{sha256[:16]}-{name}")


def _deployed(service: Json, known_account: str) -> Blob | None:
    """Return where the deployed package lies, if that is in the storage account of this run."""
    account, _, rest = live.tag(service, tags.BLOB).partition("/")
    container, _, name = rest.partition("/")
    return Blob(account, container, name) if name and account == known_account else None
