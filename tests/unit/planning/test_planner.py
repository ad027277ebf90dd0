from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cses_action.errors import ActionError, AzureError, InputError, ProjectError
from cses_action.operations.files import check_together
from cses_action.planning import tags
from cses_action.planning.model import (
    HttpPorts,
    Plan,
    ProveHttps,
    Target,
    UpdateService,
    UploadPackage,
    WaitForInstances,
)
from cses_action.planning.planner import make_plan
from cses_action.ports import Json
from cses_action.resources import Blob, Certificate, PublicAddress
from cses_action.values import Thumbprint
from tests.fakes.cloud import OLD, PARTNER, VAULT, WEB, certificate, service
from tests.unit.world import HTTP, HTTPS, World, https_text, live_http


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def make(world: World) -> Plan:
    return make_plan(world.inputs, world.project, world.look())


def body(plan: Plan) -> Any:
    return next(step for step in plan.steps if isinstance(step, UpdateService)).body


def kinds(plan: Plan) -> list[str]:
    return [change.kind for change in plan.changes]


def accept(world: World, plan: Plan) -> None:
    """Let Azure take the update, as the next run finds it."""
    world.cloud.services.replace(body(plan))
    world.cloud.services.live["properties"]["provisioningState"] = "Succeeded"


def test_a_first_deployment_uploads_updates_waits_and_proves(world: World) -> None:
    world.give_package()
    plan = make(world)
    assert [type(step) for step in plan.steps] == [UploadPackage, UpdateService, WaitForInstances, ProveHttps]
    upload = plan.steps[0]
    assert isinstance(upload, UploadPackage)
    assert re.fullmatch("contoso/cses-packages/contosocs/[0-9a-f]{16}-app.cspkg", str(upload.blob))
    assert kinds(plan) == ["package", "certificate", "vault secret"]
    assert plan.steps[2] == WaitForInstances(2)
    assert plan.has_changes


def test_the_body_changes_only_what_the_files_change(world: World) -> None:
    world.give_package()
    sent = body(make(world))
    live = world.cloud.services.live
    assert sent["zones"] == ["1"]
    assert sent["location"] == "eastus"
    for name in ("networkProfile", "roleProfile", "upgradeMode", "newerThanTheModel"):
        assert sent["properties"][name] == live["properties"][name]
    assert sent["properties"]["configuration"] == https_text()
    assert sent["properties"]["osProfile"]["secrets"][0]["sourceVault"] == {"id": str(VAULT.id)}
    assert sent["tags"] == {
        "owner": "contoso",
        tags.RUN: "run-1",
        tags.HTTPS: "WebRole1/Certificate1:443",
        tags.PACKAGE: world.project.package.sha256 if world.project.package else "",
        tags.BLOB: sent["tags"][tags.BLOB],
    }


def test_the_same_once_more_has_nothing_to_do_but_checks_what_runs(world: World) -> None:
    world.give_package()
    first = make(world)
    accept(world, first)
    world.give(run_id="run-2", label="another label")
    plan = make(world)
    assert plan.changes == ()
    assert [type(step) for step in plan.steps] == [WaitForInstances, ProveHttps]
    assert plan.deployed == next(step.blob for step in first.steps if isinstance(step, UploadPackage))


def test_a_configuration_that_azure_wrote_anew_is_no_change(world: World) -> None:
    again = https_text().replace('<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0" encoding="utf-16"?>')
    world.cloud.services.live = service(again)
    secrets = [
        {
            "sourceVault": {"id": str(VAULT.id)},
            "vaultCertificates": [{"certificateUrl": str(certificate().secret_url)}],
        }
    ]
    world.cloud.services.live["properties"]["osProfile"] = {"secrets": secrets}
    assert make(world).changes == ()


def test_a_red_run_does_not_turn_green_on_the_second_try(world: World) -> None:
    world.give_package()
    accept(world, make(world))
    world.cloud.services.live["properties"]["provisioningState"] = "Failed"
    plan = make(world)
    assert kinds(plan) == ["again"]
    assert isinstance(plan.steps[0], UploadPackage), "nobody knows which package the failed run left"
    assert tags.PREVIOUS_BLOB not in body(plan)["tags"]


def test_a_new_package_remembers_the_blob_of_the_last_good_one(world: World) -> None:
    world.give_package()
    accept(world, make(world))
    old = world.cloud.services.live["tags"][tags.BLOB]
    world.give_package(b"NEWER")
    sent = body(make(world))
    assert sent["tags"][tags.PREVIOUS_BLOB] == old
    world.cloud.services.live["properties"]["provisioningState"] = "Failed"
    assert tags.PREVIOUS_BLOB not in body(make(world))["tags"]


