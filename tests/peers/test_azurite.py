"""Azurite's start: a machine on which it hangs, or does not run, ends the tests instead of holding them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.peers.azurite import run_azurite


@pytest.mark.parametrize(
    ("does", "says"), [("exec sleep 60", "did not listen"), ("echo 'no such option'; exit 1", "no such option")]
)
def test_an_azurite_that_never_listens_is_an_error_with_what_it_said(tmp_path: Path, does: str, says: str) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\n{does}\n")
    node.chmod(0o755)
    began = time.monotonic()
    with pytest.raises(AssertionError, match=says), run_azurite(tmp_path, node=str(node), patience=0.5):
        pass
    assert time.monotonic() - began < 10
