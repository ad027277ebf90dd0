"""What reading a package of any format leaves behind."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cses_action.project.package.archive import Archive
from cses_action.project.package.contents import Contents
from cses_action.project.package.defects import Defects
from cses_action.project.package.model import PackedFile, PackedRole, Signature
from cses_action.project.package.streams import Bounds
from cses_action.project.xml import Document


class Learned(ABC):
    """What was learned of a package; complete after ``read``."""

    def __init__(self, file: str, descriptor: int, bounds: Bounds, defects: Defects) -> None:
        self.encrypted = False
        self.document: Document | None = None
        """The packaged service definition."""
        self.sdk = ""
        self.roles: tuple[PackedRole, ...] = ()
        self.files: list[PackedFile] = []
        self.signatures: list[Signature] = []
        self._descriptor = descriptor
        self._bounds = bounds
        self._defects = defects
        self._contents = Contents(file, defects)

    @abstractmethod
    def read(self, archive: Archive) -> None:
        """Read the package's members to the last, then look at what they say together."""
