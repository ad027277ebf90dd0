"""The package against what runs: roles that come and go, sizes, and https endpoints that would disappear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cses_action.planning import tags
from cses_action.planning.model import Plan, UpdateService
from cses_action.planning.packaged import warn_of_package, warn_of_roles
from cses_action.planning.planner import make_plan
from cses_action.project.package import Package, examine_package
from tests.data.package_defects import SWITCHES
from tests.data.packages import legacy_package
from tests.unit.world import HTTPS, World

REMOVED = "Role Old runs and is not in the package: this update removes it"
DEFINITION = (HTTPS / "ServiceDefinition.csdef").read_text(encoding="utf-8-sig")


def running(**sizes: str) -> dict[str, Any]:
    roles = [{"name": name, "sku": {"name": size, "capacity": 1}} for name, size in sizes.items()]
    return {"properties": {"roleProfile": {"roles": roles}}, "tags": {}}


@pytest.fixture(name="package")
def a_package(tmp_path: Path) -> Package:
    return examine_package(str(legacy_package(DEFINITION.encode(), tmp_path / "a.cspkg")))


def test_what_runs_as_the_package_says_needs_no_word(package: Package) -> None:
    service = running(webrole1="standard_d1_v2", WorkerRole1="Standard_D1_v2")
    service["tags"][tags.HTTPS] = "WebRole1/Certificate1:443"
    assert warn_of_package(package, service) == []


def test_roles_that_come_and_go_are_told(package: Package) -> None:
    assert warn_of_package(package, running(WebRole1="Standard_D1_v2", Old="Standard_D1_v2")) == [
        "Role WorkerRole1 is new: the service does not have it yet.",
        f"{REMOVED}, with its instances and what lies on their disks.",
    ]


def test_another_size_is_told_once_with_what_would_keep_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    roles = world.cloud.services.live["properties"]["roleProfile"]["roles"]
    roles[0]["sku"]["name"] = "Standard_D2_v2"
    (warning,) = (each for each in planned(world, DEFINITION).warnings if "Standard_D2_v2" in each)
    assert warning == (
        "WebRole1 runs 1 of Standard_D2_v2 now; this update makes it 1 of Standard_D1_v2. Azure takes the size from "
        "the package and makes the machines anew: only allowModelOverride, which is not sent, would let the size of "
        "the service win."
    )


def test_another_count_alone_makes_no_machine_anew() -> None:
    before, after = (running(Web="Standard_D1_v2")["properties"]["roleProfile"]["roles"] for _ in range(2))
    after[0]["sku"]["capacity"] = 2
    assert warn_of_roles(before, after) == [
        "Web runs 1 of Standard_D1_v2 now; this update makes it 2 of Standard_D1_v2."
    ]


def test_an_https_endpoint_that_would_disappear_is_told(package: Package) -> None:
    service = running(WebRole1="Standard_D1_v2", WorkerRole1="Standard_D1_v2")
    service["tags"][tags.HTTPS] = "WebRole1/Other:443 WebRole1/Certificate1:8443 Old/C:443"
    assert warn_of_package(package, service) == [
        "The https endpoint WebRole1/Certificate1:8443, which runs, is not in the package: it would disappear.",
        "The https endpoint Old/C:443, which runs, is not in the package: it would disappear.",
    ]


def test_of_no_package_and_of_an_encrypted_one_nothing_is_told(tmp_path: Path) -> None:
    pack = next(each.pack for each in SWITCHES.values() if each.rules == "PKG006")
    encrypted = examine_package(str(legacy_package(DEFINITION.encode(), tmp_path / "a.cspkg", pack=pack)))
    assert warn_of_package(encrypted, running(Old="Standard_D1_v2")) == []
    assert warn_of_package(None, running(Old="Standard_D1_v2")) == []


def planned(world: World, definition: str) -> Plan:
    """Return the plan for a package that was built from the HTTPS sample, beside this definition."""
    world.give_package()
    world.give(definition=world.write("loose.csdef", definition))
    return make_plan(world.inputs, world.project, world.look())


def test_the_sizes_that_are_sent_are_those_in_the_package(tmp_path: Path) -> None:
    plan = planned(World(tmp_path), DEFINITION.replace('"Standard_D1_v2"', '"Standard_D2_v2"', 1))
    (update,) = (each for each in plan.steps if isinstance(each, UpdateService))
    sizes = {each["name"]: each["sku"]["name"] for each in update.body["properties"]["roleProfile"]["roles"]}
    assert sizes == {"WebRole1": "Standard_D1_v2", "WorkerRole1": "Standard_D1_v2"}


def test_the_plan_warns_of_what_the_package_takes_away(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cloud.services.live["tags"][tags.HTTPS] = "WebRole1/Certificate1:8443"
    warnings = planned(world, DEFINITION).warnings
    assert [each for each in warnings if "would disappear" in each]
