"""Cases of ``rules/roles.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web

PROBES = '<LoadBalancerProbes><LoadBalancerProbe name="p" protocol="tcp"/></LoadBalancerProbes>'
TRAFFIC = "<NetworkTrafficRules/>"


def root(attributes: str) -> str:
    return definition(web(), f'name="Svc"\n {attributes}')


def roles(count: int) -> str:
    return definition("\n".join(f'<WorkerRole name="r{n}"/>' for n in range(count)))


CASES = (
    Case("CSD001", ("a.csdef:1:1 error: <ServiceDefinition> has no name",), definition(web(), "")),
    Case(
        "CSD001",
        ("a.csdef:1:98 error: <ServiceDefinition> has no name",),
        definition(web(), 'name=" "'),
        why="blank",
    ),
    Case("CSD001", (), definition(web(), 'name="#{name}"'), why="token"),
    Case("CSD002", ("a.csdef:1:1 error: The definition has no role",), definition("")),
    Case(
        "CSD002", ("a.csdef:1:1 error: The definition has no role",), definition("<!-- <WebRole/> -->"), why="comment"
    ),
    Case(
        "CSD002",
        ("a.csdef:1:1 error: The definition has no role",),
        definition('<o:WebRole xmlns:o="urn:other"/>'),
        why="another namespace",
    ),
    Case("CSD002", (), definition('<WorkerRole name="W"/>')),
    Case("CSD003", ("a.csdef:27:1 error: The definition has 26 roles; Azure takes 25",), roles(26)),
    Case("CSD003", (), roles(25)),
    Case(
        "CSD004",
        ("a.csdef:2:32 error: The role a is there twice, first in line 2",),
        definition('<WebRole name="A"/><WorkerRole name="a"/>'),
    ),
    Case("CSD004", (), definition('<WebRole name="A"/><WorkerRole name="A1"/>')),
    Case("CSD005", ("a.csdef:2:1 error: <WebRole> has no name",), definition("<WebRole/>")),
    Case("CSD005", ("a.csdef:2:10 error: <WebRole> has no name",), definition('<WebRole name=""/>'), why="empty"),
    Case("CSD005", (), definition('<WebRole name="A"/>')),
    Case(
        "CSD006",
        ("a.csdef:2:2 info: The schemaVersion 2014-01.2.3 is older than 2015-04.2.6",),
        root('schemaVersion="2014-01.2.3"'),
    ),
    Case("CSD006", (), root('schemaVersion="2015-04.2.6"')),
    Case(
        "CSD007",
        ("a.csdef:2:2 warning: The schemaVersion 2018-05.1.7 is that of no SDK",),
        root('schemaVersion="2018-05.1.7"'),
    ),
    Case(
        "CSD007",
        ('a.csdef:2:2 warning: The schemaVersion "" is that of no SDK',),
        root('schemaVersion=""'),
        why="empty",
    ),
    Case("CSD007", (), root('schemaVersion="unspecified"')),
    Case("CSD007", (), root('schemaVersion="2014-01.2.3"'), why="older"),
    Case("CSD007", (), root('schemaVersion="#{schema}"'), why="token"),
    Case(
        "CSD008",
        ("a.csdef:2:2 error: The definition Svc has the upgradeDomainCount 21, which is no number from 1 to 20",),
        root('upgradeDomainCount="21"'),
    ),
    Case(
        "CSD008",
        ("a.csdef:2:2 error: The definition Svc has the upgradeDomainCount 0, which is no number from 1 to 20",),
        root('upgradeDomainCount="0"'),
        why="zero",
    ),
    Case("CSD008", (), root('upgradeDomainCount="20"')),
    Case("CSD008", (), root('upgradeDomainCount="__count__"'), why="token"),
    Case(
        "CSD009",
        (
            (
                "a.csdef:2:2 error: The definition Svc has the topologyChangeDiscovery blast, "
                "which is none of UpgradeDomainWalk, Blast; it is written Blast"
            ),
        ),
        root('topologyChangeDiscovery="blast"'),
    ),
    Case("CSD009", (), root('topologyChangeDiscovery="Blast"')),
    Case(
        "CSD010", ("a.csdef:5:1 warning: <LoadBalancerProbes> stands after a role",), definition(f"{web()}\n{PROBES}")
    ),
    Case(
        "CSD010",
        ("a.csdef:2:1 warning: <NetworkTrafficRules> stands before a role",),
        definition(f"{TRAFFIC}\n{web()}"),
        why="rules first",
    ),
    Case("CSD010", (), definition(f"{PROBES}\n{web()}\n{TRAFFIC}")),
)
