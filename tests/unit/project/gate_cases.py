"""Packages beside definitions: what the gate says of them. Beside configurations: gate_pairs.py."""

from __future__ import annotations

from typing import NamedTuple

from tests.data.package_parts import SDK
from tests.unit.project.rules.kit import THUMBPRINT, configuration, definition, role, web

SITE = '<Sites><Site name="W"><Bindings>{}</Bindings></Site></Sites>'
HTTP_BINDING, HTTPS_BINDING = (f'<Binding name="{name}" endpointName="{name}"/>' for name in ("In", "HttpsIn"))
HTTP = '<InputEndpoint name="In" protocol="http" port="80"/>'
HTTPS = '<InputEndpoint name="HttpsIn" protocol="https" port="443" certificate="C"/>'
CERTIFICATE = '<Certificate name="C" storeLocation="LocalMachine" storeName="My" permissionLevel="elevated"/>'
GIVEN = f'<Certificate name="C" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/>'
MODULE = "Microsoft.WindowsAzure.Plugins"


def site(*bindings: str) -> str:
    return SITE.format("".join(bindings))


def service(*children: str, size: str = "Standard_D1_v2", more: str = "", name: str = "Svc") -> str:
    """Return a definition of one web role whose children begin in line 3."""
    return definition(web("\n".join(children), f'name="Web" vmsize="{size}"') + more, f'name="{name}"')


def settings(*names: str, value: str = "") -> str:
    rows = "".join(f'<Setting name="{each}"{value}/>' for each in names)
    return f"<ConfigurationSettings>{rows}</ConfigurationSettings>"


def given(*names: str) -> str:
    return settings(*names, value=' value="v"')


def modules(*names: str) -> str:
    rows = "".join(f'<Import moduleName="{each}"/>' for each in names)
    return f"<Imports>{rows}</Imports>"


def endpoints(*each: str) -> str:
    return f"<Endpoints>{''.join(each)}</Endpoints>"


def certificates(*each: str) -> str:
    return f"<Certificates>{''.join(each)}</Certificates>"


ONLY_HTTP = service(site(HTTP_BINDING), endpoints(HTTP))
SECURE = service(site(HTTP_BINDING, HTTPS_BINDING), endpoints(HTTP, HTTPS), certificates(CERTIFICATE))
WORKER = '<WorkerRole name="Back" vmsize="Standard_D1_v2"/>'
PLAIN = service()
CONFIGURED = configuration(role(certificates(GIVEN)))
SILENT = configuration(role())


class Case(NamedTuple):
    """What was packed, what lies beside it, and everything that is said: ``rule file:line:column message``."""

    what: str
    packed: str
    loose: str
    configured: str
    said: tuple[str, ...]
    sdk: str = SDK

    def __str__(self) -> str:
        return self.what


SAME = (
    Case("https", SECURE, SECURE, CONFIGURED, ()),
    Case("http", ONLY_HTTP, ONLY_HTTP, SILENT, ()),
    Case("a package alone", SECURE, "", "", ()),
    Case("the size Small, which cspack leaves out", service(size="Small"), service(size="Small"), SILENT, ()),
    Case("another case", service(settings("Key")), service(settings("key")), configuration(role(given("Key"))), ()),
    Case(
        "a module and what it brings",
        service(modules("RemoteAccess", "RemoteForwarder")),
        service(modules("RemoteForwarder", "RemoteAccess")),
        configuration(role(given(f"{MODULE}.RemoteAccess.Enabled"))),
        (),
    ),
    Case(
        "ports inside, which cspack writes as ranges",
        service(endpoints('<InternalEndpoint name="i" protocol="tcp" port="81"/>')),
        service(endpoints('<InternalEndpoint name="i" protocol="tcp" port="81"/>')),
        SILENT,
        (),
    ),
    Case(
        "what cspack may fill in",
        service(endpoints('<InternalEndpoint name="i" protocol="any"/>')),
        service(endpoints('<InternalEndpoint name="i"/>')),
        SILENT,
        (),
    ),
    Case(
        "any port inside",
        service(endpoints('<InternalEndpoint name="i" protocol="tcp" port="*"/>')),
        service(endpoints('<InternalEndpoint name="i" protocol="tcp"/>')),
        SILENT,
        (),
    ),
    Case(
        "an InstanceInputEndpoint",
        service(endpoints('<InstanceInputEndpoint name="i" protocol="tcp" localPort="81"/>')),
        service(endpoints('<InstanceInputEndpoint name="i" protocol="tcp" localPort="81"/>')),
        SILENT,
        (),
    ),
    Case(
        "tokens that are still to be replaced",
        service(settings("Key"), endpoints(HTTP), site(HTTP_BINDING)),
        service(
            settings("#{Key}"),
            endpoints(
                '<InputEndpoint name="In" protocol="http" port="#{p}"/>',
                '<InputEndpoint name="#{n}" protocol="https" port="443" certificate="C"/>',
            ),
            site(HTTP_BINDING, '<Binding name="b" endpointName="#{n}"/>'),
            size="#{size}",
        ),
        "",
        (),
    ),
    Case(
        "a wrong definition, which other rules tell",
        service(),
        service().replace('name="Web"', 'name=""'),
        "",
        ("CSES100 a.csdef:1:1 The package has a role Web, which is not here",),
    ),
)

