from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.arguments import collect, resolve_credentials
from cses_action.errors import InputError, Problem, ProjectError
from cses_action.inputs import Given, Inputs, parse_inputs
from cses_action.inputs.registry import INPUTS

GUID = "00000000-0000-0000-0000-000000000001"
HUSH = "hush~8Q~secret"
ID = {"tenant-id": GUID, "client-id": GUID, "client-secret": HUSH, "subscription-id": GUID}


@pytest.fixture
def least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The least that a run needs; the files exist."""
    monkeypatch.chdir(tmp_path)
    for name in ("web.cscfg", "web.csdef", "web.cspkg"):
        Path(name).touch()
    return {**ID, "resource-group": "rg", "cloud-service": "web", "configuration": "web.cscfg"}


def mistakes(values: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_inputs(Given(values))
    assert HUSH not in "".join(str(problem) for problem in caught.value.problems)
    return [problem.message for problem in caught.value.problems]


def test_the_least_that_is_given_is_filled_up_with_defaults(least: dict[str, str]) -> None:
    inputs = parse_inputs(Given(least, run_id="shell-1"))
    assert inputs == Inputs(
        operation="deploy",
        tenant_id=GUID,
        client_id=GUID,
        client_secret=inputs.client_secret,
        subscription_id=GUID,
        environment="azurecloud",
        resource_manager_url="",
        resource_group="rg",
        cloud_service="web",
        configurations=("web.cscfg",),
        package="",
        definition="",
        storage_account="",
        storage_account_resource_group="rg",
        container="cses-packages",
        key_vaults=(),
        key_vault_resource_group="rg",
        certificate_names=(),
        upgrade_mode="",
        wait_minutes=30,
        https_probe="auto",
        https_probe_address=None,
        label="",
        force=False,
        retirement_notice=True,
        run_id="shell-1",
        certificate_reference="Certificate1",
        endpoint_name="HttpsIn",
    )
    assert inputs.configuration == "web.cscfg"


def test_the_secret_does_not_print(least: dict[str, str]) -> None:
    given = Given(least)
    inputs = parse_inputs(given)
    assert inputs.client_secret.reveal() == HUSH
    assert HUSH not in f"{inputs!r} {given!r}"


def test_every_input_that_is_given_is_read(least: dict[str, str]) -> None:
    more = {
        "operation": "Plan",
        "environment": "Custom",
        "resource-manager-url": "https://arm.local/",
        "package": "*.cspkg",
        "definition": "*.csdef",
        "storage-account": "store",
        "storage-account-resource-group": "rg-store",
        "container": "packages",
        "key-vault": "kv-one\nkv-two",
        "key-vault-resource-group": "rg-kv",
        "certificate-name": "tls, rdp",
        "upgrade-mode": "SIMULTANEOUS",
        "wait-minutes": "5",
        "https-probe": "on",
        "https-probe-address": "[::1]:8443",
        "label": "build 7",
        "force": "true",
        "retirement-notice": "false",
    }
    inputs = parse_inputs(Given({**least, **more}))
    assert (inputs.operation, inputs.environment, inputs.resource_manager_url) == (
        "plan",
        "custom",
        "https://arm.local",
    )
    assert (inputs.package, inputs.definition, inputs.container) == ("web.cspkg", "web.csdef", "packages")
    assert (inputs.storage_account, inputs.storage_account_resource_group) == ("store", "rg-store")
    assert (inputs.key_vaults, inputs.key_vault_resource_group) == (("kv-one", "kv-two"), "rg-kv")
    assert (inputs.certificate_names, inputs.upgrade_mode) == (("tls", "rdp"), "Simultaneous")
    assert (inputs.https_probe, inputs.https_probe_address) == ("on", ("::1", 8443))
    assert (inputs.wait_minutes, inputs.label, inputs.force, inputs.retirement_notice) == (5, "build 7", True, False)


def test_what_is_asked_of_the_files_is_read(least: dict[str, str]) -> None:
    more = {
        "operation": "validate",
        "certificate-role": "Web, Api",
        "certificate-reference": "Tls.2",
        "certificate-thumbprint": f"\u200e{'ab ' * 20}",
        "site": "Web",
        "https-port": "8443",
        "endpoint-name": "Https",
        "http-endpoint": "remove",
        "sync-local": "true",
        "settings": "a=b=c",
        "instance-counts": "Web=3",
        "disable-rules": "cfg002, CFG041B",
        "enable-rules": "CFG025",
        "warnings-as-errors": "true",
        "target": "Classic",
        "sarif-file": "out/a.sarif",
        "fix": "true",
    }
    inputs = parse_inputs(Given({**least, **more}))
    assert (inputs.certificate_roles, inputs.certificate_reference) == (("Web", "Api"), "Tls.2")
    assert (str(inputs.certificate_thumbprint), inputs.site) == ("AB" * 20, "Web")
    assert (inputs.https_port, inputs.endpoint_name, inputs.http_endpoint) == (8443, "Https", "remove")
    assert (inputs.settings, inputs.instance_counts) == ((("a", "b=c"),), (("Web", 3),))
    assert (inputs.disabled_rules, inputs.enabled_rules) == (("CFG002", "CFG041b"), ("CFG025",))
    assert (inputs.target, inputs.sarif_file) == ("classic", "out/a.sarif")
    assert (inputs.sync_local, inputs.fix, inputs.warnings_as_errors) == (True, True, True)
    assert "b=c" not in repr(inputs)


def test_live_counts_can_be_kept(least: dict[str, str]) -> None:
    inputs = parse_inputs(Given({**least, "instance-counts": "Keep"}))
    assert (inputs.keep_instance_counts, inputs.instance_counts) == (True, ())


@pytest.mark.usefixtures("least")
def test_validate_needs_files_and_nothing_else() -> None:
    inputs = parse_inputs(Given({"operation": "validate", "definition": "web.csdef"}))
    assert (inputs.definition, inputs.configuration) == ("web.csdef", "")
    assert parse_inputs(Given({"operation": "validate", "configuration": "web.cscfg"})).definition == ""
    assert mistakes({"operation": "validate"}) == ["configuration is required without definition"]


def test_one_configuration_is_deployed_and_several_are_validated(least: dict[str, str]) -> None:
    Path("b.cscfg").touch()
    several = {"configuration": "*.cscfg"}
    assert mistakes({**least, **several}) == ["configuration matches 2 files: b.cscfg, web.cscfg"]
    inputs = parse_inputs(Given({"operation": "validate", **several}))
    assert inputs.configurations == ("b.cscfg", "web.cscfg")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["definition is required with configure"]),
        (
            {"definition": "web.csdef", "certificate-thumbprint": "AB" * 20},
            ["configuration is required with a certificate, and with sync-local"],
        ),
        (
            {"definition": "web.csdef", "sync-local": "true"},
            ["configuration is required with a certificate, and with sync-local"],
        ),
        (
            {"definition": "web.csdef", "configuration": "web.cscfg", "certificate-name": "a,b", **ID},
            ["key-vault is required with certificate-name", "certificate-name names several certificates"],
        ),
        (
            {
                "definition": "web.csdef",
                "configuration": "web.cscfg",
                "certificate-name": "a",
                "certificate-thumbprint": "AB" * 20,
            },
            ["certificate-thumbprint and certificate-name exclude each other with configure"],
        ),
        (
            {"definition": "web.csdef", "configuration": "web.cscfg", "certificate-name": "a", "key-vault": "kv1"},
            [f"{name} is required with certificate-name (singly, or within creds)" for name in ID],
        ),
    ],
)
@pytest.mark.usefixtures("least")
def test_configure_says_what_it_needs(values: dict[str, str], expected: list[str]) -> None:
    assert mistakes({"operation": "configure", **values}) == expected


@pytest.mark.usefixtures("least")
def test_configure_needs_no_azure_where_the_thumbprint_is_given() -> None:
    values = {"definition": "web.csdef", "configuration": "web.cscfg", "certificate-thumbprint": "AB" * 20}
    assert parse_inputs(Given({"operation": "configure", **values})).operation == "configure"


@pytest.mark.usefixtures("least")
def test_two_inputs_that_name_one_file_are_refused() -> None:
    Path("link.csdef").symlink_to("web.cscfg")
    values = {"operation": "validate", "configuration": "web.cscfg", "definition": "link.csdef"}
    assert mistakes(values) == ["configuration and definition name the same file: link.csdef"]


def test_all_mistakes_of_a_run_are_named_together(least: dict[str, str]) -> None:
    given = Given(
        {
            **least,
            "tenant-id": "x",
            "cloud-service": "a/b",
            "configuration": "missing.cscfg",
            "package": "web.cspkg",
            "environment": "custom",
            "wait-minutes": "0",
            "force": "yes",
            "https-probe": "off",
            "https-probe-address": "www.example.com:443",
        },
        problems=(Problem(message="--x is unknown"),),
    )
    with pytest.raises(InputError) as caught:
        parse_inputs(given)
    found = [problem.message.split(":")[0] for problem in caught.value.problems]
    assert found == [
        "--x is unknown",
        "tenant-id is not a GUID",
        "cloud-service breaks Azure's naming rules",
        "configuration matches no file",
        "wait-minutes is not a whole number from 1 to 480",
        "force is neither true nor false",
        "definition is required with package",
        "storage-account is required with package",
        "resource-manager-url is required with environment custom",
    ]
    assert caught.value.exit_code == 2
    assert all(problem.fix for problem in caught.value.problems[1:])


@pytest.mark.parametrize("name", ["client-id", "client-secret", "resource-group", "wait-minutes", "configuration"])
@pytest.mark.parametrize("raw", ["$(name)", "${{ secrets.NAME }}"])
def test_a_variable_that_was_not_replaced_is_told_as_one(least: dict[str, str], name: str, raw: str) -> None:
    assert mistakes({**least, name: raw}) == [f"{name} is a variable that was not replaced"]


def test_every_broken_entry_of_a_list_is_a_mistake_of_its_own() -> None:
    given = {
        "operation": "validate",
        "configuration": "no.cscfg, none.cscfg",
        "key-vault": "kv-one, a--b\n1x\n" + "c" * 30,
        "certificate-role": "Web, a b",
        "disable-rules": "CFG002, CFG, 7",
        "instance-counts": "Web=3, Worker=many",
        "settings": "A=1\nsome\nB=2\nthing",
    }
    found = [each.partition(":")[0] for each in mistakes(given)]
    assert found == [
        "configuration matches no file",
        "configuration matches no file",
        "key-vault entry 2 (a--b) breaks Azure's naming rules",
        "key-vault entry 3 (1x) breaks Azure's naming rules",
        "key-vault entry 4 breaks Azure's naming rules",
        "instance-counts entry 2 is not Role=number",
        "certificate-role entry 2 is not a name of letters, digits, periods, hyphens and underscores",
        "settings has no name=value in lines 2, 4",
        "disable-rules entry 2 (CFG) is no id of a rule",
        "disable-rules entry 3 (7) is no id of a rule",
    ]


def test_the_only_entry_of_a_list_is_named_without_a_number() -> None:
    (found,) = (each for each in mistakes({"key-vault": "a--b"}) if each.startswith("key-vault"))
    assert found.startswith("key-vault (a--b) breaks Azure's naming rules: ")


def test_nothing_given_names_everything_that_is_required() -> None:
    assert mistakes({}) == [
        "tenant-id is required (singly, or within creds)",
        "client-id is required (singly, or within creds)",
        "client-secret is required (singly, or within creds)",
        "subscription-id is required (singly, or within creds)",
        "resource-group is required",
        "cloud-service is required",
        "configuration is required",
    ]


def test_credentials_without_a_subscription_are_told_what_prints_one() -> None:
    default = f'{{"appId": "{GUID}", "password": "{HUSH}", "tenant": "{GUID}"}}'
    with pytest.raises(InputError) as caught:
        parse_inputs(resolve_credentials(Given({"creds": default})))
    assert caught.value.problems[0].message == (
        "subscription-id is required (singly, or within creds as --json-auth prints it)"
    )


def test_a_required_input_says_how_to_give_it() -> None:
    with pytest.raises(InputError) as caught:
        parse_inputs(Given({}))
    fixes = {problem.message.split(" ", maxsplit=1)[0]: problem.fix for problem in caught.value.problems}
    assert fixes["cloud-service"] == "Give `cloud-service:` under `with:`, or --cloud-service in a shell."
    assert fixes["client-secret"] == "Give `client-secret:` under `with:`, or AZURE_CLIENT_SECRET in a shell."


@pytest.mark.parametrize("written", ["manual", "Manual"])
def test_upgrade_mode_manual_is_refused_with_the_reason(least: dict[str, str], written: str) -> None:
    (message,) = mistakes({**least, "upgrade-mode": written})
    assert message.startswith("upgrade-mode manual is refused: ")
    assert "old code keeps serving" in message


@pytest.mark.parametrize(("written", "mode"), [("auto", "Auto"), ("Simultaneous", "Simultaneous")])
def test_upgrade_mode_becomes_the_word_that_azure_uses(least: dict[str, str], written: str, mode: str) -> None:
    assert parse_inputs(Given({**least, "upgrade-mode": written})).upgrade_mode == mode


@pytest.mark.parametrize("written", ["auto", "on", "off"])
def test_the_probe_has_three_ways(least: dict[str, str], written: str) -> None:
    assert parse_inputs(Given({**least, "https-probe": written})).https_probe == written


def test_a_resource_manager_and_a_public_cloud_exclude_each_other(least: dict[str, str]) -> None:
    values = {**least, "resource-manager-url": "https://arm.local"}
    assert mistakes(values) == ["resource-manager-url and environment azurecloud exclude each other"]


def test_a_wrong_environment_is_one_mistake(least: dict[str, str]) -> None:
    values = {**least, "environment": "azure", "resource-manager-url": "https://arm.local"}
    assert mistakes(values) == [
        "environment is none of azurecloud, azureusgovernment, azurechinacloud, custom: azure"
    ]


@pytest.mark.parametrize(
    "name", [name for name, each in INPUTS.items() if each.kind not in {"text", "path", "secret", "JSON"}]
)
def test_no_mistake_repeats_the_value_unless_it_is_a_file(least: dict[str, str], name: str) -> None:
    wrong = f"{HUSH} not a value!"
    with pytest.raises(InputError) as caught:
        parse_inputs(Given({**least, name: wrong}))
    said = "".join(str(problem) for problem in caught.value.problems)
    assert said.startswith(name)
    assert (HUSH in said) == (INPUTS[name].kind in {"file", "files"})


def test_a_file_of_the_secret_that_is_unusable_is_the_only_mistake(least: dict[str, str], tmp_path: Path) -> None:
    env = {f"INPUT_{name.upper()}": value for name, value in least.items() if name != "client-secret"}
    with pytest.raises(ProjectError) as caught:
        parse_inputs(resolve_credentials(collect(["--client-secret-file", str(tmp_path)], env)))
    assert [problem.message for problem in caught.value.problems] == [f"{tmp_path} is not a regular file"]
    assert caught.value.exit_code == 3


def test_a_file_of_the_secret_that_is_missing_is_the_only_mistake(least: dict[str, str]) -> None:
    env = {f"INPUT_{name.upper()}": value for name, value in least.items() if name != "client-secret"}
    with pytest.raises(InputError) as caught:
        parse_inputs(resolve_credentials(collect(["--client-secret-file", "missing"], env)))
    assert [problem.message for problem in caught.value.problems] == ["--client-secret-file names no file"]


def test_mistakes_of_the_inputs_go_before_those_of_a_file(least: dict[str, str], tmp_path: Path) -> None:
    env = {f"INPUT_{name.upper()}": value for name, value in least.items()}
    with pytest.raises(InputError) as caught:
        parse_inputs(collect([f"--client-secret-file={tmp_path}", "--wait-minutes=0"], env))
    assert [problem.message.split()[0] for problem in caught.value.problems] == ["wait-minutes"]


def test_broken_credentials_do_not_make_their_inputs_missing(least: dict[str, str]) -> None:
    values = {name: value for name, value in least.items() if name not in ID}
    with pytest.raises(InputError) as caught:
        parse_inputs(resolve_credentials(Given({**values, "creds": f"{{{HUSH}"})))
    assert [problem.message.split()[0] for problem in caught.value.problems] == ["creds"]


def test_credentials_and_an_unusable_file_of_the_secret_leave_the_mistake_of_the_file(
    least: dict[str, str], tmp_path: Path
) -> None:
    values = {name: value for name, value in least.items() if name not in ID}
    creds = f'{{"clientId": "{GUID}", "subscriptionId": "{GUID}", "tenantId": "{GUID}"}}'
    env = {f"INPUT_{name.upper()}": value for name, value in {**values, "creds": creds}.items()}
    with pytest.raises(ProjectError):
        parse_inputs(resolve_credentials(collect([f"--client-secret-file={tmp_path}"], env)))


def test_every_input_is_described_by_a_sentence() -> None:
    assert all(each.description.endswith(".") and len(each.description) < 180 for each in INPUTS.values())
    assert all(not each.choices or each.default in ("", *each.choices) for each in INPUTS.values())
