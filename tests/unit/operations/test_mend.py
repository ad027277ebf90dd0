"""Whole runs of ``operation: validate`` with ``fix: true``."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tests.unit.operations.test_validate import Validation, plain, worker
from tests.unit.project.rules.kit import THUMBPRINT, configuration, definition, role

WRONG = THUMBPRINT.lower()[:20] + " " + THUMBPRINT.lower()[20:]
SECRET = "hunter2hunter2"
CERTIFICATE = f'<Certificates><Certificate name="C" thumbprint="{WRONG}" thumbprintAlgorithm="SHA1"/></Certificates>'
DECLARED = '<Certificates><Certificate name="C" storeLocation="LocalMachine" storeName="My"/></Certificates>'
SETTING = f'<ConfigurationSettings><Setting name="S" value="{SECRET}"/></ConfigurationSettings>'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validation:
    monkeypatch.chdir(tmp_path)
    return Validation(tmp_path)


def cscfg() -> str:
    return configuration(role(CERTIFICATE + "\n" + SETTING))


def csdef() -> str:
    settings = '<ConfigurationSettings><Setting name="S"/></ConfigurationSettings>'
    return definition(worker(DECLARED + settings).replace("Standard_D1_v2", "Small"))


def test_what_is_safe_is_mended_and_every_other_byte_stays(run: Validation) -> None:
    text = cscfg().replace("\n", "\r\n")
    data = codecs.BOM_UTF16_LE + f'<?xml version="1.0" encoding="utf-16"?>\r\n{text}'.encode("utf-16-le")
    options = run.give(csdef(), data)
    assert run.start(*options, "--fix") == 0
    expected = data.decode("utf-16").replace(WRONG, THUMBPRINT).replace("SHA1", "sha1")
    assert (run.folder / "a.cscfg").read_bytes() == codecs.BOM_UTF16_LE + expected.encode("utf-16-le")
    assert (run.folder / "a.csdef").read_text(encoding="utf-8") == csdef().replace('"Small"', '"Standard_A1_v2"')
    assert "Mended 2 files. What is left:\n" in run.text
    assert "no errors, warnings or notes in 2 files." in run.text
    assert "Build the package anew" in run.annotations("warning")[0].data


def test_a_second_run_changes_nothing(run: Validation) -> None:
    options = run.give(csdef(), cscfg())
    assert run.start(*options, "--fix") == 0
    before = {each: (each.stat().st_ino, each.read_bytes()) for each in run.folder.glob("a.*")}
    assert run.start(*options, "--fix") == 0
    assert {each: (each.stat().st_ino, each.read_bytes()) for each in run.folder.glob("a.*")} == before
    assert "Nothing can be mended safely.\n" in run.text


def test_the_change_is_shown_as_a_diff_and_no_value_of_a_setting_with_it(run: Validation) -> None:
    assert plain(run).start(*run.give(csdef(), cscfg()), "--fix", "--sarif-file", "out.sarif") == 0
    lines = run.text.splitlines()
    assert lines[lines.index("--- a.cscfg") + 1] == "+++ a.cscfg"
    assert any(line.startswith("-<Certificates>") and WRONG in line for line in lines)
    assert any(line.startswith("+<Certificates>") and THUMBPRINT in line for line in lines)
    assert SECRET not in run.text + (run.folder / "out.sarif").read_text(encoding="utf-8")


def test_without_fix_it_is_only_said_what_could_be_mended(run: Validation) -> None:
    assert plain(run).start(*run.give(csdef(), cscfg()), "--sarif-file", "out.sarif") == 3
    assert "in 2 files. fix: true would mend 3.\n" in run.text
    assert (run.folder / "a.cscfg").read_text(encoding="utf-8") == cscfg()
    assert '"fixes"' in (run.folder / "out.sarif").read_text(encoding="utf-8")


def test_what_is_left_is_told_where_it_stands_now(run: Validation) -> None:
    text = cscfg().replace("<Instances", "\n<Instances").replace('count="2"', 'count="many"')
    assert run.start(*run.give(csdef(), text), "--fix") == 3
    (error,) = run.annotations("error")
    assert (error.properties["title"], error.properties["line"]) == ("CFG024", "4")
    assert "### Changed files\n\n- a.csdef\n- a.cscfg" in run.summary
    assert "Project files were changed. Nothing was changed in Azure." in run.summary


def test_a_broken_file_is_left_alone_and_the_others_are_mended(run: Validation) -> None:
    options = [*run.give(csdef()), "--configuration", run.write("broken.cscfg", "<x"), "--configuration", "folder"]
    (run.folder / "folder").mkdir()
    assert run.start(*options, "--fix") == 3
    assert "Small" not in (run.folder / "a.csdef").read_text(encoding="utf-8")
    assert {each.properties["file"] for each in run.annotations("error")} == {"broken.cscfg", "folder"}
    assert "2 errors in 3 files." in run.text


def test_a_file_with_nothing_to_mend_is_not_written(run: Validation) -> None:
    options = run.give(csdef().replace('"Small"', '"Standard_A1_v2"'), cscfg())
    before = (run.folder / "a.csdef").stat().st_ino
    assert run.start(*options, "--fix") == 0
    assert (run.folder / "a.csdef").stat().st_ino == before
    assert "Mended 1 file. What is left:\n" in run.text
    assert "Build the package anew" not in run.text


def test_a_disabled_rule_mends_nothing(run: Validation) -> None:
    options = [*run.give(csdef()), "--disable-rules", "CSES020"]
    assert run.start(*options, "--fix") == 0
    assert (run.folder / "a.csdef").read_text(encoding="utf-8") == csdef()


def test_files_that_cannot_be_written_are_as_they_were_and_everything_found_is_told(run: Validation) -> None:
    options = run.give(csdef(), cscfg())
    (run.folder / "a.cscfg").chmod(0o444)
    assert run.start(*options, "--fix") == 3
    assert (run.folder / "a.csdef").read_text(encoding="utf-8") == csdef()
    told = [each.data.split("\n")[0] for each in run.annotations("error")]
    assert told[-1] == "The file is read-only"
    assert any("Small" in each for each in told)
    assert "### Changed files" not in run.summary
