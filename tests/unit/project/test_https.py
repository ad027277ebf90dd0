from __future__ import annotations

import re
from pathlib import Path

import pytest

from cses_action.errors import ActionError, InputError, Problem, ProjectError
from cses_action.project.configuration import meaning
from cses_action.project.edits import edited
from cses_action.project.https import Wanted, https_edits
from cses_action.project.xml import Element, parse_xml, read_xml
from cses_action.values import Thumbprint, replace
from tests.unit.project.given import SAMPLES, THUMBPRINT, configuration, definition, role

DOCUMENT = Path(__file__).parents[2] / "data" / "document"
WANTED = Wanted(roles=("Web",))
WITH_THUMBPRINT = replace(WANTED, thumbprint=Thumbprint(THUMBPRINT))
CERTIFICATE = '<Certificate name="Certificate1" storeLocation="LocalMachine" storeName="My"/>'
HTTP = '<InputEndpoint name="Endpoint1" protocol="http" port="80"/>'
HTTPS = '<InputEndpoint name="SSL" protocol="https" port="443" certificate="Certificate1"/>'
SITE = '<Sites><Site name="Main"><Bindings><Binding name="E" endpointName="Endpoint1"/></Bindings></Site></Sites>'
TWO_SITES = (
    '<Sites><Site name="Main"><Bindings><Binding name="E" endpointName="Endpoint1"/></Bindings></Site>'
    '<Site name="Admin"><Bindings><Binding name="E" endpointName="Endpoint1" hostHeader="a"/></Bindings></Site>'
    "</Sites>"
)


def web(*parts: str, name: str = "Web") -> str:
    return f'<WebRole name="{name}">{"".join(parts)}</WebRole>'


def worker(*parts: str, name: str = "Worker") -> str:
    return f'<WorkerRole name="{name}">{"".join(parts)}</WorkerRole>'


def endpoints(*parts: str) -> str:
    return f"<Endpoints>{''.join(parts)}</Endpoints>"


def changed(roles: str, wanted: Wanted = WANTED, *configurations: str) -> list[str]:
    """Return the texts after the edits, the definition first; a second run changes nothing."""
    documents = [parse_xml(definition(roles), file="0")]
    documents += [parse_xml(each, file=str(number)) for number, each in enumerate(configurations, 1)]
    edits = https_edits(documents[0], documents[1:], wanted)
    texts = [edited(each.text, [edit for edit in edits if edit.file == each.file]) for each in documents]
    after = [parse_xml(text, file=each.file) for text, each in zip(texts, documents, strict=True)]
    assert https_edits(after[0], after[1:], wanted) == ()
    assert all(edit.reason for edit in edits)
    return texts


def refused(
    kind: type[ActionError], roles: str, wanted: Wanted = WANTED, *configurations: str
) -> tuple[Problem, ...]:
    """Return the problems of files that cannot be changed; each says where and what to do."""
    with pytest.raises(kind) as caught:
        changed(roles, wanted, *configurations)
    assert all(problem.file and problem.line and problem.column and problem.fix for problem in caught.value.problems)
    return caught.value.problems


def messages(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.message for problem in problems]


def test_the_http_sample_becomes_what_the_document_says() -> None:
    http, https = SAMPLES / "multirole-rdp", SAMPLES / "multirole-https"
    names = ("ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg")
    documents = [read_xml(str(http / name)) for name in names]
    wanted = Wanted(roles=("WebRole1",), thumbprint=Thumbprint(THUMBPRINT))
    edits = https_edits(documents[0], documents[1:], wanted)
    for document, name in zip(documents, names, strict=True):
        text = edited(document.text, [each for each in edits if each.file == document.file])
        by_hand = read_xml(str(https / name))
        assert meaning(parse_xml(text, file="").root) == meaning(by_hand.root)
        assert document.mark + text.encode() == (https / name).read_bytes()


