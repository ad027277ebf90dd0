from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cses_action.project.changes import change, unified_diff
from cses_action.project.edits import Edit, edited
from cses_action.project.positions import Lines
from cses_action.project.xml import parse_xml


def edit(start: int, end: int, text: str) -> Edit:
    return Edit("a.cscfg", start, end, text, "why")


def shown(before: str, after: str) -> list[str]:
    """Return the diff of one edit that replaces everything."""
    return unified_diff(before, [edit(0, len(before), after)])


def lines(*numbers: int) -> str:
    return "".join(f"line {number}\n" for number in numbers)


def test_edits_are_made_in_the_order_of_their_places() -> None:
    assert edited("0123456789", [edit(9, 10, ""), edit(2, 4, "x"), edit(4, 4, "a"), edit(4, 4, "b")]) == "01xab45678"


@pytest.mark.parametrize("edits", [[(0, 3), (2, 4)], [(0, 11)], [(4, 3)], [(-1, 2)]])
def test_edits_that_overlap_or_lie_outside_are_a_fault(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        edited("0123456789", [edit(start, end, "") for start, end in edits])


def test_what_an_edit_writes_is_not_in_its_repr() -> None:
    assert "secret" not in repr(edit(0, 0, "secret"))


def test_a_diff_shows_three_lines_around_each_change() -> None:
    text = lines(*range(1, 21))
    at = text.index("line 10")
    assert unified_diff(text, [edit(at, at + 7, "new 10")]) == [
        "@@ -7,7 +7,7 @@",
        *(f" line {number}" for number in (7, 8, 9)),
        "-line 10",
        "+new 10",
        *(f" line {number}" for number in (11, 12, 13)),
    ]


def test_changes_that_are_near_share_a_hunk_and_others_do_not() -> None:
    text = lines(*range(1, 31))
    places = [text.index(f"line {number}\n") for number in (2, 8, 25)]
    shown = unified_diff(text, [edit(at, at, "new\n") for at in places])
    assert [line for line in shown if line.startswith("@@")] == ["@@ -1,10 +1,12 @@", "@@ -22,6 +24,7 @@"]
    assert shown.count("+new") == 3


def test_two_edits_of_one_line_are_one_change() -> None:
    assert unified_diff("a b c\n", [edit(0, 1, "A"), edit(4, 5, "C")]) == ["@@ -1,2 +1,2 @@", "-a b c", "+A b C", " "]


def test_lines_that_stay_are_no_part_of_a_change() -> None:
    assert shown("a\nb\nc", "a\nB\nc") == ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]
    assert shown("", "a") == ["@@ -1,1 +1,1 @@", "-", "+a"]
    assert shown("a\r\nb", "a\nb") == []


def test_an_added_and_a_removed_line_are_counted_as_diff_counts_them() -> None:
    assert unified_diff("a", [edit(1, 1, "\nb")]) == ["@@ -1,1 +1,2 @@", " a", "+b"]
    assert unified_diff("a\nb", [edit(1, 3, "")]) == ["@@ -1,2 +1,1 @@", " a", "-b"]


def test_values_are_hidden_and_a_changed_one_is_said_to_be() -> None:
    before = (
        """<S name="A" value="geheim"/>\n<S value = 'two\nlines'/>\n<!-- <S value="geheim"/> -->\n<S value=""/>"""
    )
    after = before.replace('="geheim"/>\n<S', '="hidden"/>\n<S').replace("two", "new")
    text = "\n".join(shown(before, after))
    assert not any(word in text for word in ("geheim", "hidden", "two", "lines", "new"))
    assert text.splitlines() == [
        "@@ -1,5 +1,5 @@",
        '-<S name="A" value="*** (changed)"/>',
        "-<S value = '*** (changed)",
        "-*** (changed)'/>",
        '+<S name="A" value="*** (changed)"/>',
        "+<S value = '*** (changed)",
        "+*** (changed)'/>",
        " <!-- <S value***-->",
        ' <S value=""/>',
    ]


@pytest.mark.parametrize(
    "line",
    [
        '<Setting name="value=" value="geheim"/>',
        '<Setting name="a" Value="geheim" value=""/>',
        "<p:Setting name='a' value=''>geheim</p:Setting>",
        "<!-- value=geheim -->",
        '<!-- <Setting name="a"\n value="geheim"/> -->',
        '<Variable\tname="value=" value="geheim" />',
        '<Any value="geheim"/>',
    ],
)
def test_no_value_is_shown_however_it_is_written(line: str) -> None:
    before = f'{line}\n<Role name="b"/>'
    after = f'{line}\n<Role name="c"/>'
    text = "\n".join(shown(before, after))
    assert "geheim" not in text
    assert '+<Role name="c"/>' in text


texts = st.text(st.sampled_from("ab\n\r"), max_size=30)


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), texts), max_size=4))
def test_a_diff_applied_to_the_old_lines_gives_the_new_ones(text: str, drawn: list[tuple[int, int, str]]) -> None:
    edits, last = [], 0
    for at, size, new in sorted(drawn):
        start = max(at, last)
        end = min(start + size, len(text))
        if start <= end:
            edits.append(edit(start, end, new))
            last = end
    old = split(text)
    new_lines: list[str] = []
    done = 0
    for line in unified_diff(text, edits):
        if line.startswith("@@"):
            first, count = (int(part) for part in line.split()[1].removeprefix("-").split(","))
            at = first - 1 if count else first
            new_lines += old[done:at]
            done = at
        else:
            if line[0] in " -":
                assert old[done] == line[1:]
                done += 1
            new_lines += [line[1:]] if line[0] in " +" else []
    assert new_lines + old[done:] == split(edited(text, edits))


def split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_what_stands_in_a_changed_file_is_found_where_it_stood_before() -> None:
    text = "<a>\n <b/>\n <old/>\n <c/>\n</a>"
    old, end = text.index(" <b"), text.index("<old/>")
    made = change(parse_xml(text, file="a.cscfg"), [edit(old, old, " <new/>\n"), edit(end, end + 6, "<x/>\n<y/>")])
    after = made.after.text
    for name in ("<a>", "<b/>", "<c/>", "</a>"):
        assert made.origin(after.index(name)) == Lines(text).place(text.index(name))
    assert made.origin(after.index("<new/>")) == (2, 1), "what is new: where it was put"
    assert made.origin(after.index("<y/>")) == (3, 2)


def test_without_edits_a_document_stays_the_same() -> None:
    document = parse_xml("<a/>", file="a.cscfg")
    assert change(document, []).after is document