def test_force_sends_the_update_although_nothing_changed(world: World) -> None:
    world.give_package()
    accept(world, make(world))
    world.give(force=True)
    plan = make(world)
    assert kinds(plan) == ["again"]
    assert isinstance(plan.steps[0], UploadPackage)


def test_a_label_goes_along_with_an_update(world: World) -> None:
    world.give(label="release 7")
    plan = make(world)
    assert kinds(plan)[-1] == "label"
    assert body(plan)["tags"][tags.LABEL] == "release 7"


def test_without_a_package_no_package_is_sent_and_sizes_stay(world: World) -> None:
    world.give(definition=str(HTTPS / "ServiceDefinition.csdef"))
    world.cloud.services.live["properties"]["roleProfile"]["roles"][0]["sku"]["name"] = "Standard_D9_v9"
    plan = make(world)
    update = plan.steps[0]
    assert isinstance(update, UpdateService)
    assert update.blob is None
    assert "package" not in kinds(plan)
    assert update.body["properties"]["roleProfile"]["roles"][0]["sku"]["name"] == "Standard_D9_v9"
    assert tags.PACKAGE not in update.body["tags"]


def test_live_counts_and_sizes_that_would_be_undone_are_changed_with_a_warning(world: World) -> None:
    world.give_package()
    sku = world.cloud.services.live["properties"]["roleProfile"]["roles"][0]["sku"]
    sku.update(name="Standard_D2_v2", capacity=5)
    plan = make(world)
    assert ("role", "WebRole1", "5 of Standard_D2_v2", "1 of Standard_D1_v2") in [
        (each.kind, each.subject, each.before, each.after) for each in plan.changes
    ]
    assert "WebRole1 runs 5 of Standard_D2_v2 now" in " ".join(plan.warnings)


def test_roles_that_come_and_go_are_shown(world: World) -> None:
    world.give_package()
    roles = world.cloud.services.live["properties"]["roleProfile"]["roles"]
    roles[1]["name"] = "Gone"
    plan = make(world)
    assert [(each.subject, each.before, each.after) for each in plan.changes if each.kind == "role"] == [
        ("Gone", "1 of Standard_D1_v2", "—"),
        ("WorkerRole1", "—", "1 of Standard_D1_v2"),
    ]


def test_a_stopped_service_stays_stopped_and_is_not_waited_for(world: World) -> None:
    world.cloud.services.statuses = [{"code": "PowerState/stopped"}]
    plan = make(world)
    assert plan.stopped
    assert [type(step) for step in plan.steps] == [UpdateService]
    assert body(plan)["properties"]["startCloudService"] is False
    assert "stays stopped" in " ".join(plan.warnings)


def test_extensions_raise_a_warning_about_their_protected_settings(world: World) -> None:
    extensions = [{"name": "RDP", "properties": {"type": "RDP"}}]
    world.cloud.services.live["properties"]["extensionProfile"] = {"extensions": extensions}
    assert "extensions (RDP)" in " ".join(make(world).warnings)


@pytest.mark.parametrize("state", ["Updating", "creating", "Deleting"])
def test_a_service_at_work_is_refused(world: World, state: str) -> None:
    world.cloud.services.live["properties"]["provisioningState"] = state
    with pytest.raises(AzureError, match=f"is {state}"):
        make(world)


def test_a_live_mode_manual_is_refused_unless_another_is_given(world: World) -> None:
    world.cloud.services.live["properties"]["upgradeMode"] = "Manual"
    with pytest.raises(AzureError) as caught:
        make(world)
    assert "upgrade-mode: auto" in caught.value.problems[0].fix
    world.give(upgrade_mode="Auto")
    plan = make(world)
    assert ("upgrade mode", "Manual", "Auto") in [(each.kind, each.before, each.after) for each in plan.changes]
    assert body(plan)["properties"]["upgradeMode"] == "Auto"


def test_a_thumbprint_that_no_vault_has_is_an_error_at_its_line_with_a_remedy(world: World) -> None:
    world.give(configuration=world.write("cloud.cscfg", https_text("CC" * 20)))
    with pytest.raises(ProjectError) as caught:
        make(world)
    problem = caught.value.problems[0]
    line = https_text("CC" * 20)[: https_text("CC" * 20).index("CC" * 20)].count("\n") + 1
    assert (problem.file, problem.line) == (world.inputs.configuration, line)
    assert "CC" * 20 in problem.message
    assert f"contoso-kv/web {WEB}" in problem.fix


