"""Settings and instance counts of a run: in what is sent, in no output, and not in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cses_action.project.configuration import Configuration, parse_configuration
from tests.data.packages import legacy_package
from tests.fakes.runner import parse_commands
from tests.unit.test_run import Session

SETTINGS = '<ConfigurationSettings><Setting name="Key" value="old-value" /></ConfigurationSettings>'
COUNT = '<Instances count="1" />'


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(tmp_path)
    path = Path(session.env["INPUT_CONFIGURATION"])
    path.write_bytes(path.read_bytes().replace(COUNT.encode(), f"{COUNT}{SETTINGS}".encode(), 1))
    declared = '<ConfigurationSettings><Setting name="Key" /></ConfigurationSettings>'
    definition = Path(session.env["INPUT_DEFINITION"]).read_text(encoding="utf-8-sig")
    session.env["INPUT_DEFINITION"] = session.world.write(
        "own.csdef", definition.replace("<Sites>", f"{declared}<Sites>")
    )
    legacy_package(Path(session.env["INPUT_DEFINITION"]), Path(session.env["INPUT_PACKAGE"]))
    return session


def sent(session: Session) -> Configuration:
    properties: dict[str, Any] = session.cloud.services.replaced[-1]["properties"]
    return parse_configuration(properties["configuration"])


def test_given_values_are_sent_and_appear_nowhere_else(session: Session) -> None:
    path = Path(session.env["INPUT_CONFIGURATION"])
    before = path.read_bytes()
    session.env["INPUT_SETTINGS"] = "Key=a-new-secret"
    session.env["INPUT_INSTANCE-COUNTS"] = "WebRole1=3"
    assert session.start() == 0
    role = sent(session).roles[0]
    assert (role.settings[0].value, role.instances) == ("a-new-secret", 3)
    assert path.read_bytes() == before
    shown = [line for line in session.out.getvalue().splitlines() if "a-new-secret" in line]
    assert shown == ["::add-mask::a-new-secret"]
    assert "a-new-secret" not in session.summary + str(session.outputs)
    assert "hidden, new" in session.outputs["plan"]
    assert len(session.cloud.services.instances()) == 4


def test_live_counts_are_kept(session: Session) -> None:
    session.cloud.services.live["properties"]["roleProfile"]["roles"][0]["sku"]["capacity"] = 4
    session.env["INPUT_INSTANCE-COUNTS"] = "keep"
    session.env["INPUT_SETTINGS"] = "Key=short"
    assert session.start() == 0
    assert sent(session).roles[0].settings[0].value == "short"
    assert "short" not in session.out.getvalue() + session.summary
    assert [role.instances for role in sent(session).roles] == [4, 1]
    assert len(session.cloud.services.instances()) == 5


def test_a_setting_that_there_is_not_is_a_wrong_input(session: Session) -> None:
    session.env["INPUT_SETTINGS"] = "Other=a-new-secret"
    assert session.start() == 2
    (error,) = [command for command in parse_commands(session.out.getvalue()) if command.name == "error"]
    assert error.data.startswith("settings: entry 1 names a setting that no role declares")


def test_what_is_wrong_is_looked_for_in_what_is_sent(session: Session) -> None:
    session.env["INPUT_INSTANCE-COUNTS"] = "WebRole1=0"
    path = Path(session.env["INPUT_CONFIGURATION"])
    path.write_bytes(path.read_bytes().replace(b'count="1"', b'count="none"', 1))
    assert session.start() == 0
    assert sent(session).roles[0].instances == 0
