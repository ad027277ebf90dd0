"""A switch for every defect that a package can have: which rule it breaks, and how it is packed so.

A switch packs every container as it should be but one. Everything around that one is right: the manifests above it
hold the hashes of what was packed.
"""

from __future__ import annotations

from dataclasses import replace

from tests.data.package_parts import plainly
from tests.data.package_switches import (
    ROOT,
    WEB,
    Pack,
    Switch,
    add,
    at,
    both,
    edited,
    ghost,
    hidden,
    instead,
    listed,
    manifest,
    members,
    missed,
    named,
    one,
    overlong,
    own,
    shaped,
    trailing,
    wide_end,
    with_files,
    with_part,
    without,
    without_resource,
)
from tests.data.zips import FOLLOWS, STORED, UTF8, Entry, Record, Shape

CONFIG = "approot/Web.config"
_MODEL = "RoleModel.xml"
_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
_HASH = b'hash="[0-9A-F]{64}"'
_TWICE = b"</Contents>", b'<Item uri="/RoleModel.xml" hash="' + b"0" * 64 + b'"/></Contents>'

MANIFESTS = {
    "manifest is no XML": Switch("PKG020", with_files(WEB, manifest(b"(?s).*", b"<PackageManifest"))),
    "manifest has a DOCTYPE": Switch("PKG020", with_files(WEB, manifest(b"(?s).+", _BOMB))),
    "manifest is missing": Switch("PKG020 PKG025", with_files(WEB, lambda files: without(own(files))(files))),
    "part is missing": Switch("PKG021", with_files(WEB, without(CONFIG))),
    "part is not listed": Switch("PKG022", with_files(WEB, add("approot/extra.txt"))),
    "part is changed": Switch("PKG023", with_files(WEB, instead(CONFIG, b"<configuration />"))),
    "archive is changed": Switch(
        "PKG023", at(ROOT, lambda files: plainly(ROOT, manifest(_HASH, b'hash="' + b"0" * 64 + b'"')(files)))
    ),
    "hash type is another": Switch("PKG024", with_files(WEB, manifest(b'hashtype="1"', b'hashtype="2"'))),
    "key type is another": Switch("PKG024", with_files(WEB, manifest(b'keytype="1"', b'keytype="2"'))),
    "hash is none": Switch("PKG024", with_files(WEB, manifest(_HASH, b'hash="no"'))),
    "part is listed twice": Switch("PKG024", with_files(WEB, manifest(*_TWICE))),
    "stream is missing": Switch("PKG021", listed(".csnsx", without("SupportData/WebRole1/1.0"))),
    "runtime manifest is missing": Switch("PKG030", listed(WEB, without_resource("R1", "Cloud.uar.csman"))),
    "runtime manifest is no XML": Switch("PKG020", listed(WEB, instead("Cloud.uar.csman", b"no"))),
    "runtime file is changed": Switch("PKG031", listed(WEB, instead("x64/msshrtmi.dll", b"other"))),
    "runtime file is missing": Switch("PKG031", listed(WEB, without("x64/msshrtmi.dll"))),
}
CONTAINERS = {
    "relationship leads nowhere": Switch("PKG025", with_files(ROOT, edited(".rels", b".csmx", b".none"))),
    "relationship is missing": Switch("PKG025", with_files(".csdx", edited(".rels", b"SERVICEDESCRIPTION", b"X"))),
    "runtime relationship is missing": Switch("PKG025", with_files(WEB, edited(".rels", b"UAR/Manifest", b"UAR/X"))),
    "relationships are no XML": Switch("PKG025", with_files(WEB, instead(".rels", b"<"))),
    "relationships are missing": Switch("PKG025", with_files(WEB, without(".rels"))),
    "content type is missing": Switch("PKG026", with_files(WEB, edited("Types].xml", b'"dll"', b'"dlx"'))),
    "content types are missing": Switch("PKG026", with_files(WEB, without("[Content_Types].xml"))),
    "content types are no XML": Switch("PKG026", with_files(WEB, instead("[Content_Types].xml", b"<"))),
    "definition is no XML": Switch("PKG040", listed(".csdx", instead(".csdef", b"<ServiceDefinition"))),
    "definition is a bomb": Switch("PKG040", listed(".csdx", instead(".csdef", _BOMB))),
    "definition is another file": Switch("PKG040", listed(".csdx", instead(".csdef", b"<ServiceConfiguration/>"))),
    "definition is missing": Switch("PKG025 PKG040", listed(".csdx", without(".csdef"))),
    "definition's archive is missing": Switch("PKG025 PKG040", listed(ROOT, without(".csdx"))),
    "role model is missing": Switch("PKG041", listed(WEB, without(_MODEL))),
    "role model is no XML": Switch("PKG041", listed(WEB, instead(_MODEL, b"<RoleModel"))),
    "role model is a bomb": Switch("PKG041", listed(WEB, instead(_MODEL, _BOMB))),
    "setup is missing": Switch("PKG041", listed(WEB, without("RuntimeSetup.Manifest"))),
    "service model is no XML": Switch("PKG041", listed(".csmx", instead(".rd", b"<"))),
    "service model's archive is missing": Switch("PKG025 PKG041", listed(ROOT, without(".csmx"))),
    "stream is no XML": Switch("PKG041", listed(".csnsx", instead("SupportData/WebRole1/1.0", b"<"))),
    "software has another name": Switch("PKG042", listed(".csmx", edited(".rd", b'"WebRole1_', b'"WebRole2_'))),
    "software is of another role": Switch("PKG042", listed(WEB, edited(_MODEL, b'name="WebRole1"', b'name="Other"'))),
    "model has another role": Switch("PKG042", listed(".csmx", edited(".rd", b'name="WebRole1"', b'name="Other"'))),
    "streams are missing": Switch("PKG043", listed(ROOT, without_resource("NAMEDSTREAMPACKAGE", ".csnsx"))),
    "role is cut off": Switch("PKG002", at(WEB, lambda files: plainly(WEB, files)[:20])),
    "roles are encrypted": Switch("PKG006", listed(ROOT, instead(".cssx", b"encrypted"))),
}


