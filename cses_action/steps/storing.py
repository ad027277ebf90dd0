"""Act: put a new version of a certificate into the key vault; nothing there is overwritten.

A run that is broken off leaves what the same run recognises when it is started again: a version with the wanted
thumbprint, a self-signed certificate that is good, or one that the vault is still making.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cses_action.errors import AzureError, TimeRanOut, Unanswered
from cses_action.planning.preparation import version_of
from cses_action.ports import Cloud
from cses_action.resources import Certificate, Pfx, Vault
from cses_action.steps.run import Run
from cses_action.steps.waiting import Pace, patiently

T = TypeVar("T")
Find = Callable[[], Certificate | None]
"""Looks whether the vault has by now what was to be written."""
LABEL = "The key vault makes the certificate"
ATTEMPTS = 3
PAUSE = 2.0
"""Seconds before a write without an answer is looked for, and sent again."""


class Shelf:
    """The place of one certificate in one key vault."""

    def __init__(self, cloud: Cloud, vault: Vault, name: str, run: Run) -> None:
        self._cloud = cloud
        self._vault = vault
        self._name = name
        self._run = run

    def versions(self) -> tuple[Certificate, ...]:
        """Return what lies there, newest first."""
        return self._cloud.vaults.versions(self._vault, self._name)

    def import_pfx(self, pfx: Pfx) -> Certificate:
        """Return the new version that holds this PFX."""
        store = self._cloud.store
        return self._stored(
            self._answered(
                lambda: store.import_pfx(self._vault, self._name, pfx),
                lambda: version_of(self.versions(), pfx.thumbprint),
            )
        )

    def make_self_signed(self, host_names: tuple[str, ...], find: Find) -> Certificate:
        """Return the new version that the vault makes for these names."""
        store = self._cloud.store
        while True:
            begun = self._answered(lambda: store.make_self_signed(self._vault, self._name, host_names), find)
            if isinstance(begun, Certificate):
                return self._stored(begun)
            made = self._wait()
            if begun:
                return self._stored(made)
            # An earlier run began that one: it may be for other names.
            if found := find():
                return self._stored(found)

    def _answered(self, write: Callable[[], T], find: Find) -> T | Certificate:
        """Return the answer; after a lost one the write is sent again only if the vault does not show it."""
        record = self._run.record
        before, attempts = record.left, 0
        record.left = f"{self._where} may have got a new version; nothing else was changed in Azure."
        while True:
            try:
                return write()
            except Unanswered as failure:
                attempts += 1
                self._run.clock.sleep(failure.retry_after or PAUSE)
                if found := find():
                    return found
                if attempts == ATTEMPTS:
                    raise
            except AzureError:
                if not attempts:
                    record.left = before
                raise

    def _wait(self) -> Certificate:
        run, attempts = self._run, list[Unanswered]()
        pace = Pace(run)
        shown = False
        while True:
            made = patiently(lambda: self._cloud.store.made(self._vault, self._name), attempts)
            if made:
                if shown:
                    run.show_wait(LABEL, ended=True)
                return made
            if pace.over():
                raise TimeRanOut(
                    f"{self._where} is still being made after {run.patience}",
                    fix="Run again: the run then takes the one that is being made. Or raise wait-minutes.",
                )
            shown = True
            run.show_wait(LABEL)
            pace.wait()

    def _stored(self, certificate: Certificate) -> Certificate:
        record = self._run.record
        record.stored = True
        record.left = f"{self._where} has a new version, {certificate.thumbprint}; nothing else was changed in Azure."
        return certificate

    @property
    def _where(self) -> str:
        return f"Certificate {self._name} in key vault {self._vault.id.name}"