def test_an_empty_vault_is_said_so(world: World) -> None:
    world.cloud.vaults.held = {}
    with pytest.raises(ProjectError) as caught:
        make(world)
    assert "no usable certificate" in caught.value.problems[0].fix


def test_a_disabled_certificate_is_refused_with_the_command_that_enables_it(world: World) -> None:
    world.cloud.vaults.held = {"web": (certificate(enabled=False),)}
    with pytest.raises(ProjectError) as caught:
        make(world)
    assert "is disabled (key vault contoso-kv, certificate web" in caught.value.problems[0].message
    assert "--enabled true" in caught.value.problems[0].fix


def test_the_remote_access_certificate_must_be_in_the_vault_too(world: World) -> None:
    name = "Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption"
    world.give(configuration=world.write("cloud.cscfg", https_text("CC" * 20).replace("Certificate1", name)))
    with pytest.raises(ProjectError, match="PasswordEncryption"):
        make(world)


@pytest.mark.parametrize(("days", "says"), [(14, "expires in 14 days"), (29, "expires in 29 days"), (31, "")])
def test_certificates_near_their_end_raise_a_warning(world: World, days: int, says: str) -> None:
    world.cloud.vaults.held = {"web": (certificate(days=days),)}
    world.give(definition=str(HTTPS / "ServiceDefinition.csdef"))
    warnings = " ".join(make(world).warnings)
    assert says in warnings
    assert bool(says) == bool(warnings)


def test_a_certificate_that_does_not_expire_is_shown_without_a_day(world: World) -> None:
    world.cloud.vaults.held = {"web": (replace(certificate(), expires_on=None),)}
    plan = make(world)
    assert ("certificate", str(WEB)) in [(each.kind, each.after) for each in plan.changes]


def secret(held: Certificate, **more: object) -> Json:
    return {"certificateUrl": str(held.secret_url), **more}


def secrets_of(*entries: Json) -> Json:
    return {"secrets": [{"sourceVault": {"id": str(VAULT.id)}, "vaultCertificates": list(entries)}]}


def test_changing_one_certificate_leaves_other_roles_vaults_and_bootstrapping_as_they_were(world: World) -> None:
    partner = certificate(Thumbprint("BB" * 20), name="partner")
    world.cloud.vaults.more = {PARTNER: {"partner": (partner,)}}
    element = f'<Certificate name="B" thumbprint="{partner.thumbprint}" thumbprintAlgorithm="sha1" />'
    worker = '<Role name="WorkerRole1">'
    with_b = f"{worker}<Certificates>{element}</Certificates>"
    url = f"https://PARTNER-kv.vault.azure.net:443/secrets/partner/{partner.version}"
    groups = [
        {"sourceVault": {"id": str(PARTNER.id)}, "vaultCertificates": [{"certificateUrl": url, "odd": 1}]},
        secrets_of(
            secret(certificate(OLD)), {"certificateUrl": f"{VAULT.uri}secrets/c/1", "isBootstrapCertificate": True}
        )["secrets"][0],
    ]
    live = https_text(str(OLD)).replace(worker, with_b)
    assert with_b in live
    world.cloud.services.live = service(live, osProfile={"secrets": groups, "newer": True})
    world.give(
        configuration=world.write("cloud.cscfg", https_text().replace(worker, with_b)),
        key_vaults=("contoso-kv", "partner-kv"),
        certificate_names=(),
    )
    sent = body(make(world))["properties"]["osProfile"]
    groups[1]["vaultCertificates"][0] = secret(certificate())
    assert sent == {"secrets": groups, "newer": True}


