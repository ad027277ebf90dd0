"""The inputs of a run: one value that the rest of the program reads, or one error that names every mistake.

::

    registry.py   every input as the user meets it        values.py, lists.py   readers of single values
    reader.py     keeps every mistake                     checks.py             what each operation needs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cses_action.errors import InputError, Problem, ProjectError
from cses_action.inputs.checks import check_together
from cses_action.inputs.lists import (
    KEEP,
    certificate_urls,
    file_path,
    file_paths,
    host_names,
    instance_counts,
    names,
    pfx,
    role_names,
    rule_ids,
    settings,
)
from cses_action.inputs.reader import Reader
from cses_action.inputs.registry import INPUTS
from cses_action.inputs.values import (
    Invalid,
    address,
    attribute_name,
    boolean,
    choice,
    client_secret,
    guid,
    https_url,
    number,
    one_name,
    text,
    thumbprint,
)
from cses_action.values import Secret, Thumbprint, Value, replace

Probe = Literal["auto", "on", "off"]
Target = Literal["extended-support", "classic"]
PackageCheck = Literal["strict", "warn", "off"]


class Given(Value):
    """What the user gave, as text by input name, with the mistakes and warnings found on the way."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    file_problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    run_id: str = ""
    secrets: tuple[Secret, ...] = ()
    """What has to be masked before anything is shown, whether it is used or not."""

    def __repr__(self) -> str:
        return f"Given({', '.join(self.values)})"  # the values may be secrets


class Inputs(Value):
    """Everything the user asked for, checked; files are the ones that the patterns matched."""

    operation: str
    tenant_id: str
    client_id: str
    client_secret: Secret
    subscription_id: str
    environment: str
    resource_manager_url: str
    resource_group: str
    cloud_service: str
    configurations: tuple[str, ...]
    """One, except for validate and configure."""
    package: str
    """Empty: the update sends no package, and sizes stay as they are."""
    definition: str
    storage_account: str
    storage_account_resource_group: str
    container: str
    key_vaults: tuple[str, ...]
    key_vault_resource_group: str
    certificate_names: tuple[str, ...]
    upgrade_mode: str
    """``Auto``, ``Simultaneous``, or empty for what the service has."""
    wait_minutes: int
    https_probe: Probe
    https_probe_address: tuple[str, int] | None
    label: str
    force: bool
    retirement_notice: bool
    run_id: str
    """What this run is called in the tag ``cses-action-run``."""
    certificate_roles: tuple[str, ...] = ()
    certificate_reference: str = ""
    certificate_thumbprint: Thumbprint | None = None
    site: str = ""
    https_port: int = 443
    endpoint_name: str = ""
    http_endpoint: str = "keep"
    """``keep`` or ``remove``."""
    sync_local: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    """``Setting`` or ``Role.Setting``, with its value."""
    instance_counts: tuple[tuple[str, int], ...] = ()
    keep_instance_counts: bool = False
    disabled_rules: tuple[str, ...] = ()
    enabled_rules: tuple[str, ...] = ()
    warnings_as_errors: bool = False
    target: Target = "extended-support"
    sarif_file: str = ""
    fix: bool = False
    package_check: PackageCheck = "strict"
    package_previous: str = ""
    inspect_file: str = ""
    certificate_urls: tuple[str, ...] = ()
    """``https://VAULT/certificates/NAME`` or ``/secrets/NAME``, with or without a version behind it."""
    minimum_days_left: int = 14
    https_hostnames: tuple[str, ...] = ()
    replace_secrets: bool = False
    rotate_before_days: int | None = None
    """None: as soon as the vault has a newer good version."""
    certificate_pfx: Secret = Secret("")
    """A path, or the bytes in base64."""
    certificate_pfx_password: Secret = Secret("")
    self_signed: bool = False

    @property
    def configuration(self) -> str:
        """The only configuration; empty if there is none."""
        return self.configurations[0] if self.configurations else ""

    @property
    def prepares(self) -> bool:
        """Whether the key vault gets a certificate, unless it has it."""
        return self.self_signed or self.certificate_pfx != Secret("")

    def __repr__(self) -> str:
        return f"Inputs({self.operation})"  # the values of settings may be secrets


def parse_inputs(given: Given) -> Inputs:
    """Return the inputs of a run, or raise one InputError that names every mistake.

    A secret's file that exists but cannot be used is a ProjectError, after all mistakes of the inputs.
    """
    reader = Reader(given)
    inputs = _with_certificates(reader, _with_files(reader, _read_all(reader)))
    check_together(reader, inputs)
    if reader.problems:
        raise InputError.of(tuple(reader.problems))
    if given.file_problems:
        raise ProjectError.of(given.file_problems)
    return inputs