def archives(place: str) -> dict[str, Switch]:
    """Return the switches that make one zip archive wrong: the package itself, or one inside."""
    # Of the package itself the table of contents is read first, of an archive inside the members' own headers.
    weaker = "central" if place else "local"
    return {
        "name leads up": Switch("PKG010", named(place, b"../evil.new")),
        "name leads up within": Switch("PKG010", named(place, b"a/../../evil.new")),
        "name leads up encoded": Switch("PKG010", named(place, b"a/%2e%2e/evil.new")),
        "name leads up with backslashes": Switch("PKG010", named(place, b"a\\..\\evil.new")),
        "name is absolute": Switch("PKG010", named(place, b"/evil.new")),
        "name has a drive": Switch("PKG010", named(place, b"C:/evil.new")),
        "name has control characters": Switch("PKG010", named(place, b"a\x1b[31m.new")),
        "names differ in case": Switch(
            "PKG011", members(place, lambda every: [*every, replace(every[-1], name=every[-1].name.upper())])
        ),
        "members share a place": Switch("PKG012", members(place, ghost(offset=0))),
        "members overlap": Switch("PKG012", members(place, ghost(offset=3))),
        "name differs": Switch("PKG013", one(place, "_rels/.rels", **{weaker: Record(name=b"_rels/.rel2")})),
        "method differs": Switch("PKG013", one(place, "_rels/.rels", **{weaker: Record(method=STORED)})),
        "checksum differs": Switch("PKG013", one(place, "_rels/.rels", **{weaker: Record(crc=1)})),
        "member is hidden": Switch("PKG013 PKG022" if place else "PKG013", members(place, hidden)),
        "member is not there": Switch("PKG013" if place else "PKG002", members(place, ghost(offset=10**6))),
        "place is of no member": Switch("PKG012 PKG013" if place else "PKG002", members(place, missed)),
        "table of contents is elsewhere": Switch("PKG002", shaped(place, start=10**6)),
        "end counts wrongly": Switch("PKG013" if place else "PKG002", shaped(place, members=3)),
        "checksum that follows differs": Switch(
            "PKG013" if place else "PKG013 PKG016", one(place, "_rels/.rels", flags=FOLLOWS, central=Record(crc=1))
        ),
        "bytes that cannot be inflated": Switch("PKG002", one(place, "_rels/.rels", raw=b"\xff" * 9)),
        "deflated bytes that do not end": Switch("PKG002", one(place, "_rels/.rels", raw=b"\4\0\1")),
        "bytes behind the deflated": Switch("PKG002" if place else "PKG017", members(place, trailing)),
        "member is too long": Switch("PKG012 PKG016 PKG022", members(place, overlong)),
        "ZIP64 record is missing": Switch("PKG002" if place else "PKG014", at(place, wide_end(b"PK\6\6", b"PK\6\5"))),
        "ZIP64 record contradicts": Switch("PKG014", at(place, wide_end(b"\xff" * 12, b"\xff\xff" + b"\1" * 10))),
        "size needs ZIP64": Switch("PKG014", both(place, "_rels/.rels", size=0xFFFFFFFF)),
        "end needs ZIP64": Switch("PKG014", shaped(place, start=0xFFFFFFFF)),
        "password": Switch("PKG015", one(place, "_rels/.rels", flags=1)),
        "unknown compression": Switch("PKG015", both(place, "_rels/.rels", method=14)),
        "checksum is wrong": Switch("PKG016", both(place, "_rels/.rels", crc=1)),
        "size is wrong": Switch("PKG016", both(place, "_rels/.rels", size=1)),
        "bytes before": Switch("PKG017", shaped(place, before=b"MZ stub")),
        "bytes before that are counted": Switch("PKG017", shaped(place, before=b"MZ stub", shifted=True)),
        "bytes between": Switch("PKG017", one(place, "_rels/.rels", junk=b"junk")),
        "bytes after": Switch("PKG017", shaped(place, after=b"junk")),
        "name in cp437": Switch("PKG018", named(place, b"caf\x82.new")),
        "name in UTF-8": Switch("PKG018", named(place, "café.new".encode(), UTF8)),
        "name in no UTF-8": Switch("PKG018", named(place, b"caf\x82.new", UTF8)),
        "name with a backslash": Switch("PKG018", named(place, b"a\\b.new")),
        "name with an empty segment": Switch("PKG018", named(place, b"a//b.new")),
        "name that ends in a dot": Switch("PKG018", named(place, b"a./b.new")),
    }


