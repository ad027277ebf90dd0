"""The gate: whether package, definition and configuration belong together, before Azure is touched.

::

    sides.py          the package and the definition, role by role       https.py     what HTTPS needs is really in it
    settings.py       the package against configurations                 policy.py    what extended support refuses
    difference.py     everything else that the definition says otherwise

Azure reads the definition inside the package. It is no copy of the file: cspack moves sites, imports and permission
levels elsewhere and leaves out the size Small; none of that counts as a difference. What the rules say at the loose
files already is not said again of the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cses_action.project.gate.difference import check_differences
from cses_action.project.gate.https import check_https
from cses_action.project.gate.policy import check_policy
from cses_action.project.gate.settings import check_configuration
from cses_action.project.gate.sides import Sides, Told

if TYPE_CHECKING:
    from cses_action.project.package import Package
    from cses_action.project.rules import Finding
    from cses_action.project.xml import Document


def check_together(
    package: Package, definition: Document | None, configurations: Sequence[Document]
) -> tuple[Finding, ...]:
    """Return why a package does not belong to these files; none of one that cannot be looked into."""
    if package.document is None:
        return ()
    sides = Sides.of(package, package.document, definition)
    told = Told()
    check_https(sides, told)
    for configuration in configurations:
        check_configuration(sides, configuration, told)
    check_policy(sides, configurations, told)
    check_differences(sides, told)
    return told.findings