NO_ENDPOINT = "PKG050 a.csdef:4:79 The package has no https endpoint HttpsIn on port 443 for role Web"
OF_HTTPS = (
    Case(
        "the package was built before HTTPS came",
        ONLY_HTTP,
        SECURE,
        CONFIGURED,
        (
            "PKG050 a.csdef:4:79 The package has no https endpoint HttpsIn on port 443 for role Web",
            "PKG051 a.csdef:5:28 The package has no certificate C in role Web, which endpoint HttpsIn serves",
            "PKG052 a.csdef:3:95 No site of role Web has a binding to endpoint HttpsIn in the package",
        ),
    ),
    Case(
        "only the endpoint is missing",
        service(site(HTTP_BINDING, HTTPS_BINDING), endpoints(HTTP), certificates(CERTIFICATE)),
        SECURE,
        CONFIGURED,
        ("PKG050 a.csdef:4:79 The package has no https endpoint HttpsIn on port 443 for role Web",),
    ),
    Case(
        "the endpoint is there as another one",
        SECURE.replace('protocol="https" port="443"', 'protocol="http" port="8443"'),
        SECURE,
        CONFIGURED,
        (f"{NO_ENDPOINT}; there it is http on port 8443",),
    ),
    Case(
        "it serves nothing there",
        SECURE.replace(' certificate="C"', ""),
        SECURE,
        CONFIGURED,
        ("PKG050 a.csdef:4:122 Endpoint HttpsIn of role Web serves C here, and no certificate in the package",),
    ),
    Case(
        "only the certificate is missing",
        SECURE.replace(certificates(CERTIFICATE), ""),
        SECURE,
        CONFIGURED,
        ("PKG051 a.csdef:5:28 The package has no certificate C in role Web, which endpoint HttpsIn serves",),
    ),
    Case(
        "only the binding is missing",
        service(site(HTTP_BINDING), endpoints(HTTP, HTTPS), certificates(CERTIFICATE)),
        SECURE,
        CONFIGURED,
        ("PKG052 a.csdef:3:95 No site of role Web has a binding to endpoint HttpsIn in the package",),
    ),
    Case("https alone", SECURE, "", CONFIGURED, ()),
    Case(
        "https alone without its certificate",
        SECURE.replace(certificates(CERTIFICATE), ""),
        "",
        SILENT,
        ("PKG051 a.cspkg The https endpoint HttpsIn of role Web serves the certificate C, which the package lacks",),
    ),
    Case(
        "https alone that serves nothing",
        SECURE.replace(' certificate="C"', ""),
        "",
        CONFIGURED,
        ("PKG051 a.cspkg The https endpoint HttpsIn of role Web serves no certificate",),
    ),
    Case(
        "https alone that no site is bound to",
        SECURE.replace(HTTPS_BINDING, ""),
        "",
        CONFIGURED,
        ("PKG053 a.cspkg No site of role Web has a binding to the https endpoint HttpsIn in the package",),
    ),
    Case("https alone of a role without sites", SECURE.replace(site(HTTP_BINDING, HTTPS_BINDING), ""), "", "", ()),
    Case(
        "the endpoint has another name there",
        SECURE.replace("HttpsIn", "Secure"),
        SECURE,
        CONFIGURED,
        (
            "CSES100 a.csdef:4:79 The endpoint HttpsIn of role Web is not in the package",
            "CSES100 a.csdef:2:10 The package has the endpoint Secure in role Web, which is not here",
            "CSES100 a.csdef:3:95 The binding of role Web to endpoint HttpsIn is not in the package",
            "CSES100 a.csdef:2:10 The package binds the site W to endpoint Secure in role Web, which is not so here",
        ),
    ),
)