def test_the_documents_own_snippets_put_in_by_hand_mean_the_same() -> None:
    http = SAMPLES / "multirole-rdp"
    csdef, cscfg = (
        read_xml(str(http / name)) for name in ("ServiceDefinition.csdef", "ServiceConfiguration.Cloud.cscfg")
    )
    snippet = (DOCUMENT / "role.xml").read_text(encoding="utf-8")
    role_text = re.search(r'  <Role name="WebRole1">.*?</Role>', cscfg.text, re.DOTALL)
    assert role_text is not None
    configured = cscfg.text.replace(role_text[0], snippet)
    example = parse_xml((DOCUMENT / "definition.xml").read_text(encoding="utf-8"), file="")
    shown = example.root.children[0]
    defined = csdef.text
    for name in ("Sites", "Endpoints"):
        before = parse_xml(defined, file="")
        defined = defined.replace(piece(defined, before.root.children[0], name), piece(example.text, shown, name))
    defined = defined.replace("</Endpoints>", f"</Endpoints>{piece(example.text, shown, 'Certificates')}")
    edits = https_edits(csdef, [cscfg], Wanted(roles=("WebRole1",), thumbprint=Thumbprint(THUMBPRINT)))
    for document, by_hand in ((csdef, defined), (cscfg, configured)):
        text = edited(document.text, [each for each in edits if each.file == document.file])
        assert meaning(parse_xml(text, file="").root) == meaning(parse_xml(by_hand, file="").root)


def piece(text: str, role: Element, name: str) -> str:
    (found,) = role.find(name)
    return text[found.start : found.end]


def test_an_https_endpoint_under_another_name_is_used_with_its_certificate() -> None:
    own = CERTIFICATE.replace("Certificate1", "Own")
    roles = web(endpoints(HTTPS.replace("Certificate1", "OWN")), f"<Certificates>{own}</Certificates>", SITE)
    csdef, cscfg = changed(roles, WITH_THUMBPRINT, configuration(role()))
    assert csdef == definition(roles.replace("</Bindings>", '<Binding name="SSL" endpointName="SSL"/></Bindings>'))
    assert f'<Certificate name="OWN" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/>' in cscfg


def test_an_https_endpoint_without_certificate_gets_one() -> None:
    bare = HTTPS.replace(' certificate="Certificate1"', "")
    (csdef,) = changed(worker(endpoints(bare), name="Web"))
    assert csdef.count('port="443" certificate="Certificate1"/>') == 1
    assert '<Certificate name="Certificate1" storeLocation="LocalMachine"' in csdef
    assert "Binding" not in csdef


def test_a_certificate_that_is_configured_under_another_name_is_used() -> None:
    held = (
        f'<Certificates><Certificate name="own" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/></Certificates>'
    )
    roles = web(endpoints(HTTP), f"<Certificates>{CERTIFICATE.replace('Certificate1', 'Own')}</Certificates>", SITE)
    csdef, first, second = changed(roles, WITH_THUMBPRINT, configuration(role(held)), configuration(role()))
    assert 'certificate="Own"' in csdef
    assert first == configuration(role(held))
    assert f'name="Own" thumbprint="{THUMBPRINT}"' in second


@pytest.mark.parametrize(
    ("declared", "thumbprint"),
    [
        (CERTIFICATE.replace("LocalMachine", "CurrentUser"), THUMBPRINT),
        (CERTIFICATE.replace('"My"', '"Root"'), THUMBPRINT),
        (CERTIFICATE.replace("Certificate1", "Other"), THUMBPRINT),
        (CERTIFICATE, "AA" * 20),
    ],
)
def test_a_certificate_that_does_not_do_the_job_is_not_used(declared: str, thumbprint: str) -> None:
    held = (
        f'<Certificates><Certificate name="Own" thumbprint="{thumbprint}" thumbprintAlgorithm="sha1"/></Certificates>'
    )
    own = declared.replace("Certificate1", "Own")
    csdef, _ = changed(web(f"<Certificates>{own}</Certificates>", SITE), WITH_THUMBPRINT, configuration(role(held)))
    assert 'protocol="https" port="443" certificate="Certificate1"' in csdef


def test_another_thumbprint_under_the_same_name_is_replaced() -> None:
    old = f"<Certificate thumbprint='{'aa' * 20}' name='CERTIFICATE1' thumbprintAlgorithm='SHA1'/>"
    held = f"<Certificates>{old}</Certificates>"
    _, cscfg = changed(web(endpoints(HTTP), SITE), WITH_THUMBPRINT, configuration(role(held)))
    expected = f"<Certificate thumbprint='{THUMBPRINT}' name='CERTIFICATE1' thumbprintAlgorithm='sha1'/>"
    assert cscfg == configuration(role(f"<Certificates>{expected}</Certificates>"))


