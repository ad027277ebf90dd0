"""Whatever a file looks like: an edit changes what it says it changes, and every other byte stays."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from cses_action.project.configuration import meaning
from cses_action.project.definition import role_elements
from cses_action.project.edits import Edit, edited
from cses_action.project.https import Wanted, https_edits
from cses_action.project.sent import Wishes, with_wishes
from cses_action.project.xml import Document, parse_xml
from cses_action.values import Thumbprint, replace
from tests.unit.project.generated import Node, Style, configurations, definitions, styles
from tests.unit.project.given import THUMBPRINT

WANTED = Wanted(roles=("target",), thumbprint=Thumbprint(THUMBPRINT))
PLAIN = Style("utf-8", ("\n",), " ", '"', ("/>",), "", "", declared=False, final=False)


def data_of(document: Document, text: str = "") -> bytes:
    return document.mark + (text or document.text).encode(document.encoding)


def again(document: Document, text: str) -> Document:
    """Return what is read after the text was written."""
    return replace(parse_xml(text, file=document.file), encoding=document.encoding, mark=document.mark)


def undone(document: Document, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of the edited text, without the bytes of each edit and with what it replaced."""
    data = data_of(document, edited(document.text, edits))
    size = len(document.mark)
    last = 0
    for edit in sorted(edits, key=lambda each: each.start):
        size += len(document.text[last : edit.start].encode(document.encoding))
        old = document.text[edit.start : edit.end].encode(document.encoding)
        new = edit.text.encode(document.encoding)
        assert data[size : size + len(new)] == new
        data = data[:size] + old + data[size + len(new) :]
        size, last = size + len(old), edit.end
    return data


def says(document: Document, text: str, tree: Node) -> bool:
    """Return whether a text says what a tree says."""
    found = parse_xml(text, file=document.file).root
    return meaning(found) == meaning(parse_xml(PLAIN.text(tree), file="").root)


def with_https(definition: Node, configuration: Node) -> tuple[Node, Node, str]:
    """Return what both are to say, by changing trees."""
    definition, configuration = definition.own(), configuration.own()
    target = next(each for each in definition.children if each.attributes["name"] == "Target")
    role = next(each for each in configuration.children if each.attributes.get("name") == "Target")
    endpoints, certificates = target.one("Endpoints"), target.one("Certificates")
    https = next((each for each in endpoints.children if each.attributes["protocol"] == "https"), None)
    declared = {each.attributes["name"].lower(): each.attributes["name"] for each in certificates.children}
    configured = [each.attributes for each in (role.all("Certificates") or [Node("")])[0].children]
    there = [each["name"].lower() for each in configured if each["thumbprint"].replace(" ", "").upper() == THUMBPRINT]
    name = next((declared[each] for each in there if each in declared), "Certificate1")
    if https is None:
        https = Node("InputEndpoint", name="HttpsIn", protocol="https", port="443", certificate=name)
        endpoints.children.append(https)
    name = https.attributes.setdefault("certificate", name)
    if name.lower() not in declared:
        store = {"storeLocation": "LocalMachine", "storeName": "My", "permissionLevel": "limitedOrElevated"}
        certificates.children.append(Node("Certificate", name=name, attributes=store))
    for site in target.one("Sites").children if target.name == "WebRole" else []:
        answering = https.attributes["name"]
        site.one("Bindings").children.append(Node("Binding", name=answering, endpointName=answering))
    known = next((each for each in configured if each["name"].lower() == name.lower()), None)
    if known is None:
        known = {"name": name}
        role.one("Certificates").children.append(Node("Certificate"))
        role.one("Certificates").children[-1].attributes = known
    known.update(thumbprint=THUMBPRINT, thumbprintAlgorithm="sha1")
    return definition, configuration, name