def _read_all(reader: Reader) -> Inputs:
    read = reader.read
    group = read("resource-group", one_name("resource-group"), "")
    return Inputs(
        operation=read("operation", choice(INPUTS["operation"].choices), ""),
        tenant_id=read("tenant-id", guid, ""),
        client_id=read("client-id", guid, ""),
        client_secret=Secret(read("client-secret", client_secret, "")),
        subscription_id=read("subscription-id", guid, ""),
        environment=read("environment", choice(INPUTS["environment"].choices), ""),
        resource_manager_url=read("resource-manager-url", https_url, ""),
        resource_group=group,
        cloud_service=read("cloud-service", one_name("cloud-service"), ""),
        configurations=read("configuration", file_paths, ()),
        package=read("package", file_path, ""),
        definition=read("definition", file_path, ""),
        storage_account=read("storage-account", one_name("storage-account"), ""),
        storage_account_resource_group=read("storage-account-resource-group", one_name("resource-group"), group),
        container=read("container", one_name("container"), ""),
        key_vaults=read("key-vault", names("key-vault"), ()),
        key_vault_resource_group=read("key-vault-resource-group", one_name("resource-group"), group),
        certificate_names=read("certificate-name", names("certificate-name"), ()),
        upgrade_mode=read("upgrade-mode", _upgrade_mode, ""),
        wait_minutes=read("wait-minutes", number(1, 480), 30),
        https_probe=read("https-probe", _probe, "auto"),
        https_probe_address=read("https-probe-address", address, None),
        label=read("label", text, ""),
        force=read("force", boolean, empty=False),
        retirement_notice=read("retirement-notice", boolean, empty=True),
        run_id=reader.given.run_id,
    )


NO_COUNTS: tuple[tuple[str, int], ...] = ()


def _with_files(reader: Reader, inputs: Inputs) -> Inputs:
    """Return the inputs with what is asked of the project files."""
    read = reader.read
    counts: tuple[tuple[str, int], ...] = read("instance-counts", instance_counts, NO_COUNTS)
    return replace(
        inputs,
        certificate_roles=read("certificate-role", role_names, ()),
        certificate_reference=read("certificate-reference", attribute_name, ""),
        certificate_thumbprint=read("certificate-thumbprint", thumbprint, None),
        site=read("site", attribute_name, ""),
        https_port=read("https-port", number(1, 65535), 443),
        endpoint_name=read("endpoint-name", attribute_name, ""),
        http_endpoint=read("http-endpoint", choice(INPUTS["http-endpoint"].choices), ""),
        sync_local=read("sync-local", boolean, empty=False),
        settings=read("settings", settings, ()),
        instance_counts=() if counts == KEEP else counts,
        keep_instance_counts=counts == KEEP,
        disabled_rules=read("disable-rules", rule_ids, ()),
        enabled_rules=read("enable-rules", rule_ids, ()),
        warnings_as_errors=read("warnings-as-errors", boolean, empty=False),
        target=read("target", _target, "extended-support"),
        sarif_file=read("sarif-file", text, ""),
        fix=read("fix", boolean, empty=False),
        package_check=read("package-check", _package_check, "strict"),
        package_previous=read("package-previous", file_path, ""),
        inspect_file=read("inspect-file", text, ""),
    )


def _with_certificates(reader: Reader, inputs: Inputs) -> Inputs:
    """Return the inputs with what is asked of certificates."""
    read = reader.read
    return replace(
        inputs,
        certificate_urls=read("certificate-url", certificate_urls, ()),
        minimum_days_left=read("minimum-days-left", number(0, 3650), 14),
        https_hostnames=read("https-hostname", host_names, ()),
        replace_secrets=read("secrets-strategy", choice(INPUTS["secrets-strategy"].choices), "") == "replace",
        rotate_before_days=read("rotate-before-days", _rotate_before, None),
        certificate_pfx=Secret(read("certificate-pfx", pfx, "")),
        certificate_pfx_password=Secret(read("certificate-pfx-password", text, "")),
        self_signed=read("self-signed", boolean, empty=False),
    )


def _rotate_before(raw: str) -> int | None:
    return None if raw.lower() == "any" else number(1, 3650)(raw)


def _upgrade_mode(raw: str) -> str:
    if raw.lower() == "manual":
        raise Invalid(
            "manual is refused: its walk through the update domains is not built yet, "
            "and without it the old code keeps serving behind a green run",
            fix="Set upgrade-mode to auto or simultaneous.",
        )
    return choice(INPUTS["upgrade-mode"].choices)(raw).capitalize()


def _probe(raw: str) -> Probe:
    value = choice(INPUTS["https-probe"].choices)(raw)
    return "on" if value == "on" else "off" if value == "off" else "auto"


def _package_check(raw: str) -> PackageCheck:
    value = choice(INPUTS["package-check"].choices)(raw)
    return "warn" if value == "warn" else "off" if value == "off" else "strict"


def _target(raw: str) -> Target:
    return "classic" if choice(INPUTS["target"].choices)(raw) == "classic" else "extended-support"
