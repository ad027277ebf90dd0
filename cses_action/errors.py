"""Everything that can stop a run.

::

    ActionError            1   (only its subclasses are raised)
    ├── InputError         2   what the user gave
    ├── ProjectError       3   what stands in the user's files; it has a file and, where there is one, a line
    ├── AzureError         4   what Azure or the network refused
    │   └── Unanswered     4   the request may have arrived, but no answer came back
    │       └── Throttled  4   too many requests: this one was not carried out, and may be sent again
    └── TimeRanOut         5   safe to run again

The exit code stands on the class. An error carries every mistake that was found, not only the first.
"""

from __future__ import annotations

from typing import ClassVar, Self

from cses_action.values import Value, replace


class Problem(Value):
    """One mistake: what happened, exactly what to change, and where."""

    message: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    code: str = ""
    """Azure's own error code, for example ``AuthorizationFailed``."""
    request_id: str = ""
    rule: str = ""
    """The id of the rule that a project file breaks, for example ``CSD036``."""

    def __str__(self) -> str:
        """Everything in one line, for a log."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        rule = f"{self.rule}: " if self.rule else ""
        asked = f" (request id {self.request_id})" if self.request_id else ""
        code = f" [{self.code}]" if self.code else ""
        parts = (f"{place}:" if place else "", f"{rule}{self.message}{code}{asked}", self.fix)
        return " ".join(part for part in parts if part)


class ActionError(Exception):
    """A run that cannot go on, with all its problems and the exit code of its class."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, fix: str = "", file: str = "", line: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = (Problem(message=message, fix=fix, file=file, line=line, code=code),)

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> Self:
        """The error that names all of these problems; a problem that is named twice is kept once."""
        error = cls("; ".join(problem.message for problem in problems))
        error.problems = tuple(dict.fromkeys(problems))
        return error

    def at(self, *, request_id: str) -> Self:
        """The same error, with the id that Azure's support asks for."""
        self.problems = tuple(replace(problem, request_id=request_id) for problem in self.problems)
        return self


class InputError(ActionError):
    """What the user gave is missing, wrong or contradictory."""

    exit_code = 2


class ProjectError(ActionError):
    """A file of the user exists but cannot be used, or does not fit another one or Azure."""

    exit_code = 3


class AzureError(ActionError):
    """Azure or the network refused: sign-in, rights, not found, busy, TLS, no connection, a failed operation."""

    exit_code = 4


class Unanswered(AzureError):
    """A request was sent and no answer decided it: it may or may not have been carried out."""

    retry_after: float = 0.0
    """Seconds that Azure asked to wait."""


class Throttled(Unanswered):
    """Azure takes no more requests for now: this one was not carried out, and a later one may be."""


class TimeRanOut(ActionError):
    """The time the user gave has passed; nothing is lost, and the run can be started again."""

    exit_code = 5
