from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cses_action.errors import ProjectError
from cses_action.project.xml import MARKUP_LIMIT, Document, Element, expect_root, parse_xml, read_xml
from tests.unit.project.given import CONFIGURATION, DEFINITION, SAMPLES, brief, problems

WANTED = "Give a service definition (.csdef)."
ODD = """<?xml version='1.0'?><!-- <a b="1"> -->\r
<?pi <a>?><s:Root\txmlns:s="urn:s"\r
\tname = 'x>y"z'\r
   s:other="&lt;&#65;"\r
><![CDATA[<no/>]]>é𝄞<Setting\r
    value="secret"   name=""/>one<!-- < -->two</s:Root\r
>\r
"""


def everything(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from everything(child)


def test_elements_and_attributes_stand_where_the_text_has_them() -> None:
    document = parse_xml(ODD, file="a.cscfg")
    root = document.root
    (setting,) = root.children
    assert (root.name, root.namespace, root.line, root.column) == ("Root", "urn:s", 2, 11)
    assert {name: (each.value, each.line, each.column) for name, each in root.attributes.items()} == {
        "name": ('x>y"z', 3, 2),
        "{urn:s}other": ("<A", 4, 4),
    }
    assert (setting.name, setting.namespace, setting.line, setting.column) == ("Setting", "", 5, 21)
    assert (setting.attributes["value"].line, setting.attributes["name"].column) == (6, 22)
    assert root.text == "<no/>é𝄞onetwo"


def test_offsets_cut_out_what_an_editor_would_replace() -> None:
    document = parse_xml(ODD, file="a.cscfg")
    text, root = document.text, document.root
    (setting,) = root.children
    value = setting.attributes["value"]
    assert text[root.start : root.tag_end].startswith("<s:Root\t")
    assert text[root.end - 3 : root.end] == "\r\n>"
    assert text[setting.start : setting.end] == '<Setting\r\n    value="secret"   name=""/>'
    assert setting.tag_end == setting.end
    assert text[value.start : value.value_end] == 'value="secret'
    assert text[value.value_start : value.value_end] == "secret"


names = st.sampled_from(["a", "Role", "ns:b", "é", "x-1.2"])
values = st.text(st.sampled_from(" \t\n>/'=é𝄞x"), max_size=6)
spaces = st.sampled_from([" ", "\n", "\t", "\r\n  "])
noise = st.sampled_from(["", "text", "<!-- <a b='1'> -->", "<?pi <b>?>", "<![CDATA[</a>]]>", "\r\n", "é𝄞"])
pairs = st.dictionaries(names, st.tuples(spaces, values), max_size=3)
pieces = st.lists(st.tuples(st.sampled_from(["open", "empty", "close"]), noise, names, pairs), max_size=6)


def written(pieces: list[tuple[str, str, str, dict[str, tuple[str, str]]]]) -> str:
    """Return elements that nest as the pieces say; what is left open is closed at the end."""
    text, opened = '<root xmlns:ns="urn:ns">', ["root"]
    for kind, between, name, pairs in pieces:
        text += between
        attributes = "".join(f'{space}{key}="{value}"' for key, (space, value) in pairs.items())
        if kind == "open":
            opened.append(name)
            text += f"<{name}{attributes}>"
        elif kind == "empty":
            text += f"<{name}{attributes} />"
        elif len(opened) > 1:
            text += f"</{opened.pop()}>"
    return text + "".join(f"</{name}>" for name in reversed(opened))


@given(pieces)
def test_every_position_is_that_of_its_name(pieces: list[tuple[str, str, str, dict[str, tuple[str, str]]]]) -> None:
    text = written(pieces)
    lines = re.findall(r".*?(?:\r\n|\n|\Z)", text, re.DOTALL)
    for element in everything(parse_xml(text, file="a").root):
        start = sum(len(line) for line in lines[: element.line - 1]) + element.column - 1
        assert start == element.start
        assert text[start] == "<"
        assert text[start:].removeprefix("<").removeprefix("ns:").startswith(element.name)
        assert text[element.tag_end - 1] == text[element.end - 1] == ">"
        for name, attribute in element.attributes.items():
            assert text[attribute.start :].removeprefix("ns:").startswith(name.rpartition("}")[2])
            assert text[attribute.value_end] == '"'
            raw = text[attribute.value_start : attribute.value_end]
            assert " ".join(raw.split()) == " ".join(attribute.value.split())


@given(st.text(st.sampled_from("<>!?/-[]&;'\"= ax:\n\0é"), max_size=40))
def test_whatever_the_text_it_is_a_document_or_a_project_error(text: str) -> None:
    document = None
    with suppress(ProjectError):
        document = parse_xml(text, file="a")
    assert document is None or document.root.start < document.root.end


def test_a_document_of_another_name_is_found_by_path_and_namespace() -> None:
    root = parse_xml('<r xmlns="u"><a><b x="1"/></a><a><b/></a><o:a xmlns:o="o"><b/></o:a></r>', file="a").root
    assert [each.value("x") for each in root.find("a", "b")] == ["1", ""]
    assert root.find() == (root,)


def test_values_and_text_are_not_in_a_repr() -> None:
    assert "secret" not in repr(parse_xml('<a value="secret">secret</a>', file="a"))


@pytest.mark.parametrize("text", ["", "   \r\n", "\ufeff"])
def test_an_empty_text_is_refused(text: str) -> None:
    assert brief(lambda: parse_xml(text, file="a")) == [(1, "The file is empty")]


def test_a_file_without_a_byte_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csdef"
    file.touch()
    assert brief(lambda: read_xml(str(file))) == [(1, "The file is empty")]


def test_a_text_that_declares_utf_16_is_parsed_all_the_same() -> None:
    document = parse_xml('\ufeff<?xml version="1.0" encoding="utf-16"?>\n<a b="é"/>', file="a")
    assert document.root.value("b") == "é"
    assert document.text.startswith("<?xml")
    assert document.root.line == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<!DOCTYPE a><a/>", 1),
        ('<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 3),
        ('\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 2),
    ],
)
def test_a_doctype_is_refused(text: str, line: int) -> None:
    assert brief(lambda: parse_xml(text, file="a")) == [(line, "A DOCTYPE is not accepted")]


def test_a_billion_laughs_are_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE l [<!ENTITY l0 "lol">{entities}]><l>&l9;</l>'
    assert brief(lambda: parse_xml(text, file="a")) == [(1, "A DOCTYPE is not accepted")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<a>\n\0</a>", 2, "The text holds a NUL character"),
        ("<a>\n\n\ud800</a>", 3, "The text holds half a character"),
        ("<a>" + "<b/>" * MARKUP_LIMIT + "</a>", 1, "There are more than 40000 tags, or twice as many attributes"),
        ("\n<a " + " ".join(f"b{n}=''" for n in range(1001)) + "/>", 2, "An element has more than 1000 attributes"),
        (
            f"<a {' b='.join(['x'] * 2 * MARKUP_LIMIT)}===/>",
            1,
            "There are more than 40000 tags, or twice as many attributes",
        ),
    ],
)
def test_a_text_that_no_parser_should_see_is_refused(text: str, line: int, reason: str) -> None:
    assert brief(lambda: parse_xml(text, file="a")) == [(line, reason)]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('<a>\n<b c="<"/></a>', 2, "a < stands in the value of an attribute"),
        ('<a>\n\n<b c="Key=x&y;z"/></a>', 3, "an & is followed by a name that is no entity"),
        ('<a b="x&y"/>', 1, "an & is not followed by the name of an entity"),
        ("<a> & </a>", 1, "a < or & is not followed by a name"),
        ("<a>\n<b>", 2, "the file ends before all elements are closed"),
        ("<a>\n<b></a>", 2, "an end tag does not belong to the element that is open"),
        ("<a/><b/>", 1, "there is text after the root element"),
        ("hello", 1, "it does not begin with an element"),
        ("<a b/>", 1, "it breaks the rules of XML"),
        ("<a>" * 300 + "</a>" * 300, 1, "it is nested too deeply or too large"),
    ],
)
def test_what_is_not_well_formed_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    assert brief(lambda: parse_xml(text, file="a")) == [(line, f"This is not well-formed XML: {reason}")]