def test_a_certificate_without_thumbprint_gets_one() -> None:
    held = '<Certificates><Certificate name="Certificate1" /></Certificates>'
    _, cscfg = changed(web(endpoints(HTTP), SITE), WITH_THUMBPRINT, configuration(role(held)))
    assert f'name="Certificate1" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1" />' in cscfg


def test_a_role_without_endpoints_gets_endpoints_and_certificates() -> None:
    (csdef,) = changed('<WorkerRole name="Web" />')
    assert csdef == definition(
        '<WorkerRole name="Web">\n'
        '<Endpoints>\n<InputEndpoint name="HttpsIn" protocol="https" port="443" certificate="Certificate1" />\n'
        "</Endpoints>\n"
        '<Certificates>\n<Certificate name="Certificate1" storeLocation="LocalMachine" storeName="My" '
        'permissionLevel="limitedOrElevated" />\n</Certificates>\n</WorkerRole>'
    )


def test_new_certificates_follow_the_endpoints_directly() -> None:
    (csdef,) = changed(web(endpoints(HTTP), SITE))
    assert "</Endpoints><Certificates><Certificate " in csdef


def test_commented_out_copies_are_not_the_elements() -> None:
    hidden = f"<!-- <Certificates>{CERTIFICATE}</Certificates>{endpoints(HTTPS)} -->"
    (csdef,) = changed(web(hidden, endpoints(HTTP), SITE))
    assert hidden in csdef
    assert csdef.count("<Certificates>") == csdef.count('protocol="https"') == 2


def test_bindings_stand_last_in_a_site() -> None:
    site = '<Sites><Site name="Main"><VirtualDirectory name="v"/></Site></Sites>'
    (csdef,) = changed(web(endpoints(HTTP), site))
    assert (
        '<VirtualDirectory name="v"/><Bindings><Binding name="HttpsIn" endpointName="HttpsIn"/></Bindings></Site>'
        in csdef
    )


def test_the_named_site_gets_the_binding() -> None:
    (csdef,) = changed(web(endpoints(HTTP), TWO_SITES), replace(WANTED, site="ADMIN"))
    assert 'hostHeader="a"/><Binding name="HttpsIn" endpointName="HttpsIn"/></Bindings>' in csdef
    assert csdef.count("HttpsIn") == 3


def test_of_several_sites_the_bound_one_is_used() -> None:
    sites = TWO_SITES.replace('endpointName="Endpoint1" hostHeader', 'endpointName="ssl" hostHeader')
    roles = web(endpoints(HTTPS), f"<Certificates>{CERTIFICATE}</Certificates>", sites)
    assert changed(roles) == [definition(roles)]


def test_a_site_has_to_be_named_if_there_are_several() -> None:
    roles = web(endpoints(HTTP), TWO_SITES)
    assert messages(refused(InputError, roles)) == ["Role Web has 2 sites: Main, Admin"]
    (problem,) = refused(InputError, roles, replace(WANTED, site="Shop"))
    assert (problem.message, problem.fix) == ("Role Web has no site Shop", "Set site to one of: Main, Admin.")


@pytest.mark.parametrize("sites", ["", "<Sites/>"])
def test_hosted_web_core_is_refused_with_the_reason(sites: str) -> None:
    (message,) = messages(refused(ProjectError, web(endpoints(HTTP), sites)))
    assert "Hosted Web Core" in message


def test_an_unknown_role_is_refused() -> None:
    (problem,) = refused(InputError, web(SITE), replace(WANTED, roles=("Shop",)))
    assert (problem.message, problem.fix) == (
        "There is no role Shop",
        "Correct certificate-role: the definition has Web.",
    )
    (problem,) = refused(InputError, "", WANTED)
    assert problem.fix.endswith("the definition has no roles.")


@pytest.mark.parametrize("protocol", ["tcp", "http", "https", "HTTPS"])
def test_a_port_that_another_role_holds_is_refused(protocol: str) -> None:
    holder = worker(endpoints(f'<InputEndpoint name="In" protocol="{protocol}" port="443"/>'))
    (message,) = messages(refused(ProjectError, web(endpoints(HTTP), SITE) + holder))
    assert message == f"Port 443 is held by Worker's endpoint In ({protocol})"


