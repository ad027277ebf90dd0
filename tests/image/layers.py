"""What the image adds to its base."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import zlib
from dataclasses import dataclass, field

from tests.image.base import base_name
from tests.image.engine import Engine

KEY = b"PRIVATE KEY-----\n"


@dataclass
class Layers:
    """The layers that the image adds: their size as a registry keeps them, and the files in them."""

    compressed: int = 0
    files: list[str] = field(default_factory=list)
    modes: dict[str, int] = field(default_factory=dict)
    """The rights to each file and folder."""
    keys: list[str] = field(default_factory=list)
    """Files with a private key in them."""


def measure(engine: Engine, image: str) -> Layers:
    """Return what the image's own layers weigh and hold."""
    base = set(_layers(engine, base_name()))
    return _weighed(engine, image, [layer for layer in _layers(engine, image) if layer not in base])


def compressed_base(engine: Engine) -> int:
    """Return what all layers of the base image weigh."""
    return _weighed(engine, base_name(), _layers(engine, base_name())).compressed


def _weighed(engine: Engine, image: str, layers: list[str]) -> Layers:
    names = {layer.removeprefix("sha256:") for layer in layers}
    found = Layers()
    command = ["podman", "save", "--quiet", "--format", "docker-archive", image]
    with (
        subprocess.Popen(command, env=engine.env, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            if member.name.removesuffix(".tar") in names and (layer := archive.extractfile(member)):
                content = layer.read()
                found.compressed += len(zlib.compress(content, level=6))
                with tarfile.open(fileobj=io.BytesIO(content)) as files:
                    _look(files, found)
    assert found.compressed, f"{image} has layers of its own"
    return found


def _look(layer: tarfile.TarFile, found: Layers) -> None:
    for each in layer:
        found.files.append(each.name)
        if not each.issym():
            found.modes[each.name] = each.mode
        if each.isreg() and KEY in (layer.extractfile(each) or io.BytesIO()).read():
            found.keys.append(each.name)


def _layers(engine: Engine, image: str) -> list[str]:
    return list(json.loads(engine.podman("image", "inspect", "--format", "{{json .RootFS.Layers}}", image)))
