"""What is in the image, and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

import cses_action
from tests.image.engine import IMAGE, Engine
from tests.image.layers import Layers, measure

LARGEST = 20e6
IMPORT_ALL = """
import importlib, pathlib, pkgutil, sys
import cses_action
for module in pkgutil.walk_packages(cses_action.__path__, "cses_action."):
    importlib.import_module(module.name)
for module in list(sys.modules.values()):
    cached = getattr(getattr(module, "__spec__", None), "cached", None)
    if cached and not pathlib.Path(cached).exists():
        print("not compiled:", module.__name__)
print(len(sys.modules))
"""


@pytest.fixture(scope="module")
def layers(engine: Engine) -> Layers:
    return measure(engine, IMAGE)


@pytest.fixture
def settings(engine: Engine) -> dict[str, Any]:
    return dict(json.loads(engine.podman("image", "inspect", "--format", "{{json .Config}}", IMAGE)))


def test_the_image_is_small(layers: Layers, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nThe image adds {layers.compressed / 1e6:.1f} MB (compressed) to its base.")
    assert layers.compressed < LARGEST


def test_no_layer_has_the_sandbox_tests_or_what_is_not_used(layers: Layers) -> None:
    unwanted = ("cses_action/sandbox", "/tests/", "/aio/", ".pem", ".env", "requirements", "compute/v2023", ".git/")
    ours = [name for name in layers.files if "certifi/" not in name]
    assert "app/entrypoint.py" in ours
    assert [name for name in ours if any(each in name for each in unwanted)] == []


def test_every_user_may_read_what_the_image_adds_and_only_root_may_change_it(layers: Layers) -> None:
    ours = {name: mode for name, mode in layers.modes.items() if name.startswith(("app", "usr/local/lib/python3"))}
    assert "usr/local/lib/python3.12/site-packages/cses_action/app.py" in ours
    assert [name for name, mode in ours.items() if mode & 0o444 != 0o444 or mode & 0o022] == []


def test_no_layer_has_a_private_key(layers: Layers) -> None:
    assert layers.keys == []


def test_everything_can_be_imported_and_is_compiled(engine: Engine) -> None:
    answer = engine.podman("run", "--rm", "--network=none", "--entrypoint=python", IMAGE, "-c", IMPORT_ALL)
    assert int(answer) > 500, "our modules, the SDKs and the standard library"


def test_the_image_says_what_it_is_and_runs_as_github_wants(settings: dict[str, Any]) -> None:
    names = {name.removeprefix("org.opencontainers.image."): text for name, text in settings["Labels"].items()}
    assert names["title"] == "cses-action"
    assert names["version"] == cses_action.__version__
    assert names["licenses"] == "MIT"
    assert settings["Entrypoint"] == ["/usr/local/bin/python", "-IBu", "/app/entrypoint.py"]
    assert not settings.get("User")
    assert "PYTHONUNBUFFERED=1" in settings["Env"]
