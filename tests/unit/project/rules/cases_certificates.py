"""Cases of ``rules/certificates.py``."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.kit import Case, definition, web

STORED = 'storeLocation="LocalMachine" storeName="My"'
HTTPS = '<Endpoints><InputEndpoint name="In" protocol="https" port="443" certificate="C"/></Endpoints>'
UNUSED = Options(enabled=frozenset({"CSD056"}))


def declared(*attributes: str, rest: str = "") -> str:
    """Return a definition whose certificates begin in line 4."""
    rows = "\n".join(f"<Certificate {each}/>" for each in attributes)
    return definition(web(f"<Certificates>\n{rows}\n</Certificates>{rest}"))


CASES = (
    Case(
        "CSD050",
        ("a.csdef:4:1 error: <Certificate> c has no storeLocation",),
        declared('name="c" storeName="My"'),
    ),
    Case(
        "CSD050",
        (
            "a.csdef:4:1 error: <Certificate> has no name",
            "a.csdef:4:1 error: <Certificate> has no storeLocation",
            "a.csdef:4:1 error: <Certificate> has no storeName",
        ),
        declared(""),
        why="nothing",
    ),
    Case("CSD050", (), declared(f'name="c" {STORED}')),
    Case(
        "CSD051",
        ("a.csdef:5:14 error: The certificate C is there twice, first in line 4",),
        declared(f'name="c" {STORED}', f'name="C" {STORED}'),
    ),
    Case("CSD051", (), declared(f'name="c" {STORED}', f'name="d" {STORED}')),
    Case(
        "CSD051",
        (),
        definition(web(f'<Certificates><Certificate name="c" {STORED}/></Certificates>')).replace(
            "</ServiceDefinition>",
            f'<WorkerRole name="B"><Certificates><Certificate name="c" {STORED}/></Certificates></WorkerRole>'
            "</ServiceDefinition>",
        ),
        why="another role",
    ),
    Case(
        "CSD052",
        (
            (
                "a.csdef:4:23 error: Certificate c has the storeLocation Machine, "
                "which is none of CurrentUser, LocalMachine"
            ),
        ),
        declared('name="c" storeLocation="Machine" storeName="My"'),
    ),
    Case("CSD052", (), declared('name="c" storeLocation="CurrentUser" storeName="My"')),
    Case("CSD052", (), declared('name="c" storeLocation="" storeName="My"'), why="empty is CSD050"),
    Case(
        "CSD053",
        ("a.csdef:4:52 info: Certificate c is in the store Hosting, which is none of Windows' own and will be made",),
        declared('name="c" storeLocation="LocalMachine" storeName="Hosting"'),
    ),
    Case(
        "CSD053",
        ("a.csdef:4:52 info: Certificate c is in the store my, which is written My",),
        declared('name="c" storeLocation="LocalMachine" storeName="my"'),
        why="only case",
    ),
    Case("CSD053", (), declared('name="c" storeLocation="LocalMachine" storeName="Disallowed"')),
    Case("CSD053", (), declared('name="c" storeLocation="LocalMachine" storeName="$(store)"'), why="token"),
    Case(
        "CSD053",
        (),
        declared('name="c" storeLocation="LocalMachine" storeName="Hosting"', rest=HTTPS),
        why="https is CSD055",
    ),
    Case(
        "CSD054",
        (
            (
                "a.csdef:4:14 error: Certificate c has the permissionLevel limited, "
                "which is none of limitedOrElevated, elevated"
            ),
        ),
        declared(f'permissionLevel="limited" name="c" {STORED}'),
    ),
    Case("CSD054", (), declared(f'permissionLevel="elevated" name="c" {STORED}')),
    Case(
        "CSD055",
        ("a.csdef:4:23 warning: Certificate c of an https endpoint is in CurrentUser, My",),
        declared('name="c" storeLocation="CurrentUser" storeName="My"', rest=HTTPS),
    ),
    Case(
        "CSD055",
        ("a.csdef:4:52 warning: Certificate c of an https endpoint is in LocalMachine, CA",),
        declared('name="c" storeLocation="LocalMachine" storeName="CA"', rest=HTTPS),
        why="store",
    ),
    Case(
        "CSD055",
        ("a.csdef:4:14 warning: Certificate c of an https endpoint is in no location, CA",),
        declared('storeName="CA" name="c"', rest=HTTPS),
        why="no location",
    ),
    Case(
        "CSD055",
        ("a.csdef:4:14 warning: Certificate c of an https endpoint is in CurrentUser, no store",),
        declared('storeLocation="CurrentUser" name="c"', rest=HTTPS),
        why="no store",
    ),
    Case("CSD055", (), declared('name="c" storeLocation="LocalMachine" storeName="my"', rest=HTTPS)),
    Case("CSD055", (), declared('name="d" storeLocation="CurrentUser" storeName="My"', rest=HTTPS), why="not served"),
    Case(
        "CSD055",
        (),
        declared('name="c" storeLocation="CurrentUser" storeName="My"', rest=HTTPS.replace("https", "tcp")),
        why="tcp",
    ),
    Case(
        "CSD056",
        ("a.csdef:4:1 info: No endpoint uses certificate c",),
        declared(f'name="c" {STORED}'),
        options=UNUSED,
    ),
    Case("CSD056", (), declared(f'name="c" {STORED}'), why="off"),
    Case("CSD056", (), declared(f'name="c" {STORED}', rest=HTTPS), options=UNUSED, why="used"),
    Case("CSD056", (), declared(STORED), options=UNUSED, why="no name"),
    Case(
        "CSD056",
        (),
        declared(f'name="c" {STORED}', rest=HTTPS.replace('"C"', '"#{certificate}"')),
        options=UNUSED,
        why="token",
    ),
)
