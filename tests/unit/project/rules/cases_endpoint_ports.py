"""Cases of ``rules/endpoint_ports.py``."""

from __future__ import annotations

from tests.unit.project.rules.cases_endpoints import inputs
from tests.unit.project.rules.kit import Case, definition, web


def port(value: str, rest: str = "") -> str:
    return inputs(f'name="E" protocol="tcp" port="{value}"{rest}')


def internal(attributes: str, children: str = "") -> str:
    """Return a definition whose internal endpoint is in line 4."""
    element = f"<InternalEndpoint {attributes}>{children}</InternalEndpoint>"
    return definition(web(f"<Endpoints>\n{element}</Endpoints>"))


def instance(ports: str, attributes: str = 'name="I" protocol="tcp" localPort="1"', before: str = "") -> str:
    """Return a definition whose instance input endpoint is in line 4, the range of its ports in line 5."""
    found = f"<AllocatePublicPortFrom>\n{ports}</AllocatePublicPortFrom>" if ports else ""
    element = f"<InstanceInputEndpoint {attributes}>{found}</InstanceInputEndpoint>"
    return definition(web(f"<Endpoints>{before}\n{element}</Endpoints>"))


def many(count: int) -> str:
    return inputs(*(f'name="e{n}" protocol="tcp" port="{n + 1}"' for n in range(count)))


def wrong(value: str) -> str:
    return f"a.csdef:4:40 error: Endpoint E has the port {value}, which is no number from 1 to 65535"


TWO_ROLES = definition(
    web('<Endpoints><InputEndpoint name="A" protocol="https" port="443" certificate="#{c}"/></Endpoints>')
    + '\n<WorkerRole name="W"><Endpoints>\n<InputEndpoint name="B" protocol="tcp" port="443"/>'
    "</Endpoints></WorkerRole>"
)
AS_PEOPLE_WRITE = definition(
    web(
        "<!-- Größe 😀 -->\n\t<Endpoints> <!-- é --> <InputEndpoint"
        '\n\tname="Ä"\t\tprotocol="tcp"\n\t\t port="0" /></Endpoints>'
    )
)
UDP = '<InputEndpoint name="U" protocol="udp" port="150"/>'

TAKEN = "Endpoint I takes public ports 100 to 200, which are not all free"
FORWARDER = '<Imports>\n<Import moduleName="remoteForwarder"/></Imports>'
LISTED = '<InputEndpoint name="Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput" protocol="tcp" port="3389"/>'


def forwarding(text: str) -> str:
    """Return a definition whose web role also imports RemoteForwarder, in line 4; the rest is one line lower."""
    return text.replace("<Endpoints>", f"{FORWARDER}<Endpoints>", 1)


def ranges(*bounds: str) -> str:
    """Return a definition with instance input endpoints from line 4 on, the first named I0."""
    rows = (
        f'\n<InstanceInputEndpoint name="I{n}" protocol="tcp" localPort="1">'
        f"<AllocatePublicPortFrom><FixedPortRange {each}/></AllocatePublicPortFrom></InstanceInputEndpoint>"
        for n, each in enumerate(bounds)
    )
    return definition(web(f"<Endpoints>{''.join(rows)}</Endpoints>"))


