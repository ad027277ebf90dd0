"""Cases of ``rules/form.py``."""

from __future__ import annotations

from cses_action.project.xml import NAMESPACES
from tests.unit.project.rules.kit import THUMBPRINT, Case, configuration, definition, role, web

DECLARED_UTF_16 = '<?xml version="1.0" encoding="utf-16"?>\n'
ALL_OF_EXTENDED_SUPPORT = configuration(
    role(
        f'<Certificates><Certificate name="c" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1" '
        'sourceLocation="x"/></Certificates><SecurityConfigurations any="1"><What/></SecurityConfigurations>'
    ),
    rest='<NetworkConfiguration><AddressAssignments><VirtualIPs><VirtualIP name="v" ipVersion="IPv4"><Endpoints>'
    '<Endpoint role="Web" name="In"/></Endpoints></VirtualIP></VirtualIPs><InstanceAddress roleName="Web">'
    '<IPForwarding>true</IPForwarding></InstanceAddress><ReservedIPs><ReservedIP name="r" virtualIpName="v"/>'
    '</ReservedIPs></AddressAssignments><EndpointAcls><EndpointAcl role="Web" endPoint="a" accessControl="a"/>'
    '<EndpointAcl role="Web" endpoint="b" accessControl="a"/></EndpointAcls></NetworkConfiguration>'
    '<ServiceSettings><Setting name="s" value="v"/></ServiceSettings>',
)
LEGACY = definition(
    web(
        '<InputEndpoints><InputEndpoint name="a" protocol="http" port="80"/></InputEndpoints>'
        '<InternalEndpoint name="b" protocol="http"/><LocalStorage name="c"/>'
    )
)
PREFIXED = (
    f'<d:ServiceDefinition xmlns:d="{NAMESPACES["ServiceDefinition"]}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="x" name="Svc"><d:WebRole name="Web" d:other="x"/></d:ServiceDefinition>'
)

CASES = (
    Case(
        "X001",
        ("a.csdef:4:14 error: This is not well-formed XML: an end tag does not belong to the element that is open",),
        definition("<WebRole>\n\n</WorkerRole>"),
    ),
    Case("X001", (), definition(web())),
    Case(
        "X002",
        ("a.csdef:1:1 error: The root element is <ServiceConfiguration>, expected <ServiceDefinition>",),
        configuration(role()),
    ),
    Case(
        "X002",
        ("a.cscfg:1:1 error: The namespace of <ServiceConfiguration> is missing",),
        configuration="<ServiceConfiguration/>",
        why="no namespace",
    ),
    Case("X002", (), configuration=f'<c:ServiceConfiguration xmlns:c="{NAMESPACES["ServiceConfiguration"]}"/>'),
    Case(
        "X003",
        ("a.csdef:2:1 error: A DOCTYPE is not accepted",),
        f"<?xml version='1.0'?>\n<!DOCTYPE a>{definition('')}",
    ),
    Case("X003", (), f"<!-- <!DOCTYPE a> -->{definition('')}"),
    Case(
        "X004",
        ("a.csdef:1:21 warning: The XML declaration says utf-16, but the bytes are utf-8",),
        DECLARED_UTF_16 + definition(web()),
    ),
    Case("X004", (), DECLARED_UTF_16.replace("16", "8") + definition(web())),
    Case("X004", (), "<?xml version='1.0'?>" + definition(web()), why="none declared"),
    Case(
        "X010",
        ("a.csdef:3:1 warning: <Certificate> is not known under <WebRole>",),
        definition(web("<Certificate/>")),
    ),
    Case(
        "X010",
        (
            "a.csdef:3:1 warning: <Certificate> is not known under <WebRole>",
            "a.csdef:4:1 warning: <Certificate> is not known under <WebRole>",
        ),
        definition(web("<Certificate/>\n<Certificate/>")),
        why="twice",
    ),
    Case(
        "X010",
        ("a.csdef:3:1 warning: <EndPoints> is not known under <WebRole> (did you mean <Endpoints>?)",),
        definition(web("<EndPoints><InputEndpoint/></EndPoints>")),
        why="case",
    ),
    Case(
        "X010",
        ("a.csdef:3:1 warning: <PrivateKey> is not known under <WebRole>",),
        definition(web("<PrivateKey><Below/></PrivateKey>")),
        why="like nothing",
    ),
    Case(
        "X010",
        ("a.csdef:3:1 warning: <Endpoints> is of another namespace than <WebRole>",),
        definition(web('<Endpoints xmlns=""/>')),
        why="another namespace",
    ),
    Case(
        "X010",
        ("a.cscfg:4:1 warning: <Instance> is not known under <Role> (did you mean <Instances>?)",),
        configuration=configuration(role("<Instance/>")),
        why="configuration",
    ),
    Case(
        "X010",
        ("a.csdef:3:20 warning: <Extra> is not known under <Imports>",),
        definition(web("<!-- é --><Imports><Extra/></Imports>")),
        why="under a list",
    ),
    Case(
        "X010",
        ("a.csdef:4:1 warning: <Extra> is not known under <Setting>",),
        definition(web('<ConfigurationSettings><Setting name="a">\n<Extra/></Setting></ConfigurationSettings>')),
        why="under one that has no children",
    ),
    Case("X010", (), configuration=ALL_OF_EXTENDED_SUPPORT, why="extended support"),
    Case("X010", (), LEGACY, why="old SDKs"),
    Case("X010", (), PREFIXED, why="prefix"),
    Case(
        "X011",
        ("a.csdef:4:1 error: <Imports> is there twice in <WebRole>, first in line 3",),
        definition(web("<Imports/>\n<Imports/>")),
    ),
    Case("X011", (), definition(web('<Imports/>\n<i:Imports xmlns:i="urn:other"/>')), why="another namespace"),
    Case("X011", (), definition(web("<Startup><Task/><Task/></Startup>")), why="may be there often"),
    Case(
        "X012",
        ("a.csdef:3:40 warning: sizeInMb is no attribute of <LocalStorage> (did you mean sizeInMB?)",),
        definition(web('<LocalResources><LocalStorage name="a" sizeInMb="5"/></LocalResources>')),
    ),
    Case(
        "X012",
        ("a.csdef:3:14 warning: packageDir is no attribute of <Site>",),
        definition(web('<Sites><Site\tpackageDir="." name="a"/></Sites>')),
        why="like nothing",
    ),
    Case(
        "X012",
        ("a.csdef:3:12 warning: name is no attribute of <Endpoints>",),
        definition(web('<Endpoints name="a"/>')),
        why="none known",
    ),
    Case(
        "X012",
        ("a.cscfg:6:50 warning: Endpoint is no attribute of <EndpointAcl> (did you mean endPoint?)",),
        configuration=configuration(
            role(),
            rest="<NetworkConfiguration><EndpointAcls><EndpointAcl Endpoint='a'/></EndpointAcls>"
            "</NetworkConfiguration>",
        ),
        why="another case",
    ),
    Case("X012", (), PREFIXED, why="in a namespace"),
    Case("X012", (), configuration=ALL_OF_EXTENDED_SUPPORT, why="extended support"),
    Case("X012", (), LEGACY, why="old SDKs"),
    Case(
        "X013",
        ("a.cscfg:2:1 info: <Role> holds text, which nothing reads",),
        configuration=configuration(role("hunter2")),
    ),
    Case("X013", (), configuration=configuration(role("<!-- text -->\n\t"))),
    Case("X013", (), configuration=ALL_OF_EXTENDED_SUPPORT, why="IPForwarding"),
)
