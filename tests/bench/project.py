"""The project that is deployed: Microsoft's sample with HTTPS, in three states."""

from __future__ import annotations

from pathlib import Path

from tests.bench.children import ROOT
from tests.data.packages import legacy_package

SAMPLES = ROOT / "tests" / "data" / "samples"
PLACEHOLDER = "0123456789ABCDEF0123456789ABCDEF01234567"
CONFIGURATION, DEFINITION = "ServiceConfiguration.Cloud.cscfg", "ServiceDefinition.csdef"


class Project:
    """Files in a folder; each kind of ``options`` names some of them to the program."""

    def __init__(self, folder: Path, thumbprint: str = PLACEHOLDER) -> None:
        self._folder = folder
        for name in (CONFIGURATION, DEFINITION):
            text = (SAMPLES / "multirole-https" / name).read_text(encoding="utf-8-sig")
            (folder / name).write_text(text.replace(PLACEHOLDER, thumbprint), encoding="utf-8")
        self._package = legacy_package(folder / DEFINITION, folder / "app.cspkg")

    @property
    def options(self) -> tuple[str, ...]:
        """Files that belong together."""
        return self._options(self._folder / CONFIGURATION)

    @property
    def broken_options(self) -> tuple[str, ...]:
        """A configuration that ends in the middle."""
        text = (self._folder / CONFIGURATION).read_text(encoding="utf-8")
        broken = self._folder / "broken.cscfg"
        broken.write_text(text[: len(text) // 2], encoding="utf-8")
        return self._options(broken)

    @property
    def unfit_options(self) -> tuple[str, ...]:
        """A configuration of other roles than the package has."""
        text = (self._folder / CONFIGURATION).read_text(encoding="utf-8")
        unfit = self._folder / "unfit.cscfg"
        unfit.write_text(text.replace('"WebRole1"', '"WebRole2"'), encoding="utf-8")
        return self._options(unfit)

    def _options(self, configuration: Path) -> tuple[str, ...]:
        given = {
            "configuration": configuration,
            "definition": self._folder / DEFINITION,
            "package": self._package,
        }
        return tuple(word for name, path in given.items() for word in (f"--{name}", str(path)))
