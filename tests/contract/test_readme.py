"""The README's tables and names are copies; these tests keep them true."""

from __future__ import annotations

import re

import pytest
import yaml

from cses_action.errors import AzureError, InputError, ProjectError, TimeRanOut
from cses_action.inputs.registry import INPUTS
from cses_action.planning import tags
from cses_action.report.outputs import OUTPUTS
from tests.contract.files import ROOT, read, rows, section

README = read("README.md")


def test_the_table_of_inputs_is_the_registry() -> None:
    expected = [
        (f"`{each.name}`", each.kind, f"`{each.default}`" if each.default else "", each.required, each.description)
        for each in INPUTS.values()
    ]
    assert rows(section("Inputs", README)) == expected


def test_the_table_of_outputs_is_the_registry() -> None:
    expected = [(f"`{name}`", description) for name, description in OUTPUTS.items()]
    assert rows(section("Outputs", README)) == expected


def test_the_table_of_exit_codes_names_every_class_of_errors() -> None:
    codes = {row[0] for row in rows(section("Exit codes", README))}
    classes = {str(kind.exit_code) for kind in (InputError, ProjectError, AzureError, TimeRanOut)}
    assert codes == {"0", "1", *classes, "130 / 143"}


def test_every_tag_that_is_written_is_told() -> None:
    told = {row[0].strip("`") for row in rows(section("What it writes on the service", README))}
    assert told == {tags.PACKAGE, tags.BLOB, tags.PREVIOUS_BLOB, tags.RUN, tags.HTTPS, tags.LABEL}


def test_the_first_screen_says_what_it_is_when_the_platform_ends_and_how_to_try_it() -> None:
    first = README[: README.index("\n## Inputs\n")]
    needed = ["Azure Cloud Services (extended support)", "31 March 2027", "uses: ./", "make demo", "make test"]
    assert [each for each in needed if each not in first] == []


WORKFLOWS = [
    each
    for page in (README, read("docs/rotation.md"), read("docs/preparing.md"))
    for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
]


@pytest.mark.parametrize("example", [each for each in WORKFLOWS if "jobs:" in each])
def test_the_examples_of_workflows_give_only_inputs_that_exist(example: str) -> None:
    steps = [step for job in yaml.safe_load(example)["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if step.get("uses") == "./" or "cses-action" in step.get("uses", "")]
    assert ours
    assert {name for step in ours for name in step["with"]} <= set(INPUTS)


def test_the_picture_of_the_layout_names_only_what_is_there() -> None:
    tree = re.findall(r"```text\n(.*?)```", section("How it works", README), re.DOTALL)[-1]
    folder, missing = "", []
    for line in tree.splitlines():
        name = line.split()[0]
        folder = folder if line.startswith(" ") else ""
        if not (ROOT / folder / name).exists():
            missing.append(f"{folder}{name}")
        if not line.startswith(" ") and name.endswith("/"):
            folder = name
    assert missing == []


def test_every_link_to_a_file_or_a_heading_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if link.startswith("#") and link[1:] not in headings] == []
    assert [link for link in local if not link.startswith("#") and not (ROOT / link).exists()] == []
