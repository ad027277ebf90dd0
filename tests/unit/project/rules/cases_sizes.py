"""Cases of ``rules/sizes.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition

OF_NO_FAMILY = "which is of no family that is documented for extended support"


def size(attribute: str) -> str:
    """Return a definition with the size of its role in line 3, column 1."""
    return definition(f'<WebRole name="Web"\n{attribute}/>')


CASES = (
    *(
        Case(
            "CSES020",
            (f"a.csdef:3:1 error: Role Web has the vmsize {each}, which extended support does not have",),
            size(f'vmsize="{each}"'),
        )
        for each in ("ExtraSmall", "small", "A7", "ExtraLarge")
    ),
    Case("CSES020", (), size('vmsize="Standard_A1_v2"')),
    Case("CSES020", (), size('vmsize="#{Size}"'), why="a token"),
    *(
        Case(
            "CSES021",
            (f"a.csdef:3:1 error: Role Web has the vmsize {each}, which is gone without a successor",),
            size(f'vmsize="{each}"'),
        )
        for each in ("a8", "A9", "A10", "A11", "MSODSG5")
    ),
    Case("CSES021", (), size('vmsize="A7"')),
    Case(
        "CSES022",
        ("a.csdef:2:1 error: Role Web has no vmsize, which means Small: extended support does not have it",),
        size(""),
    ),
    Case(
        "CSES022",
        ("a.csdef:3:1 error: Role Web has no vmsize, which means Small: extended support does not have it",),
        size('vmsize=" "'),
        why="white space",
    ),
    Case("CSES022", (), size('vmsize="Small"')),
    *(
        Case(
            "CSES023",
            (f"a.csdef:3:1 info: Role Web has the vmsize {each}, {OF_NO_FAMILY}",),
            size(f'vmsize="{each}"'),
        )
        for each in (
            "Standard_F2", "Standard_D2s_v3", "Standard_A1", "Standard_D", "Basic_D1", "Huge", "Standard_D2_v9",
        )
    ),
    *(
        Case("CSES023", (), size(f'vmsize="{each}"'), why=each)
        for each in (
            "Standard_A2m_v2", "Standard_D11", "standard_d15_V2", "Standard_D2_v3", "Standard_D8a_v4",
            "Standard_E20_v3", "Standard_E2a_v4", "Standard_G5", "Standard_H16mr", "A9", "ExtraSmall",
        )
    ),
)  # fmt: skip