CASES = (
    *(Case("CSD033", (wrong(each),), port(each), why=f"not {each!a}") for each in ("0", "65536", "x", "٣", "-1")),
    Case(
        "CSD033",
        (f"a.csdef:4:40 error: Endpoint E has the port {'9' * 80}…, which is no number from 1 to 65535",),
        port("9" * 5000),
        why="long",
    ),
    Case(
        "CSD033",
        ("a.csdef:3:1 error: Probe p has the port 0, which is no number from 1 to 65535",),
        definition(
            '<LoadBalancerProbes><LoadBalancerProbe name="p" protocol="tcp"\nport="0"/></LoadBalancerProbes>' + web()
        ),
        why="probe",
    ),
    *(
        Case(
            "CSD033",
            ("a.csdef:6:4 error: Endpoint Ä has the port 0, which is no number from 1 to 65535",),
            AS_PEOPLE_WRITE.replace("\n", end),
            why=f"lines that end in {end!r}",
        )
        for end in ("\n", "\r\n", "\r")
    ),
    *(Case("CSD033", (), port(each), why=f"fits {each}") for each in ("1", " 80 ", "65535", "#{port}")),
    Case("CSD033", (), port(""), why="empty is CSD031"),
    Case(
        "CSD034",
        ("a.csdef:4:50 error: Endpoint E has the localPort any, which is no number from 1 to 65535",),
        port("80", ' localPort="any"'),
    ),
    Case(
        "CSD034",
        ("a.csdef:4:48 error: Endpoint I has the localPort *, which is no number from 1 to 65535",),
        instance('<FixedPortRange min="1" max="2"/>', 'name="I" protocol="tcp" localPort="*"'),
        why="instance",
    ),
    *(Case("CSD034", (), port("80", f' localPort="{each}"'), why=f"fits {each}") for each in ("*", "8080")),
    Case(
        "CSD035",
        ("a.csdef:6:40 error: Endpoint B has the public port 443, which endpoint A in line 3 has already",),
        TWO_ROLES,
    ),
    Case("CSD035", (), TWO_ROLES.replace("tcp", "udp"), why="udp beside tcp"),
    Case("CSD035", (), TWO_ROLES.replace("tcp", "ftp"), why="CSD032"),
    Case("CSD035", (), TWO_ROLES.replace('"443"/>', '"444"/>')),
    Case(
        "CSD035",
        ("a.csdef:6:42 error: Endpoint B has the public port 443, which endpoint A in line 3 has already",),
        TWO_ROLES.replace('"tcp"', '" tcp "'),
        why="white space around the protocol",
    ),
    Case("CSD035", (), TWO_ROLES.replace('"443"/>', '"443" loadBalancer="Inner"/>'), why="another load balancer"),
    Case(
        "CSD035",
        ("a.csdef:6:40 error: Endpoint B has the public port 443, which endpoint A in line 3 has already",),
        TWO_ROLES.replace('"443"/>', '"443" loadBalancer="Inner "/>').replace(
            'certificate="#{c}"', 'loadBalancer="inner"'
        ),
        why="the same load balancer",
    ),
    Case(
        "CSD035",
        (
            (
                "a.csdef:5:40 error: Endpoint E has the public port 3389, "
                "which the module RemoteForwarder in line 4 has already"
            ),
        ),
        forwarding(port("3389")),
        why="of a module",
    ),
    Case("CSD035", (), forwarding(port("3389")).replace("tcp", "udp"), why="udp beside a module"),
    Case("CSD035", (), forwarding(port("3389")).replace("remoteForwarder", "RemoteAccess"), why="another module"),
    Case(
        "CSD035",
        (),
        forwarding(definition(web(f"<Endpoints>{LISTED}</Endpoints>"))),
        why="of a module in a packed definition",
    ),
    Case(
        "CSD041",
        ("a.csdef:4:1 error: The definition has 26 endpoints, with the one of RemoteForwarder; Azure takes 25",),
        forwarding(many(25)),
        why="with the one of a module",
    ),
    Case("CSD041", (), forwarding(many(24)), why="as many with the one of a module"),
    Case("CSD041", ("a.csdef:29:1 error: The definition has 26 endpoints; Azure takes 25",), many(26)),
    Case("CSD041", (), many(25)),
    Case(
        "CSD044",
        ("a.csdef:4:28 error: Endpoint I has the protocol https, which is none of http, tcp, udp, any",),
        internal('name="I" protocol="https"'),
    ),
    Case(
        "CSD044",
        (
            "a.csdef:4:1 error: <InternalEndpoint> has no name",
            "a.csdef:4:1 error: <InternalEndpoint> has no protocol",
        ),
        internal(""),
        why="incomplete",
    ),
    Case(
        "CSD044",
        ("a.csdef:4:43 error: Endpoint I has the port http, which is no number from 1 to 65535",),
        internal('name="I" protocol="tcp" port="http"'),
        why="port",
    ),
    Case(
        "CSD044",
        (
            "a.csdef:4:54 error: <FixedPort> has the port 0, which is no number from 1 to 65535",
            "a.csdef:4:64 error: <FixedPort> has no port",
            "a.csdef:4:92 error: Endpoint I has the range of ports 9 to 8, which is empty",
        ),
        internal('name="I" protocol="any"', '<FixedPort port="0"/><FixedPort/><FixedPortRange min="9" max="8"/>'),
        why="fixed ports",
    ),
    Case(
        "CSD044",
        (),
        internal('name="I" protocol="any" port="*"', '<FixedPort port="70"/><FixedPortRange min="80" max="80"/>'),
    ),
    Case("CSD045", ("a.csdef:4:1 error: Endpoint I has no range of public ports",), instance("")),
    Case(
        "CSD045",
        (
            "a.csdef:4:1 error: <InstanceInputEndpoint> has no name",
            "a.csdef:4:1 error: <InstanceInputEndpoint> has no protocol",
            "a.csdef:4:1 error: <InstanceInputEndpoint> has no localPort",
        ),
        instance('<FixedPortRange min="1" max="2"/>', ""),
        why="incomplete",
    ),
    Case("CSD045", (), instance('<FixedPortRange min="1" max="2"/>')),
    Case(
        "CSD046",
        ("a.csdef:5:17 error: Endpoint I has the range of ports 200 to 100, which is empty",),
        instance('<FixedPortRange min="200" max="100"/>'),
    ),
    Case(
        "CSD046",
        (
            "a.csdef:5:1 error: <FixedPortRange> has no min",
            "a.csdef:5:17 error: <FixedPortRange> has the max 70000, which is no number from 1 to 65535",
        ),
        instance('<FixedPortRange max="70000"/>'),
        why="out of range",
    ),
    Case("CSD046", (), instance('<FixedPortRange min="100" max="100"/>')),
    Case("CSD046", (), instance('<FixedPortRange min="#{min}" max="100"/>'), why="token"),
    Case(
        "CSD047",
        (f"a.csdef:5:17 warning: {TAKEN}: endpoint U in line 3 has 150",),
        instance('<FixedPortRange min="100" max="200"/>', 'name="I" protocol="udp" localPort="1"', UDP),
    ),
    Case("CSD047", (), instance('<FixedPortRange min="100" max="200"/>', before=UDP), why="tcp beside udp"),
    Case(
        "CSD047",
        (),
        instance('<FixedPortRange min="151" max="200"/>', 'name="I" protocol="udp" localPort="1"', UDP),
        why="beyond",
    ),
    Case(
        "CSD047",
        (),
        instance('<FixedPortRange min="100" max="149"/>', 'name="I" protocol="udp" localPort="1"', UDP),
        why="before",
    ),
    Case(
        "CSD047",
        (),
        instance(
            '<FixedPortRange min="100" max="200"/>',
            'name="I" protocol="udp" localPort="1"',
            UDP.replace("/>", ' loadBalancer="Inner"/>'),
        ),
        why="another load balancer",
    ),
    Case(
        "CSD047",
        (
            (
                "a.csdef:6:17 warning: Endpoint I takes public ports 3000 to 3389, which are not all free: "
                "the module RemoteForwarder in line 4 has 3389"
            ),
        ),
        forwarding(instance('<FixedPortRange min="3000" max="3389"/>')),
        why="of a module",
    ),
    Case("CSD047", (), forwarding(instance('<FixedPortRange min="3390" max="4000"/>')), why="beyond the module's"),
    Case(
        "CSD047",
        (
            (
                "a.csdef:4:103 warning: Endpoint I0 takes public ports 200 to 300, which are not all free: "
                "endpoint I1 in line 5 has 100 to 400"
            ),
            (
                "a.csdef:6:103 warning: Endpoint I2 takes public ports 400 to 500, which are not all free: "
                "endpoint I1 in line 5 has 100 to 400"
            ),
        ),
        ranges('min="200" max="300"', 'min="100" max="400"', 'min="400" max="500"'),
        why="two ranges",
    ),
    Case("CSD047", (), ranges('min="200" max="300"', 'min="100" max="199"'), why="two ranges side by side"),
    Case("CSD047", (), ranges('min="300" max="200"', 'min="100" max="400"'), why="an empty range is CSD046"),
    Case(
        "CSD047",
        (),
        ranges('min="200" max="300"', 'min="100" max="400"').replace("tcp", "udp", 1),
        why="two ranges of udp and tcp",
    ),
)
