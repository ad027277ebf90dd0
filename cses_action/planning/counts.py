"""``instance-counts: keep``: the configuration with the counts that run, whatever its file says."""

from __future__ import annotations

from cses_action.planning import live
from cses_action.ports import Json
from cses_action.project import Project
from cses_action.project.configuration import read_configuration
from cses_action.project.sent import Wishes, with_wishes
from cses_action.values import replace


def with_live_counts(project: Project, service: Json) -> Project:
    """Return the project with the live counts; a role that does not run yet keeps the one of its file."""
    named = {role.name.lower() for role in project.configuration.roles}
    counts = tuple((live.text(role, "name"), live.capacity(role)) for role in live.roles(service))
    # Where Azure names no count, the one of the file stands: none is not zero.
    wishes = Wishes(counts=tuple(each for each in counts if each[0].lower() in named and each[1]))
    document = with_wishes(None, project.configuration.document, wishes)
    return replace(project, configuration=read_configuration(document))