HEALTHY: dict[str, Pack] = {
    f"{what} in {place or 'the package'}": pack
    for place in (ROOT, WEB)
    for what, pack in {
        "stored members": members(place, lambda every: [replace(each, method=STORED) for each in every]),
        "sizes that follow": members(place, lambda every: [replace(each, flags=FOLLOWS) for each in every]),
        "sizes that follow unsigned": members(
            place, lambda every: [replace(each, flags=FOLLOWS, signed=False) for each in every]
        ),
        "stored sizes that follow": members(
            place, lambda every: [replace(each, flags=FOLLOWS, method=STORED) for each in every]
        ),
        "ZIP64": members(place, lambda every: [replace(each, wide=True) for each in every], Shape(wide=True)),
        "ZIP64 for places alone": members(place, lambda every: [replace(each, far=True) for each in every]),
        "ZIP64 that follows": members(
            place, lambda every: [replace(each, wide=True, flags=FOLLOWS) for each in every], Shape(wide=True)
        ),
        "a comment": shaped(place, comment=b"made by hand"),
        "a folder": members(place, lambda every: [*every, Entry(b"approot/", b"", method=STORED)]),
        "a comment among the content types": with_files(
            place, edited("Types].xml", b"</Types>", b"<!-- --></Types>")
        ),
        "encoded names": listed(place, with_part("a%20caf%C3%A9.new")),
    }.items()
}
SWITCHES: dict[str, Switch] = {
    **MANIFESTS,
    **CONTAINERS,
    **{f"{what} in the package": switch for what, switch in archives(ROOT).items()},
    **{f"{what} in a role": switch for what, switch in archives(WEB).items()},
}