class TestSecrets:
    @pytest.fixture
    def renewed(self, world: World) -> World:
        """A service that loads the version before, and a certificate for bootstrapping."""
        self.boot: Json = {"certificateUrl": f"{VAULT.uri}secrets/boot/1", "isBootstrapCertificate": True}
        properties = world.cloud.services.live["properties"]
        properties["osProfile"] = secrets_of(secret(certificate(OLD)), self.boot)
        return world

    def changes(self, world: World) -> list[tuple[str, str]]:
        return [(each.subject[-32:], each.after) for each in make(world).changes if each.kind == "vault secret"]

    def test_a_new_version_takes_the_place_of_the_old_one_and_the_rest_stays(self, renewed: World) -> None:
        assert body(make(renewed))["properties"]["osProfile"] == secrets_of(secret(certificate()), self.boot)
        assert self.changes(renewed) == [("a1" * 16, "loaded"), ("b2" * 16, "—")]

    def test_a_version_from_before_a_renewal_is_told_and_names_what_the_service_has(self, renewed: World) -> None:
        newest = certificate(Thumbprint("C3" * 20), days=200)
        renewed.cloud.vaults.held["web"] = (newest, certificate(), certificate(OLD, days=-5))
        renewed.cloud.services.live["properties"]["osProfile"] = secrets_of(secret(newest), self.boot)
        (warning,) = (each for each in make(renewed).warnings if "older version" in each)
        until = f"{newest.expires_on:%Y-%m-%d}"
        assert f"the service has {'C3' * 20} of the same certificate, until {until}" in warning
        assert "put this thumbprint into" in warning
        renewed.cloud.vaults.held["web"] = (replace(newest, expires_on=None), certificate())
        assert any("of the same certificate. If" in each for each in make(renewed).warnings)

    def test_a_renewal_is_no_way_back(self, renewed: World) -> None:
        assert not any("older version" in each for each in make(renewed).warnings)

    def test_a_certificate_stored_once_more_is_no_reason_to_touch_the_service(self, renewed: World) -> None:
        both = secrets_of(secret(certificate()), self.boot)
        renewed.cloud.services.live = service(https_text(), osProfile=both)
        again = replace(certificate(), version="f" * 32)
        renewed.cloud.vaults.held["web"] = (again, certificate())
        assert make(renewed).changes == ()
        renewed.cloud.vaults.held["web"] = (again, certificate(enabled=False))
        assert self.changes(renewed)[0][0].endswith("f" * 32), "Azure could not load the disabled one"

    def test_replace_removes_what_the_configuration_does_not_name_and_says_so(self, renewed: World) -> None:
        renewed.give(replace_secrets=True)
        assert body(make(renewed))["properties"]["osProfile"] == secrets_of(secret(certificate()))
        assert self.changes(renewed)[1:] == [("b2" * 16, "—"), (self.boot["certificateUrl"][-32:], "—")]

    def test_a_version_that_is_merely_left_over_leaves_with_the_next_update(self, renewed: World) -> None:
        both = secrets_of(secret(certificate(OLD)), secret(certificate()))
        renewed.cloud.services.live = service(https_text(), osProfile=both)
        assert make(renewed).changes == ()
        renewed.give(force=True)
        plan = make(renewed)
        assert kinds(plan) == ["again", "vault secret"]
        assert body(plan)["properties"]["osProfile"] == secrets_of(secret(certificate()))

    def test_replace_drops_nothing_where_only_some_certificates_are_known(self, renewed: World) -> None:
        renewed.give(replace_secrets=True)
        plan = make_plan(renewed.inputs, renewed.project, renewed.look(), ())
        secrets = body(plan)["properties"]["osProfile"]
        assert secrets == renewed.cloud.services.live["properties"]["osProfile"]

    def test_replace_updates_for_a_removal_alone(self, renewed: World) -> None:
        renewed.cloud.services.live = service(https_text(), osProfile=secrets_of(secret(certificate()), self.boot))
        assert make(renewed).changes == ()
        renewed.give(replace_secrets=True)
        assert kinds(make(renewed)) == ["vault secret"]


def test_settings_are_compared_by_name_and_never_shown(world: World) -> None:
    same = '<Setting name="Same" value="same-value" />'
    setting = f'<ConfigurationSettings>{same}<Setting name="{{}}" value="{{}}" /></ConfigurationSettings>'
    place = '<Instances count="1" />'
    live = live_http().replace(place, place + setting.format("Changed", "old-value"), 1)
    live = live.replace('WorkerRole1">', 'WorkerRole1">' + setting.format("Gone", "gone-value"), 1)
    mine = https_text().replace(place, place + setting.format("Changed", "new-value"), 1)
    mine = mine.replace('WorkerRole1">', 'WorkerRole1">' + setting.format("New", "fresh-value"), 1)
    world.cloud.services.live = service(live)
    world.give(configuration=world.write("cloud.cscfg", mine))
    plan = make(world)
    assert [(each.subject, each.before, each.after) for each in plan.changes if each.kind == "setting"] == [
        ("WebRole1/Changed", "hidden", "hidden, changed"),
        ("WorkerRole1/Gone", "hidden", "—"),
        ("WorkerRole1/New", "—", "hidden, new"),
    ]
    assert "-value" not in str(plan.changes)
    assert "-value" not in repr(plan)


