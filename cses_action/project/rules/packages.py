"""PKG: the package as a file: its format, its zip archives, its manifests, and whether all of it can be read.

A source ends in the mark of its evidence: [C] shown by a real artefact or a text of Microsoft's, [M] from the one
package writer of Microsoft's that was published (azure-tools-for-java), [I] inferred, [U] unknown. Only [C] and [M]
make an error of a rule; what concerns the safety of reading, or the form of a zip archive, is one too: a container
that breaks it is "not a valid service package" to the platform.
"""

from __future__ import annotations

from cses_action.project.rules.registry import Rule

_REBUILD = "Publish the cloud service project again, and give the .cspkg that this makes."
_OPC = "System.IO.Packaging, which the platform reads packages with [C]"
_WRITER = "Microsoft's package writer in azure-tools-for-java [M]"
_CSX = "csx folders and packages that cspack made [C]"

NOT_A_PACKAGE = Rule("PKG001", "error", "The file is no service package", fix=_REBUILD, source=_OPC)
DAMAGED = Rule("PKG002", "error", "The package is cut off or damaged", fix=_REBUILD, source=_OPC)
NESTED = Rule(
    "PKG003",
    "error",
    "A publish folder was given, or a zip archive of one",
    fix="Give the .cspkg in it.",
    source=_OPC,
)
CSX = Rule(
    "PKG004",
    "error",
    "A csx folder was given, which only the emulator can run",
    fix="Build the package with cspack without /copyOnly (MSBuild: target Publish).",
    source=_CSX,
)
CTP = Rule(
    "PKG005",
    "error",
    "The package has the CTP format (2012-03-15)",
    fix="Build it without /useCtpPackageFormat of cspack; msbuild /t:Publish makes the other format by itself.",
    source="FAQ of Cloud Services (extended support) [C]",
)
ENCRYPTED = Rule(
    "PKG006",
    "warning",
    "The package is encrypted and could not be looked into",
    fix="Build it without encryption, with an SDK from 2.9 on.",
    source="packages of SDKs before 1.5 [I]",
)
TOO_LARGE = Rule(
    "PKG007",
    "error",
    "The package is larger than extended support takes",
    fix="Move large content out of the package, for example to a storage account.",
    source="FAQ of Cloud Services (extended support) [C]",
)
BOMB = Rule(
    "PKG008", "error", "The package holds more than any package does", fix=_REBUILD, source="safety of reading"
)

UNSAFE_NAME = Rule("PKG010", "error", "A part's name leads out of its folder", fix=_REBUILD, source=_OPC)
SAME_NAME = Rule("PKG011", "error", "Two parts have the same name", fix=_REBUILD, source=_OPC)
OVERLAP = Rule("PKG012", "error", "Two parts share bytes of the archive", fix=_REBUILD, source=_OPC)
CONTRADICTION = Rule(
    "PKG013", "error", "A part's own header contradicts the table of contents", fix=_REBUILD, source=_OPC
)
ZIP64 = Rule("PKG014", "error", "A size or place that needs ZIP64 is not given", fix=_REBUILD, source=_OPC)
METHOD = Rule("PKG015", "error", "A part is compressed or locked as packages never are", fix=_REBUILD, source=_OPC)
CHECKSUM = Rule("PKG016", "error", "A part's bytes are not those that were packed", fix=_REBUILD, source=_OPC)
FOREIGN_BYTES = Rule(
    "PKG017",
    "warning",
    "The archive holds bytes that belong to no part",
    fix="Give the file as the build made it.",
    source="unknown to the platform's readers [U]",
)
FOREIGN_NAME = Rule(
    "PKG018",
    "error",
    "A part's name is none that a part can have, so that the platform does not see it",
    fix=_REBUILD,
    source=_OPC,
)

_READING = (NOT_A_PACKAGE, DAMAGED, NESTED, CSX, BOMB)
SAFETY = (*_READING, UNSAFE_NAME, SAME_NAME, OVERLAP, CONTRADICTION, ZIP64, METHOD, CHECKSUM)
"""Where one of these is broken, what was read need not be what Azure reads: they cannot be switched off."""
POLICY = (CTP, TOO_LARGE)
"""Extended support does not take such a package, and it can still be whole."""

NO_MANIFEST = Rule("PKG020", "error", "A manifest is missing or cannot be read", fix=_REBUILD, source=_WRITER)
MISSING_PART = Rule("PKG021", "error", "A manifest lists a part that is not there", fix=_REBUILD, source=_WRITER)
UNLISTED_PART = Rule(
    "PKG022", "warning", "A part is in no manifest", fix=_REBUILD, source="how the platform takes it is unknown [U]"
)
CHANGED_PART = Rule("PKG023", "error", "A part is not the one that its manifest lists", fix=_REBUILD, source=_CSX)
UNCLEAR_MANIFEST = Rule(
    "PKG024", "warning", "A manifest has an entry that cannot be checked", fix=_REBUILD, source="its attributes [I]"
)
NO_RELATIONSHIP = Rule(
    "PKG025", "error", "A relationship is missing, or leads to no part", fix=_REBUILD, source=_WRITER
)
NO_CONTENT_TYPE = Rule("PKG026", "error", "A part has no content type", fix=_REBUILD, source=_OPC)

NO_RUNTIME = Rule("PKG030", "error", "A role has no manifest of Microsoft's runtime", fix=_REBUILD, source=_CSX)
CHANGED_RUNTIME = Rule(
    "PKG031", "error", "A file of Microsoft's runtime is missing or changed", fix=_REBUILD, source=_CSX
)
BAD_SIGNATURE = Rule(
    "PKG032",
    "warning",
    "A manifest is not what its signature signs",
    fix=_REBUILD,
    source="what the platform does with it is unknown [U]",
)

NO_DEFINITION = Rule(
    "PKG040", "error", "The packaged service definition is missing or cannot be read", fix=_REBUILD, source=_CSX
)
NO_DESCRIPTION = Rule(
    "PKG041", "error", "A description in the package is missing or cannot be read", fix=_REBUILD, source=_WRITER
)
NO_SOFTWARE = Rule("PKG042", "error", "A role and its software do not belong together", fix=_REBUILD, source=_WRITER)
NO_STREAMS = Rule(
    "PKG043",
    "warning",
    "The package does not say which systems and modules its roles need",
    fix=_REBUILD,
    source="packages of old SDKs are unknown [U]",
)