@pytest.mark.parametrize("text", ['<a v="hunter2&hunter3;"/>', '<a v="x"hunter2"/>', '<a v="x" hunter2/>'])
def test_a_message_about_broken_xml_does_not_quote_it(text: str) -> None:
    assert "hunter" not in str(problems(lambda: parse_xml(text, file="a")))


def test_a_sample_that_is_cut_off_anywhere_is_refused() -> None:
    text = (SAMPLES / "multirole-https" / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig")
    for length in range(0, len(text) - 1, 97):
        assert len(problems(lambda end=length: parse_xml(text[:end], file="a"))) == 1  # type: ignore[misc]


def root_of(text: str) -> Document:
    return parse_xml(text, file="a")


def test_the_expected_root_is_accepted() -> None:
    expect_root(root_of(f'<p:ServiceDefinition xmlns:p="{DEFINITION}"/>'), "ServiceDefinition")
    assert root_of("<a/>").root.name == "a"


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "<html/>",
            "The root element is <html>, expected <ServiceDefinition>",
            WANTED,
        ),
        (
            f'<ServiceConfiguration xmlns="{CONFIGURATION}"/>',
            "The root element is <ServiceConfiguration>, expected <ServiceDefinition>",
            f"This is a service configuration (.cscfg): the two files may be swapped. {WANTED}",
        ),
        (
            "<ServiceDefinition/>",
            "The namespace of <ServiceDefinition> is missing",
            f'Set xmlns="{DEFINITION}" on the root element.',
        ),
        (
            '<ServiceDefinition xmlns="urn:x"/>',
            "The namespace of <ServiceDefinition> is urn:x",
            f'Set xmlns="{DEFINITION}" on the root element.',
        ),
    ],
)
def test_another_root_or_namespace_is_refused(text: str, message: str, fix: str) -> None:
    (problem,) = problems(lambda: expect_root(root_of("\n" + text), "ServiceDefinition"))
    assert (problem.line, problem.message, problem.fix) == (2, message, fix)
