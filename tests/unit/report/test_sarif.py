from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cses_action.errors import Problem
from cses_action.project import Examined, examined
from cses_action.project.edits import Edit
from cses_action.project.rules import RULES, Options
from cses_action.project.xml import Document, parse_xml
from cses_action.report.sarif import sarif
from cses_action.values import replace
from tests.unit.project.rules.kit import configuration, definition, role, web

ROOT = Path("/repository")
INPUT_ENDPOINT = '<InputEndpoint name="In" protocol="https" port="443"/>'


def parsed(text: str, file: str = "a.csdef") -> Document:
    return parse_xml(text, file=file)


def log_of(found: Examined) -> Any:
    return json.loads("".join(sarif(found, ROOT)))["runs"][0]


def run_of(definition: Document | None, *configurations: Document) -> Any:
    return log_of(examined(definition, configurations, Options()))


def results(run: Any, rule: str) -> list[Any]:
    return [each for each in run["results"] if each["ruleId"] == rule]


def wrong(before: str = "") -> Document:
    return parsed(definition(web(f"{before}<Endpoints>\n  {INPUT_ENDPOINT}</Endpoints>")))


def test_all_rules_are_described_and_results_point_at_theirs() -> None:
    run = run_of(wrong())
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == list(RULES)
    (result,) = results(run, "CSD036")
    assert rules[result["ruleIndex"]]["id"] == "CSD036"
    assert rules[result["ruleIndex"]]["name"] == "HttpsEndpointNamesNoCertificate"
    assert rules[result["ruleIndex"]]["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("Endpoint In is https and has no certificate. Add certificate=")


def test_no_findings_are_an_empty_list_of_results() -> None:
    run = log_of(Examined(None, (), (), {}, ()))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_region_is_exactly_what_the_finding_is_about() -> None:
    document = wrong("<!-- é𝄞 -->\r\n")
    (result,) = results(run_of(document), "CSD036")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (5, 3)
    assert (region["endLine"], region["endColumn"]) == (5, 3 + len(INPUT_ENDPOINT))
    start = region["charOffset"]
    assert document.text[start : start + region["charLength"]] == INPUT_ENDPOINT


def fingerprints(run: Any) -> list[str]:
    return [each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]]


def test_a_fingerprint_stays_when_lines_are_added_above_and_differs_from_every_other() -> None:
    twice = f"<Endpoints>{INPUT_ENDPOINT}{INPUT_ENDPOINT}</Endpoints>"
    first = fingerprints(run_of(parsed(definition(web(twice)))))
    second = fingerprints(run_of(parsed("<!-- a -->\n\n" + definition(web(f"\n\n{twice}")))))
    assert first == second
    assert len(set(first)) == len(first) >= 3


def test_a_fingerprint_does_not_depend_on_the_value_of_a_setting() -> None:
    def twice(value: str) -> Document:
        settings = f'<Setting name="a" value="{value}"/>' * 2
        return parsed(configuration(role(f"<ConfigurationSettings>{settings}</ConfigurationSettings>")), "a.cscfg")

    assert fingerprints(run_of(None, twice("one"))) == fingerprints(run_of(None, twice("two")))


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b#ü.csdef", "a%20b%23%C3%BC.csdef"),
        ("./in/../in/a.csdef", "in/a.csdef"),
        ("/repository/in/a.csdef", "in/a.csdef"),
        ("../a.csdef", "file:///a.csdef"),
        ("/elsewhere/a b.csdef", "file:///elsewhere/a%20b.csdef"),
        ("\udcff.csdef", "%FF.csdef"),
        ("c:d.csdef", "c%3Ad.csdef"),
    ],
)
def test_a_path_is_a_uri_relative_to_the_working_folder_where_it_lies_below(file: str, uri: str) -> None:
    unreadable = (Problem(message="Not a regular file", file=file),)
    (told,) = log_of(Examined(None, (), (), {}, unreadable))["invocations"][0]["toolExecutionNotifications"]
    assert told["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]


def test_a_file_that_cannot_be_read_is_a_matter_of_the_run() -> None:
    unreadable = (Problem(message="Not utf-8", fix="Save it again.", file="a.csdef", line=3),)
    run = log_of(Examined(None, (), (), {}, unreadable))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"] == {"text": "Not utf-8. Save it again."}
    assert told["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert run["results"] == []


def test_a_text_that_is_no_xml_has_a_place_without_an_end() -> None:
    problem = Problem(message="no", fix="Mend it.", file="a.csdef", line=2, column=5, rule="X001")
    run = log_of(examined(None, (), Options(), [problem]))
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 5}


def test_edits_are_a_fix_with_what_goes_and_what_comes() -> None:
    document, other = wrong(), parsed(configuration(role()), "a.cscfg")
    found = examined(document, (other,), Options())
    start = document.text.index("https")
    edits = (
        Edit("a.csdef", start, start + 5, "tcp", "No certificate"),
        Edit("a.cscfg", 0, 0, "<!-- -->", "No certificate"),
    )
    found = replace(found, findings=tuple(replace(each, edits=edits) for each in found.findings))
    (result,) = results(log_of(found), "CSD036")
    (fix,) = result["fixes"]
    assert fix["description"] == {"text": "No certificate."}
    first, second = fix["artifactChanges"]
    (replacement,) = first["replacements"]
    assert replacement["insertedContent"] == {"text": "tcp"}
    assert (replacement["deletedRegion"]["charOffset"], replacement["deletedRegion"]["charLength"]) == (start, 5)
    assert second["artifactLocation"] == {"uri": "a.cscfg"}


def test_braces_and_brackets_in_a_message_are_neither_placeholders_nor_links() -> None:
    document = parsed(definition(web(attributes='name="{0}[x](1)\\" vmsize="Small"')))
    (result,) = results(run_of(document), "CSES020")
    assert result["message"]["text"].startswith("Role {{0}}\\[x\\](1)\\\\ has the vmsize Small")
