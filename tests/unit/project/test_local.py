from __future__ import annotations

from cses_action.project.configuration import meaning
from cses_action.project.edits import edited
from cses_action.project.local import line_edits, synchronised
from cses_action.project.xml import parse_xml
from tests.unit.project.given import CONFIGURATION, configuration, role

START = '<?xml version="1.0" encoding="utf-8"?>\n<!-- mine -->\n'


def certificates(**thumbprints: str) -> str:
    rows = "".join(f'<Certificate name="{name}" thumbprint="{text}"/>' for name, text in thumbprints.items())
    return f"<Certificates>{rows}</Certificates>"


def made(local: str, cloud: str) -> str:
    """Return the new local text; a second time nothing changes."""
    text = synchronised(parse_xml(local, file="l"), parse_xml(cloud, file="c"))
    assert synchronised(parse_xml(text, file="l"), parse_xml(cloud, file="c")) == text
    edits = line_edits("l", local, text)
    assert edited(local, edits) == text
    assert all(edit.file == "l" and edit.reason for edit in edits)
    return text


def test_the_local_file_gets_the_clouds_content_and_keeps_what_stands_around_it() -> None:
    cloud = configuration(role(certificates(One="A")))
    local = START + configuration(role(), attributes='serviceName="Other"') + "\n<!-- end -->"
    assert made(local, cloud) == START + cloud + "\n<!-- end -->"


def test_its_own_certificates_stay_as_they_are_written() -> None:
    own = "<Certificate\n  thumbprint='L' name='one' />"
    local = configuration(role(f"<Certificates>{own}</Certificates>"))
    cloud = configuration(role(certificates(One="A", Two="B")))
    assert made(local, cloud) == cloud.replace('<Certificate name="One" thumbprint="A"/>', own)


def test_certificates_that_only_the_local_file_has_are_added() -> None:
    local = configuration(role(certificates(Mine="L", More="M", MINE="N")))
    expected = configuration(role(certificates(One="A", Mine="L", More="M")))
    assert made(local, configuration(role(certificates(One="A")))) == expected
    assert '<Certificates>\n<Certificate name="Mine" thumbprint="L"/>' in made(local, configuration(role()))


def test_a_role_that_the_cloud_does_not_have_goes_and_a_new_one_comes() -> None:
    cloud = configuration(role(certificates(One="A"), name="New"))
    assert made(configuration(role(certificates(Mine="L"), name="Old")), cloud) == cloud


def test_another_prefix_is_no_hindrance() -> None:
    local = (
        f'<c:ServiceConfiguration xmlns:c="{CONFIGURATION}" xmlns:x="urn:x"><c:Role name="Web"><c:Certificates>'
        '<c:Certificate name="ONE" thumbprint="L" x:y="z"/><c:Certificate name="Mine" thumbprint="M"/>'
        "</c:Certificates></c:Role></c:ServiceConfiguration>"
    )
    expected = configuration(role(certificates(ONE="L", Mine="M")))
    found = parse_xml(made(local, configuration(role(certificates(One="A")))), file="")
    assert meaning(found.root) == meaning(parse_xml(expected, file="").root)


def test_line_ends_are_those_of_the_local_file() -> None:
    cloud = configuration(role(certificates(One="A")))
    assert made(START.replace("\n", "\r\n") + "<a/>", cloud) == (START + cloud).replace("\n", "\r\n")
    assert made("<a/>", cloud.replace("\n", "\r\n")) == cloud


def test_lines_that_stay_are_in_no_edit() -> None:
    (edit,) = line_edits("l", "a\r\nb\rc", "a\r\nB\rc")
    assert (edit.start, edit.end, edit.text) == (3, 5, "B\r")
    assert line_edits("l", "a", "a") == ()
