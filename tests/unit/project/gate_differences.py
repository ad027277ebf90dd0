"""Packages beside definitions that say otherwise: CSES100, line by line."""

from __future__ import annotations

from tests.unit.project.gate_cases import (
    CERTIFICATE,
    HTTP,
    HTTP_BINDING,
    PLAIN,
    WORKER,
    Case,
    certificates,
    endpoints,
    modules,
    service,
    settings,
    site,
)

INTERNAL = '<InternalEndpoint name="i" protocol="tcp"><FixedPortRange min="81" max="{}"/></InternalEndpoint>'
INSTANCE = """<InstanceInputEndpoint name="i" protocol="tcp" localPort="81"><AllocatePublicPortFrom>
<FixedPortRange min="9000" max="{}"/></AllocatePublicPortFrom></InstanceInputEndpoint>"""
HOST = HTTP_BINDING.replace("/>", ' hostHeader="{}"/>')
DIFFERENCES = (
    Case(
        "another kind of role",
        PLAIN.replace("WebRole", "WorkerRole"),
        PLAIN,
        "",
        ("CSES100 a.csdef:2:10 Role Web is a WebRole here, and a WorkerRole in the package",),
    ),
    Case(
        "an endpoint that is open now",
        service(endpoints('<InternalEndpoint name="In" protocol="http" port="80"/>')),
        service(endpoints(HTTP)),
        "",
        (
            (
                "CSES100 a.csdef:3:27 The endpoint In of role Web has the kind InputEndpoint here, "
                "and InternalEndpoint in the package"
            ),
        ),
    ),
    Case(
        "the end of a range",
        service(endpoints(INTERNAL.format(90))),
        service(endpoints(INTERNAL.format(95))),
        "",
        ("CSES100 a.csdef:3:30 The endpoint i of role Web has the port 81-95 here, and 81-90 in the package",),
    ),
    Case(
        "the end of a public range",
        service(endpoints(INSTANCE.format(9009))),
        service(endpoints(INSTANCE.format(9019))),
        "",
        (
            (
                "CSES100 a.csdef:3:35 The endpoint i of role Web has the port 9000-9019 here, and 9000-9009 in the "
                "package"
            ),
        ),
    ),
    Case(
        "a fixed port, which cspack writes as a range",
        service(endpoints('<InternalEndpoint name="i" protocol="tcp" port="81"/>')),
        service(endpoints('<InternalEndpoint name="i" protocol="tcp"><FixedPort port="81"/></InternalEndpoint>')),
        "",
        (),
    ),
    Case(
        "another permission level",
        service(certificates(CERTIFICATE)),
        service(certificates(CERTIFICATE.replace("elevated", "limitedOrElevated"))),
        "",
        (
            (
                "CSES100 a.csdef:3:28 The certificate C of role Web has the permissionLevel limitedOrElevated here, "
                "and elevated in the package"
            ),
        ),
    ),
    Case(
        "another host header",
        service(site(HOST.format("a.example")), endpoints(HTTP)),
        service(site(HOST.format("b.example")), endpoints(HTTP)),
        "",
        (
            (
                "CSES100 a.csdef:3:52 The binding of role Web to endpoint In with the host header b.example "
                "is not in the package"
            ),
        ),
    ),
    Case(
        "a host header that is a token",
        service(site(HOST.format("a.example")), endpoints(HTTP)),
        service(site(HOST.format("#{host}")), endpoints(HTTP)),
        "",
        (),
    ),
    Case(
        "the package of another service with the same roles",
        service(endpoints(HTTP)).replace('name="Svc"', 'name="Fabrikam"', 1),
        service(endpoints(HTTP)),
        "",
        ("CSES100 a.csdef:1:98 The definition is that of the service Svc, and the package that of Fabrikam",),
    ),
    Case(
        "a name of the service that is a token",
        service(endpoints(HTTP)),
        service(endpoints(HTTP)).replace('name="Svc"', 'name="#{name}"', 1),
        "",
        (),
    ),
    Case(
        "everything a bit otherwise",
        service(
            site(HTTP_BINDING),
            endpoints(HTTP, '<InputEndpoint name="Gone" protocol="tcp" port="90"/>'),
            certificates(CERTIFICATE),
            settings("Old"),
            modules("Diagnostics"),
            more=WORKER,
        ),
        service(
            site(HTTP_BINDING.replace("In", "Other")),
            endpoints(HTTP.replace("80", "8080"), '<InputEndpoint name="Other" protocol="udp" port="53"/>'),
            certificates(CERTIFICATE.replace("My", "Root")),
            settings("New"),
            modules("RemoteForwarder"),
            size="Standard_D2_v2",
            more=WORKER.replace("Back", "Front"),
        ),
        "",
        (
            "CSES100 a.csdef:2:21 Role Web has the vmsize Standard_D2_v2 here, and Standard_D1_v2 in the package",
            "CSES100 a.csdef:4:27 The endpoint In of role Web has the port 8080 here, and 80 in the package",
            "CSES100 a.csdef:4:81 The endpoint Other of role Web is not in the package",
            "CSES100 a.csdef:2:10 The package has the endpoint Gone in role Web, which is not here",
            "CSES100 a.csdef:5:28 The certificate C of role Web has the storeName Root here, and My in the package",
            "CSES100 a.csdef:6:33 The setting New of role Web is not in the package",
            "CSES100 a.csdef:2:10 The package has the setting Old in role Web, which is not here",
            "CSES100 a.csdef:3:55 The binding of role Web to endpoint Other is not in the package",
            "CSES100 a.csdef:2:10 The package binds the site W to endpoint In in role Web, which is not so here",
            "CSES100 a.csdef:7:18 The module RemoteForwarder of role Web is not in the package",
            "CSES100 a.csdef:2:10 The package has the module diagnostics in role Web, which is not imported here",
            "CSES100 a.csdef:8:23 Role Front is not in the package",
            "CSES100 a.csdef:1:1 The package has a role Back, which is not here",
        ),
    ),
)
