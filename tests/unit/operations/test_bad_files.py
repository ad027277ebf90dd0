"""Whole runs over files that were made to hurt, or went wrong on the way: an error of ours, and little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cses_action.project import examine
from tests.unit.operations.test_validate import Validation, worker
from tests.unit.project.given import CONFIGURATION, DEFINITION
from tests.unit.project.rules.kit import configuration, definition, role

ROOT = Path(__file__).parents[3]
MOST_MEMORY = 100 * 1024 * 1024
MEASURED = (
    "import sys, entrypoint\n"
    "from pathlib import Path\n"
    "code = entrypoint.main()\n"
    # What getrusage says begins with the memory of whoever started the process.
    "status = dict(line.split(':\\t', 1) for line in Path('/proc/self/status').read_text().splitlines())\n"
    "print('memory', int(status['VmHWM'].split()[0]) * 1024)\n"
    "sys.exit(code)\n"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ROLES = "".join(f'<WorkerRole name="R{n}" vmsize="Standard_D1_v2"/>\n' for n in range(100_000))


def rooted(children: str, attributes: str = 'name="S"') -> str:
    return f'<ServiceDefinition xmlns="{DEFINITION}" {attributes}>{children}</ServiceDefinition>'


def large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"<a>")
        stream.truncate(200_000_000)


def text(content: str | bytes) -> Callable[[Path], object]:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda path: path.write_bytes(data)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "billion laughs": (
        text(f'<?xml version="1.0"?>\n<!DOCTYPE l [<!ENTITY l0 "lol">{LAUGHS}]><l>&l9;</l>'),
        "a.csdef:2:1: error X003: A DOCTYPE is not accepted",
    ),
    "external entity": (
        text('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>'),
        "a.csdef:1:1: error X003: A DOCTYPE is not accepted",
    ),
    "entity without DTD": (text(rooted("\n&x;")), "a.csdef:2:4: error X001: "),
    "200 MB": (large, "a.csdef: error: The file is larger than 10 MiB"),
    "100,000 roles": (text(rooted(ROLES)), "a.csdef:1:1: error X001: There are more than 40000 tags"),
    "10,000 levels": (
        text(rooted("<a>" * 10_000 + "</a>" * 10_000)),
        "error X001: This is not well-formed XML: it is",
    ),
    "10 MB of text": (text(rooted("x" * 9_900_000)), "error CSD002: "),
    "one attribute of 9 MB": (text(rooted("", f'name="{"x" * 9_000_000}"')), "error CSD002: "),
    "NUL bytes": (text(rooted("\n\0")), "a.csdef:2:1: error X001: The text holds a NUL character"),
    "nothing but NUL": (text(b"\0" * 5000), "a.csdef:1:1: error X001: The text holds a NUL character"),
    "no UTF-8": (text(b"<a>\n\n\xff</a>"), "a.csdef:3: error: The file has bytes that are not utf-8"),
    "half a character": (text("<a>\n".encode("utf-16") + b"\0\xd8"), "a.csdef:2: error: "),
    "wrong encoding": (
        text('<?xml version="1.0" encoding="windows-1252"?>\n<a b="é'.encode()),
        "a.csdef:2:",
    ),
    "unknown encoding": (
        text('<?xml version="1.0" encoding="klingon"?>\n<a/>'),
        "a.csdef:1: error: The encoding klingon is not known",
    ),
    "empty": (text(""), "a.csdef:1:1: error X001: The file is empty"),
    "a configuration": (text(configuration(role())), "a.csdef:1:1: error X002: The root element is"),
    "another language": (text("{}"), "a.csdef:1:1: error X001: This is not well-formed XML"),
    "folder": (Path.mkdir, "a.csdef: error: Not a regular file"),
    "fifo": (os.mkfifo, "a.csdef: error: Not a regular file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a.csdef: error: Not a regular file"),
    "dashes": (
        text(rooted("<!-- " + "- " * 2_000_000)),
        "error X001: This is not well-formed XML: a comment does not",
    ),
    "quotes": (text(rooted("<a " + "b='" * 39_000)), "error X001: This is not well-formed XML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_an_error_of_ours_with_its_place_and_takes_little_memory(tmp_path: Path, name: str) -> None:
    make, says = BAD[name]
    make(tmp_path / "a.csdef")
    (tmp_path / "good.cscfg").write_text(configuration(role()), encoding="utf-8")
    words = (
        "validate",
        "--definition",
        "a.csdef",
        "--configuration",
        "good.cscfg",
        "--fix",
        "--sarif-file",
        "o.sarif",
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert says in done.stdout
    assert "root:" not in done.stdout
    assert len(done.stdout) < 60_000
    memory = int(done.stdout.rsplit("memory ", 1)[1])
    assert memory < MOST_MEMORY
    assert (tmp_path / "o.sarif").is_file()


def test_a_file_that_vanishes_before_it_is_read_is_told(tmp_path: Path) -> None:
    (problem,) = examine(str(tmp_path / "gone.csdef"), ()).unreadable
    assert problem.message == "The file cannot be read: No such file or directory"


def test_a_file_that_vanishes_before_it_is_written_is_told_and_no_other_is_changed(tmp_path: Path) -> None:
    from cses_action.errors import ProjectError  # noqa: PLC0415
    from cses_action.project.mending import mended  # noqa: PLC0415
    from cses_action.project.rules import Options  # noqa: PLC0415
    from cses_action.project.writing import write  # noqa: PLC0415

    kept, gone = tmp_path / "a.csdef", tmp_path / "a.cscfg"
    kept.write_text(definition(worker().replace("Standard_D1_v2", "Small")), encoding="utf-8")
    certificate = f'<Certificate name="C" thumbprint="{"0123456789abcdef" * 2}01234567" thumbprintAlgorithm="SHA1"/>'
    gone.write_text(configuration(role(f"<Certificates>{certificate}</Certificates>")), encoding="utf-8")
    _, changed = mended(examine(str(kept), [str(gone)]), Options())
    gone.unlink()
    before = kept.read_bytes()
    with pytest.raises(ProjectError) as caught:
        write([(each.before, each.after.text) for each in changed])
    assert len(changed) == 2
    assert caught.value.problems[0].file == str(gone)
    assert kept.read_bytes() == before
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize("spelling", ["a.csdef", "./a.csdef", "link.cscfg"])
def test_two_inputs_that_name_one_file_are_a_mistake_of_the_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = Validation(tmp_path)
    options = run.give(definition(worker()))
    (tmp_path / "link.cscfg").symlink_to("a.csdef")
    assert run.start(*options, "--configuration", spelling) == 2
    assert "name the same file" in run.text


def test_one_configuration_named_twice_is_checked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = Validation(tmp_path)
    assert CONFIGURATION in configuration(role())
    options = run.give(cscfg=configuration(role().replace("2", "x")))
    assert run.start(*options, "--configuration", "./a.cscfg", "--configuration", "*.cscfg") == 3
    assert "1 error in 1 file." in run.text
