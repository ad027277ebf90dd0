"""action.yml is what GitHub shows and reads; the registries are what the program reads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cses_action.inputs.registry import INPUTS
from cses_action.report.outputs import OUTPUTS
from tests.contract.files import read


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    loaded = yaml.safe_load(read("action.yml"))
    assert isinstance(loaded, dict)
    return loaded


def test_inputs_have_the_names_and_the_order_of_the_registry(action: dict[str, Any]) -> None:
    assert list(action["inputs"]) == list(INPUTS)


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_is_as_the_registry_says(action: dict[str, Any], name: str) -> None:
    each = INPUTS[name]
    expected: dict[str, object] = {"description": each.description}
    if each.required == "always":
        expected["required"] = True
    if each.default:
        expected["default"] = each.default
    assert action["inputs"][name] == expected


def test_no_input_is_required_of_every_operation(action: dict[str, Any]) -> None:
    assert [name for name, each in action["inputs"].items() if each.get("required")] == []


def test_outputs_have_names_order_and_descriptions_of_the_registry(action: dict[str, Any]) -> None:
    found = [(name, each["description"]) for name, each in action["outputs"].items()]
    assert found == list(OUTPUTS.items())


def test_it_is_a_container_action_that_puts_no_input_on_a_command_line(action: dict[str, Any]) -> None:
    assert action["runs"] == {"using": "docker", "image": "Dockerfile"}


def test_it_can_be_shown_on_the_marketplace(action: dict[str, Any]) -> None:
    assert set(action["branding"]) == {"icon", "color"}
    assert len(action["description"]) < 125
