"""The inputs: one registry of all of them, and one frozen value that the rest of the program reads.

action.yml and the README's table are compared with ``INPUTS`` by a test; ``--help`` is made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeVar

from cses_action.errors import InputError, Problem, ProjectError
from cses_action.input_values import (
    Invalid,
    address,
    boolean,
    choice,
    file_path,
    guid,
    https_url,
    names,
    number,
    one_name,
    text,
)
from cses_action.values import Secret

Probe = Literal["auto", "on", "off"]
T = TypeVar("T")


class Input(NamedTuple):
    """One input as the user meets it."""

    name: str
    kind: str
    description: str
    default: str = ""
    required: str = ""
    """When it must be given, in words; empty for never."""
    secret: bool = False
    choices: tuple[str, ...] = ()


_ALL = (
    Input(
        "operation",
        "choice",
        "What to do: deploy, or plan (shows what deploy would change, and changes nothing).",
        "deploy",
        choices=("deploy", "plan"),
    ),
    Input("tenant-id", "GUID", "Tenant of the service principal.", required="always, or through creds"),
    Input("client-id", "GUID", "Client id of the service principal.", required="always, or through creds"),
    Input(
        "client-secret",
        "secret",
        "Client secret of the service principal. In a shell: AZURE_CLIENT_SECRET or --client-secret-file PATH.",
        required="always, or through creds",
        secret=True,
    ),
    Input("subscription-id", "GUID", "Subscription of the cloud service.", required="always, or through creds"),
    Input("creds", "JSON", "The JSON that `az ad sp create-for-rbac` prints; inputs given singly win.", secret=True),
    Input(
        "environment",
        "choice",
        "The Azure cloud: azurecloud, azureusgovernment, azurechinacloud, or custom with resource-manager-url.",
        "azurecloud",
        choices=("azurecloud", "azureusgovernment", "azurechinacloud", "custom"),
    ),
    Input(
        "resource-manager-url",
        "https URL",
        "Azure Resource Manager of a custom cloud; everything else is discovered there.",
        required="with environment custom",
    ),
    Input("resource-group", "name", "Resource group of the cloud service.", required="always"),
    Input("cloud-service", "name", "Name of the cloud service, which must exist.", required="always"),
    Input(
        "configuration",
        "file",
        "The service configuration (.cscfg); a pattern must match exactly one file.",
        required="always",
    ),
    Input(
        "package",
        "file",
        "The service package (.cspkg); a pattern must match exactly one file. "
        "Without it the deployed package and its sizes stay.",
    ),
    Input(
        "definition",
        "file",
        "The service definition (.csdef) that the package was built from; a pattern must match exactly one file.",
        required="with package",
    ),
    Input("storage-account", "name", "Storage account that hands the package to Azure.", required="with package"),
    Input("storage-account-resource-group", "name", "Group of the storage account; default: resource-group."),
    Input("container", "name", "Blob container for packages, made private if it is missing.", "cses-packages"),
    Input(
        "key-vault",
        "names",
        "Key vaults that hold the certificates: names or resource ids, by newline or comma.",
        required="when the configuration names a certificate",
    ),
    Input("key-vault-resource-group", "name", "Group of the key vaults; default: resource-group."),
    Input(
        "certificate-name",
        "names",
        "Names of the vault's certificates. They only narrow the search: the configuration's thumbprints decide.",
    ),
    Input(
        "upgrade-mode",
        "choice",
        "How Azure walks the update domains: auto or simultaneous; default: what the service has. Manual is refused.",
        choices=("auto", "simultaneous"),
    ),
    Input("wait-minutes", "number", "Minutes from the accepted update to the end of the proof; 1 to 480.", "30"),
    Input(
        "https-probe",
        "choice",
        "Prove HTTPS by a TLS handshake: auto (no connection is a warning), on (no connection fails), off.",
        "auto",
        choices=("auto", "on", "off"),
    ),
    Input(
        "https-probe-address", "host:port", "Where to prove HTTPS; default: public address and port of the endpoint."
    ),
    Input("label", "text", "Label of the deployment, kept as the tag DeploymentLabel."),
    Input("force", "boolean", "true: update although nothing changed.", "false"),
    Input("retirement-notice", "boolean", "false: leave out the notice of the platform's retirement.", "true"),
)

INPUTS: Mapping[str, Input] = {each.name: each for each in _ALL}


class Given(NamedTuple):
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


class Inputs(NamedTuple):
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
    configuration: str
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


def parse_inputs(given: Given) -> Inputs:
    """Return the inputs of a run, or raise one InputError that names every mistake.

    A secret's file that exists but cannot be used is a ProjectError, after all mistakes of the inputs.
    """
    reader = _Reader(given)
    inputs = _read_all(reader)
    _check_together(reader, inputs)
    if reader.problems:
        raise InputError.of(tuple(reader.problems))
    if given.file_problems:
        raise ProjectError.of(given.file_problems)
    return inputs


class _Reader:
    """Reads typed values out of what was given, and keeps every mistake instead of the first."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.problems = list(given.problems)

    def complain(self, message: str, fix: str) -> None:
        self.problems.append(Problem(message=message, fix=fix))

    def read(self, name: str, parse: Callable[[str], T], empty: T) -> T:
        raw = self.given.values.get(name) or INPUTS[name].default
        if not raw:
            return empty
        try:
            return parse(raw)
        except Invalid as mistake:
            self.complain(f"{name} {mistake}", mistake.fix or f"Correct {name}.")
            return empty

    def require(self, name: str, *, when: str = "") -> None:
        # A name without a value was given in a way that failed, and that mistake is already named.
        if name not in self.given.values:
            option = "AZURE_CLIENT_SECRET" if INPUTS[name].secret else f"--{name}"
            fix = f"Give `{name}:` under `with:`, or {option} in a shell."
            self.complain(f"{name} is required {when}".rstrip(), fix)


def _read_all(reader: _Reader) -> Inputs:
    read = reader.read
    group = read("resource-group", one_name("resource-group"), "")
    return Inputs(
        operation=read("operation", choice(INPUTS["operation"].choices), ""),
        tenant_id=read("tenant-id", guid, ""),
        client_id=read("client-id", guid, ""),
        client_secret=Secret(read("client-secret", text, "")),
        subscription_id=read("subscription-id", guid, ""),
        environment=read("environment", choice(INPUTS["environment"].choices), ""),
        resource_manager_url=read("resource-manager-url", https_url, ""),
        resource_group=group,
        cloud_service=read("cloud-service", one_name("cloud-service"), ""),
        configuration=read("configuration", file_path, ""),
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


def _check_together(reader: _Reader, inputs: Inputs) -> None:
    """Find what only shows when inputs are looked at side by side."""
    for name in ("tenant-id", "client-id", "client-secret", "subscription-id"):
        reader.require(name, when="(singly, or within creds)")
    for name in ("resource-group", "cloud-service", "configuration"):
        reader.require(name)
    given = reader.given.values
    if given.get("package"):
        reader.require("definition", when="with package")
        reader.require("storage-account", when="with package")
    if inputs.environment == "custom":
        reader.require("resource-manager-url", when="with environment custom")
    elif given.get("resource-manager-url") and inputs.environment:
        reader.complain(
            f"resource-manager-url and environment {inputs.environment} exclude each other",
            "Set environment: custom, or leave resource-manager-url out.",
        )


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
