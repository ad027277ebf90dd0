"""Microsoft's samples are found to be right, but for what is said here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cses_action.project import examine
from cses_action.project.rules import RULES, Finding, Options
from tests.unit.project.given import SAMPLES

ALL = Options(enabled=frozenset(each.id for each in RULES.values() if each.severity == "off"))
"""Rules that are off are looked for as well."""
REASONS = {
    "CFG025": "the samples are for trying out, with one instance a role; off unless asked for",
    "CSD056": "the sample declares its certificate and leaves the https endpoint to the reader; off unless asked for",
}
"""Why each rule is right to say what it says of the samples."""
NOTHING = "nothing\n"
FOLDERS = sorted(each.name for each in SAMPLES.iterdir() if each.is_dir())


def findings(folder: str, options: Options | None = None) -> tuple[Finding, ...]:
    """Return what is found in a sample."""
    configuration = SAMPLES / folder / "ServiceConfiguration.Cloud.cscfg"
    return examine(str(SAMPLES / folder / "ServiceDefinition.csdef"), [str(configuration)], options).findings


def line(finding: Finding) -> str:
    """Return a finding as the golden file has it."""
    file = finding.file.removeprefix(f"{SAMPLES}/")
    place = f"{file}:{finding.line}:{finding.column}"
    return (
        f"{place}: {finding.severity} {finding.rule.id}: {finding.message}\n    because {REASONS[finding.rule.id]}\n"
    )


def test_all_that_is_found_in_the_samples_is_expected_and_has_its_reason(
    expect_golden: Callable[[str, str], None],
) -> None:
    told = {folder: findings(folder, ALL) for folder in FOLDERS}
    expect_golden(
        "rules-samples.txt",
        "\n".join(f"{folder}\n\n{''.join(map(line, each)) or NOTHING}" for folder, each in told.items()),
    )


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("deployed", [False, True], ids=["checked", "deployed"])
def test_nothing_in_the_samples_is_wrong_whatever_becomes_of_them(folder: str, deployed: bool) -> None:  # noqa: FBT001
    assert [each for each in findings(folder, Options(deployed=deployed)) if each.severity != "info"] == []
