"""What kind of file a package is, what it holds, and what reading it refuses."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from cses_action.errors import Problem, ProjectError
from cses_action.project.package import READ_LIMIT, SIZE_LIMIT, examine_package
from tests.data.ctp_packages import ctp_package
from tests.data.package_defects import SWITCHES
from tests.data.package_parts import plainly
from tests.data.package_switches import edited, instead, listed, shaped, with_files, without
from tests.data.packages import legacy_package
from tests.unit.project.given import SAMPLES, problems
from tests.unit.reading import read_package

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
    assert problem.rule.startswith("PKG")
    return problem


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    assert read_package(str(legacy_package(DEFINITION, tmp_path / "package.zip"))).kind == "legacy"


def test_a_ctp_package_is_refused_and_can_be_looked_into(tmp_path: Path) -> None:
    file = ctp_package(DEFINITION, tmp_path / "ctp")
    problem = refusal(tmp_path, file.read_bytes())
    assert problem.message == "The package has the CTP format (2012-03-15), which extended support does not take"
    assert "without /useCtpPackageFormat" in problem.fix
    package = examine_package(str(file))
    assert (package.kind, package.sdk) == ("ctp", "2.9.8999.45")
    assert [(each.name, each.os_families) for each in package.roles] == [
        ("WebRole1", ("5", "6", "7")),
        ("WorkerRole1", ("5", "6", "7")),
    ]
    web = package.roles[0]
    assert (web.sdk, web.entry_point, web.permission_levels) == (
        "2.9.8999.45",
        "bin\\WebRole1.dll",
        {"Certificate1": "limitedOrElevated"},
    )
    assert [each.endpoint_name for site in web.defined.sites for each in site.bindings] == ["Endpoint1", "HttpsIn"]
    files = {(each.container, each.path) for each in package.files}
    assert ("WebRole1", "approot/bin/WebRole1.dll") in files
    assert ("WorkerRole1", "RoleModel.xml") in files


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (without("package.xml"), {"PKG005", "PKG041"}),
        (without(".csdef"), {"PKG005", "PKG040"}),
        (lambda files: files | {"LocalContent/x": b""}, {"PKG005"}),
        (edited("package.xml", b"<PackageMetaData>", b"<PackageMetaData><KeyValuePair/>"), {"PKG005"}),
        (edited("package.xml", b"<IntegrityCheckHash>", b"<IntegrityCheckHash>no"), {"PKG005"}),
        (edited("package.xml", b"<LengthInBytes>", b"<LengthInBytes>1"), {"PKG005", "PKG023"}),
        (instead(".csdef", DEFINITION.read_bytes()), {"PKG005", "PKG023"}),
    ],
)
def test_a_ctp_package_tells_what_it_lacks(tmp_path: Path, change: object, rules: set[str]) -> None:
    assert callable(change)
    file = ctp_package(DEFINITION, tmp_path / "ctp", pack=with_files("", change))
    assert {each.rule.id for each in examine_package(str(file)).defects} == rules


def test_the_shared_content_of_a_ctp_package_may_be_missing(tmp_path: Path) -> None:
    def first_content_out(files: dict[str, bytes]) -> dict[str, bytes]:
        return without(next(name for name in files if name.startswith("LocalContent/")))(files)

    file = ctp_package(DEFINITION, tmp_path / "ctp", pack=with_files("", first_content_out))
    (_, missing) = examine_package(str(file)).defects
    assert missing.message == "WebRole1/\\RoleModel.xml: package.xml names this file, and its content is not there"


def test_a_ctp_package_that_says_nothing_of_its_roles_is_shown_without_their_sites(tmp_path: Path) -> None:
    change = edited("package.xml", b"RoleModel.xml", b"Other.xml")
    package = examine_package(str(ctp_package(DEFINITION, tmp_path / "ctp", pack=with_files("", change))))
    assert [(each.name, each.sdk, each.defined.sites) for each in package.roles] == [
        ("WebRole1", "", ()),
        ("WorkerRole1", "", ()),
    ]
    assert [each.rule.id for each in package.defects] == ["PKG005"]


def test_a_zipped_publish_folder_names_the_package_in_it(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("app.publish/A.cspkg", "app.publish/A.cscfg"))
    assert problem.message == "This is a zip archive with a package in it: app.publish/A.cspkg"
    assert problem.fix == "Unpack it, and give app.publish/A.cspkg itself."


def test_a_folder_that_is_no_package_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "A.csx" / "roles" / "Web").mkdir(parents=True)
    (tmp_path / "A.csx" / "ServiceDefinition.build.csdef").touch()
    (problem,) = problems(lambda: read_package(str(tmp_path / "A.csx")))
    assert (problem.rule, problem.message) == ("PKG004", "This is a csx folder, which only the emulator can run")
    (tmp_path / "A.cspkg").touch()
    (problem,) = problems(lambda: read_package(str(tmp_path)))
    assert (problem.rule, problem.message) == ("PKG003", "This is a folder with a package in it: A.cspkg")
    assert problem.fix == f"Give {tmp_path / 'A.cspkg'} itself."


def test_a_csx_folder_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("A.csx\\ServiceDefinition.csdef", "A.csx\\roles\\Web\\RoleModel.xml"))
    assert problem.message == "This is a zipped csx folder, which only the emulator can run"


def test_of_an_encrypted_package_only_the_outside_is_known(tmp_path: Path) -> None:
    file = legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=SWITCHES["roles are encrypted"].pack)
    package = read_package(str(file))
    assert (package.kind, package.roles, package.definition) == ("encrypted", (), None)
    (finding,) = package.findings
    assert (finding.severity, finding.file) == ("warning", str(file))
    assert finding.message == "The package is encrypted: its roles, definition and certificates were not checked"


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped("a.csman", "b.cssx"))
    data[data.rindex(b"PK\1\2") + 8] |= 1
    data[data.rindex(b"PK\3\4") + 6] |= 1
    assert refusal(tmp_path, bytes(data)).message == "b.cssx is protected by a password"


def test_a_compression_that_packages_do_not_have_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, zipped("a.csman", "b.cssx", method=zipfile.ZIP_LZMA))
    assert problem.message == "a.csman is compressed in a way that packages are not"


@pytest.mark.parametrize("names", [(), ("readme.txt",), ("ServiceDefinition.csdef",), ("a.csman",), ("x/a.csman",)])
def test_any_other_zip_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert refusal(tmp_path, zipped(*names)).message == "This zip archive is not a service package"


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"hello").message == "The file is not a service package: it is not a zip archive"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"").message == "The package is empty"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(lambda: read_package(str(tmp_path)))
    assert problem.message == "Not a regular file"


def test_a_file_far_over_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "large.cspkg"
    with file.open("wb") as stream:
        stream.truncate(READ_LIMIT + 1)
    (problem,) = problems(lambda: examine_package(str(file)))
    assert problem.message == (
        f"The package has {READ_LIMIT + 1:,} bytes, and extended support takes 800 MB ({SIZE_LIMIT:,})"
    )


def test_every_error_of_a_package_is_told_at_once(tmp_path: Path) -> None:
    pack = with_files("WebRole1", lambda files: without("Web.config", "__entrypoint.txt")(files) | {"new.txt": b""})
    file = legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=pack)
    with pytest.raises(ProjectError) as caught:
        read_package(str(file))
    assert [each.rule for each in caught.value.problems] == ["PKG021"] * 3
    assert [each.rule.id for each in examine_package(str(file)).defects] == ["PKG021"] * 3 + ["PKG022"]


def test_what_breaks_a_rule_very_often_is_counted(tmp_path: Path) -> None:
    def pack(place: str, files: dict[str, bytes]) -> bytes:
        more = {f"{number}.xml": b"" for number in range(30)} if place in {"", "WebRole1"} else {}
        return plainly(place, files | more)

    file = legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=pack)
    found = [each for each in examine_package(str(file)).defects if each.rule.id == "PKG022"]
    assert len(found) == 21
    assert found[-1].message == "40 more like this: A part is in no manifest"


def test_a_level_of_an_unknown_certificate_is_left_out(tmp_path: Path) -> None:
    pack = listed("WebRole1", edited("RuntimeSetup.Manifest", b"Stored0Certificate1", b"Stored0Other"))
    package = read_package(str(legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=pack)))
    assert package.roles[0].permission_levels == {}


def test_a_large_role_may_need_its_table_of_contents_first(tmp_path: Path) -> None:
    content = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(150_000))
    pack = shaped("WebRole1", before=b"stub")
    package = examine_package(str(legacy_package(DEFINITION, tmp_path / "a", content=content, pack=pack)))
    assert [each.rule.id for each in package.defects] == ["PKG017"]
    assert hashlib.sha256(content).hexdigest() in {each.sha256 for each in package.files}


def test_a_manifest_in_another_encoding_is_not_read(tmp_path: Path) -> None:
    pack = listed("WebRole1", instead("Cloud.uar.csman", b'<?xml version="1.0" encoding="klingon"?><x/>'))
    (defect,) = examine_package(str(legacy_package(DEFINITION, tmp_path / "a", pack=pack))).defects
    assert defect.message.endswith("Cloud.uar.csman: the manifest cannot be read: The encoding klingon is not known")
