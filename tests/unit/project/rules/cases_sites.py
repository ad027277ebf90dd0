"""Cases of ``rules/sites.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web

ENDPOINTS = (
    '<Endpoints><InputEndpoint name="Http" protocol="http" port="80"/>\n'
    '<InputEndpoint name="Tcp" protocol="tcp" port="81"/>\n'
    '<InternalEndpoint name="Inner" protocol="http"/></Endpoints>'
)
BOUND = '<Binding name="b" endpointName="Http"/>'
PLUGIN = "Microsoft.WindowsAzure.Plugins.WebDeploy.InputEndpoint"


def sites(*rows: str, endpoints: str = ENDPOINTS) -> str:
    """Return a definition whose sites begin in line 4, its endpoints two lines after the last."""
    return definition(web("<Sites>\n{}\n</Sites>\n{}".format("\n".join(rows), endpoints)))


def site(bindings: str, name: str = "Web", before: str = "", after: str = "") -> str:
    return f'<Site name="{name}">{before}<Bindings>{bindings}</Bindings>{after}</Site>'


APPLICATION = '<VirtualApplication name="app" physicalDirectory="."/>'
DIRECTORY = '<VirtualDirectory name="dir" physicalDirectory="."/>'

CASES = (
    Case(
        "CSD039",
        ("a.csdef:6:27 warning: No site of role Web is bound to endpoint Http",),
        sites(site('<Binding name="b" endpointName="Tcp"/>')),
    ),
    Case("CSD039", (), sites(site(BOUND.replace("Http", "HTTP"))), why="case does not count"),
    Case("CSD039", (), sites(site(""), site('<Binding name="b" endpointName="Tcp"/>')), why="CSD061"),
    Case("CSD039", (), sites(site('<Binding name="b" endpointName="#{name}"/>')), why="token"),
    Case("CSD039", (), definition(web(ENDPOINTS)), why="no sites is CSD062"),
    Case(
        "CSD039",
        (),
        definition(f'<WorkerRole name="W"><Sites>{site(BOUND)}</Sites>{ENDPOINTS}</WorkerRole>'),
        why="worker",
    ),
    Case(
        "CSD039",
        (),
        sites(site(BOUND), endpoints='<Endpoints><InputEndpoint protocol="http" port="80"/></Endpoints>'),
        why="no name is CSD031",
    ),
    Case("CSD061", ("a.csdef:4:1 error: Site Web has no bindings",), sites('<Site name="Web"/>')),
    Case("CSD061", ("a.csdef:4:18 error: Site Web has no bindings",), sites(site("")), why="empty"),
    Case("CSD061", (), sites(site(BOUND))),
    Case(
        "CSD062",
        ("a.csdef:2:1 warning: Web role Web has no site: it runs as Hosted Web Core, without IIS bindings",),
        definition(web()),
    ),
    Case(
        "CSD062",
        ("a.csdef:3:1 warning: Web role Web has no site: it runs as Hosted Web Core, without IIS bindings",),
        definition(web("<Sites/>")),
        why="empty",
    ),
    Case("CSD062", (), sites(site(BOUND))),
    Case("CSD062", (), definition('<WorkerRole name="W"/>'), why="worker"),
    Case(
        "CSD063",
        ("a.csdef:4:28 error: <Binding> b has no endpointName",),
        sites(site('<Binding name="b"/>')),
    ),
    Case(
        "CSD063",
        ("a.csdef:4:37 error: <Binding> has no name",),
        sites(site('<Binding name="" endpointName="Http"/>')),
        why="empty name",
    ),
    Case("CSD063", (), sites(site(BOUND))),
    Case(
        "CSD064",
        ("a.csdef:4:46 error: Binding b names endpoint Https, which role Web does not have",),
        sites(site('<Binding name="b" endpointName="Https"/>')),
    ),
    Case("CSD064", (), sites(site('<Binding name="b" endpointName="inner"/>')), why="internal, other case"),
    Case("CSD064", (), sites(site(f'<Binding name="b" endpointName="{PLUGIN}"/>')), why="of a module"),
    Case("CSD064", (), sites(site('<Binding name="b" endpointName="__e__"/>')), why="token"),
    Case("CSD064", (), sites(site('<Binding name="b" endpointName=""/>')), why="empty is CSD063"),
    Case(
        "CSD065",
        ("a.csdef:4:76 info: The binding b is there twice, first in line 4",),
        sites(site(BOUND + BOUND.replace("Http", "Tcp"))),
    ),
    Case("CSD065", (), sites(site(BOUND), site(BOUND, "Other"))),
    Case(
        "CSD066",
        ("a.csdef:5:48 warning: Sites Web and Other are both bound to endpoint Http without hostHeader",),
        sites(site(BOUND), site(BOUND, "Other")),
    ),
    Case(
        "CSD066",
        ("a.csdef:5:68 warning: Sites Web and Other are both bound to endpoint http with hostHeader a.example",),
        sites(
            site('<Binding name="b" endpointName="Http" hostHeader="a.example"/>'),
            site('<Binding name="b" endpointName="http" hostHeader="A.example"/>', "Other"),
        ),
        why="header",
    ),
    Case("CSD066", (), sites(site(BOUND + BOUND)), why="one site"),
    Case(
        "CSD066",
        (),
        sites(site(BOUND), site('<Binding name="b" endpointName="Http" hostHeader="a.example"/>', "Other")),
    ),
    *(
        Case("CSD066", (), sites(site(each), site(each, "Other")), why=why)
        for each, why in (
            ('<Binding name="b" endpointName="Http" hostHeader="#{host}"/>', "token"),
            ('<Binding name="b" endpointName="#{endpoint}"/>', "token of endpoint"),
            ('<Binding name="b"/>', "CSD063"),
        )
    ),
    Case(
        "CSD067",
        ("a.csdef:4:18 error: <Bindings> of site Web stands before <VirtualApplication> app",),
        sites(site(BOUND, after=APPLICATION)),
    ),
    Case(
        "CSD067",
        (f"a.csdef:4:{18 + len(APPLICATION)} error: <Bindings> of site Web stands before <VirtualDirectory> dir",),
        sites(site(BOUND, before=APPLICATION, after=f"{DIRECTORY}{APPLICATION}")),
        why="in between",
    ),
    Case("CSD067", (), sites(site(BOUND, before=APPLICATION + DIRECTORY))),
    Case("CSD067", (), sites(site(BOUND, after=f"{DIRECTORY}<Bindings/>")), why="twice is X011"),
)