def test_what_else_differs_in_the_configuration_is_shown(world: World) -> None:
    mine = https_text().replace('osFamily="6"', 'osFamily="7"').replace('count="1"', 'count="3"', 1)
    world.give(configuration=world.write("cloud.cscfg", mine))
    shown = {each.subject: (each.before, each.after) for each in make(world).changes if each.kind == "configuration"}
    assert shown == {"osFamily": ("6", "7")}, "the count is told with the role"


def test_a_count_that_only_the_live_configuration_has_wrong_is_shown(world: World) -> None:
    world.cloud.services.live = service(https_text().replace('count="1"', 'count="4"', 1))
    assert ("configuration", "WebRole1 count", "4", "1") in [
        (each.kind, each.subject, each.before, each.after) for each in make(world).changes
    ]


def test_a_difference_nobody_has_a_name_for_is_still_a_change(world: World) -> None:
    world.give(configuration=world.write("cloud.cscfg", live_http().replace("WebTier", "OtherTier")))
    assert [(each.kind, each.subject) for each in make(world).changes] == [("configuration", "other elements")]


def test_a_certificate_that_goes_is_shown(world: World) -> None:
    world.cloud.services.live = service(https_text())
    world.give(configuration=world.write("cloud.cscfg", live_http()))
    plan = make(world)
    assert [(each.subject, each.before, each.after) for each in plan.changes] == [
        ("WebRole1/Certificate1", str(WEB), "—")
    ]


def test_roles_of_the_configuration_that_come_and_go_take_their_parts_along(world: World) -> None:
    world.give_package()
    world.cloud.services.live = service(https_text(str(OLD)).replace("WorkerRole1", "Gone"))
    assert "certificate" in kinds(make(world))


def test_a_live_configuration_that_cannot_be_read_changes_as_a_whole(world: World) -> None:
    world.cloud.services.live = service("<broken")
    assert ("configuration", "whole file") in [(each.kind, each.subject) for each in make(world).changes]


def test_without_a_package_other_roles_than_the_deployed_ones_are_refused(world: World) -> None:
    world.cloud.services.live["properties"]["roleProfile"]["roles"][1]["name"] = "Deployed"
    with pytest.raises(ProjectError) as caught:
        make(world)
    assert [problem.message for problem in caught.value.problems] == [
        "Role WorkerRole1 is not in the deployed package",
        "The deployed role Deployed is missing",
    ]
    assert all(problem.line for problem in caught.value.problems)


def test_a_vault_is_required_once_the_configuration_names_a_certificate(world: World) -> None:
    world.give(key_vaults=())
    with pytest.raises(InputError, match="key-vault is required") as caught:
        check_together(world.inputs, world.project)
    assert caught.value.problems[0].line > 1
    world.give(certificate_urls=(f"{VAULT.uri}certificates/web",))
    check_together(world.inputs, world.project)
    world.give(configuration=world.write("cloud.cscfg", live_http()), certificate_urls=())
    check_together(world.inputs, world.project)


