from __future__ import annotations

from cses_action.planning.counts import with_live_counts
from cses_action.project import Project
from cses_action.project.configuration import parse_configuration
from tests.fakes.cloud import service
from tests.unit.project.given import configuration, role


def test_live_counts_stand_in_for_those_of_the_file() -> None:
    live = service("")
    live["properties"]["roleProfile"]["roles"][0]["sku"]["capacity"] = 4
    text = configuration(role(name="webrole1") + role(name="New"))
    project = Project(parse_configuration(text, file="a.cscfg"), None, None)
    counted = with_live_counts(project, live).configuration
    assert {each.name: each.instances for each in counted.roles} == {"webrole1": 4, "New": 1}
    assert counted.text == text.replace('count="1"', 'count="4"', 1)


def test_a_role_whose_count_azure_does_not_name_keeps_that_of_its_file() -> None:
    live = service("")
    del live["properties"]["roleProfile"]["roles"][0]["sku"]["capacity"]
    project = Project(parse_configuration(configuration(role(name="webrole1")), file="a.cscfg"), None, None)
    assert with_live_counts(project, live).configuration.roles[0].instances == 1
