"""Cases of ``rules/pair.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import THUMBPRINT, Case, configuration, definition, role, web

NO_ROLE = "The CSCFG did not match the CSDEF. More details: No role named"
ENDPOINT = '<Endpoints><InputEndpoint name="In" protocol="https" port="443" certificate="C"/></Endpoints>'
DECLARED = '<Certificates><Certificate name="c" storeLocation="LocalMachine" storeName="My"/></Certificates>'
PLUGINS = "Microsoft.WindowsAzure.Plugins"
PASSWORD = f"{PLUGINS}.RemoteAccess.PasswordEncryption"
OTHER = f"{PLUGINS}.Connect.Key"
NOT_DECLARED = (
    "for role 'Web' specified in the service configuration file is not declared in the service definition file."
)
NOT_PROVIDED = "error: The service definition file does not provide a certificate definition for certificate"
DIAGNOSTICS = f"{PLUGINS}.Diagnostics.ConnectionString"
PACKED = f'<ConfigurationSettings><Setting name="{DIAGNOSTICS}"/></ConfigurationSettings>'
ACCESS = f"{PLUGINS}.RemoteAccess"
LACKS_ACCESS = f"a.cscfg:2:1 warning: Role Web imports RemoteAccess, and has no setting {ACCESS}"
FORWARDER = f"{PLUGINS}.RemoteForwarder"
LACKS_FORWARDER = f"a.cscfg:2:1 warning: Role Web imports RemoteForwarder, and has no setting {FORWARDER}"


def certificates(*names: str) -> str:
    """Return the certificates of a role of the configuration, in one line."""
    rows = (f'<Certificate name="{each}" thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"/>' for each in names)
    return f"<Certificates>{''.join(rows)}</Certificates>"


def settings(*names: str) -> str:
    """Return settings with a value that no message may show, the first in line 5."""
    rows = (f'\n<Setting name="{each}" value="hunter2"/>' for each in names)
    return f"<ConfigurationSettings>{''.join(rows)}</ConfigurationSettings>"


def imports(*modules: str) -> str:
    """Return the imports of a role of the definition."""
    rows = (f'<Import moduleName="{each}"/>' for each in modules)
    return f"<Imports>{''.join(rows)}</Imports>"


def root(attributes: str) -> str:
    """Return a configuration whose attributes begin in the first column of line 2."""
    return configuration(role(), attributes=f"\n{attributes}")


OF_THE_ROOTS = (
    Case(
        "CFG002",
        ("a.cscfg:2:1 warning: The serviceName Other is not Svc, the name in a.csdef",),
        definition(web()),
        root('serviceName="Other"'),
    ),
    Case("CFG002", (), definition(web()), root('serviceName="Svc"')),
    Case("CFG002", (), definition(web()), root('serviceName="$ServiceName$"'), why="a token"),
    Case("CFG002", (), definition(web(), 'name="__Name__"'), root('serviceName="Svc"'), why="a token in the other"),
    Case("CFG002", (), definition(web(), ""), root('serviceName="Svc"'), why="no name is for CSD001"),
    Case(
        "CFG012",
        ("a.cscfg:2:1 info: The schemaVersion 2014-06.2.4 is not 2015-04.2.6, the one of a.csdef",),
        definition(web(), 'name="Svc" schemaVersion="2015-04.2.6"'),
        root('schemaVersion="2014-06.2.4"'),
    ),
    Case("CFG012", (), definition(web()), root('schemaVersion="2014-06.2.4"'), why="only one has it"),
    Case(
        "CFG012",
        (),
        definition(web(), 'name="Svc" schemaVersion="2015-04.2.6"'),
        root('schemaVersion="2015-04.2.6"'),
    ),
    Case(
        "CFG021",
        (f"a.cscfg:2:7 error: {NO_ROLE} 'Other' found in the service definition file.",),
        definition(web()),
        configuration(role(name="Other")),
    ),
    Case("CFG021", (), definition(web()), configuration(role(name="WEB")), why="names have no case"),
    Case("CFG021", (), definition(web()), configuration("<Role/>"), why="no name is for CFG020"),
    Case(
        "CFG022",
        (f"a.cscfg:1:1 error: {NO_ROLE} 'Web' found in the service configuration file.",),
        definition(web()),
        configuration(role(name="Other")),
    ),
    Case("CFG022", (), definition(web()), configuration(role(name="wEB"))),
    Case("CFG022", (), definition("<WebRole/>"), configuration("<Role/>"), why="no name is for CSD005"),
)

OF_SETTINGS = (
    Case(
        "CFG030",
        (f"a.cscfg:6:10 error: Setting 'S' {NOT_DECLARED}",),
        definition(web('<ConfigurationSettings><Setting name="a"/></ConfigurationSettings>')),
        configuration(role(settings("a", "S"))),
    ),
    Case(
        "CFG030",
        (f"a.cscfg:5:10 error: Setting '{DIAGNOSTICS}' {NOT_DECLARED}",),
        definition(web(imports("RemoteAccess"))),
        configuration(role(settings(DIAGNOSTICS))),
        why="of a plugin that is not imported",
    ),
    Case(
        "CFG030",
        (),
        definition(web(imports("DIAGNOSTICS", "Caching"))),
        configuration(role(settings(DIAGNOSTICS, f"{PLUGINS}.Caching.Loglevel"))),
        why="of an imported plugin",
    ),
    Case(
        "CFG030",
        (),
        definition(web(PACKED)),
        configuration(role(settings(DIAGNOSTICS))),
        why="of a packed definition",
    ),
    *(
        Case(
            "CFG030",
            (f"a.cscfg:5:10 error: Setting 'S' {NOT_DECLARED}",),
            definition(web(f"<Imports><Import {module}/></Imports>")),
            configuration(role(settings("S"))),
            why=f"beside an import of {module or 'nothing'}",
        )
        for module in ("", 'moduleName=" "', 'moduleName="Diagnostics"')
    ),
    Case("CFG030", (), definition(web()), configuration(role(settings(""))), why="no name is for CFG033"),
    Case(
        "CFG031",
        ("a.cscfg:2:1 error: Role Web has no value for setting b, which the definition declares",),
        definition(web('<ConfigurationSettings><Setting name="a"/><Setting name="b"/></ConfigurationSettings>')),
        configuration(role(settings("a"))),
    ),
    Case(
        "CFG031",
        (),
        definition(web('<ConfigurationSettings><Setting name="a"/></ConfigurationSettings>')),
        configuration(role(settings("a"))),
    ),
    Case(
        "CFG031",
        (),
        definition(
            web(
                imports("Diagnostics")
                + f'<ConfigurationSettings><Setting name="{DIAGNOSTICS}"/></ConfigurationSettings>'
            )
        ),
        configuration(role()),
        why="of an imported plugin is for CFG034",
    ),
    Case(
        "CFG034",
        (
            f"{LACKS_ACCESS}.AccountUsername, {ACCESS}.AccountEncryptedPassword, {ACCESS}.AccountExpiration",
            f"{LACKS_FORWARDER}.Enabled",
        ),
        definition(web(imports("RemoteAccess", "remoteForwarder", "Unknown"))),
        configuration(role(settings(f"{PLUGINS}.RemoteAccess.Enabled"))),
    ),
    Case(
        "CFG034",
        (f"a.cscfg:2:1 warning: Role Web imports Diagnostics, and has no setting {DIAGNOSTICS}",),
        definition(web(imports("Diagnostics"))),
        configuration(role()),
        why="diagnostics",
    ),
    Case(
        "CFG034",
        (),
        definition(web(imports("Diagnostics"))),
        configuration(role(settings(DIAGNOSTICS))),
    ),
    Case("CFG034", (), definition(web()), configuration(role()), why="nothing is imported"),
)

OF_CERTIFICATES = (
    Case(
        "CFG040",
        (f"a.cscfg:4:28 {NOT_PROVIDED} 'C' for role 'Web'.",),
        definition(web()),
        configuration(role(certificates("C", PASSWORD))),
    ),
    Case("CFG040", (), definition(web(DECLARED)), configuration(role(certificates("C"))), why="names have no case"),
    Case(
        "CFG040",
        (f"a.cscfg:4:28 {NOT_PROVIDED} '{OTHER}' for role 'Web'.",),
        definition(web()),
        configuration(role(certificates(OTHER))),
        why="of a plugin that is not imported",
    ),
    Case(
        "CFG040",
        (),
        definition(web(imports("Connect"))),
        configuration(role(certificates(OTHER))),
        why="of an imported plugin",
    ),
    Case("CFG040", (), definition(web()), configuration(role(certificates(""))), why="no name is for CFG047"),
    Case(
        "CFG041",
        ("a.cscfg:2:1 error: Role Web has no thumbprint for certificate C of endpoint In",),
        definition(web(ENDPOINT + DECLARED)),
        configuration(role()),
    ),
    Case("CFG041", (), definition(web(ENDPOINT + DECLARED)), configuration(role(certificates("c")))),
    *(
        Case(
            "CFG041",
            ("a.cscfg:2:1 error: Role Web has no thumbprint for certificate C of endpoint In",),
            definition(web(text + DECLARED)),
            configuration(role()),
            why=why,
        )
        for why, text in (
            ("a protocol in another case", ENDPOINT.replace("https", " HTTPS")),
            ("white space in the name", ENDPOINT.replace('"C"', '" C "')),
            ("as before SDK 1.3", ENDPOINT.replace("Endpoints", "InputEndpoints")),
        )
    ),
    Case(
        "CFG041",
        (),
        definition(web(ENDPOINT.replace('"C"', '"C "') + DECLARED)),
        configuration(role(certificates("c"))),
        why="white space in the name of one that is there",
    ),
    Case(
        "CFG041",
        (),
        definition(web(ENDPOINT.replace(' certificate="C"', ""))),
        configuration(role()),
        why="no certificate is for CSD036",
    ),
    Case(
        "CFG041b",
        ("a.cscfg:2:1 warning: Role Web has no thumbprint for certificate c, which the definition declares",),
        definition(web(ENDPOINT.replace("https", "tcp") + DECLARED)),
        configuration(role()),
    ),
    Case("CFG041b", (), definition(web(ENDPOINT + DECLARED)), configuration(role()), why="of https is for CFG041"),
    Case("CFG041b", (), definition(web(DECLARED)), configuration(role(certificates("C")))),
    Case(
        "CFG041b",
        (),
        definition(web(DECLARED.replace('"c"', f'"{PASSWORD}"'))),
        configuration(role()),
        why="of a plugin in a packed definition",
    ),
    # No finding yet: these need Azure.
    Case("CFG049", (), definition(web(ENDPOINT + DECLARED)), configuration(role(certificates("C")))),
)

CASES = (*OF_THE_ROOTS, *OF_SETTINGS, *OF_CERTIFICATES)
