"""Which certificate each role gets, and what is said of those that cannot be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cses_action.errors import AzureError, Problem, ProjectError
from cses_action.planning import tags
from cses_action.planning.resolver import Resolution, resolve
from cses_action.resources import ResourceId, covers
from cses_action.values import Thumbprint
from tests.fakes.cloud import DETAILS, NOW, OLD, PARTNER, VAULT, WEB, certificate
from tests.unit.world import HTTPS, World, https_text

MISSING = Thumbprint("CC" * 20)
URL = f"{VAULT.uri}certificates/web"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def decide(world: World) -> Resolution:
    return resolve(world.inputs, world.project, world.look())


def problem(world: World) -> Problem:
    (found,) = decide(world).problems
    text = Path(world.inputs.configuration).read_text(encoding="utf-8").splitlines()
    assert "thumbprint" in text[found.line - 1], "it stands at the line of a thumbprint"
    return found


def want(world: World, thumbprint: Thumbprint) -> None:
    world.give(configuration=world.write("cloud.cscfg", https_text(str(thumbprint))))


def status(world: World) -> str:
    return decide(world).statuses[0].status


def test_a_good_certificate_is_found(world: World) -> None:
    found = decide(world)
    assert (found.problems, found.vault_problems, found.warnings) == ((), (), ())
    assert [(each.role, each.name, each.thumbprint, each.status) for each in found.statuses] == [
        ("WebRole1", "Certificate1", WEB, "Found")
    ]
    found.refuse()


@pytest.mark.parametrize("written", [str(WEB).lower(), f"\u200e{WEB}", " ".join(str(WEB))])
def test_case_and_marks_of_a_thumbprint_do_not_matter(world: World, written: str) -> None:
    world.give(configuration=world.write("cloud.cscfg", https_text(written)))
    assert status(world) == "Found"


def test_a_thumbprint_in_no_vault_is_shown_as_not_found(world: World) -> None:
    want(world, MISSING)
    assert status(world) == "Not found"
    assert "was not found in the key vaults" in problem(world).message
    with pytest.raises(ProjectError):
        decide(world).refuse()


def test_a_deleted_certificate_of_that_name_can_be_recovered(world: World) -> None:
    world.give(certificate_names=("gone",))
    world.cloud.vaults.gone = ("gone",)
    want(world, MISSING)
    assert "az keyvault certificate recover --vault-name contoso-kv --name gone" in problem(world).fix


def test_of_two_vaults_it_says_which_was_taken(world: World) -> None:
    world.cloud.vaults.more = {PARTNER: {"web": (certificate(),)}}
    world.give(key_vaults=("partner-kv", "contoso-kv"))
    assert status(world) == "Found, also in contoso-kv"
    assert decide(world).certificates[0].certificate.vault == PARTNER


def test_a_disabled_version_is_explained_with_the_command_that_enables_it_and_the_one_to_use_instead(
    world: World,
) -> None:
    world.cloud.vaults.held = {"web": (certificate(OLD), certificate(enabled=False))}
    found = problem(world)
    assert "is disabled (key vault contoso-kv, certificate web, version a1a1" in found.message
    assert "--version " + "a1" * 16 + " --enabled true" in found.fix
    assert f"set the thumbprint to {OLD}" in found.fix
    assert status(world) == "Found, but is disabled"


def test_an_expired_version_without_a_successor_has_to_be_renewed(world: World) -> None:
    world.cloud.vaults.held = {"web": (certificate(days=-1),)}
    assert "expired on 2026-11-22" in problem(world).message
    assert problem(world).fix == "Renew it in the key vault, then change the thumbprint."


def test_too_few_days_are_refused_and_the_newer_version_is_named(world: World) -> None:
    world.cloud.vaults.held = {"web": (certificate(OLD), certificate(days=13))}
    assert "expires in 13 days, and minimum-days-left is 14" in problem(world).message
    assert problem(world).fix == f"Set the thumbprint to {OLD}, its newest good version."
    world.give(minimum_days_left=13)
    assert decide(world).problems == ()


def test_a_version_that_is_not_valid_yet_is_refused_unless_clocks_explain_it(world: World) -> None:
    world.cloud.vaults.held = {"web": (replace(certificate(), not_before=NOW + timedelta(hours=1)),)}
    assert "is not valid before 2026-11-23 13:00 UTC" in problem(world).message
    world.cloud.vaults.held = {"web": (replace(certificate(), not_before=NOW + timedelta(minutes=10)),)}
    assert decide(world).problems == ()


class TestUrls:
    def give(self, world: World, url: str) -> None:
        world.give(certificate_urls=(url,), key_vaults=(), certificate_names=())

    def test_a_version_that_the_configuration_does_not_name(self, world: World) -> None:
        world.cloud.vaults.held = {"web": (certificate(), certificate(OLD))}
        self.give(world, f"{URL}/{'b2' * 16}")
        assert f"version {'b2' * 16} has the thumbprint {OLD}, which no role" in problem(world).message
        assert f"Set the thumbprint to {OLD}" in problem(world).fix

    def test_the_version_that_the_configuration_names(self, world: World) -> None:
        self.give(world, URL)
        assert (status(world), decide(world).problems) == ("Found", ())

    def test_a_newer_good_version_than_the_configuration_names(self, world: World) -> None:
        early = replace(certificate(MISSING), not_before=NOW + timedelta(days=1))
        world.cloud.vaults.held = {"web": (early, certificate(OLD), certificate())}
        self.give(world, URL)
        found = problem(world)
        assert f"the newest good version {'b2' * 16} (version {'cc' * 16} is not valid before" in found.message

    def test_a_good_version_that_nobody_names_beside_one_that_is_not_there(self, world: World) -> None:
        self.give(world, URL)
        want(world, MISSING)
        messages = [each.message for each in decide(world).problems]
        assert len(messages) == 2
        assert f"the newest good version {'a1' * 16} has the thumbprint" in messages[0]
        assert "was not found in the key vaults" in messages[1]

    def test_a_certificate_that_is_not_there(self, world: World) -> None:
        self.give(world, f"{VAULT.uri}secrets/gone")
        world.cloud.vaults.gone = ("gone",)
        first = decide(world).problems[0]
        assert first.message == "certificate-url: certificate gone in key vault contoso-kv was not found"
        assert "az keyvault certificate recover" in first.fix

    def test_a_version_that_is_not_there(self, world: World) -> None:
        self.give(world, f"{URL}/{'0' * 32}")
        assert f"has no version {'0' * 32}" in problem(world).message

    def test_no_good_version(self, world: World) -> None:
        world.cloud.vaults.held = {"web": (certificate(enabled=False),)}
        self.give(world, URL)
        assert "has no good version: version a1a1" in problem(world).message


class TestKeys:
    def test_a_key_that_cannot_be_exported_is_refused(self, world: World) -> None:
        world.cloud.vaults.described = replace(DETAILS, exportable=False)
        assert "private key that cannot be exported" in problem(world).message

    def test_a_content_type_that_the_service_cannot_read_is_refused(self, world: World) -> None:
        world.cloud.vaults.described = replace(DETAILS, content_type="text/plain")
        assert "stored as text/plain" in problem(world).message

    @pytest.mark.parametrize("content_type", ["application/x-pem-file", "application/x-pkcs12", ""])
    def test_pkcs_12_pem_and_what_nobody_told_are_taken(self, world: World, content_type: str) -> None:
        world.cloud.vaults.described = replace(DETAILS, content_type=content_type)
        assert decide(world).problems == ()

    def test_an_elliptic_curve_raises_a_warning(self, world: World) -> None:
        world.cloud.vaults.described = replace(DETAILS, key_type="EC", key_size=256)
        (warning,) = decide(world).warnings
        assert "key of type EC: it is not known whether the cloud service takes it" in warning

    def test_a_short_rsa_key_raises_a_warning(self, world: World) -> None:
        world.cloud.vaults.described = replace(DETAILS, key_size=1024)
        assert "RSA key of 1024 bits" in decide(world).warnings[0]

    def test_a_self_signed_certificate_is_noted(self, world: World) -> None:
        world.cloud.vaults.described = replace(DETAILS, self_signed=True)
        assert status(world) == "Found, self-signed"
        assert decide(world).warnings == ()


class TestNames:
    @pytest.mark.parametrize(
        ("name", "host", "good"),
        [
            ("www.contoso.com", "WWW.contoso.com.", True),
            ("*.contoso.com", "www.contoso.com", True),
            ("*.contoso.com", "contoso.com", False),
            ("*.contoso.com", "a.www.contoso.com", False),
            ("w*.contoso.com", "www.contoso.com", False),
            ("*", "contoso", False),
            ("*.contoso.com", "*.contoso.com", True),
            ("www.contoso.com", "*.contoso.com", False),
        ],
    )
    def test_a_wildcard_stands_for_one_label(self, name: str, host: str, good: bool) -> None:  # noqa: FBT001
        assert covers(name, host) is good

    def test_a_name_that_the_certificate_does_not_hold_is_refused(self, world: World) -> None:
        world.give(https_hostnames=("www.contoso.com", "contoso.com"))
        assert "is not for contoso.com: it holds www.contoso.com, *.contoso.com" in problem(world).message
        world.cloud.vaults.described = replace(DETAILS, names=())
        assert "it holds no names" in decide(world).problems[0].message

    def test_only_certificates_that_serve_https_have_to_hold_it(self, world: World) -> None:
        world.give(https_hostnames=("www.fabrikam.com",))
        world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Other:443"
        assert decide(world).problems == ()
        world.cloud.services.live["tags"][tags.HTTPS] = "webrole1/certificate1:443"
        assert len(decide(world).problems) == 1
        world.give(definition=str(HTTPS / "ServiceDefinition.csdef"))
        assert len(decide(world).problems) == 1


class TestWithoutHttps:
    """A certificate that roles decrypt with, for example of RemoteAccess, has no clients that look at its dates."""

    @pytest.mark.parametrize("days", [-5, 3])
    def test_its_dates_are_a_warning(self, world: World, days: int) -> None:
        world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Other:443"
        world.cloud.vaults.held = {"web": (certificate(days=days),)}
        found = decide(world)
        assert (found.problems, [each.name for each in found.certificates]) == ((), ["Certificate1"])
        (warning,) = found.warnings
        assert warning.endswith("It serves no https, and is deployed.")

    def test_a_disabled_one_is_refused_as_azure_cannot_load_it(self, world: World) -> None:
        world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Other:443"
        world.cloud.vaults.held = {"web": (certificate(enabled=False),)}
        assert "is disabled" in problem(world).message

    def test_where_nobody_knows_what_serves_https_all_count_as_serving(self, world: World) -> None:
        world.cloud.vaults.held = {"web": (certificate(days=-5),)}
        assert "expired on" in problem(world).message


class TestVaults:
    def only(self, world: World) -> Problem:
        (found,) = decide(world).vault_problems
        with pytest.raises(AzureError):
            decide(world).refuse()
        return found

    def test_one_in_another_region_and_subscription_is_refused_with_both_facts(self, world: World) -> None:
        elsewhere = ResourceId(str(VAULT.id).replace("11111111-", "22222222-"))
        world.cloud.vaults.vault = replace(VAULT, id=elsewhere, location="westeurope")
        message = self.only(world).message
        assert "is in subscription 22222222-1111-1111-1111-111111111111, the cloud service in 11111111-" in message
        assert "is in region westeurope, the cloud service in eastus" in message

    def test_another_resource_group_and_another_spelling_of_the_region_are_no_matter(self, world: World) -> None:
        other = ResourceId(str(VAULT.id).replace("contoso-rg", "vaults-rg"))
        world.cloud.vaults.vault = replace(VAULT, id=other, location="East US")
        assert decide(world).vault_problems == ()

    def test_what_azure_does_not_say_is_not_held_against_it(self, world: World) -> None:
        world.cloud.vaults.vault = replace(VAULT, location="")
        world.cloud.services.live["id"] = ""
        assert decide(world).vault_problems == ()

    def test_one_that_does_not_let_azure_in_is_refused_with_the_command_that_opens_it(self, world: World) -> None:
        world.cloud.vaults.vault = replace(VAULT, enabled_for_deployment=False)
        assert "not enabled for deployment" in self.only(world).message
        assert "--enabled-for-deployment true" in self.only(world).fix

    def test_one_that_nothing_is_taken_from_is_let_be(self, world: World) -> None:
        world.cloud.vaults.more = {replace(PARTNER, location="westeurope", closed="closed"): {}}
        world.give(key_vaults=("contoso-kv", "partner-kv"))
        assert (decide(world).vault_problems, decide(world).warnings) == ((), ())

    def test_one_with_network_rules_raises_a_warning(self, world: World) -> None:
        world.cloud.vaults.vault = replace(VAULT, closed="its public network access is disabled")
        assert "public network access is disabled" in decide(world).warnings[0]

    def test_a_mistake_in_the_file_is_told_together_with_the_vaults(self, world: World) -> None:
        world.cloud.vaults.vault = replace(VAULT, enabled_for_deployment=False)
        world.cloud.vaults.described = replace(DETAILS, exportable=False)
        with pytest.raises(ProjectError) as caught:
            decide(world).refuse()
        assert len(caught.value.problems) == 2
