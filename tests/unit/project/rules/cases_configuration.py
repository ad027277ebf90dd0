"""Cases of ``rules/configuration.py`` and ``settings.py``."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.kit import Case, configuration, role

CHECKED = Options(deployed=False)
SINGLE = Options(enabled=frozenset({"CFG025"}))


def root(attributes: str) -> str:
    """Return a configuration whose attributes begin in the first column of line 2."""
    return configuration(role(), attributes=f"\n{attributes}")


def instances(count: str) -> str:
    """Return a role whose count stands in line 3, column 12."""
    return configuration(f'<Role name="A">\n<Instances {count}/></Role>')


def settings(*rows: str) -> str:
    """Return a configuration whose settings begin in line 5, one a line."""
    lines = "\n".join(rows)
    return configuration(role(f"<ConfigurationSettings>\n{lines}</ConfigurationSettings>"))


def setting(value: str, name: str = "s") -> str:
    """Return a configuration with one setting; its value stands in line 6, column 1."""
    return settings(f'<Setting name="{name}"\nvalue="{value}"/>')


NO_VERSION = "which is neither * nor like WA-GUEST-OS-7.32_202310-01"
EMULATOR = "Setting s of role Web uses the storage emulator, which Azure does not have"
HOLDS_KEY = "a.cscfg:6:1 info: Setting s of role Web holds a storage key or a shared access signature"
DIAGNOSTICS = "Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString"
TOKEN = "a.cscfg:6:1 {}: The value of <Setting> s holds a token that is not replaced yet"
KEY = "QmFzZTY0U3RvcmFnZUtleU9mU2l4dHlGb3VyQnl0ZXNXaGljaElzRWlnaHR5U2l4Q2hhcmFjdGVyc0xvbmcuLi4uLi4uLi4uLi4uLg=="[-88:]

OF_THE_ROOT = (
    Case("CFG001", ("a.cscfg:1:1 error: <ServiceConfiguration> has no serviceName",), configuration=root("")),
    Case(
        "CFG001",
        ("a.cscfg:2:1 error: <ServiceConfiguration> has no serviceName",),
        configuration=root('serviceName=" "'),
        why="white space is no name",
    ),
    Case("CFG001", (), configuration=root('serviceName="S"')),
    Case(
        "CFG010",
        ('a.cscfg:2:1 error: The osFamily is "8", which is none of 1 to 7',),
        configuration=root('osFamily="8"'),
    ),
    Case(
        "CFG010",
        ('a.cscfg:2:1 error: The osFamily is "", which is none of 1 to 7',),
        configuration=root('osFamily=""'),
        why="empty",
    ),
    Case("CFG010", (), configuration=root('osFamily="7"')),
    Case("CFG010", (), configuration=root('osFamily="#{family}"'), options=CHECKED, why="a token"),
    Case("CFG010", (), configuration=root('serviceName="S"'), why="none is for CSES010"),
    Case(
        "CFG011",
        ("a.cscfg:2:14 warning: The osVersion is pinned to WA-GUEST-OS-6.51_202212-01: Azure will not update it",),
        configuration=root('osFamily="6" osVersion="WA-GUEST-OS-6.51_202212-01"'),
    ),
    Case(
        "CFG011",
        ("a.cscfg:2:14 error: The osVersion WA-GUEST-OS-6.51_202212-01 is not one of osFamily 5",),
        configuration=root('osFamily="5" osVersion="WA-GUEST-OS-6.51_202212-01"'),
        why="of another family",
    ),
    Case(
        "CFG011",
        (f'a.cscfg:2:1 error: The osVersion is "WA-GUEST-OS-6", {NO_VERSION}',),
        configuration=root('osVersion="WA-GUEST-OS-6"'),
        why="no version",
    ),
    Case(
        "CFG011",
        ("a.cscfg:2:1 warning: The osVersion is pinned to WA-GUEST-OS-6.51_202212-01: Azure will not update it",),
        configuration=root('osVersion="WA-GUEST-OS-6.51_202212-01"'),
        why="without family there is no other one",
    ),
    Case("CFG011", (), configuration=root('osFamily="5" osVersion="*"')),
    Case("CFG011", (), configuration=root('osVersion="__Version__"'), options=CHECKED, why="a token"),
)

OF_ROLES = (
    Case(
        "CFG020",
        ("a.cscfg:6:7 error: The role WEB is there twice, first in line 2",),
        configuration=configuration(f"{role()}\n{role(name='WEB')}"),
    ),
    Case(
        "CFG020",
        ("a.cscfg:2:1 error: <Role> has no name",),
        configuration=configuration('<Role><Instances count="2"/></Role>'),
        why="no name",
    ),
    Case("CFG020", (), configuration=configuration(f"{role()}\n{role(name='Web2')}")),
    Case(
        "CFG023",
        ("a.cscfg:2:1 error: Role A has no <Instances>",),
        configuration=configuration('<Role name="A"/>'),
    ),
    Case("CFG023", ("a.cscfg:1:1 error: The configuration has no role",), configuration=configuration("")),
    Case("CFG023", (), configuration=instances('count="2"')),
    Case(
        "CFG024",
        ('a.cscfg:3:1 error: Role A has the instance count "", which is no whole number',),
        configuration=instances(""),
        why="no count",
    ),
    *(
        Case(
            "CFG024",
            (f'a.cscfg:3:12 error: Role A has the instance count "{count}", which is no whole number',),
            configuration=instances(f'count="{count}"'),
        )
        for count in ("-1", "²", "2.0", "#{Count}")
    ),
    Case("CFG024", (), configuration=instances('count="#{Count}"'), options=CHECKED, why="a token"),
    Case("CFG024", (), configuration=instances('count=" 2 "')),
    Case(
        "CFG025",
        ("a.cscfg:3:12 info: Role A has one instance",),
        configuration=instances('count="1"'),
        options=SINGLE,
    ),
    Case("CFG025", (), configuration=instances('count="1"'), why="off unless asked for"),
    Case("CFG025", (), configuration=instances('count="2"'), options=SINGLE),
    Case(
        "CFG026",
        ("a.cscfg:3:12 warning: Role A has the instance count 0: it will not run",),
        configuration=instances('count="0"'),
    ),
    Case("CFG026", (), configuration=instances('count="1"')),
    Case(
        "CFG060",
        ("a.cscfg:2:18 error: Role Web has the vmName elevenchars with 11 characters",),
        configuration=configuration('<Role name="Web" vmName="elevenchars"/>'),
    ),
    Case("CFG060", (), configuration=configuration('<Role name="Web" vmName="tenchars10"/>')),
    Case(
        "CFG060",
        (),
        configuration=configuration('<Role name="Web" vmName="#{TheVmNameOfTheRole}"/>'),
        options=CHECKED,
        why="a token",
    ),
)

OF_SETTINGS = (
    Case(
        "CFG032",
        ("a.cscfg:6:10 error: The setting a is there twice, first in line 5",),
        configuration=settings('<Setting name="a" value="hunter2"/>', '<Setting name="a" value="hunter2"/>'),
    ),
    Case("CFG032", (), configuration=settings('<Setting name="a" value=""/>', '<Setting name="A" value=""/>')),
    Case(
        "CFG033",
        ("a.cscfg:5:1 error: Setting a has no value",),
        configuration=settings('<Setting name="a"/>'),
    ),
    Case(
        "CFG033",
        ("a.cscfg:5:1 error: <Setting> has no name",),
        configuration=settings('<Setting value="hunter2"/>'),
        why="no name",
    ),
    Case("CFG033", (), configuration=setting("")),
    Case(
        "CFG048",
        (TOKEN.format("info"),),
        configuration=setting("AccountName=hunter2;AccountKey=__Key__"),
    ),
    Case(
        "CFG048",
        ("a.cscfg:2:1 info: The serviceName of <ServiceConfiguration> holds a token that is not replaced yet",),
        configuration=root('serviceName="$ServiceName$"'),
        why="of the root",
    ),
    *(
        Case("CFG048", (TOKEN.format("info"),), configuration=setting(each), why=f"it may be meant: {each}")
        for each in ("Contoso Support &lt;support@contoso.com&gt;", "%TEMP%", "https://your-company.com/api")
    ),
    *(
        Case("CFG048", (TOKEN.format("warning"),), configuration=setting(each), why=f"it is one: {each}")
        for each in ("x#{Conn}", "@@Conn@@", "__Conn__", "$(Conn)", "${{ Conn }}", "{{Conn}}")
    ),
    Case("CFG048", (), configuration=setting("https://a.example/a%20b%20c?x=$1")),
    Case("CFG080", (f"a.cscfg:6:1 warning: {EMULATOR}",), configuration=setting("UseDevelopmentStorage = True;")),
    Case(
        "CFG080",
        (f"a.cscfg:6:1 info: {EMULATOR.replace(' s ', f' {DIAGNOSTICS} ')}",),
        configuration=setting("UseDevelopmentStorage=true", DIAGNOSTICS),
        why="of the diagnostics plugin",
    ),
    *(
        Case("CFG080", (f"a.cscfg:6:1 warning: {EMULATOR}",), configuration=setting(value), why="by its account")
        for value in (f"AccountName=devstoreaccount1;AccountKey={KEY}", "x=y; accountName = devStoreAccount1")
    ),
    Case("CFG080", (), configuration=setting("AccountName=devstoreaccount12"), why="another account"),
    Case("CFG080", (), configuration=setting("UseDevelopmentStorage=false")),
    *(
        Case("CFG090", (HOLDS_KEY,), configuration=setting(value), why=why)
        for why, value in (
            ("in a connection string", f"AccountName=a;AccountKey={KEY};EndpointSuffix=core.windows.net"),
            ("of a bus", f"Endpoint=sb://a;SharedAccessKeyName=Root;SharedAccessKey={KEY[-44:]}"),
            ("a signature", f"BlobEndpoint=https://a;SharedAccessSignature=sv=2022-11-02&amp;sig={KEY[-44:]}"),
            ("an address", f"https://a.example/c/b?sv=2022-11-02&amp;sig={KEY[-44:]}&amp;se=2030-01-01"),
            ("a key alone", KEY),
            ("with spaces", f"accountname = a; accountkey = {KEY} ;"),
            ("the second one", f"AccountKey=;AccountKey={KEY}"),
        )
    ),
    *(
        Case("CFG090", (), configuration=setting(value), why=why)
        for why, value in (
            ("a token", "AccountName=a;AccountKey=__TheKeyOfTheStorageAccount__"),
            ("no key yet", "AccountName=a;AccountKey="),
            ("in brackets", "AccountName=a;AccountKey=[the key of the storage account]"),
            ("in braces", "AccountName=a;AccountKey={the-key-of-the-storage-account}"),
            ("a key of the emulator is for CFG080", f"AccountName=devstoreaccount1;AccountKey={KEY}"),
            ("as long as a key", f"{KEY[:40]} {KEY[41:]}"),
            ("another sig", "https://a.example/?sig=abcdefghijklmnopqrstuvwxyz"),
        )
    ),
)

CASES = (*OF_THE_ROOT, *OF_ROLES, *OF_SETTINGS)
