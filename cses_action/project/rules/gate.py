"""PKG: whether a package belongs to the definition and the configuration beside it; found where it is read.

As with the other rules of packages, a source ends in the mark of its evidence, and only [C] and [M] make an error of
a rule. A difference that none of these tells is CSES100.
"""

from __future__ import annotations

from cses_action.project.rules.registry import Rule
from cses_action.project.rules.roles import ROLE_LIMIT

_OLD = "Rebuild the package from this definition: Azure reads the definition inside it, never the loose file."
_DECLARE = "Rebuild the package from a definition that declares it, or remove it from the configuration."
_CONFIGURE = "Add it to the configuration, or rebuild the package without it."
_SIZE = "Give the role another vmsize in the definition, then rebuild the package."
_PAIR = "the same service packed without and with HTTPS, by the SDK 2.9 [C]"
_NAMES = "New-AzCloudService, which compares the same files [C]"

NO_HTTPS_ENDPOINT = Rule(
    "PKG050", "error", "The package lacks an https endpoint of the definition", fix=_OLD, source=_PAIR
)
NO_HTTPS_CERTIFICATE = Rule(
    "PKG051", "error", "The package lacks the certificate of an https endpoint", fix=_OLD, source=_PAIR
)
NO_HTTPS_BINDING = Rule(
    "PKG052", "error", "No site in the package answers at an https endpoint", fix=_OLD, source=_PAIR
)
UNBOUND = Rule(
    "PKG053",
    "warning",
    "No site in the package is bound to a packaged https endpoint",
    fix="Add a <Binding> for it to a <Site> of the definition, and rebuild the package.",
    source="schema-csdef-webrole.md; the role's own code can answer there [I]",
)

FOREIGN_ROLE = Rule("PKG060", "error", "The package lacks a role of the configuration", fix=_DECLARE, source=_NAMES)
MISSING_ROLE = Rule("PKG061", "error", "The configuration lacks a role of the package", fix=_CONFIGURE, source=_NAMES)
FOREIGN_CERTIFICATE = Rule(
    "PKG062", "error", "The package lacks a certificate of the configuration", fix=_DECLARE, source=_NAMES
)
NO_THUMBPRINT = Rule(
    "PKG063",
    "error",
    "The certificate of a packaged https endpoint has no thumbprint",
    fix=_CONFIGURE,
    source="schema-cscfg-role.md [C]",
)
NO_OTHER_THUMBPRINT = Rule(
    "PKG064",
    "warning",
    "Another certificate of the package has no thumbprint",
    fix=_CONFIGURE,
    source="schema-cscfg-role.md [C]",
)
FOREIGN_SETTING = Rule(
    "PKG065",
    "error",
    "The package lacks a setting of the configuration",
    fix=_DECLARE,
    source="azure-sdk-for-node issue 841 [C]",
)
MISSING_SETTING = Rule(
    "PKG066",
    "error",
    "The configuration lacks a setting of the package",
    fix=_CONFIGURE,
    source="schema-cscfg-role.md [C]",
)
OTHER_FAMILY = Rule(
    "PKG067",
    "warning",
    "A role of the package was not built for the osFamily",
    fix="Rebuild the package with a newer SDK, or set an osFamily that it names.",
    source="named streams of packages; a live service runs another family all the same [I]",
)
OLD_SDK = Rule(
    "PKG068",
    "warning",
    "The SDK that built the package is older than the osFamily",
    fix="Rebuild the package with SDK 2.9.6 or newer.",
    source="cloud-services-guestos-update-matrix.md; a live service runs so all the same [I]",
)

DESKTOP = Rule(
    "PKG070",
    "warning",
    "The package holds the remote desktop plugin",
    fix="Rebuild the package without the <Import>, and use the remote desktop (RDP) extension.",
    source="deploy-prerequisite.md [C]",
)
DEAD_MODULE = Rule(
    "PKG071",
    "warning",
    "The package holds a module whose service is gone",
    fix="Remove the <Import> and its settings, then rebuild the package.",
    source="plugins of the SDK 2.7 [C]",
)
OLD_SIZE = Rule(
    "PKG072",
    "error",
    "A role of the package has a size that extended support does not have",
    fix=_SIZE,
    source="deploy-prerequisite.md [C]",
)
TOO_MANY_ROLES = Rule(
    "PKG073",
    "error",
    f"The package has more than {ROLE_LIMIT} roles",
    fix="Split the service, or merge roles.",
    source="schema-csdef-file.md [C]",
)
SAME_NAME = Rule(
    "PKG074",
    "warning",
    "The packaged service has the name of a role",
    fix="Rename the service in both files and rebuild: extended support fails with an error that says nothing.",
    source="azure-docs issue 75495 [C]",
)