def test_a_port_of_udp_or_of_the_same_role_is_told_apart() -> None:
    udp = '<InputEndpoint name="In" protocol="udp" port="443"/>'
    (csdef,) = changed(web(endpoints(udp), SITE))
    assert "HttpsIn" in csdef
    (message,) = messages(refused(ProjectError, web(endpoints(udp.replace("udp", "tcp")), SITE)))
    assert message == "Port 443 is held by Web's endpoint In (tcp)"


def test_a_name_that_another_endpoint_has_is_refused() -> None:
    other = '<InternalEndpoint name="httpsin" protocol="tcp" port="8443"/>'
    (message,) = messages(refused(ProjectError, web(endpoints(HTTP, other), SITE)))
    assert message == "Role Web has an endpoint HttpsIn already: tcp on port 8443"


def test_two_roles_cannot_open_one_port() -> None:
    roles = web(endpoints(HTTP), SITE) + worker()
    (message,) = messages(refused(InputError, roles, replace(WANTED, roles=("Web", "Worker"))))
    assert message == "Port 443 cannot be opened by Web and by Worker"


def test_other_roles_stay_as_they_are() -> None:
    one = endpoints(HTTPS)
    roles = worker(one, name="A") + worker(endpoints(HTTP), name="B")
    csdef, cscfg = changed(
        roles, replace(WITH_THUMBPRINT, roles=("A",)), configuration(role(name="A") + role(name="B"))
    )
    assert csdef.count("<Certificates>") == cscfg.count("<Certificates>") == 1


def test_everything_that_stands_in_the_way_is_told_at_once() -> None:
    holder = worker(endpoints('<InputEndpoint name="In" protocol="tcp" port="443"/>'))
    roles = web(endpoints(HTTP)) + holder
    wanted = replace(WITH_THUMBPRINT, roles=("Web", "Shop"))
    found = messages(refused(ProjectError, roles, wanted, configuration(role(name="Other"))))
    assert found == [
        "Port 443 is held by Worker's endpoint In (tcp)",
        "The configuration has no role Web",
        "There is no role Shop",
    ]


def test_http_is_removed_with_its_bindings_and_lines() -> None:
    text = f"""<WebRole name="Web">
  <Sites>
    <Site name="Main">
      <Bindings>
        <Binding name="E" endpointName="ENDPOINT1" />
      </Bindings>
    </Site>
  </Sites>
  <Endpoints>
    {HTTP}
  </Endpoints>
</WebRole>"""
    (csdef,) = changed(text, replace(WANTED, remove_http=True))
    assert "Endpoint1" not in csdef
    assert '<Bindings>\n        <Binding name="HttpsIn" endpointName="HttpsIn" />\n      </Bindings>' in csdef
    assert '<Endpoints>\n    <InputEndpoint name="HttpsIn"' in csdef


def test_a_port_and_a_name_that_http_gives_up_are_free() -> None:
    http = HTTP.replace('"80"', '"443"')
    wanted = replace(WANTED, remove_http=True, endpoint="Endpoint1")
    (csdef,) = changed(web(endpoints(http), SITE), wanted)
    assert csdef.count("<InputEndpoint ") == 1
    assert '<InputEndpoint name="Endpoint1" protocol="https" port="443"' in csdef
    assert SITE in csdef


def test_a_site_keeps_at_least_one_binding() -> None:
    (message,) = messages(
        refused(ProjectError, web(endpoints(HTTP), TWO_SITES), replace(WANTED, remove_http=True, site="Main"))
    )
    assert message == "Site Admin would have no binding left without http"


def test_bindings_of_other_endpoints_stay() -> None:
    rest = '<Binding name="R" endpointName="Rest"/>'
    (csdef,) = changed(web(endpoints(HTTP), SITE.replace("</B", f"{rest}</B")), replace(WANTED, remove_http=True))
    assert f"<Bindings>{rest}<Binding name=" in csdef


def test_a_worker_role_loses_http_too() -> None:
    (csdef,) = changed(worker(endpoints(HTTP), name="Web"), replace(WANTED, remove_http=True))
    assert 'protocol="http"' not in csdef
