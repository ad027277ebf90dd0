"""Whatever happens to the bytes of a file, examining it says what is wrong and never breaks."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cses_action.project import examine
from cses_action.project.mending import mended
from cses_action.project.rules import Options
from cses_action.report.sarif import sarif
from tests.unit.project.given import SAMPLES

EXAMPLES = 5000 if settings.get_current_profile_name() == "ci" else 200
FILES = [
    each.read_bytes()
    for name in ("multirole-https", "singlerole-certificate")
    for each in sorted((SAMPLES / name).glob("Service*"))
]
PIECES = [
    *(b"<", b">", b"/>", b"</", b'"', b"'", b"=", b"&", b";", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>"),
    *(
        b"\0",
        b"\xff",
        b"\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\t",
        b" ",
        b"xmlns:x='urn:x'",
        b"<!DOCTYPE",
        b"&amp;",
    ),
    *(
        b"-1",
        b"0",
        b"99999999999",
        b"*",
        b"#{x}",
        b"$(x)",
        b"__x__",
        b"Small",
        b"\xc3\xa9",
        b"\xf0\x9d\x84\x9e",
        b"1-2",
    ),
    *(b"<Role/>", b"<Site/>", b"<Endpoints/>", b"<Certificate/>", b"<Bindings/>", b"<a:b/>", b'name=""'),
]


class Change:
    """A change of some bytes: what stands there goes, and something else comes."""

    def __init__(self, start: float, length: int, piece: bytes) -> None:
        self.start, self.length, self.piece = start, length, piece

    def __repr__(self) -> str:
        return f"Change({self.start}, {self.length}, {self.piece!r})"

    def applied(self, data: bytes) -> bytes:
        start = int(self.start * len(data))
        return data[:start] + self.piece + data[start + self.length :]


pieces = st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))
changes = st.lists(st.builds(Change, st.floats(0, 1), st.integers(0, 60), pieces), min_size=1, max_size=8)
recoded = st.sampled_from(["", "utf-16", "utf-16-be", "utf-8-sig"])


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(FILES), st.sampled_from(FILES), changes, changes, recoded)
def test_only_findings_and_problems_come_out_of_any_bytes(
    one: bytes, other: bytes, of_one: Sequence[Change], of_other: Sequence[Change], encoding: str
) -> None:
    if encoding:
        one = one.decode("utf-8-sig").encode(encoding)
    for change in of_one:
        one = change.applied(one)
    for change in of_other:
        other = change.applied(other)
    check_bytes(one, other)


def check_bytes(definition: bytes, configuration: bytes) -> None:
    """Examine two files, mend them and report what is left."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, "a.csdef"), Path(folder, "a.cscfg")]
        for path, data in zip(paths, (definition, configuration), strict=True):
            path.write_bytes(data)
        found = examine(str(paths[0]), [str(paths[1])], Options())
        after, _ = mended(found, Options())
        report = "".join(sarif(after, Path(folder)))
    for each in found.findings:
        assert each.line >= 1
        assert each.column >= 1
        assert each.fix
    assert report.endswith("]}]}\n")
    assert not any(each.edits for each in after.findings)
