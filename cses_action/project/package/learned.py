"""What reading a package of any format leaves behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from cses_action.project.package.archive import Archive
from cses_action.project.package.contents import Contents
from cses_action.project.package.defects import Defects
from cses_action.project.package.model import PackedFile, PackedRole, Signature
from cses_action.project.package.records import Header
from cses_action.project.package.streams import Bounds, Piece, Source, file_pieces, nobody
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

    def again(self, start: int, stated: Header) -> Iterator[Piece]:
        """Yield once more the bytes of a member whose packed bytes begin here in the file."""
        source = Source(file_pieces(self._descriptor, start, nobody), "")
        return source.inflated(stated.packed) if stated.method else source.stored(stated.packed)

    @abstractmethod
    def read(self, archive: Archive) -> None:
        """Read the package's members to the last, then look at what they say together."""
