"""What we write down on the service, as tags that travel inside the update."""

from __future__ import annotations

from collections.abc import Mapping

PACKAGE = "cses-action-package"
BLOB = "cses-action-blob"
PREVIOUS_BLOB = "cses-action-previous-blob"
RUN = "cses-action-run"
HTTPS = "cses-action-https"
LABEL = "DeploymentLabel"
"""The name that Microsoft's tools use for the label."""

_OURS = "cses-action-"
MOST_TAGS = 50
LONGEST_VALUE = 256


def merge_tags(tags: Mapping[str, str], ours: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the live tags with ours in them, and warnings about those that do not fit; an empty value removes.

    Azure takes 50 tags with values of at most 256 characters and compares their names without case.
    """
    merged = dict(tags)
    warnings = []
    for name, value in ours.items():
        known = next((key for key in merged if key.lower() == name.lower()), name)
        if value and len(value) <= LONGEST_VALUE and (known in merged or len(merged) < MOST_TAGS):
            merged[known] = value
            continue
        if value and len(value) > LONGEST_VALUE:
            warnings.append(f"The tag {name} is left out: its value is longer than {LONGEST_VALUE} characters.")
        elif value:
            warnings.append(f"The tag {name} is left out: the service has {MOST_TAGS} tags already.")
        if name.startswith(_OURS):
            # A value of an earlier run would now tell something untrue.
            merged.pop(known, None)
    return merged, warnings
