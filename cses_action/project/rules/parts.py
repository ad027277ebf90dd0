"""CSD: settings, local storage, modules, start-up tasks and variables of a role."""

from __future__ import annotations

from collections.abc import Iterator

from cses_action.project.rules.allowed import ENDLESS, in_range, one_of
from cses_action.project.rules.reading import doubles, is_token, missing, place, role_elements
from cses_action.project.rules.registry import Finding, Rule
from cses_action.project.xml import Document, Element

MODULES = (
    "Diagnostics",
    "RemoteAccess",
    "RemoteForwarder",
    "RemoteDebugger",
    "RemoteDebuggerConnector",
    "Connect",
    "WebDeploy",
    "Caching",
)
MEGABYTES = range(1, ENDLESS)
CONTEXTS = ("limited", "elevated")
TASK_TYPES = ("simple", "foreground", "background")

STORAGE = Rule(
    "CSD070",
    "error",
    "A local storage has no name, the name of another, or a size that is no number from 1",
    source="schema-csdef-webrole.md",
)
DOUBLE_SETTING = Rule(
    "CSD080", "error", "Two settings of a role have the same name", source="schema-csdef-webrole.md"
)
UNKNOWN_MODULE = Rule("CSD090", "warning", "An imported module is of no SDK", source="schema-csdef-webrole.md")
FORWARDERS = Rule("CSD095", "error", "More than one role imports RemoteForwarder", source="behaviour of the SDK")
NO_COMMAND = Rule("CSD100", "error", "A start-up task has no commandLine", source="schema-csdef-webrole.md")
TASK_TYPE = Rule("CSD101", "error", "A taskType is none that Azure knows", source="schema-csdef-webrole.md")
CONTEXT = Rule("CSD102", "error", "An executionContext is none that Azure knows", source="schema-csdef-webrole.md")
VARIABLE = Rule(
    "CSD103",
    "error",
    "A variable has both a value and a RoleInstanceValue, or neither",
    source="schema-csdef-webrole.md",
)


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the smaller parts of a role."""
    for role in role_elements(document.root):
        yield from _storage(document, role)
        settings = role.find("ConfigurationSettings", "Setting")
        yield from doubles(DOUBLE_SETTING, document, settings, "setting", str)
        for setting in settings:
            yield from missing(DOUBLE_SETTING, document, setting, "name")
        yield from _tasks(document, role)
    yield from _modules(document)


def _storage(document: Document, role: Element) -> Iterator[Finding]:
    stores = (*role.find("LocalResources", "LocalStorage"), *role.find("LocalStorage"))
    yield from doubles(STORAGE, document, stores, "local storage", str)
    for store in stores:
        yield from missing(STORAGE, document, store, "name")
        yield from in_range(STORAGE, document, store, "sizeInMB", MEGABYTES)


def _modules(document: Document) -> Iterator[Finding]:
    known = {each.lower() for each in MODULES}
    first: Element | None = None
    for role in role_elements(document.root):
        for module in role.find("Imports", "Import"):
            name, spot = module.value("moduleName").strip(), place(module, "moduleName")
            if name.lower() not in known and not is_token(name):
                message = f'Role {role.value("name")} imports the module "{name}", which is of no SDK'
                yield UNKNOWN_MODULE.at(document, spot, message, f"Set moduleName to one of {', '.join(MODULES)}.")
            if name.lower() != "remoteforwarder":
                continue
            first = first or role
            if first is not role:
                message = f"Roles {first.value('name')} and {role.value('name')} both import RemoteForwarder"
                yield FORWARDERS.at(document, spot, message, "Import it in one role: it serves all of them.")


def _tasks(document: Document, role: Element) -> Iterator[Finding]:
    tasks, runtimes = role.find("Startup", "Task"), role.find("Runtime")
    for task in tasks:
        yield from missing(NO_COMMAND, document, task, "commandLine")
        yield from one_of(TASK_TYPE, document, task, "taskType", TASK_TYPES)
    for each in (*tasks, *runtimes):
        yield from one_of(CONTEXT, document, each, "executionContext", CONTEXTS)
        for variable in each.find("Environment", "Variable"):
            yield from _variable(document, variable)


def _variable(document: Document, variable: Element) -> Iterator[Finding]:
    name, given = variable.value("name"), variable.attributes.get("value")
    asked = variable.find("RoleInstanceValue")
    if given and asked:
        message = f"Variable {name} has both a value and a <RoleInstanceValue>"
        yield VARIABLE.at(document, given, message, "Remove one of the two.")
    elif not given and not asked:
        message = f"Variable {name} has neither a value nor a <RoleInstanceValue>"
        yield VARIABLE.at(document, variable, message, 'Add value="…"; it may be empty.')
