from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cses_action.errors import Problem, ProjectError
from cses_action.project.package import DIRECTORY_LIMIT, SIZE_LIMIT, Package, read_package
from tests.data.ctp_packages import ctp_package
from tests.data.packages import legacy_package
from tests.unit.project.given import SAMPLES, problems

DEFINITION = SAMPLES / "multirole-https" / "ServiceDefinition.csdef"


def zipped(*names: str, method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"content")
    return buffer.getvalue()


def refusal(tmp_path: Path, data: bytes) -> Problem:
    file = tmp_path / "Service.cspkg"
    file.write_bytes(data)
    (problem,) = problems(lambda: read_package(str(file)))
    assert problem.file == str(file)
    return problem


def test_a_legacy_package_is_known_by_its_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    data = legacy_package(DEFINITION, tmp_path / "out" / "Contoso.CS.cspkg").read_bytes()
    assert read_package("./out/Contoso.CS.cspkg") == Package(
        file="./out/Contoso.CS.cspkg",
        name="Contoso.CS.cspkg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        md5=hashlib.md5(data, usedforsecurity=False).digest(),
        kind="legacy",
    )


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    assert read_package(str(legacy_package(DEFINITION, tmp_path / "package.zip"))).kind == "legacy"


def test_a_ctp_package_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, ctp_package(DEFINITION, tmp_path / "ctp").read_bytes())
    assert problem.message == "The package has the CTP format (2012-03-15), which extended support does not take"
    assert "without /useCtpPackageFormat" in problem.fix


def test_a_zipped_publish_folder_names_the_package_in_it(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("app.publish/A.cspkg", "app.publish/A.cscfg"))
    assert problem.message == "This is a zip archive with a package in it: app.publish/A.cspkg"
    assert problem.fix == "Unpack it, and give app.publish/A.cspkg itself."


def test_a_csx_folder_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("A.csx\\ServiceDefinition.csdef", "A.csx\\roles\\Web\\RoleModel.xml"))
    assert problem.message == "This is a zipped csx folder, which only the emulator can run"


def test_an_encrypted_package_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, zipped("a.csman", "Web_1.cssx")).message == (
        "The package is encrypted: Web_1.cssx cannot be read"
    )


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped("a.cspkg"))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert refusal(tmp_path, bytes(data)).message == "The zip archive is protected by a password"


def test_a_compression_that_packages_do_not_have_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("a.csman", method=zipfile.ZIP_LZMA))
    assert problem.message == "The zip archive is compressed in a way that packages are not"


@pytest.mark.parametrize("names", [(), ("readme.txt",), ("ServiceDefinition.csdef",), ("a.csman",), ("x/a.csman",)])
def test_any_other_zip_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert refusal(tmp_path, zipped(*names)).message == "This zip archive is not a service package"


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"hello").message == "The file is not a service package: it is not a zip archive"


@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_a_package_that_is_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    data = legacy_package(DEFINITION, tmp_path / "whole").read_bytes()
    assert refusal(tmp_path, data[: int(len(data) * part)]).message.startswith("The package is cut off or damaged")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"").message == "The package is empty"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(lambda: read_package(str(tmp_path)))
    assert problem.message == "Not a regular file"


def test_a_package_over_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "large.cspkg"
    with file.open("wb") as stream:
        stream.truncate(SIZE_LIMIT + 1)
    (problem,) = problems(lambda: read_package(str(file)))
    assert problem.message == "The package is larger than the 800 MB that extended support takes"


def test_a_table_of_contents_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    end = bytearray(zipped("a.csman"))
    start = end.index(b"PK\5\6")
    end[start + 12 : start + 16] = (DIRECTORY_LIMIT + 1).to_bytes(4, "little")
    problem = refusal(tmp_path, bytes(DIRECTORY_LIMIT) + bytes(end))
    assert problem.message == "The file is not a service package: it is not a zip archive"
    assert refusal(tmp_path, b"PK" + bytes(DIRECTORY_LIMIT) + bytes(end)).message == (
        "The package is cut off or damaged (more entries than a package has)"
    )


@given(st.lists(st.tuples(st.integers(0, 10_000_000), st.integers(0, 255)), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_is_damaged_the_answer_is_a_package_or_a_project_error(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    file = tmp_path / "damaged.cspkg"
    data = bytearray(legacy_package(DEFINITION, file).read_bytes())
    for place, byte in changes:
        # The end holds the table of contents, where most of the ways to go wrong are.
        data[-1 - place % min(len(data), 1200)] = byte
    file.write_bytes(data)
    package = None
    with suppress(ProjectError):
        package = read_package(str(file))
    assert package is None or package.size == len(data)
