"""What a package is and holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cses_action.project.definition import DefinedRole, Definition
from cses_action.project.rules.registry import Finding, Rule, brief
from cses_action.project.xml import Document
from cses_action.values import Value

Kind = Literal["legacy", "ctp", "encrypted"]
"""``legacy`` is what extended support takes; of an encrypted package nothing but its outside is known."""


class Defect(Value):
    """Something that is wrong with a package, though reading went on."""

    rule: Rule
    message: str

    def finding(self, file: str) -> Finding:
        """Return it as the rules tell what they find."""
        return Finding(self.rule, self.rule.severity, brief(self.message), self.rule.fix, file, 0, 0)


class PackedFile(NamedTuple):
    """A file in a package."""

    container: str
    """A role's name; ``.csdx``, ``.csmx`` or ``.csnsx`` for the descriptions; empty for the package's own parts."""
    path: str
    """With ``/``, decoded: ``approot/bin/Web.dll``."""
    size: int
    packed: int
    """Bytes that it takes in its archive."""
    sha256: str
    """In lower-case hex."""


class Signature(Value):
    """Who signed the manifest of a role's runtime, and whether the manifest is still what was signed.

    It proves no more than that: whose certificate it is, nobody vouches for. That it has expired is normal.
    """

    role: str
    signer: str
    """The name in the certificate; empty if it cannot be read."""
    valid: bool
    reason: str = ""
    """Why it is not valid."""
    valid_until: str = ""
    """The day on which the certificate expires or did, as YYYY-MM-DD."""


class InnerEndpoint(Value):
    """A port between roles, or one of each instance."""

    name: str
    kind: str
    """``InternalEndpoint`` or ``InstanceInputEndpoint``."""
    protocol: str
    ports: str
    """``81``, ``9000-9019``, or empty for any."""


class PackedRole(Value):
    """A role as it is in the package."""

    defined: DefinedRole
    """As the packaged definition has it; ``sites`` are from the role model, ``imports`` from the support data."""
    software: str
    """The name of the role's own archive; empty if there is none."""
    sdk: str = ""
    entry_point: str = ""
    """The program or assembly in ``__entrypoint.txt``."""
    permission_levels: Mapping[str, str] = {}
    """By the name of the certificate."""
    features: tuple[str, ...] = ()
    os_families: tuple[str, ...] = ()
    inner_endpoints: tuple[InnerEndpoint, ...] = ()
    plugins: tuple[str, ...] = ()
    """The folders below ``plugins``."""

    @property
    def name(self) -> str:
        """The role's name."""
        return self.defined.name


class Package(Value):
    """A package, what it holds, and what is wrong with it."""

    file: str
    name: str
    """The file's own name, without its folders."""
    size: int
    sha256: str
    md5: bytes
    kind: Kind = "legacy"
    sdk: str = ""
    """The build of the SDK that made it: ``2.9.8999.45``."""
    document: Document | None = None
    """The packaged service definition."""
    roles: tuple[PackedRole, ...] = ()
    files: tuple[PackedFile, ...] = ()
    signatures: tuple[Signature, ...] = ()
    defects: tuple[Defect, ...] = ()

    @property
    def definition(self) -> Definition | None:
        """The packaged definition, completed with the sites and imports that cspack moves elsewhere."""
        if self.document is None:
            return None
        root = self.document.root
        return Definition(self.file, root.value("name"), tuple(each.defined for each in self.roles), root.line)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The defects, as the rules tell what they find."""
        return tuple(each.finding(self.file) for each in self.defects)
