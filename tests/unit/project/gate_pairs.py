"""Packages beside configurations, and against the rules of extended support."""

from __future__ import annotations

from tests.unit.project.gate_cases import (
    CERTIFICATE,
    CONFIGURED,
    GIVEN,
    MODULE,
    PLAIN,
    SECURE,
    SILENT,
    WORKER,
    Case,
    certificates,
    given,
    modules,
    service,
    settings,
)
from tests.unit.project.rules.kit import configuration, role

OF_THE_CONFIGURATION = (
    Case(
        "a role that the package lacks",
        PLAIN,
        service(more=WORKER),
        configuration(role() + role(name="Back")),
        ("PKG060 a.cscfg:5:14 The package has no role Back",),
    ),
    Case(
        "a role that both lack, which CFG021 tells",
        PLAIN,
        PLAIN,
        configuration(role() + role(name="Back")),
        (),
    ),
    Case(
        "a role that the configuration lacks",
        service(more=WORKER),
        PLAIN,
        SILENT,
        ("PKG061 a.cscfg:1:1 The package has a role Back, and the configuration has none",),
    ),
    Case("a role that CFG022 tells", service(more=WORKER), service(more=WORKER), SILENT, ()),
    Case(
        "a certificate that the package lacks",
        PLAIN,
        service(certificates(CERTIFICATE)),
        CONFIGURED,
        ("PKG062 a.cscfg:4:28 The package has no certificate C in role Web",),
    ),
    Case("a certificate that CFG040 tells", PLAIN, PLAIN, CONFIGURED, ()),
    Case(
        "a certificate of remote desktop, which needs no declaration",
        PLAIN,
        "",
        configuration(role(certificates(GIVEN.replace('"C"', f'"{MODULE}.RemoteAccess.PasswordEncryption"')))),
        (),
    ),
    Case(
        "no thumbprint for what https serves",
        SECURE,
        "",
        SILENT,
        ("PKG063 a.cscfg:2:1 Role Web has no thumbprint for certificate C, which the package declares",),
    ),
    Case("no thumbprint, which CFG041 tells", SECURE, SECURE, SILENT, ()),
    Case(
        "no thumbprint for a certificate that https does not serve",
        service(certificates(CERTIFICATE)),
        PLAIN,
        SILENT,
        ("PKG064 a.cscfg:2:1 Role Web has no thumbprint for certificate C, which the package declares",),
    ),
    Case("a thumbprint for it", service(certificates(CERTIFICATE)), "", CONFIGURED, ()),
    Case(
        "a setting that the package lacks",
        PLAIN,
        service(settings("Key")),
        configuration(role(given("Key"))),
        ("PKG065 a.cscfg:4:33 The package declares no setting Key for role Web",),
    ),
    Case("a setting that CFG030 tells", PLAIN, PLAIN, configuration(role(given("Key"))), ()),
    Case(
        "a setting without a value",
        service(settings("Key")),
        PLAIN,
        SILENT,
        ("PKG066 a.cscfg:2:1 Role Web has no value for setting Key, which the package declares",),
    ),
    Case("a setting that CFG031 tells", service(settings("Key")), service(settings("Key")), SILENT, ()),
    Case(
        "an old SDK",
        PLAIN,
        PLAIN,
        SILENT,
        (
            "PKG067 a.cscfg:1:122 Role Web was built for osFamily 3, 4, not 6",
            "PKG068 a.cscfg:1:122 The package was built by SDK 2.7.6499.8, which is older than osFamily 6",
        ),
        "2.7.6499.8",
    ),
    Case("the oldest SDK for the family", PLAIN, PLAIN, SILENT, (), "2.9.8899.26"),
    Case("an SDK that is no number", PLAIN, PLAIN, SILENT, (), "2.9.x"),
    Case(
        "an older family, and the SDK 2.9.1",
        PLAIN,
        PLAIN,
        SILENT.replace('osFamily="6"', 'osFamily="5"'),
        ("PKG068 a.cscfg:1:122 The package was built by SDK 2.9.6499.4, which is older than osFamily 5",),
        "2.9.6499.4",
    ),
    Case("no family", PLAIN, PLAIN, SILENT.replace(' osFamily="6"', ""), (), "2.9.6499.4"),
    Case("a token for the family", PLAIN, PLAIN, SILENT.replace('"6"', '"#{f}"'), (), "2.9.6499.4"),
)

CROWD = "".join(f'<WorkerRole name="R{number}" vmsize="Standard_D1_v2"/>' for number in range(25))
NOT_THERE = "extended support does not have it"
POLICY = (
    Case(
        "remote desktop",
        service(modules("RemoteAccess")),
        PLAIN,
        SILENT,
        ("PKG070 a.cspkg Role Web holds the module remoteaccess of the classic service",),
    ),
    Case(
        "remote desktop, which CSES091 tells",
        service(modules("RemoteAccess")),
        service(modules("RemoteAccess")),
        SILENT,
        (),
    ),
    Case(
        "a size of the classic service",
        service(size="Large"),
        PLAIN,
        SILENT,
        ("PKG072 a.cspkg Role Web has the vmsize Large in the package: extended support does not have it",),
    ),
    Case(
        "no size",
        service(size="Small"),
        "",
        "",
        (f"PKG072 a.cspkg Role Web has no vmsize in the package, which means Small: {NOT_THERE}",),
    ),
    Case(
        "a size without a successor",
        service(size="A9"),
        "",
        "",
        ("PKG072 a.cspkg Role Web has the vmsize A9 in the package: extended support does not have it",),
    ),
    Case("a size that CSES020 tells", service(size="Large"), service(size="large"), SILENT, ()),
    Case(
        "26 roles",
        service(more=CROWD),
        "",
        "",
        ("PKG073 a.cspkg The package has 26 roles, and extended support takes 25",),
    ),
    Case("26 roles, which CSD003 tells", service(more=CROWD), service(more=CROWD), "", ()),
    Case(
        "the name of a role",
        service(name="web"),
        "",
        SILENT,
        ("PKG074 a.cspkg The packaged service has the name of its role web",),
    ),
    Case("the name of a role, which CSES003 tells", service(name="Web"), "", SILENT.replace('"Svc"', '"web"'), ()),
)
