from __future__ import annotations

import pytest

from cses_action.project.edits import edited
from cses_action.project.splicing import New, added_after, appended, changed, removed
from cses_action.project.xml import parse_xml

NEW = New("n", (("a", "1"),))


def with_new(text: str, *path: str) -> str:
    """Return the text with a new element in the one at this path."""
    document = parse_xml(text, file="a")
    (parent,) = document.root.find(*path)
    return edited(text, [appended(document, parent, [NEW], "why")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<r><p/></r>", '<r><p><n a="1"/></p></r>'),
        ("<r><p\n /></r>", '<r><p><n a="1" /></p></r>'),
        ("<r><p></p></r>", '<r><p><n a="1" /></p></r>'),
        ("<r> <p><b x='1'/> </p></r>", "<r> <p><b x='1'/><n a='1'/> </p></r>"),
        ("<r><p> <b/> </p></r>", '<r><p> <b/> <n a="1"/> </p></r>'),
        ("<r>\n <p/>\n</r>", '<r>\n <p>\n  <n a="1"/>\n </p>\n</r>'),
        ("<r>\r\n\t<p></p>\r\n</r>", '<r>\r\n\t<p>\r\n\t\t<n a="1" />\r\n\t</p>\r\n</r>'),
        ("<r>\n <p>\n </p>\n</r>", '<r>\n <p>\n  <n a="1" />\n </p>\n</r>'),
        ("<r>\n <p>\n  <!-- c -->\n </p>\n</r>", '<r>\n <p>\n  <!-- c -->\n  <n a="1" />\n </p>\n</r>'),
        ("<r>\n <p><!-- c --></p>\n</r>", '<r>\n <p><!-- c -->\n  <n a="1" />\n </p>\n</r>'),
        (
            "<r>\n\n <p>\n\n\n   <b/> <!-- c -->\n</p></r>",
            '<r>\n\n <p>\n\n\n   <b/> <!-- c -->\n   <n a="1"/>\n</p></r>',
        ),
        ("<r>\n<p/>\n</r>", '<r>\n<p>\n<n a="1"/>\n</p>\n</r>'),
        ("<x:r xmlns:x='u'><x:p/></x:r>", "<x:r xmlns:x='u'><x:p><x:n a='1'/></x:p></x:r>"),
        (
            "<!-- --><r>\n  <o>\n    <i/>\n  </o>\n  <p/></r>",
            '<!-- --><r>\n  <o>\n    <i/>\n  </o>\n  <p>\n    <n a="1"/>\n  </p></r>',
        ),
    ],
)
def test_a_new_child_looks_like_what_stands_around_it(before: str, after: str) -> None:
    assert with_new(before, "p") == after


def test_an_element_is_added_after_its_sibling() -> None:
    document = parse_xml("<r>\n <b>\n  <c/>\n </b>\n</r>", file="a")
    edit = added_after(document, document.root, document.root.children[0], New("p", (), (NEW,)), "why")
    assert edited(document.text, [edit]) == '<r>\n <b>\n  <c/>\n </b>\n <p>\n  <n a="1"/>\n </p>\n</r>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<r>\n  <p/>\n</r>", "<r>\n</r>"),
        ("<r>\r\n\r\n\t<p/> \r\n</r>", "<r>\r\n \r\n</r>"),
        ("<r><p/></r>", "<r></r>"),
        ("<r> <p/>\n</r>", "<r> \n</r>"),
        ("<r>\n  <p/> <!-- c -->\n</r>", "<r>\n   <!-- c -->\n</r>"),
        ("<r>\n  <b/><p/>\n</r>", "<r>\n  <b/>\n</r>"),
    ],
)
def test_a_removed_element_takes_its_line_along_if_it_stands_alone(before: str, after: str) -> None:
    document = parse_xml(before, file="a")
    assert edited(before, [removed(document, document.root.find("p")[0], "why")]) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<r a='1' b=\"2\"/>", '<r a=\'x"&apos;&amp;&lt;&gt;&#9;\' b="2"/>'),
        ('<r b="2"/>', '<r b="2" a="x&quot;\'&amp;&lt;&gt;&#9;"/>'),
        ("<r/>", '<r a="x&quot;\'&amp;&lt;&gt;&#9;"/>'),
    ],
)
def test_a_value_stands_in_the_quotes_that_are_there(before: str, after: str) -> None:
    document = parse_xml(before, file="a")
    edit = changed(document, document.root, "a", "x\"'&<>\t", "why")
    assert edit is not None
    assert edited(before, [edit]) == after
    again = parse_xml(after, file="a")
    assert changed(again, again.root, "a", "x\"'&<>\t", "why") is None


def test_a_new_element_does_not_print_its_values() -> None:
    assert "secret" not in repr(New("n", (("value", "secret"),)))
