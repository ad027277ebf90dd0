"""Cases of ``rules/network.py``."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.kit import NETWORK, Case, configuration, definition, role, web

ADDRESS = "<AddressAssignments>\n{}</AddressAssignments>"
RESERVED = '<ReservedIPs><ReservedIP name="a"/>\n<ReservedIP name="b"/></ReservedIPs>'
VIRTUAL = '<VirtualIPs><VirtualIP name="v"/></VirtualIPs>'
CONTROLS = '<AccessControls><AccessControl name="Acl"/></AccessControls>'
ENDPOINT = '<Endpoints>\n<InputEndpoint name="In" protocol="tcp" port="80" {}/></Endpoints>'
INNER = '<LoadBalancer name="Inner"><FrontendIPConfiguration type="private"/></LoadBalancer>'
BALANCER = f"<LoadBalancers>{INNER}</LoadBalancers>"
NOWHERE = "which the configuration does not have"
ADDRESS_FORM = "which is not an IPv4 address such as 10.0.0.4"
RANGE_FORM = "which is not a range such as 10.0.0.0/8"
ACTION_FORM = "which is not permit or deny"
CHECKED = Options(deployed=False)


def network(children: str) -> str:
    """Return a configuration whose network begins in line 6, and its children in line 7."""
    return configuration(role(), rest=f"<NetworkConfiguration>\n{children}</NetworkConfiguration>")


def acl(attributes: str) -> str:
    """Return a configuration whose EndpointAcl stands in line 8."""
    return network(f"{CONTROLS}<EndpointAcls>\n<EndpointAcl {attributes}/></EndpointAcls>")


def server(address: str) -> str:
    """Return a configuration whose DnsServer stands in line 8."""
    return network(f'<Dns><DnsServers>\n<DnsServer name="d" {address}/></DnsServers></Dns>')


def access(attributes: str) -> str:
    """Return a configuration whose access rule stands in line 8."""
    return network(f'<AccessControls><AccessControl name="a">\n<Rule {attributes}/></AccessControl></AccessControls>')


def frontend(attributes: str) -> str:
    """Return a configuration whose FrontendIPConfiguration stands in line 8."""
    balancer = f'<LoadBalancer name="b">\n<FrontendIPConfiguration {attributes}/></LoadBalancer>'
    return network(f"<LoadBalancers>{balancer}</LoadBalancers>")


ALONE = (
    Case(
        "CFG054",
        (f"a.cscfg:8:18 warning: <InstanceAddress> names role Other, {NOWHERE}",),
        configuration=network(ADDRESS.format('<InstanceAddress roleName="Other"/>')),
    ),
    Case(
        "CFG054",
        ("a.cscfg:8:1 error: <InstanceAddress> has no roleName",),
        configuration=network(ADDRESS.format("<InstanceAddress/>")),
        why="no role",
    ),
    Case(
        "CFG054",
        ("a.cscfg:9:18 warning: Role web has a second <InstanceAddress>, the first is in line 8",),
        configuration=network(ADDRESS.format('<InstanceAddress roleName="Web"/>\n<InstanceAddress roleName="web"/>')),
        why="a second one",
    ),
    Case("CFG054", (), configuration=network(ADDRESS.format('<InstanceAddress roleName="WEB"/>'))),
    Case(
        "CFG054",
        (),
        configuration=configuration(
            role() + role(name="Two"),
            rest=network(ADDRESS.format('<InstanceAddress roleName="Web"/><InstanceAddress roleName="Two"/>'))
            .partition("</Role>\n")[2]
            .replace("</ServiceConfiguration>", ""),
        ),
        why="one for each role",
    ),
    Case("CFG054", (), configuration=network(ADDRESS.format('<InstanceAddress roleName="#{r}"/>')), why="a token"),
    Case(
        "CFG056",
        ("a.cscfg:2:1 warning: <NetworkConfiguration> stands before a <Role>; the schema has it after all of them",),
        configuration=configuration(f"{NETWORK}\n{role()}", rest=""),
    ),
    Case("CFG056", (), configuration=configuration(role())),
    Case("CFG056", (), configuration=configuration(""), why="no role is for CFG023"),
    Case(
        "CFG057",
        ("a.cscfg:9:1 warning: 2 addresses are reserved; a deployment has one unless VirtualIPs say otherwise",),
        configuration=network(ADDRESS.format(RESERVED)),
    ),
    Case("CFG057", (), configuration=network(ADDRESS.format(VIRTUAL + RESERVED)), why="with VirtualIPs"),
    Case("CFG057", (), configuration=network(ADDRESS.format(RESERVED.replace('<ReservedIP name="a"/>', "")))),
    Case(
        "CFG058",
        (
            f"a.cscfg:8:14 error: <EndpointAcl> names role Other, {NOWHERE}",
            f"a.cscfg:8:27 error: <EndpointAcl> names AccessControl x, {NOWHERE}",
        ),
        configuration=acl('role="Other" accessControl="x" endPoint="In"'),
    ),
    Case(
        "CFG058",
        (
            "a.cscfg:8:1 error: <EndpointAcl> has no role",
            "a.cscfg:8:1 error: <EndpointAcl> has no accessControl",
        ),
        configuration=acl('endPoint="In"'),
        why="no names",
    ),
    Case("CFG058", (), configuration=acl('role="web" accessControl="ACL" endPoint="In"'), why="names have no case"),
    Case(
        "CFG058",
        (f"a.cscfg:8:26 error: <NetworkSecurityGroupRef> names role Other, {NOWHERE}",),
        configuration=network(
            '<NetworkSecurityGroupRefs>\n<NetworkSecurityGroupRef roleName="Other"/></NetworkSecurityGroupRefs>'
        ),
        why="of a security group",
    ),
    *(
        Case("CFG059", expected, configuration=text)
        for expected, text in (
            (
                (f'a.cscfg:8:21 error: <DnsServer> d has the IPAddress "::1", {ADDRESS_FORM}',),
                server('IPAddress="::1"'),
            ),
            (("a.cscfg:8:1 error: <DnsServer> d has no IPAddress",), server("")),
            ((), server('IPAddress="10.0.0.4"')),
            (
                (
                    f'a.cscfg:8:7 error: <Rule> has the action "Permit", {ACTION_FORM}; it is written permit',
                    'a.cscfg:8:23 error: <Rule> has the order "65536", which is not a number from 0 to 65535',
                    f'a.cscfg:8:37 error: <Rule> has the remoteSubnet "10.0.0.0", {RANGE_FORM}',
                ),
                access('action="Permit" order="65536" remoteSubnet="10.0.0.0"'),
            ),
            (
                (
                    'a.cscfg:8:27 error: <Rule> has the order "-1", which is not a number from 0 to 65535',
                    f'a.cscfg:8:38 error: <Rule> has the remoteSubnet "10.0.0/8", {RANGE_FORM}',
                ),
                access('action="deny"       order="-1" remoteSubnet="10.0.0/8"'),
            ),
            ((), access('action="deny" order="65535" remoteSubnet="10.1.2.3/8"')),
            (
                ('a.cscfg:8:26 error: <FrontendIPConfiguration> has the type "public", which is not private',),
                frontend('type="public"'),
            ),
            ((), frontend('type="private"')),
        )
    ),
    Case("CFG059", (), configuration=server('IPAddress="#{dns}"'), options=CHECKED, why="a token"),
)

PAIR = (
    Case(
        "CFG058",
        ("a.cscfg:8:51 error: <EndpointAcl> names endpoint Out, which role web does not have",),
        definition(web(ENDPOINT.format(""))),
        acl('role="web" accessControl="Acl"       endPoint="Out"'),
        why="unknown endpoint",
    ),
    Case(
        "CFG058",
        ("a.cscfg:8:1 error: <EndpointAcl> has no endPoint",),
        definition(web(ENDPOINT.format(""))),
        acl('role="web" accessControl="Acl"'),
        why="no endpoint",
    ),
    *(
        Case(
            "CFG058",
            (),
            definition(web(ENDPOINT.format(""))),
            acl(f'role="Web" accessControl="Acl" {endpoint}'),
            why=why,
        )
        for why, endpoint in (
            ("the endpoint of the role", 'endPoint="in"'),
            ("as the document spells it", 'endpoint="In"'),
            ("of a plugin", 'endPoint="Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput"'),
            ("a token", 'endPoint="#{e}"'),
        )
    ),
    Case(
        "CFG058",
        (f"a.cscfg:8:14 error: <EndpointAcl> names role Other, {NOWHERE}",),
        definition(web(ENDPOINT.format(""))),
        acl('role="Other" accessControl="Acl" endPoint="In"'),
        why="an unknown role has no endpoints",
    ),
    Case(
        "CFG058",
        ("a.csdef:4:51 error: Endpoint In names load balancer Outer, which a.cscfg does not have",),
        definition(web(ENDPOINT.format('loadBalancer="Outer"'))),
        network(BALANCER),
        why="unknown load balancer",
    ),
    Case(
        "CFG058",
        ("a.csdef:4:51 error: Endpoint In names load balancer Outer, which a.cscfg does not have",),
        definition(web(ENDPOINT.replace("Endpoints", "InputEndpoints").format('loadBalancer="Outer"'))),
        network(BALANCER),
        why="unknown load balancer, as before SDK 1.3",
    ),
    Case(
        "CFG058",
        (),
        definition(web(ENDPOINT.replace("Endpoints", "InputEndpoints").format(""))),
        acl('role="web" accessControl="Acl" endPoint="In"'),
        why="the endpoint of the role, as before SDK 1.3",
    ),
    Case(
        "CFG058",
        (),
        definition(web(ENDPOINT.format('loadBalancer="inner "'))),
        network(BALANCER),
        why="the load balancer",
    ),
    Case(
        "CFG058",
        (),
        definition(web(ENDPOINT.format('loadBalancer="#{lb}"'))),
        network(BALANCER),
        why="a token for the load balancer",
    ),
)

CASES = (*ALONE, *PAIR)