@given(definitions, configurations, styles, styles)
def test_https_is_added_and_every_other_byte_stays(
    definition: Node, configuration: Node, one: Style, other: Style
) -> None:
    csdef, cscfg = one.document(definition, "a.csdef"), other.document(configuration, "a.cscfg")
    edits = https_edits(csdef, [cscfg], WANTED)
    wanted_definition, wanted_configuration, _ = with_https(definition, configuration)
    after = []
    for document, wanted in ((csdef, wanted_definition), (cscfg, wanted_configuration)):
        own = [each for each in edits if each.file == document.file]
        text = edited(document.text, own)
        assert undone(document, own) == data_of(document)
        assert says(document, text, wanted)
        after.append(again(document, text))
    assert https_edits(after[0], after[1:], WANTED) == ()
    for role in role_elements(after[0].root):
        assert all(site.children[-1].name == "Bindings" for site in role.find("Sites", "Site"))


@given(definitions, styles)
def test_http_is_removed_and_every_other_byte_stays(definition: Node, style: Style) -> None:
    csdef = style.document(definition, "b.csdef")
    wanted = replace(WANTED, remove_http=True, thumbprint=None)
    edits = https_edits(csdef, [], wanted)
    tree, _, _ = with_https(definition, Node("ServiceConfiguration", Node("Role", name="Target")))
    for role in tree.children:
        for endpoints in role.all("Endpoints"):
            http = {each.attributes["name"] for each in endpoints.children if each.attributes["protocol"] == "http"}
            endpoints.children = [each for each in endpoints.children if each.attributes["name"] not in http]
            for bindings in (parts for site in role.one("Sites").children for parts in site.all("Bindings")):
                bindings.children = [
                    each for each in bindings.children if each.attributes["endpointName"] not in http
                ]
        role.children = [each for each in role.children if each.name != "Sites" or each.children]
    assert undone(csdef, edits) == data_of(csdef)
    text = edited(csdef.text, edits)
    assert says(csdef, text, tree)
    assert https_edits(again(csdef, text), [], wanted) == ()


values = st.text(st.sampled_from("a <>&'\"\t\n\ré=.ł"), max_size=6)


@given(configurations, styles, st.tuples(values, values), st.integers(0, 99))
def test_settings_and_counts_are_sent_as_they_are_given(
    configuration: Node, style: Style, given_values: tuple[str, str], count: int
) -> None:
    one, two = given_values
    cscfg = style.document(configuration, "c.cscfg")
    declared = Node("ConfigurationSettings", Node("Setting", name="One"), Node("Setting", name="Two"))
    definition = Node("ServiceDefinition", *(Node("WebRole", declared, name=each) for each in ("Target", "Other")))
    csdef = parse_xml(PLAIN.text(definition), file="c.csdef")
    wishes = Wishes((("Target.one", one), ("Two", two), ("ONE", two)), (("other", count),))
    sent = with_wishes(csdef, cscfg, wishes)
    tree = configuration.own()
    for role in tree.all("Role"):
        settings = {each.attributes["name"]: each for each in role.one("ConfigurationSettings").children}
        for name, value in {"One": one if role.attributes["name"] == "Target" else two, "Two": two}.items():
            if name not in settings:
                settings[name] = Node("Setting", name=name)
                role.one("ConfigurationSettings").children.append(settings[name])
            settings[name].attributes["value"] = value
    tree.all("Role")[1].one("Instances").attributes["count"] = str(count)
    # The plain style cannot write line ends in values: a parser would make blanks of them.
    found = {
        (role.value("name"), each.value("name")): each.value("value")
        for role in sent.root.find("Role")
        for each in role.find("ConfigurationSettings", "Setting")
    }
    assert found == {
        (role.attributes["name"], each.attributes["name"]): each.attributes["value"]
        for role in tree.all("Role")
        for each in role.one("ConfigurationSettings").children
    }
    assert [each.value("count") for each in sent.root.find("Role", "Instances")] == ["1", str(count)]
    assert with_wishes(csdef, sent, wishes) is sent
