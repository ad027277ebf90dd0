"""What a rule is, what it finds, and the one list of all rules."""

from __future__ import annotations

from typing import Final, Literal

from cses_action.errors import Problem
from cses_action.project.edits import Edit
from cses_action.project.xml import Attribute, Document, Element
from cses_action.values import Value

Severity = Literal["error", "warning", "info", "off"]
"""``off``: looked for only if the user asks for it."""

RULES: Final[dict[str, Rule]] = {}
"""Every rule by its id."""


LONGEST = 1000
"""Characters of a message: it may quote a name, and a name may be as long as a file."""


def brief(text: str) -> str:
    """Return a text that a person can read to its end."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class Rule:
    """One thing that can be wrong with the project files; it knows no file, it names what was found."""

    def __init__(self, id: str, severity: Severity, title: str, *, fix: str = "", source: str) -> None:  # noqa: A002 - the field's word
        if id in RULES:
            raise ValueError(f"the rule {id} is there twice")
        self.id = id
        self.severity = severity
        self.title = title
        """One line, for the table of the rules."""
        self.fix = fix
        """What to do about it in general; a finding can say it more exactly."""
        self.source = source
        """Who says so."""
        RULES[id] = self

    def at(self, document: Document, place: Element | Attribute, message: str, fix: str = "") -> Finding:
        """Return what was found at this element or attribute."""
        end = place.value_end if isinstance(place, Attribute) else place.tag_end
        return Finding(
            rule=self,
            severity=self.severity,
            message=brief(message),
            fix=brief(fix or self.fix),
            file=document.file,
            line=place.line,
            column=place.column,
            start=place.start,
            end=end,
        )


class Finding(Value):
    """A place in a file that breaks a rule."""

    rule: Rule
    severity: Severity
    message: str
    fix: str
    file: str
    line: int
    column: int
    start: int = 0
    """Offsets of the attribute or start tag in the file's text; both 0 where the file could not be parsed."""
    end: int = 0
    edits: tuple[Edit, ...] = ()
    """Changes that mend it safely; a rule adds them with ``replace``."""
    deployed_only: bool = False
    """It is none while a later step is to change the file, for example to replace a token."""
    checked_as: Severity | None = None
    """Its weight while a later step may still change the file, if that is another one."""

    @property
    def problem(self) -> Problem:
        """The finding as hosts show it."""
        return Problem(
            message=self.message, fix=self.fix, file=self.file, line=self.line, column=self.column, rule=self.rule.id
        )
