from __future__ import annotations

from pathlib import Path

import pytest

from cses_action.inputs.lists import file_path, file_paths
from cses_action.inputs.values import Invalid


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_pattern_gives_the_one_file_that_it_matches(folder: Path) -> None:
    (folder / "out" / "app.publish").mkdir(parents=True)
    (folder / "out" / "app.publish" / "web.cspkg").touch()
    (folder / "out" / "other.cspkg.d").mkdir()
    assert file_path("**/*.cspkg*") == "out/app.publish/web.cspkg"


def test_a_file_with_brackets_in_its_name_is_taken_as_it_stands(folder: Path) -> None:
    (folder / "web[1].cscfg").touch()
    (folder / "web1.cscfg").touch()
    assert file_path("web[1].cscfg") == "web[1].cscfg"


def test_a_file_with_a_comma_in_its_name_is_taken_as_it_stands(folder: Path) -> None:
    (folder / "a,b.cspkg").touch()
    assert file_path("a,b.cspkg") == "a,b.cspkg"
    (folder / "web[1].cscfg").touch()
    assert file_path("web[1].cscfg,\n") == "web[1].cscfg", "a list of one"


def test_a_folder_is_left_for_the_reader_of_the_file_to_refuse(folder: Path) -> None:
    (folder / "web.cspkg").mkdir()
    assert file_path("web.cspkg") == "web.cspkg"
    assert file_path("w*.cspkg") == "web.cspkg"


@pytest.mark.parametrize("raw", ["missing.cscfg", "*.cscfg", "a" * 5000, "file/below.cscfg"])
def test_a_pattern_that_matches_nothing_says_where_it_looked(folder: Path, raw: str) -> None:
    (folder / "file").touch()
    with pytest.raises(Invalid, match="matches no file: ") as caught:
        file_path(raw)
    assert "working folder" in caught.value.fix


def test_a_link_that_leads_nowhere_is_no_file(folder: Path) -> None:
    (folder / "a.cscfg").symlink_to("gone")
    with pytest.raises(Invalid, match="matches no file"):
        file_path("*.cscfg")


@pytest.mark.parametrize(("count", "shown"), [(2, "matches 2 files: 0.x, 1.x"), (6, "1.x, 2.x, 3.x, 4.x, …")])
def test_a_pattern_that_matches_several_files_names_them(folder: Path, count: int, shown: str) -> None:
    for number in range(count):
        (folder / f"{number}.x").touch()
    with pytest.raises(Invalid) as caught:
        file_path("*.x")
    assert shown in str(caught.value)
    assert "Narrow the pattern" in caught.value.fix


def test_a_list_of_patterns_gives_each_file_once_in_their_order(folder: Path) -> None:
    for name in ("a.cscfg", "b.cscfg", "c.cscfg"):
        (folder / name).touch()
    assert file_paths("b.cscfg, ./*.cscfg\n") == ("b.cscfg", "./a.cscfg", "./c.cscfg")
    with pytest.raises(Invalid, match=r"matches 2 files: a\.cscfg, b\.cscfg"):
        file_path("a.cscfg, b.cscfg")


def test_a_list_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="names no file"):
        file_path(",")


def test_a_path_with_a_nul_character_is_refused() -> None:
    with pytest.raises(Invalid, match="NUL"):
        file_path("a\0b")


def test_two_stars_go_as_deep_as_they_are_written_and_follow_no_links(folder: Path) -> None:
    for name in ("a/b/c.cscfg", "a/d.cscfg", "e.cscfg", ".h/f.cscfg", "a/[z]/g.cscfg", "q/a/b/l.cscfg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for link in ("up", "again"):  # each doubles the ways at every level
        (folder / "a" / link).symlink_to("..")
    everything = {"e.cscfg", "a/d.cscfg", "a/b/c.cscfg", "a/[z]/g.cscfg", "q/a/b/l.cscfg"}
    assert set(file_paths("**/*.cscfg")) == everything
    assert set(file_paths(f"{folder}/**/*.cscfg")) == {f"{folder}/{each}" for each in everything}
    assert set(file_paths("./a/**")) == {"./a/d.cscfg", "./a/b/c.cscfg", "./a/[z]/g.cscfg"}
    assert set(file_paths("**/b/**/*.cscfg")) == {"a/b/c.cscfg", "q/a/b/l.cscfg"}
    assert set(file_paths("*/**/l.cscfg")) == {"q/a/b/l.cscfg"}


@pytest.mark.parametrize("raw", ['{"clientSecret": "hush"}', "AccountKey=hush", "x 'hush'"])
def test_what_can_be_no_path_is_not_repeated(folder: Path, raw: str) -> None:
    assert folder.is_dir()
    with pytest.raises(Invalid, match=r"matches no file\Z") as caught:
        file_path(raw)
    assert "hush" not in str(caught.value) + caught.value.fix