class TestProof:
    def proof(self, world: World) -> ProveHttps | None:
        return next((step for step in make(world).steps if isinstance(step, ProveHttps)), None)

    def test_endpoint_and_certificate_come_from_the_definition(self, world: World) -> None:
        world.give_package()
        target = Target("WebRole1/Certificate1:443", "203.0.113.7", 443, "contosocs.example.net", WEB)
        http = HttpPorts("203.0.113.7", "contosocs.example.net", (80,))
        assert self.proof(world) == ProveHttps((target,), strict=False, http=http)

    def test_without_a_definition_they_come_from_the_tag_of_an_earlier_run(self, world: World) -> None:
        world.cloud.services.live["tags"][tags.HTTPS] = "webrole1/CERTIFICATE1:8443 Gone/C:1 nonsense"
        proof = self.proof(world)
        assert proof is not None
        assert [(each.port, each.thumbprint) for each in proof.targets] == [(8443, WEB)]

    def test_nothing_is_proven_where_nothing_is_known_or_asked_for(self, world: World) -> None:
        assert self.proof(world) is None
        assert "No https endpoint is known" in " ".join(make(world).warnings)
        world.give(configuration=world.write("http.cscfg", live_http()))
        assert make(world).warnings == ()
        world.give(configuration=world.write("cloud.cscfg", https_text()))
        world.give_package()
        world.give(https_probe="off")
        assert self.proof(world) is None

    def test_a_proof_that_is_asked_for_needs_an_endpoint(self, world: World) -> None:
        world.give(https_probe="on")
        with pytest.raises(InputError, match="no https endpoint"):
            make(world)

    def test_a_definition_without_one_is_refused_before_azure_is_asked(self, world: World) -> None:
        definition = str(HTTP / "ServiceDefinition.csdef")
        http = world.write("http.cscfg", live_http())
        world.give(https_probe="on", definition=definition, configuration=http)
        with pytest.raises(InputError, match="definition has no https endpoint"):
            check_together(world.inputs, world.project)

    def test_an_endpoint_that_one_address_does_not_show_is_named(self, world: World) -> None:
        world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Certificate1:443 WebRole1/Certificate1:8443"
        world.give(https_probe_address=("www.example.com", 8443))
        plan = make(world)
        assert "WebRole1/Certificate1:443 is not proven" in " ".join(plan.warnings)
        assert plan.unproven
        proof = next(step for step in plan.steps if isinstance(step, ProveHttps))
        assert [(each.port, each.server_name) for each in proof.targets] == [(8443, "www.example.com")]

    def test_a_proof_of_all_endpoints_at_the_address_of_one_is_refused_before_any_write(self, world: World) -> None:
        world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Certificate1:443 WebRole1/Certificate1:8443"
        world.give(https_probe_address=("www.example.com", 8443), https_probe="on")
        with pytest.raises(InputError, match="one of 2 https endpoints") as caught:
            make(world)
        assert caught.value.problems[0].fix == "Leave https-probe-address out, or set https-probe to auto."

    def test_a_definition_with_more_endpoints_than_one_address_shows_is_refused_before_azure_is_asked(
        self, world: World
    ) -> None:
        text = (HTTPS / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig")
        endpoint = '<InputEndpoint name="Second" protocol="https" port="8443" certificate="Certificate1" />'
        definition = world.write("two.csdef", text.replace("</Endpoints>", f"{endpoint}</Endpoints>", 1))
        world.give(definition=definition, https_probe="on")
        check_together(world.inputs, world.project)
        world.give(https_probe_address=("www.example.com", 443))
        with pytest.raises(InputError, match="one of 2 https endpoints") as caught:
            check_together(world.inputs, world.project)
        assert caught.value.problems[0].line > 1

    def test_an_address_in_digits_is_asked_by_the_name_of_the_service(self, world: World) -> None:
        world.give_package()
        world.give(https_probe_address=("192.0.2.1", 443))
        proof = self.proof(world)
        assert proof is not None
        assert proof.targets[0].server_name == "contosocs.example.net"

    def test_a_stopped_service_needs_no_address_for_a_proof(self, world: World) -> None:
        world.give_package()
        world.give(https_probe="on")
        world.cloud.network.failure = AzureError("403")
        world.cloud.services.statuses = [{"code": "PowerState/stopped"}]
        assert make(world).stopped

    def test_an_unknown_address_is_a_warning_or_an_error_before_any_write(self, world: World) -> None:
        world.give_package()
        world.cloud.network.address = PublicAddress()
        plan = make(world)
        assert plan.unproven
        (warning,) = (each for each in plan.warnings if "HTTPS is not proven" in each)
        assert "the public IP address contosoip has no address assigned" in warning
        assert "Reader" not in warning
        world.give(https_probe="on")
        with pytest.raises(AzureError, match="contosoip has no address assigned"):
            make(world)

    @pytest.mark.parametrize("port", [443, 8443])
    def test_an_address_that_is_given_wins(self, world: World, port: int) -> None:
        world.give_package()
        world.give(https_probe_address=("www.example.com", port))
        proof = self.proof(world)
        assert proof is not None
        assert [(each.host, each.port) for each in proof.targets] == [("www.example.com", port)]


def test_what_was_deployed_is_unknown_without_a_whole_tag(world: World) -> None:
    world.give_package()
    world.cloud.services.live["tags"][tags.BLOB] = "contoso/container"
    assert make(world).deployed is None
    world.cloud.services.live["tags"][tags.BLOB] = "contoso/container/a/b"
    assert make(world).deployed == Blob("contoso", "container", "a/b")
    world.cloud.services.live["tags"][tags.BLOB] = "other/container/a/b"
    assert make(world).deployed is None, "its address is not known in this run"


def test_every_refusal_is_one_of_our_errors(world: World) -> None:
    world.cloud.services.live = {"properties": {"provisioningState": "Succeeded"}}
    with pytest.raises(ActionError):
        make(world)
