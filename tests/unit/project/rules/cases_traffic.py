"""Cases of ``rules/traffic.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web

USED = web('<Endpoints><InputEndpoint name="E" protocol="tcp" port="1" loadBalancerProbe="P"/></Endpoints>')


def probe(attributes: str, roles: str = USED) -> str:
    """Return a definition whose probe is in line 3."""
    return definition(f"<LoadBalancerProbes>\n<LoadBalancerProbe {attributes}/></LoadBalancerProbes>\n{roles}")


def traffic(target: str, source: str = "<AllowAllTraffic/>") -> str:
    """Return a definition whose target is in line 6."""
    return definition(
        f"{USED}\n<NetworkTrafficRules><OnlyAllowTrafficTo><Destinations>\n<RoleEndpoint {target}/></Destinations>"
        f"\n{source}</OnlyAllowTrafficTo></NetworkTrafficRules>"
    )


CASES = (
    Case(
        "CSD032", ("a.csdef:3:1 error: <LoadBalancerProbe> p has no protocol",), probe('name="p"'), why="no protocol"
    ),
    Case(
        "CSD032",
        ("a.csdef:3:29 error: <LoadBalancerProbe> p has no protocol",),
        probe('name="p" protocol=""'),
        why="an empty protocol",
    ),
    Case("CSD032", (), probe('name="p" protocol="tcp"'), why="a protocol of probes"),
    Case("CSD120", ("a.csdef:3:1 error: Probe p is http and has no path",), probe('name="p" protocol="http"')),
    Case(
        "CSD120",
        ("a.csdef:3:45 error: Probe p is http and has no path",),
        probe('name="p" protocol="HTTP" path=""'),
        why="empty, in capitals",
    ),
    Case("CSD120", (), probe('name="p" protocol="http" path="/"')),
    Case("CSD120", (), probe('name="p" protocol="tcp"'), why="tcp"),
    Case("CSD121", ("a.csdef:3:44 error: Probe p is tcp and has a path",), probe('name="p" protocol="tcp" path="/"')),
    Case("CSD121", (), probe('name="p" protocol="http" path="/"')),
    Case(
        "CSD122",
        (
            "a.csdef:3:44 error: Probe p has the intervalInSeconds 4, which is no number from 5",
            "a.csdef:3:66 error: Probe p has the timeoutInSeconds 10, which is no number from 11",
        ),
        probe('name="p" protocol="tcp" intervalInSeconds="4" timeoutInSeconds="10"'),
    ),
    Case("CSD122", (), probe('name="p" protocol="tcp" intervalInSeconds="5" timeoutInSeconds="11"')),
    Case("CSD124", ("a.csdef:3:20 info: No endpoint uses probe q",), probe('name="q" protocol="tcp"')),
    Case("CSD124", (), probe('name="p" protocol="tcp"')),
    Case("CSD124", (), probe('protocol="tcp"'), why="no name"),
    Case("CSD124", (), probe('name="q" protocol="tcp"', USED.replace('"P"', '"#{probe}"')), why="token"),
    Case(
        "CSD130",
        ("a.csdef:6:32 error: <RoleEndpoint> names role Wep, which is not there",),
        traffic('endpointName="E" roleName="Wep"'),
    ),
    Case(
        "CSD130",
        ("a.csdef:6:30 error: <RoleEndpoint> names endpoint F, which role Web does not have",),
        traffic('roleName="web" endpointName="F"'),
        why="endpoint",
    ),
    Case(
        "CSD130",
        (
            "a.csdef:6:1 error: <RoleEndpoint> has no roleName",
            "a.csdef:6:1 error: <RoleEndpoint> has no endpointName",
        ),
        traffic(""),
        why="no names",
    ),
    Case(
        "CSD130",
        ("a.csdef:7:41 error: <FromRole> names role Other, which is not there",),
        traffic(
            'roleName="Web" endpointName="E"',
            '<WhenSource matches="AnyRule"><FromRole roleName="Other"/></WhenSource>',
        ),
        why="source",
    ),
    *(
        Case(
            "CSD130",
            (),
            traffic(each, '<WhenSource matches="AnyRule"><FromRole roleName="Web"/></WhenSource>'),
            why=each,
        )
        for each in (
            'roleName="WEB" endpointName="e"',
            'roleName="#{role}" endpointName="F"',
            'roleName="Web" endpointName="#{e}"',
            'roleName="Web" endpointName="Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput"',
        )
    ),
)
