"""Cases of ``rules/thumbprints.py``, and of tokens that stand for a thumbprint."""

from __future__ import annotations

from cses_action.project.rules import Options
from tests.unit.project.rules.kit import THUMBPRINT, Case, configuration, role

CHECKED = Options(deployed=False)
NO_THUMBPRINT = "a.cscfg:6:1 error: Certificate c has no thumbprint of 40 hexadecimal digits"
NO_ALGORITHM = "error: Certificate c has no thumbprintAlgorithm that Azure knows"


def certificates(*attributes: str) -> str:
    """Return a configuration whose certificates begin in line 5, one a line."""
    rows = "\n".join(f"<Certificate {each}/>" for each in attributes)
    return configuration(role(f"<Certificates>\n{rows}</Certificates>"))


def thumbprint(value: str) -> str:
    """Return a configuration with one certificate; its thumbprint stands in line 6, column 1."""
    return certificates(f'name="c" thumbprintAlgorithm="sha1"\nthumbprint="{value}"')


def algorithm(attribute: str) -> str:
    """Return a configuration with one certificate; its algorithm stands in line 6, column 1."""
    return certificates(f'name="c" thumbprint="{THUMBPRINT}"\n{attribute}')


CASES = (
    *(
        Case("CFG042", (NO_THUMBPRINT,), configuration=thumbprint(value))
        for value in ("", "00DEADBEEF00", THUMBPRINT[:-1] + "G", THUMBPRINT + THUMBPRINT[:24])
    ),
    Case(
        "CFG042",
        ("a.cscfg:6:1 error: The thumbprint of certificate c is a token that was not replaced",),
        configuration=thumbprint("@@T@@"),
        why="a token, deployed",
    ),
    Case(
        "CFG042",
        (NO_THUMBPRINT.replace(":6:", ":5:"),),
        configuration=certificates('name="c" thumbprintAlgorithm="sha1"'),
        why="none at all",
    ),
    Case("CFG042", (), configuration=thumbprint("#{thumbprint}"), options=CHECKED, why="a token"),
    *(
        Case(
            "CFG042",
            (NO_THUMBPRINT.replace("error", "warning"),),
            configuration=thumbprint(value),
            options=CHECKED,
            why="a placeholder",
        )
        for value in ("", "00DEADBEEF00", "TODO", "[thumbprint]", "{thumbprint}")
    ),
    *(
        Case("CFG042", (NO_THUMBPRINT,), configuration=thumbprint(value), options=CHECKED, why="meant to be one")
        for value in (THUMBPRINT[:-1], THUMBPRINT[:-1] + "G", THUMBPRINT + THUMBPRINT[:24])
    ),
    Case(
        "CFG042",
        (NO_THUMBPRINT.replace(":6:", ":5:"),),
        configuration=certificates('name="c" thumbprintAlgorithm="sha1"'),
        options=CHECKED,
        why="none at all, checked",
    ),
    Case(
        "CFG042",
        (NO_THUMBPRINT,),
        configuration=thumbprint("TODO"),
        options=Options(deployed=False, warnings_as_errors=True),
        why="a placeholder where warnings are errors",
    ),
    Case("CFG042", (), configuration=thumbprint(f"\u200e {THUMBPRINT.lower()}"), why="as people copy it"),
    Case("CFG043", (f"a.cscfg:5:1 {NO_ALGORITHM}",), configuration=algorithm(""), why="none at all"),
    *(
        Case("CFG043", (f"a.cscfg:6:1 {NO_ALGORITHM}",), configuration=algorithm(f'thumbprintAlgorithm="{written}"'))
        for written in ("SHA1", "Sha-1", "sha256", "")
    ),
    Case("CFG043", (), configuration=algorithm('thumbprintAlgorithm="sha1"')),
    Case("CFG043", (), configuration=algorithm('thumbprintAlgorithm="#{A}"'), options=CHECKED, why="a token"),
    *(
        Case(
            "CFG044",
            ("a.cscfg:6:1 warning: The thumbprint of certificate c has spaces or invisible marks in it",),
            configuration=thumbprint(value),
        )
        for value in (f"\u200e{THUMBPRINT}", f"&#x200e;{THUMBPRINT}", f"{THUMBPRINT[:20]} {THUMBPRINT[20:].lower()}")
    ),
    Case("CFG044", (), configuration=thumbprint(THUMBPRINT)),
    Case("CFG044", (), configuration=thumbprint("01 23"), why="no thumbprint is for CFG042"),
    Case(
        "CFG045",
        ("a.cscfg:6:1 info: The thumbprint of certificate c is not in upper case",),
        configuration=thumbprint(THUMBPRINT.lower()),
    ),
    Case("CFG045", (), configuration=thumbprint(THUMBPRINT)),
    Case("CFG045", (), configuration=thumbprint(f" {THUMBPRINT.lower()}"), why="one finding mends both"),
    *(
        Case(
            "CFG046",
            ("a.cscfg:6:1 warning: The thumbprint of certificate c is one digit over and over: a placeholder",),
            configuration=thumbprint(digit * 40),
        )
        for digit in "0f"
    ),
    Case("CFG046", (), configuration=thumbprint("0" * 39 + "1")),
    Case("CFG045", (), configuration=thumbprint("f" * 40), why="of a placeholder"),
    Case(
        "CFG047",
        ("a.cscfg:6:14 error: The certificate C is there twice, first in line 5",),
        configuration=certificates('name="c"', 'name="C"'),
    ),
    Case(
        "CFG047",
        ("a.cscfg:5:1 error: <Certificate> has no name",),
        configuration=certificates(f'thumbprint="{THUMBPRINT}" thumbprintAlgorithm="sha1"'),
        why="no name",
    ),
    Case("CFG047", (), configuration=certificates('name="c"', 'name="d"')),
    Case(
        "CFG048",
        ("a.cscfg:5:14 warning: The name of <Certificate> holds a token that is not replaced yet",),
        configuration=certificates(f'name="@@c@@" thumbprint="{THUMBPRINT}"'),
        why="a name is not said twice",
    ),
    Case("CFG048", (), configuration=thumbprint("#{T}"), why="the error of the value has told it"),
    Case(
        "CFG048",
        ("a.cscfg:6:1 info: The thumbprint of <Certificate> c holds a token that is not replaced yet",),
        configuration=thumbprint("#{T}"),
        options=CHECKED,
        why="before it is deployed",
    ),
)
