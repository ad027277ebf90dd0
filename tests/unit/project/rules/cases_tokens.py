"""A token in a name that others are to find: what is not among the names is wrong only where they are deployed."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.cases_endpoints import PROBES, inputs
from tests.unit.project.rules.cases_network import BALANCER, CONTROLS, acl, network
from tests.unit.project.rules.cases_pair import DECLARED, DIAGNOSTICS, NO_ROLE, certificates, imports, settings
from tests.unit.project.rules.cases_pair import ENDPOINT as HTTPS
from tests.unit.project.rules.kit import NETWORK, Case, configuration, definition, role, web

CHECKED = Options(deployed=False)
TCP = '<Endpoints><InputEndpoint name="In" protocol="tcp" port="80"/></Endpoints>'
HTTP = TCP.replace("tcp", "http")
SETTINGS = '<ConfigurationSettings><Setting name="{}"/></ConfigurationSettings>'
SITE = '<Sites><Site name="Web"><Bindings>\n<Binding name="b" endpointName="{}"/></Bindings></Site></Sites>'
NOT_DECLARED = (
    "for role 'Web' specified in the service configuration file is not declared in the service definition file."
)
NOT_PROVIDED = "The service definition file does not provide a certificate definition for certificate"
WITHOUT = "a.cscfg:2:1 error: Role Web has no thumbprint for certificate"
TRAFFIC = (
    "\n<NetworkTrafficRules><OnlyAllowTrafficTo><Destinations>"
    '\n<RoleEndpoint endpointName="In" roleName="{}"/></Destinations></OnlyAllowTrafficTo></NetworkTrafficRules>'
)


def one(text: str) -> str:
    """Return the text with a token for the only name that it has of this form."""
    return text.replace('name="C"', 'name="@@C@@"').replace('name="c"', 'name="@@C@@"')


_TEXTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "CFG058",
        "of an access control",
        "a.cscfg:8:25 error: <EndpointAcl> names AccessControl Acl, which the configuration does not have",
        "",
        acl('role="Web" accessControl="Acl" endPoint="In"').replace('l name="Acl"', 'l name="#{A}"'),
    ),
    (
        "CFG058",
        "of a role for an access control",
        "a.cscfg:11:14 error: <EndpointAcl> names role Web, which the configuration does not have",
        "",
        configuration(
            role(name="#{R}"),
            rest=f"<NetworkConfiguration>\n{CONTROLS}\n\n\n<EndpointAcls>\n"
            '<EndpointAcl role="Web" accessControl="Acl" endPoint="In"/></EndpointAcls></NetworkConfiguration>',
        ),
    ),
    (
        "CFG054",
        "of a role",
        "a.cscfg:6:92 warning: <InstanceAddress> names role Web, which the configuration does not have",
        "",
        configuration(role(name="#{R}")),
    ),
    (
        "CFG058",
        "of a load balancer",
        "a.csdef:4:51 error: Endpoint In names load balancer Inner, which a.cscfg does not have",
        inputs('name="In" protocol="tcp" port="80" loadBalancer="Inner"'),
        network(BALANCER.replace("Inner", "#{B}")),
    ),
    (
        "CFG058",
        "of an endpoint for an access control",
        "a.cscfg:8:45 error: <EndpointAcl> names endpoint In, which role Web does not have",
        definition(web(TCP.replace("In", "#{E}", 2).replace("<#{E}", "<In"))),
        acl('role="Web" accessControl="Acl" endPoint="In"'),
    ),
    (
        "CFG041",
        "of an endpoint's certificate",
        f"{WITHOUT} @@C@@ of endpoint In",
        definition(web(HTTPS.replace('"C"', '"@@C@@"') + DECLARED)),
        configuration(role(certificates("c"))),
    ),
    (
        "CFG041",
        "of a configured certificate",
        f"{WITHOUT} C of endpoint In",
        definition(web(HTTPS + DECLARED)),
        configuration(role(certificates("@@C@@"))),
    ),
    (
        "CFG041",
        "of a declared certificate",
        f"{WITHOUT} C of endpoint In",
        definition(web(HTTPS + one(DECLARED))),
        configuration(role()),
    ),
    (
        "CFG041b",
        "of a declared certificate",
        f"{WITHOUT.replace('error', 'warning')} @@C@@, which the definition declares",
        definition(web(one(DECLARED))),
        configuration(role(certificates("c"))),
    ),
    (
        "CFG040",
        "of a declared certificate",
        f"a.cscfg:4:28 error: {NOT_PROVIDED} 'c' for role 'Web'.",
        definition(web(one(DECLARED))),
        configuration(role(certificates("c"))),
    ),
    (
        "CFG040",
        "of a configured certificate",
        f"a.cscfg:4:28 error: {NOT_PROVIDED} '@@C@@' for role 'Web'.",
        definition(web(DECLARED)),
        configuration(role(certificates("@@C@@"))),
    ),
    (
        "CSD037",
        "of a declared certificate",
        "a.csdef:3:65 error: Endpoint In names certificate C, which role Web does not declare",
        definition(web(HTTPS + one(DECLARED))),
        "",
    ),
    (
        "CFG030",
        "of a declared setting",
        f"a.cscfg:5:10 error: Setting 'a' {NOT_DECLARED}",
        definition(web(SETTINGS.format("#{a}"))),
        configuration(role(settings("a"))),
    ),
    (
        "CFG030",
        "of a configured setting",
        f"a.cscfg:5:10 error: Setting '#{{a}}' {NOT_DECLARED}",
        definition(web(SETTINGS.format("a"))),
        configuration(role(settings("#{a}"))),
    ),
    (
        "CFG030",
        "of a module",
        f"a.cscfg:5:10 error: Setting 'Microsoft.WindowsAzure.Plugins.Connect.Key' {NOT_DECLARED}",
        definition(web(imports("#{M}"))),
        configuration(role(settings("Microsoft.WindowsAzure.Plugins.Connect.Key"))),
    ),
    (
        "CFG031",
        "of a declared setting",
        "a.cscfg:2:1 error: Role Web has no value for setting #{a}, which the definition declares",
        definition(web(SETTINGS.format("#{a}"))),
        configuration(role(settings("a"))),
    ),
    (
        "CFG031",
        "of a configured setting",
        "a.cscfg:2:1 error: Role Web has no value for setting a, which the definition declares",
        definition(web(SETTINGS.format("a"))),
        configuration(role(settings("#{a}"))),
    ),
    (
        "CFG034",
        "of a configured setting",
        f"a.cscfg:2:1 warning: Role Web imports Diagnostics, and has no setting {DIAGNOSTICS}",
        definition(web(imports("Diagnostics"))),
        configuration(role(settings("#{a}"))),
    ),
    (
        "CSD043",
        "of a probe",
        "a.csdef:5:51 error: Endpoint In names the load balancer probe P, which is not there",
        inputs('name="In" protocol="tcp" port="80" loadBalancerProbe="P"').replace(
            "<WebRole", PROBES.replace('P"', '#{P}"') + "\n<WebRole"
        ),
        "",
    ),
    (
        "CSD064",
        "of an endpoint",
        "a.csdef:4:19 error: Binding b names endpoint In, which role Web does not have",
        definition(web(SITE.format("In") + HTTP.replace('"In"', '"#{E}"'))),
        "",
    ),
    (
        "CSD039",
        "of an endpoint",
        "a.csdef:4:90 warning: No site of role Web is bound to endpoint #{E}",
        definition(web(SITE.format("In") + HTTP.replace('"In"', '"#{E}"'))),
        "",
    ),
    (
        "CSD130",
        "of an endpoint",
        "a.csdef:6:15 error: <RoleEndpoint> names endpoint In, which role Web does not have",
        definition(web(HTTP.replace('"In"', '"#{E}"')) + TRAFFIC.format("Web")),
        "",
    ),
    (
        "CSD130",
        "of a role",
        "a.csdef:6:33 error: <RoleEndpoint> names role Other, which is not there",
        definition(web(HTTP, 'name="#{R}"') + TRAFFIC.format("Other")),
        "",
    ),
    (
        "CFG021",
        "of a role",
        f"a.cscfg:2:7 error: {NO_ROLE} 'Web' found in the service definition file.",
        definition(web("", 'name="#{R}"')),
        configuration(role()),
    ),
    (
        "CFG022",
        "of a role",
        f"a.cscfg:1:1 error: {NO_ROLE} 'Web' found in the service configuration file.",
        definition(web()),
        configuration(role(name="#{R}")),
    ),
    (
        "CSES053",
        "of a role",
        "a.cscfg:2:7 error: Role #{R} has no <InstanceAddress>",
        "",
        configuration(role(name="#{R}")),
    ),
    (
        "CSES053",
        "of an address",
        "a.cscfg:2:7 error: Role Web has no <InstanceAddress>",
        "",
        configuration(role(), rest=NETWORK.replace('"Web"', '"#{R}"')),
    ),
)

CASES = (
    *(Case(rule, (said,), one, two, why=f"a token {why}, deployed") for rule, why, said, one, two in _TEXTS),
    *(Case(rule, (), one, two, CHECKED, f"a token {why}") for rule, why, _, one, two in _TEXTS),
)
