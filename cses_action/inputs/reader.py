"""Reads typed values out of what was given, and keeps every mistake instead of the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cses_action.errors import Problem
from cses_action.inputs.registry import INPUTS
from cses_action.inputs.values import Invalid, refuse_unreplaced

if TYPE_CHECKING:
    from cses_action.inputs import Given

T = TypeVar("T")
PASSWORD = "certificate-pfx-password"  # noqa: S105 - the name of the input that may hold whatever somebody chose


class Reader:
    """What was given, and the mistakes found in it so far."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.problems = list(given.problems)

    def complain(self, message: str, fix: str) -> None:
        """Keep a mistake."""
        self.problems.append(Problem(message=message, fix=fix))

    def read(self, name: str, parse: Callable[[str], T], empty: T) -> T:
        """Return the value of an input; ``empty`` if there is none, or if it is wrong."""
        raw = self.given.values.get(name) or INPUTS[name].default
        if not raw:
            return empty
        try:
            if name != PASSWORD:
                refuse_unreplaced(raw)
            return parse(raw)
        except Invalid as mistake:
            for each in (mistake, *mistake.others):
                self.complain(f"{name} {each}", each.fix or f"Correct {name}.")
            return empty

    def require(self, name: str, *, when: str = "") -> None:
        """Keep the mistake that an input is missing; ``when`` says what it is needed for."""
        # A name without a value was given in a way that failed, and that mistake is already named.
        if name not in self.given.values:
            option = "AZURE_CLIENT_SECRET" if INPUTS[name].secret else f"--{name}"
            fix = f"Give `{name}:` under `with:`, or {option} in a shell."
            self.complain(f"{name} is required {when}".rstrip(), fix)
