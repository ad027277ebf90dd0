"""Packages that would fill memory, disk or time are given up, in little memory and without a file of ours."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from cses_action.errors import ProjectError
from cses_action.project.package import SIZE_LIMIT, examine_package
from cses_action.project.package.streams import MEMBER_LIMIT
from tests.data.package_switches import Files, Pack, at, listed, remade
from tests.data.packages import legacy_package
from tests.data.zips import STORED, Entry, Record, entries, written
from tests.unit.project.given import SAMPLES

ROOT = Path(__file__).parents[3]
DEFINITION = SAMPLES / "multirole-https" / "ServiceDefinition.csdef"
MEBIBYTE = 1024 * 1024
READ = """
import sys
from pathlib import Path
written = []
sys.addaudithook(lambda name, args: written.append(args) if name == "open" and args[2] & 3 else None)
from cses_action.errors import ProjectError
from cses_action.project.package import examine_package
try:
    rules = {each.rule.id for each in examine_package(sys.argv[1]).defects}
except ProjectError as failure:
    rules = {each.rule for each in failure.problems}
# What getrusage tells begins with the memory of the process that started this one.
peak = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, len(written), *sorted(rules))
"""


def zeros(size: int) -> bytes:
    """Return mebibytes of zeros as deflate packs them."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(bytes(MEBIBYTE)) + engine.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself, so that it can be repeated.
    again = engine.compress(bytes(MEBIBYTE)) + engine.flush(zlib.Z_FULL_FLUSH)
    return block + again * (size - 1) + engine.flush()


def bomb(files: Files) -> bytes:
    record = Record(size=300 * MEBIBYTE)
    return written([*entries(files), Entry(b"a.xml", b"", raw=zeros(300), local=record, central=record)])


def crowd(_files: Files) -> bytes:
    """Return an archive that is cut off after very many members."""
    one = written([Entry(b"a.xml", b"", method=STORED)])
    return one[: one.index(b"PK\1\2")] * (MEMBER_LIMIT + 1)


def many_entries(files: Files) -> bytes:
    """Return an archive whose table of contents names its first member very often."""
    data = written(entries(files))
    start, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    record = data[start : data.index(b"PK\1\2", start + 1)]
    return data[:end] + record * MEMBER_LIMIT + data[end:]


def many_parts(files: Files) -> bytes:
    """Return very many parts with long names, all listed."""
    name = "approot/" + "long-name-of-a-folder/" * 5
    return written(entries(remade(files | {f"{name}{number}.xml": b"" for number in range(8000)}), method=STORED))


def matryoshka() -> bytes:
    """Return zip archives in zip archives, as in 42.zip."""
    data = zeros(100)
    for _ in range(6):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(2):
                archive.writestr(f"{number}.zip", data)
        data = buffer.getvalue()
    return data


def longer(end: str, size: int) -> Callable[[Files], Files]:
    return lambda files: {
        name: data.replace(b">", b">" + b" " * size, 1) if name.endswith(end) else data
        for name, data in files.items()
    }


BOUNDS: dict[str, tuple[str, Pack]] = {
    "a part inflates without end": ("PKG008", at("WebRole1", bomb)),
    "the package inflates without end": ("PKG008", at("", bomb)),
    "there are very many parts": ("PKG008", at("WebRole1", crowd)),
    "the table of contents is very long": ("PKG008", at("WebRole1", many_entries)),
    "the role model is very long": ("PKG008", listed("WebRole1", longer("RoleModel.xml", 600_000))),
    "the descriptions are long together": ("PKG008", listed(".csnsx", longer("/1.0", 500_000))),
    "the zip is 42.zip": ("", listed("WebRole1", lambda files: files | {"approot/42.xml": matryoshka()})),
    "there are many parts": ("", at("WebRole1", many_parts)),
}


def memory_and_rules(file: Path) -> tuple[int, str]:
    """Return the mebibytes that reading takes at most in a process of its own, and the rules that are broken."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    memory, written_files, *rules = done.stdout.split()
    assert written_files == "0"
    return int(memory), " ".join(rules)


@pytest.mark.parametrize("name", BOUNDS)
def test_what_would_fill_the_memory_takes_little(tmp_path: Path, name: str) -> None:
    expected, pack = BOUNDS[name]
    memory, rules = memory_and_rules(legacy_package(DEFINITION, tmp_path / "a.cspkg", pack=pack))
    assert rules == expected
    assert memory < 100


def test_a_package_of_900_mb_is_read_in_little_memory_and_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "a.cspkg"
    with file.open("wb") as stream:
        stream.seek(900 * MEBIBYTE)
        stream.write(legacy_package(DEFINITION, tmp_path / "b.cspkg").read_bytes())
    assert file.stat().st_size > SIZE_LIMIT
    memory, rules = memory_and_rules(file)
    assert rules == "PKG007 PKG017"
    assert memory < 100


def test_a_sparse_file_of_900_mb_is_no_package(tmp_path: Path) -> None:
    file = tmp_path / "a.cspkg"
    with file.open("wb") as stream:
        stream.truncate(900 * MEBIBYTE)
    assert memory_and_rules(file)[1] == "PKG001"


def test_a_forged_length_of_the_table_of_contents_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(bytes(5 * MEBIBYTE) + legacy_package(DEFINITION, tmp_path / "b.cspkg").read_bytes())
    end = data.rindex(b"PK\5\6")
    data[end + 12 : end + 16] = (4 * MEBIBYTE + 1).to_bytes(4, "little")
    (tmp_path / "a.cspkg").write_bytes(data)
    with pytest.raises(ProjectError, match="The package: the table of contents is larger than any package's"):
        examine_package(str(tmp_path / "a.cspkg"))
