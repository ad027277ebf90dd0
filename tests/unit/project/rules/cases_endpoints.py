"""Cases of ``rules/endpoints.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web

CERTIFICATES = '<Certificates><Certificate name="C" storeLocation="LocalMachine" storeName="My"/></Certificates>'
PROBES = '<LoadBalancerProbes><LoadBalancerProbe name="P" protocol="tcp"/></LoadBalancerProbes>'
INSTANCE = '<AllocatePublicPortFrom><FixedPortRange min="100" max="200"/></AllocatePublicPortFrom>'


def inputs(*attributes: str, rest: str = "") -> str:
    """Return a definition whose input endpoints begin in line 4."""
    rows = "\n".join(f"<InputEndpoint {each}/>" for each in attributes)
    return definition(web(f"<Endpoints>\n{rows}\n</Endpoints>{rest}"))


HTTPS = 'name="In" protocol="https" port="443"'
TCP = 'name="In" protocol="tcp" port="443"'

CASES = (
    Case(
        "CSD030",
        ("a.csdef:5:31 error: The endpoint e is there twice, first in line 4",),
        inputs('name="E" protocol="tcp" port="1"', 'protocol="tcp" name="e" port="2"'),
    ),
    Case(
        "CSD030",
        ("a.csdef:5:24 error: The endpoint E is there twice, first in line 4",),
        definition(
            web(
                '<Endpoints>\n<InternalEndpoint name="E" protocol="tcp"/>\n'
                f'<InstanceInputEndpoint name="E" protocol="tcp" localPort="1">{INSTANCE}'
                "</InstanceInputEndpoint></Endpoints>"
            )
        ),
        why="other kinds",
    ),
    Case(
        "CSD030",
        ("a.csdef:5:19 error: The endpoint E is there twice, first in line 4",),
        definition(
            web(
                '<InputEndpoints>\n<InputEndpoint name="E" protocol="http" port="80"/></InputEndpoints>\n'
                '<InternalEndpoint name="E" protocol="http"/>'
            )
        ),
        why="as before SDK 1.3",
    ),
    Case("CSD030", (), inputs(TCP, TCP.replace("In", "In2"))),
    Case(
        "CSD030",
        (),
        definition(
            web('<o:Endpoints xmlns:o="urn:o"><o:InputEndpoint name="a"/><o:InputEndpoint name="a"/></o:Endpoints>')
        ),
        why="another namespace",
    ),
    Case(
        "CSD031",
        ("a.csdef:4:1 error: <InputEndpoint> has no name",),
        inputs('protocol="http" port="80"'),
    ),
    Case(
        "CSD031",
        ("a.csdef:4:1 error: <InputEndpoint> E has no port",),
        inputs('name="E" protocol="http"'),
        why="port",
    ),
    Case(
        "CSD031",
        ("a.csdef:4:25 error: <InputEndpoint> E has no protocol",),
        inputs('name="E" protocol=" " port="80"'),
        why="blank protocol",
    ),
    Case("CSD031", (), inputs('name="E" protocol="http" port="80"')),
    Case(
        "CSD032",
        (
            (
                "a.csdef:4:35 error: Endpoint E has the protocol HTTP, which is none of http, https, tcp, udp; "
                "it is written http"
            ),
        ),
        inputs('name="E" port="80" protocol="HTTP"'),
    ),
    Case(
        "CSD032",
        ("a.csdef:4:35 error: Endpoint E has white space around the protocol http; it is written http",),
        inputs('name="E" port="80" protocol=" http"'),
        why="white space",
    ),
    Case(
        "CSD032",
        ("a.csdef:4:35 error: Endpoint E has the protocol ftp, which is none of http, https, tcp, udp",),
        inputs('name="E" port="80" protocol="ftp"'),
        why="unknown",
    ),
    Case(
        "CSD032",
        ("a.csdef:3:44 error: Endpoint I has the protocol http, which is none of tcp, udp",),
        definition(
            web(
                '<Endpoints><InstanceInputEndpoint name="I" protocol="http" localPort="1">'
                f"{INSTANCE}</InstanceInputEndpoint></Endpoints>"
            )
        ),
        why="instance",
    ),
    Case(
        "CSD032",
        ("a.csdef:2:49 error: Probe p has the protocol https, which is none of http, tcp",),
        definition(f'<LoadBalancerProbes><LoadBalancerProbe name="p" protocol="https"/></LoadBalancerProbes>{web()}'),
        why="probe",
    ),
    Case("CSD032", (), inputs('name="E" port="80" protocol="udp"')),
    Case("CSD032", (), inputs('name="E" port="80" protocol=""'), why="empty is CSD031"),
    Case("CSD032", (), inputs('name="E" port="80" protocol="%protocol%"'), why="token"),
    Case("CSD036", ("a.csdef:4:1 error: Endpoint In is https and has no certificate",), inputs(HTTPS)),
    Case(
        "CSD036",
        ("a.csdef:5:2 error: Endpoint In is https and has no certificate",),
        inputs(f'{HTTPS}\n certificate=""'),
        why="empty",
    ),
    Case(
        "CSD036",
        ("a.csdef:4:1 error: Endpoint In is https and has no certificate",),
        inputs(HTTPS.replace("https", "HTTPS")),
        why="capitals",
    ),
    Case("CSD036", (), inputs(TCP), why="tcp needs none"),
    Case("CSD036", (), inputs(f'{HTTPS} certificate="C"', rest=CERTIFICATES)),
    Case(
        "CSD037",
        ("a.csdef:4:54 error: Endpoint In names certificate C, which role Web does not declare",),
        inputs(f'{HTTPS} certificate="C"'),
    ),
    Case("CSD037", (), inputs(f'{HTTPS} certificate="c"', rest=CERTIFICATES), why="case does not count"),
    Case("CSD037", (), inputs(f'{HTTPS} certificate="#{{name}}"'), why="token"),
    Case(
        "CSD037",
        (),
        inputs(f'{HTTPS} certificate="Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption"'),
        why="of a module",
    ),
    Case(
        "CSD038",
        ("a.csdef:4:52 info: Endpoint In is tcp and names certificate C, which nothing serves there",),
        inputs(f'{TCP} certificate="C"', rest=CERTIFICATES),
    ),
    Case("CSD038", (), inputs(f'{HTTPS} certificate="C"', rest=CERTIFICATES)),
    Case("CSD038", (), inputs(f'{TCP} certificate="C"'), why="undeclared is CSD037"),
    Case("CSD038", (), inputs('name="In" protocol="x" port="1" certificate="C"', rest=CERTIFICATES), why="CSD032"),
    Case(
        "CSD043",
        ("a.csdef:4:52 error: Endpoint In names the load balancer probe p, which is not there",),
        inputs(f'{TCP} loadBalancerProbe="p"'),
    ),
    Case("CSD043", (), inputs(f'{TCP} loadBalancerProbe="p"').replace("<WebRole", f"{PROBES}<WebRole")),
    Case("CSD043", (), inputs(f'{TCP} loadBalancerProbe="__p__"'), why="token"),
    Case(
        "CSD048",
        ("a.csdef:4:52 warning: Endpoint In has the idleTimeoutInMinutes 3, which is no number from 4 to 30",),
        inputs(f'{TCP} idleTimeoutInMinutes="3"'),
    ),
    Case(
        "CSD048",
        (
            (
                "a.csdef:4:52 error: Endpoint In has the loadBalancerDistribution sourceip, "
                "which is none of sourceIP, sourceIPProtocol, none; it is written sourceIP"
            ),
        ),
        inputs(f'{TCP} loadBalancerDistribution="sourceip"'),
        why="distribution",
    ),
    Case("CSD048", (), inputs(f'{TCP} idleTimeoutInMinutes="30" loadBalancerDistribution="none"')),
)
