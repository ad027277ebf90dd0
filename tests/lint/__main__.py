"""``python -m tests.lint``: what `validate` writes as SARIF, read by Microsoft's validator; and the wheel.

The validator ends with 0 whatever it finds, so its output is read; that it finds anything at all is tried first.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cses_action.app import App
from cses_action.errors import Problem, ProjectError
from cses_action.project import Examined, examined
from cses_action.project.xml import Document, Root, expect_root, parse_xml
from cses_action.report.sarif import sarif
from cses_action.values import replace
from tests.lint.wheel import check_wheel
from tests.unit.project.rules.kit import Case, configuration, definition
from tests.unit.project.rules.test_rules import CASES

VALIDATOR = Path(__file__).parent / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
NOTHING = Examined(None, (), (), {}, ())
UNREADABLE = (
    Problem(message="Not a regular file", fix="Give the path of a file.", file="a {b} [c].cscfg"),
    Problem(message="The file has bytes that are not utf-8", fix="Save it again.", file="/elsewhere/é.csdef", line=3),
)


def main() -> None:
    """Make logs of every kind, and have them judged."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        complaints = judged(folder, {"wrong.sarif": ['{"version": "2.1.0", "runs": [{"tol": {}}]}']})
        if not complaints:
            sys.exit("The validator of SARIF does not see what is wrong with a log.")
        made: Mapping[str, Iterable[str]] = {**logs(), "many.sarif": [many(folder)]}
        if complaints := judged(folder, made):
            sys.exit("\n".join(["The validator of SARIF complains:", *complaints[:20]]))
        (folder / "wheel").mkdir()
        check_wheel(folder / "wheel")
    print(f"{len(made)} SARIF logs are valid; the wheel installs the command.")


def logs() -> dict[str, Iterator[str]]:
    """Return a log of no findings, one of files that cannot be read, and one of what every rule finds."""
    root = Path("/root-of-the-repository")
    found = [findings_of(case, f"case {number}") for number, case in enumerate(CASES)]
    every = replace(
        NOTHING,
        configurations=tuple(each for one in found for each in (one.definition, *one.configurations) if each),
        findings=tuple(each for one in found for each in one.findings),
    )
    if not any(each.edits for each in every.findings):
        sys.exit("No finding has a fix.")
    return {
        "nothing.sarif": sarif(NOTHING, root),
        "unreadable.sarif": sarif(replace(NOTHING, unreadable=UNREADABLE), root),
        "rules.sarif": sarif(every, root),
    }


def findings_of(case: Case, name: str) -> Examined:
    """Return what all rules find in the texts of a case."""
    refused: list[Problem] = []
    definition = parsed(case.definition, f"{name}.csdef", "ServiceDefinition", refused)
    configuration = parsed(case.configuration, f"{name}.cscfg", "ServiceConfiguration", refused)
    return examined(definition, (configuration,) if configuration else (), case.options, refused)


def parsed(text: str, file: str, root: Root, refused: list[Problem]) -> Document | None:
    """Return the document in a text, if there is one."""
    try:
        document = parse_xml(text, file=file)
        expect_root(document, root)
    except ProjectError as failure:
        refused += failure.problems if text else ()
        return None
    return document


def many(folder: Path) -> str:
    """Return the log of a whole run over files in which much is wrong."""
    roles = "".join(f'<WebRole name="R{each}" vmsize="Small"/>\n' for each in range(200))
    (folder / "b.csdef").write_text(definition(roles), encoding="utf-8")
    (folder / "b.cscfg").write_text(configuration('<Role name="R"/>\n' * 50), encoding="utf-8")
    report = folder / "whole.sarif"
    with (folder / "log").open("w", encoding="utf-8") as out:
        files = ("--definition", str(folder / "b.csdef"), "--configuration", str(folder / "b.cscfg"))
        code = App({}, out).main(["validate", *files, "--sarif-file", str(report)])
    text = report.read_text(encoding="utf-8")
    if code != 3 or text.count('"ruleId"') < 300:
        sys.exit(f"The run over broken files ended with {code} and says too little.")
    return text


def judged(folder: Path, made: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the errors and warnings of the validator for these logs."""
    for name, parts in made.items():
        (folder / name).write_text("".join(parts), encoding="utf-8")
    VALIDATOR.chmod(0o755)  # packages may run no scripts at installation, and its only one does this
    words = (str(VALIDATOR), "validate", *made, "--level", "Error;Warning")
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if f"Done. {len(made):,} files scanned." not in lines:
        sys.exit("\n".join(["The validator of SARIF did not do its work:", *lines[-20:]]))
    return [line for line in lines if re.search(r"\b(error|warning)\b", line)]


if __name__ == "__main__":
    main()
