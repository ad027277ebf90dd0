"""Whole runs of ``operation: validate``: exit codes, annotations, log and summary."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from cses_action.app import App
from cses_action.project.rules import MOST
from tests.fakes.agent import read_agent_log
from tests.fakes.runner import LONGEST_SUMMARY, Command, Log, read_log, read_summary
from tests.unit.project.rules.kit import configuration, definition, role

NO_CERTIFICATE = '<Endpoints>\n  <InputEndpoint name="In" protocol="https" port="443"/></Endpoints>'


def worker(children: str = "") -> str:
    """Return a role with nothing to find in it; its children begin in the second line of it."""
    return f'<WorkerRole name="Web" vmsize="Standard_D1_v2">\n{children}\n</WorkerRole>'


class Validation:
    """One run in a folder; on GitHub unless the environment says otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = io.StringIO()
        self.env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "INPUT_RETIREMENT-NOTICE": "false",
        }

    def write(self, name: str, text: str | bytes) -> str:
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def give(self, csdef: str | bytes = "", cscfg: str | bytes = "") -> Sequence[str]:
        """Write the files, and return the options that name them."""
        options: list[str] = []
        if csdef:
            options += ["--definition", self.write("a.csdef", csdef)]
        if cscfg:
            options += ["--configuration", self.write("a.cscfg", cscfg)]
        return options

    def start(self, *options: str) -> int:
        return App(self.env, self.out).main(["validate", *options])

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def log(self) -> Log:
        return (read_agent_log if "TF_BUILD" in self.env else read_log)(self.text)

    @property
    def summary(self) -> str:
        return read_summary(self.folder / "summary.md")

    def annotations(self, level: str) -> list[Command]:
        return [each for each in self.log.annotations if each.name == level]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validation:
    monkeypatch.chdir(tmp_path)
    return Validation(tmp_path)


def plain(run: Validation) -> Validation:
    run.env.clear()
    run.env["INPUT_RETIREMENT-NOTICE"] = "false"
    return run


def many_roles(count: int) -> str:
    return "".join(f'<WebRole name="R{each}" vmsize="Small"/>\n' for each in range(count))


def test_files_without_errors_are_exit_0(run: Validation) -> None:
    assert run.start(*run.give(definition(worker()), configuration(role()))) == 0
    assert run.log.annotations == []
    assert "no errors, warnings or notes in 2 files.\n" in run.text
    assert "The files have no errors." not in run.text, "that is said once"
    assert run.summary.startswith("## ✅ No errors · validate\n")
    assert "### Project files" not in run.summary


def test_no_credentials_and_no_service_are_asked_for(run: Validation) -> None:
    assert run.start() == 2
    assert [each.data.split("\n")[0] for each in run.annotations("error")] == [
        "configuration is required without definition"
    ]


def test_an_error_stands_at_its_place_under_the_id_of_its_rule(run: Validation) -> None:
    assert run.start(*run.give(definition(worker(NO_CERTIFICATE)))) == 3
    (error,) = run.annotations("error")
    assert error.properties == {"file": "a.csdef", "line": "4", "col": "3", "title": "CSD036"}
    assert "1 error in 1 file.\n" in run.text
    assert "| CSD036 | error | a.csdef:4:3 | Endpoint In is https and has no certificate |" in run.summary
    assert run.summary.startswith("## ❌ Project files · validate\n")
    assert run.summary.count("CSD036") == 1, "the finding is told once"


@pytest.mark.parametrize("token", ["#{count}", "#{count}#", "__count__", "$(count)", "{{ count }}", "${count}"])
def test_a_token_is_a_note_as_a_later_step_replaces_it(run: Validation, token: str) -> None:
    text = configuration(role()).replace('count="2"', f'count="{token}"')
    assert token in text
    assert run.start(*run.give(definition(worker()), text)) == 0
    assert [each.properties["title"] for each in run.log.annotations] == ["CFG048"]
    assert run.annotations("notice")


def test_errors_come_before_warnings_and_notes(run: Validation) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>\n{configuration(role().replace("2", "many"))}'
    assert run.start(*run.give(cscfg=text)) == 3
    assert [each.name for each in run.log.annotations] == ["error", "warning"]
    assert "1 error, 1 warning in 1 file.\n" in run.text


def test_warnings_stop_nothing_unless_they_are_errors(run: Validation) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>\n{configuration(role())}'
    options = run.give(cscfg=text)
    assert run.start(*options) == 0
    assert [each.name for each in run.log.annotations] == ["warning"]
    assert "| X004 | warning |" in run.summary
    assert run.start(*options, "--warnings-as-errors") == 3
    assert run.start(*options, "--warnings-as-errors", "--disable-rules", "X004") == 0


def test_a_rule_that_does_not_exist_is_a_mistake_of_the_inputs(run: Validation) -> None:
    assert run.start(*run.give(cscfg=configuration(role())), "--disable-rules", "CFG999") == 2


def test_several_configurations_are_checked_each_alone_and_with_the_definition(run: Validation) -> None:
    options = [*run.give(definition(worker())), "--configuration", run.write("one.cscfg", configuration(role()))]
    other = run.write("two.cscfg", configuration(role(name="Other")))
    assert run.start(*options, "--configuration", other) == 3
    assert {each.properties["file"] for each in run.annotations("error")} == {"two.cscfg"}
    assert "in 3 files" in run.text


