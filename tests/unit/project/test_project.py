from __future__ import annotations

from pathlib import Path

from tests.data.packages import legacy_package
from tests.unit.project.given import SAMPLES, problems
from tests.unit.reading import read_project

FOLDER = SAMPLES / "multirole-https"
CONFIGURATION = str(FOLDER / "ServiceConfiguration.Cloud.cscfg")
DEFINITION = str(FOLDER / "ServiceDefinition.csdef")


def test_all_three_files_are_read(tmp_path: Path) -> None:
    package = str(legacy_package(Path(DEFINITION), tmp_path / "a.cspkg"))
    project = read_project(CONFIGURATION, DEFINITION, package)
    assert project.definition is not None
    assert project.package is not None
    assert (project.configuration.file, project.definition.file, project.package.file) == (
        CONFIGURATION,
        DEFINITION,
        package,
    )


def test_a_configuration_alone_is_enough() -> None:
    project = read_project(CONFIGURATION)
    assert (project.definition, project.package) == (None, None)


def test_the_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.cscfg", "a.csdef", "a.cspkg")]
    for file in files:
        file.touch()
    found = problems(lambda: read_project(str(files[0]), str(files[1]), str(files[2])))
    assert [Path(each.file).name for each in found] == ["a.cscfg", "a.csdef", "a.cspkg"]


def test_a_good_configuration_does_not_save_a_bad_definition(tmp_path: Path) -> None:
    (problem,) = problems(lambda: read_project(CONFIGURATION, str(tmp_path)))
    assert problem.file == str(tmp_path)


def test_files_that_do_not_belong_together_are_refused() -> None:
    definition = str(SAMPLES / "singlerole-certificate" / "ServiceDefinition.csdef")
    found = problems(lambda: read_project(CONFIGURATION, definition))
    assert any("No role named 'WorkerRole1' found in the service definition file." in each.message for each in found)
