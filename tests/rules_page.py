"""``python -m tests.rules_page``: docs/rules.md, made from the registry of the rules; tests/contract compares it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cses_action.project.rules import FORM, RULES, Rule, packages
from cses_action.report.markdown import table

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
FAMILIES: Mapping[str, str] = {
    "X": "Form: XML, and what the schemas know",
    "CSD": "Service definition (.csdef)",
    "CFG": "Service configuration (.cscfg), alone and with the definition",
    "CSES": "Cloud Services (extended support)",
    "PKG": "Service package (.cspkg)",
}
INTRODUCTION = f"""\
# Rules

What `operation: validate` looks for in service definition and service configuration. `deploy` and `plan` look for the
same before they touch Azure, and like `inspect` they read the package too, for what begins with PKG and for CSES100:
errors stop them, warnings do not. This page is made from the code by `make rules`.

- **error**: packing or deploying would fail. **warning**: probably a mistake. **info**: good to know; code scanning
  calls it a note. **off**: looked for only with `enable-rules`.
- `disable-rules: CFG002, CSD053` leaves rules out. These cannot be left out: {", ".join(FORM)}, without which nothing
  else can be found, and {", ".join(each.id for each in packages.SAFETY)},
  where what is read need not be what Azure reads. `warnings-as-errors: true` makes warnings stop the run. `target:
  classic` leaves out the rules that begin with CSES.
- A value that a later step fills in (`#{{x}}`, `__x__`, `$(x)`, …) is not judged.
- `fix: true` mends in the files what can be mended safely, for example the spelling of a thumbprint.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(RULES.values()), encoding="utf-8")


def page(rules: Iterable[Rule]) -> str:
    """Return the page: every rule, by family and number."""
    known = sorted(rules, key=lambda each: (number_of(each), each.id))
    parts = [INTRODUCTION]
    for family, title in FAMILIES.items():
        rows = [(each.id, each.severity, each.title, each.fix, each.source) for each in known if of(each) == family]
        if rows:
            parts.append(f"## {title}\n\n{table(('rule', 'severity', 'title', 'what to do', 'source'), rows)}\n")
    return "\n".join(parts)


def of(rule: Rule) -> str:
    """Return the family of a rule: the letters that its id begins with."""
    return re.match("[A-Z]+", rule.id)[0]  # type: ignore[index]


def number_of(rule: Rule) -> int:
    """Return the number in the id of a rule."""
    return int(re.search("[0-9]+", rule.id)[0])  # type: ignore[index]


if __name__ == "__main__":
    main()