def test_what_is_no_file_is_told_first_and_stops_nothing_else(run: Validation) -> None:
    options = run.give(definition(worker(NO_CERTIFICATE)))
    (run.folder / "folder.cscfg").mkdir()
    assert run.start(*options, "--configuration", "folder.cscfg") == 3
    first, second = run.annotations("error")
    assert (first.properties["file"], first.data.split("\n")[0]) == ("folder.cscfg", "Not a regular file")
    assert second.properties["title"] == "CSD036"
    assert "2 errors in 2 files" in run.text
    assert "| folder.cscfg | Not a regular file | Give the path of a file. |" in run.summary


@pytest.mark.parametrize("host", ["github", "agent"])
def test_three_hundred_findings_are_ten_annotations_and_all_of_them_in_log_and_summary(
    run: Validation, host: str
) -> None:
    if host == "agent":
        run.env = {"TF_BUILD": "True", "AGENT_TEMPDIRECTORY": str(run.folder), "INPUT_RETIREMENTNOTICE": "false"}
    assert run.start(*run.give(definition(many_roles(20), 'name=""'), configuration(many(300)))) == 3
    assert len(run.annotations("error")) == 10
    shown = [line for line in run.log.lines if re.match(r"a\.cs(def|cfg):\d+:\d+: error [A-Z]+\d+: ", line)]
    (total,) = (line for line in run.log.lines if " in 2 files. fix: true would mend " in line)
    assert total.startswith(f"{len(shown) + 10} errors")
    if host == "github":
        assert run.summary.count("| error | ") == len(shown) + 10 > 300


def many(count: int) -> str:
    return "".join(f'<Role name="R{each}"><Instances count="x"/></Role>\n' for each in range(count))


def test_of_a_hundred_thousand_findings_the_first_are_told_and_all_are_counted(run: Validation) -> None:
    # None has a value, none is declared, and all but the first are there twice.
    settings = '<Setting name="a"/>' * 39_000
    text = configuration(role(f"<ConfigurationSettings>{settings}</ConfigurationSettings>"))
    assert run.start(*run.give(definition(worker()), text)) == 3
    (line,) = (each for each in run.log.lines if each.endswith(" in 2 files."))
    total = int(line.split(" ", 1)[0].replace(",", ""))
    assert total > 100_000
    assert 10 + sum(": error " in each for each in run.log.lines) == MOST
    assert len(run.summary.encode()) < LONGEST_SUMMARY
    told = run.summary.count("| error |")
    assert f"{total - told:,} more are left out here." in run.summary


def test_a_finding_reads_like_a_compilers_in_a_shell(run: Validation) -> None:
    assert plain(run).start(*run.give(definition(worker(NO_CERTIFICATE)))) == 3
    assert "\na.csdef:4:3: error CSD036: Endpoint In is https and has no certificate\n" in run.text


def report_of(run: Validation, name: str = "out.sarif") -> dict[str, object]:
    found: dict[str, object] = json.loads((run.folder / name).read_text(encoding="utf-8"))["runs"][0]
    return found


def test_sarif_is_written_also_when_there_are_errors(run: Validation) -> None:
    assert run.start(*run.give(definition(worker(NO_CERTIFICATE))), "--sarif-file", "out.sarif") == 3
    assert '"ruleId": "CSD036"' in (run.folder / "out.sarif").read_text(encoding="utf-8")
    assert "SARIF: out.sarif\n" in run.text
    assert (run.folder / "out.sarif").stat().st_mode & 0o444 == 0o444, "a later step reads it as another user"
    assert sorted(each.suffix for each in run.folder.iterdir()) == [".csdef", ".md", ".sarif"]


def test_sarif_of_a_second_run_replaces_the_first(run: Validation) -> None:
    report = ("--sarif-file", "out.sarif")
    assert run.start(*run.give(definition(worker(NO_CERTIFICATE))), *report) == 3
    assert run.start(*run.give(definition(worker())), *report) == 0
    assert report_of(run)["results"] == []


def test_a_folder_that_is_not_there_is_a_mistake_of_the_inputs(run: Validation) -> None:
    assert run.start(*run.give(definition(worker())), "--sarif-file", "no/out.sarif") == 2
    assert "sarif-file: the folder of no/out.sarif does not exist" in run.text


@pytest.mark.parametrize("kind", ["folder", "fifo", "device"])
def test_a_report_never_takes_the_place_of_what_is_no_file(run: Validation, kind: str) -> None:
    path = run.folder / "out.sarif"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    assert run.start(*run.give(definition(worker())), "--sarif-file", "out.sarif") == 2
    assert "sarif-file: out.sarif is not a regular file" in run.text


@pytest.mark.parametrize("name", ["a.csdef", "./a.csdef", "link"])
def test_a_report_never_takes_the_place_of_an_input(run: Validation, name: str) -> None:
    options = run.give(definition(worker()))
    (run.folder / "link").symlink_to("a.csdef")
    assert run.start(*options, "--sarif-file", name) == 2
    assert "definition and sarif-file name the same file" in run.text
    assert (run.folder / "a.csdef").read_text(encoding="utf-8") == definition(worker())


def test_a_report_that_cannot_be_written_is_told_with_the_errors_of_the_files(run: Validation) -> None:
    # Nobody makes a file there, root included.
    assert run.start(*run.give(definition(worker(NO_CERTIFICATE))), "--sarif-file", "/sys/out.sarif") == 3
    first, second = run.annotations("error")
    assert first.properties["title"] == "CSD036"
    assert second.data.startswith("The file cannot be written: ")
    assert second.properties == {"file": "/sys/out.sarif"}
