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
        ("a.csdef:5:17 warning: Endpoint I takes public ports 100 to 200, and endpoint U has 150",),
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
)
