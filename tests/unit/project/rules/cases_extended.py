"""Cases of ``rules/extended.py``."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.kit import Case, configuration, definition, role, web

CHECKED = Options(deployed=False)
CLASSIC = Options(target="classic")
NO_NETWORK = (
    "error: The network configuration is missing from the configuration file. "
    "Please add the network configuration to the configuration file."
)
FORM = 'name should be formated either "{Name}" or "Group {ResourceGroupName} {Name}".'
SITE = '<VirtualNetworkSite name="net"/>'
SUBNETS = '<Subnets><Subnet name="s"/></Subnets>'
PLUGINS = "Microsoft.WindowsAzure.Plugins"
MANY = tuple(f"{PLUGINS}.RemoteAccess.{each}" for each in range(8))
NETWORKS = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks"
ADDRESSES = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses"
KEEPS = "Role Web keeps what belongs to a plugin of the classic service:"


def root(attributes: str) -> str:
    """Return a configuration whose attributes begin in the first column of line 2."""
    return configuration(role(), attributes=f"\n{attributes}")


def network(children: str) -> str:
    """Return a configuration whose network begins in line 6, and its children in line 7."""
    return configuration(role(), rest=f"<NetworkConfiguration>\n{children}</NetworkConfiguration>")


def addresses(children: str) -> str:
    """Return a configuration whose addresses begin in line 8."""
    return network(f"{SITE}<AddressAssignments>\n{children}</AddressAssignments>")


def imports(*modules: str) -> str:
    """Return a definition with imports, the first in line 4."""
    return definition(
        web("<Imports>" + "".join(f'\n<Import moduleName="{each}"/>' for each in modules) + "</Imports>")
    )


def settings(*names: str) -> str:
    """Return a configuration with settings, the first in line 5, and a certificate of no plugin."""
    rows = "".join(f'\n<Setting name="{each}" value="hunter2"/>' for each in names)
    return configuration(role(f"<ConfigurationSettings>{rows}</ConfigurationSettings>"))


OF_THE_SYSTEM = (
    Case(
        "CSES003",
        ("a.cscfg:2:1 warning: The service has the name of its role WEB",),
        configuration=root('serviceName="WEB"'),
    ),
    Case("CSES003", (), configuration=root('serviceName="Web2"')),
    Case("CSES003", (), configuration=root('serviceName="WEB"'), options=CLASSIC, why="classic"),
    Case(
        "CSES010",
        ("a.cscfg:1:1 warning: The configuration has no osFamily: which Windows it gets is left to Azure",),
        configuration=root(""),
    ),
    Case("CSES010", (), configuration=root('osFamily=""'), why="empty is for CFG010"),
    *(
        Case(
            "CSES011",
            (f"a.cscfg:2:1 error: The osFamily {each} is retired",),
            configuration=root(f'osFamily="{each}"'),
        )
        for each in "1234"
    ),
    Case("CSES011", (), configuration=root('osFamily="5"')),
    Case("CSES011", (), configuration=root('osFamily="4"'), options=CLASSIC, why="classic"),
    Case(
        "CSES012",
        ("a.cscfg:2:1 info: The osFamily 5 (Windows Server 2016) is still served; 7 and 6 are recommended",),
        configuration=root('osFamily="5"'),
    ),
    Case("CSES012", (), configuration=root('osFamily="6"')),
)

OF_THE_NETWORK = (
    Case("CSES050", (f"a.cscfg:1:1 {NO_NETWORK}",), configuration=configuration(role(), rest="")),
    Case("CSES050", (), configuration=configuration(role(), rest="<NetworkConfiguration/>")),
    Case("CSES050", (), configuration=configuration(role(), rest=""), options=CLASSIC, why="classic"),
    Case(
        "CSES051",
        (f"a.cscfg:6:1 {NO_NETWORK}",),
        configuration=configuration(role(), rest="<NetworkConfiguration/>"),
        why="no site",
    ),
    Case("CSES051", (f"a.cscfg:7:1 {NO_NETWORK}",), configuration=network("<VirtualNetworkSite/>"), why="no name"),
    Case(
        "CSES051",
        (f"a.cscfg:7:21 {NO_NETWORK}",),
        configuration=network('<VirtualNetworkSite name=" "/>'),
        why="an empty name",
    ),
    Case("CSES051", (f"a.cscfg:6:1 {NO_NETWORK}",), configuration=network(SITE), why="no address"),
    Case(
        "CSES051",
        (f"a.cscfg:7:33 {NO_NETWORK}",),
        configuration=network(f"{SITE}<AddressAssignments/>"),
        why="no address in its list",
    ),
    Case("CSES051", (), configuration=addresses('<InstanceAddress roleName="Web"/>'), why="no subnet is for CSES055"),
    *(
        Case(
            "CSES052",
            (f"a.cscfg:7:21 error: VirtualNetworkSite {FORM}",),
            configuration=network(f'<VirtualNetworkSite name="{name}"/>'),
        )
        for name in (
            "my net",
            "rg my net",
            "group rg my net",
            " net",
            "Group rg  net",
            "rg/net",
            f"{ADDRESSES}/a",
            f"{NETWORKS}/",
            f"{NETWORKS}/net/subnets/s",
            "YOUR NETWORK",
        )
    ),
    *(
        Case("CSES052", (), configuration=network(f'<VirtualNetworkSite name="{name}"/>'), why=name)
        for name in ("net", "group rg net", f"{NETWORKS}/net", f"{NETWORKS.upper()}/net", "", " ")
    ),
    Case(
        "CSES052",
        (),
        configuration=network('<VirtualNetworkSite name="YOUR NETWORK"/>'),
        options=CHECKED,
        why="a token",
    ),
    Case(
        "CSES052",
        (f"a.cscfg:8:26 error: ReservedIP {FORM}",),
        configuration=addresses('<ReservedIPs><ReservedIP name="my ip"/></ReservedIPs>'),
        why="an address",
    ),
    Case(
        "CSES052",
        ("a.cscfg:8:14 error: <ReservedIP> has no name", "a.cscfg:9:13 error: <ReservedIP> has no name"),
        configuration=addresses('<ReservedIPs><ReservedIP/>\n<ReservedIP name=" "/></ReservedIPs>'),
        why="an address without a name",
    ),
    Case(
        "CSES052",
        (),
        configuration=addresses(f'<ReservedIPs><ReservedIP name="{ADDRESSES}/ip"/></ReservedIPs>'),
        why="an address by its id",
    ),
    Case(
        "CSES053",
        ("a.cscfg:2:7 error: Role Web has no <InstanceAddress>",),
        configuration=addresses(f'<InstanceAddress roleName="Other">{SUBNETS}</InstanceAddress>'),
    ),
    Case(
        "CSES053",
        (),
        configuration=addresses(f'<InstanceAddress roleName="WEB">{SUBNETS}</InstanceAddress>'),
        why="names have no case",
    ),
    Case("CSES053", (), configuration=network(SITE), why="no address at all is for CSES051"),
    Case(
        "CSES053",
        (),
        configuration=addresses(f'<InstanceAddress roleName="Web">{SUBNETS}</InstanceAddress>').replace(
            '<Role name="Web">', "<Role>"
        ),
        why="no name is for CFG020",
    ),
    Case(
        "CSES055",
        ("a.cscfg:8:1 error: The <InstanceAddress> of role Web has no subnet",),
        configuration=addresses('<InstanceAddress roleName="Web"><Subnets/></InstanceAddress>'),
    ),
    Case(
        "CSES055",
        ("a.cscfg:8:42 error: <Subnet> has no name",),
        configuration=addresses('<InstanceAddress roleName="Web"><Subnets><Subnet/></Subnets></InstanceAddress>'),
        why="no name",
    ),
    Case("CSES055", (), configuration=addresses(f'<InstanceAddress roleName="Web">{SUBNETS}</InstanceAddress>')),
)

OF_PLUGINS = (
    Case(
        "CSES070",
        (f"a.cscfg:6:10 warning: {KEEPS} {PLUGINS}.RemoteAccess.Enabled, {PLUGINS}.RemoteForwarder.Enabled",),
        configuration=settings("a", f"{PLUGINS}.RemoteAccess.Enabled", f"{PLUGINS}.RemoteForwarder.Enabled"),
    ),
    Case(
        "CSES070",
        (f"a.cscfg:5:14 warning: {KEEPS} {PLUGINS}.RemoteAccess.PasswordEncryption",),
        configuration=configuration(
            role(f'<Certificates>\n<Certificate name="{PLUGINS}.RemoteAccess.PasswordEncryption"/></Certificates>')
        ),
        why="the certificate",
    ),
    Case(
        "CSES070",
        (f"a.cscfg:5:10 warning: {KEEPS} {', '.join(MANY[:6])} and 2 more",),
        configuration=settings(*MANY),
        why="not all of many",
    ),
    Case("CSES070", (), configuration=settings("RemoteAccess.Enabled", f"{PLUGINS}.Diagnostics.ConnectionString")),
    Case(
        "CSES070",
        (),
        definition(web()),
        settings(f"{PLUGINS}.RemoteAccess.Enabled"),
        why="the error at this setting has told it",
    ),
    Case(
        "CSES071",
        (f"a.cscfg:5:10 info: {KEEPS} {PLUGINS}.Diagnostics.ConnectionString",),
        configuration=settings(f"{PLUGINS}.Diagnostics.ConnectionString"),
    ),
    Case("CSES071", (), configuration=settings("Diagnostics.ConnectionString")),
    *(
        Case(
            rule,
            (f"a.csdef:5:9 {severity}: Role Web imports the module {module} of the classic service",),
            imports("Unknown", module),
        )
        for rule, severity, module in (
            ("CSES091", "warning", "RemoteAccess"),
            ("CSES091", "warning", "RemoteForwarder"),
            ("CSES092", "info", "Diagnostics"),
            ("CSES093", "warning", "Connect"),
            ("CSES093", "warning", "WebDeploy"),
            ("CSES093", "warning", "caching"),
        )
    ),
    Case("CSES091", (), imports("Diagnostics")),
    Case("CSES092", (), imports("RemoteAccess")),
    Case("CSES093", (), imports("Diagnostics", "")),
    # No finding yet: these need the package and the day.
    Case("CSES100", (), definition(web()), configuration(role())),
    Case("CSES110", (), definition(web()), configuration(role())),
)

CASES = (*OF_THE_SYSTEM, *OF_THE_NETWORK, *OF_PLUGINS)
