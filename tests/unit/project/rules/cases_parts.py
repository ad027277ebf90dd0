"""Cases of ``rules/parts.py``."""

from __future__ import annotations

from tests.unit.project.rules.kit import Case, definition, web


def storage(*attributes: str) -> str:
    rows = "\n".join(f"<LocalStorage {each}/>" for each in attributes)
    return definition(web(f"<LocalResources>\n{rows}</LocalResources>"))


def settings(*attributes: str) -> str:
    rows = "\n".join(f"<Setting {each}/>" for each in attributes)
    return definition(web(f"<ConfigurationSettings>\n{rows}</ConfigurationSettings>"))


def imports(*modules: str) -> str:
    return definition(
        "\n".join(
            f'<WorkerRole name="W{number}"><Imports>\n<Import {each}/></Imports></WorkerRole>'
            for number, each in enumerate(modules)
        )
    )


def task(attributes: str, children: str = "") -> str:
    return definition(web(f"<Startup>\n<Task {attributes}>{children}</Task></Startup>"))


def variable(text: str) -> str:
    return definition(web(f"<Runtime><Environment>\n{text}</Environment></Runtime>"))


ASKED = '<RoleInstanceValue xpath="/RoleEnvironment/Deployment/@id"/>'

CASES = (
    Case(
        "CSD070",
        ("a.csdef:5:15 error: The local storage a is there twice, first in line 4",),
        storage('name="a"', 'name="a"'),
    ),
    Case(
        "CSD070",
        ("a.csdef:4:24 error: Local storage a has the sizeInMB 0, which is no number from 1",),
        storage('name="a" sizeInMB="0"'),
        why="size",
    ),
    Case("CSD070", ("a.csdef:4:1 error: <LocalStorage> has no name",), storage(""), why="no name"),
    Case(
        "CSD070",
        ("a.csdef:4:15 error: The local storage a is there twice, first in line 3",),
        definition(web('<LocalResources><LocalStorage name="a"/></LocalResources>\n<LocalStorage name="a"/>')),
        why="as before SDK 1.3",
    ),
    Case("CSD070", (), storage('name="a" sizeInMB="1"', 'name="A" sizeInMB="#{size}"')),
    Case(
        "CSD080",
        ("a.csdef:5:10 error: The setting a is there twice, first in line 4",),
        settings('name="a"', 'name="a"'),
    ),
    Case("CSD080", ("a.csdef:4:1 error: <Setting> has no name",), settings(""), why="no name"),
    Case("CSD080", (), settings('name="a"', 'name="A"')),
    Case(
        "CSD090",
        ('a.csdef:3:9 warning: Role W0 imports the module "Diagnostic", which is of no SDK',),
        imports('moduleName="Diagnostic"'),
    ),
    Case(
        "CSD090",
        ('a.csdef:3:1 warning: Role W0 imports the module "", which is of no SDK',),
        imports(""),
        why="no moduleName",
    ),
    Case("CSD090", (), imports('moduleName="Diagnostics"', 'moduleName="caching"')),
    Case(
        "CSD090",
        (),
        imports('moduleName="RemoteDebugger"', 'moduleName="RemoteDebuggerConnector"'),
        why="of the debugger",
    ),
    Case("CSD090", (), imports('moduleName="#{module}"'), why="token"),
    Case(
        "CSD095",
        ("a.csdef:7:9 error: Roles W0 and W2 both import RemoteForwarder",),
        imports('moduleName="RemoteForwarder"', 'moduleName="RemoteAccess"', 'moduleName="remoteforwarder"'),
    ),
    Case("CSD095", (), imports('moduleName="RemoteForwarder"', 'moduleName="RemoteAccess"')),
    Case(
        "CSD095",
        (),
        imports('moduleName="RemoteForwarder"/><Import moduleName="RemoteForwarder"'),
        why="one role",
    ),
    Case("CSD100", ("a.csdef:4:1 error: <Task> has no commandLine",), task('taskType="simple"')),
    Case("CSD100", ("a.csdef:4:7 error: <Task> has no commandLine",), task('commandLine=""'), why="empty"),
    Case("CSD100", (), task('commandLine="a.cmd"')),
    Case(
        "CSD101",
        (
            (
                "a.csdef:4:27 error: <Task> has the taskType Simple, which is none of simple, foreground, "
                "background; it is written simple"
            ),
        ),
        task('commandLine="a.cmd" taskType="Simple"'),
    ),
    Case("CSD101", (), task('commandLine="a.cmd" taskType="background"')),
    Case(
        "CSD102",
        ("a.csdef:4:27 error: <Task> has the executionContext admin, which is none of limited, elevated",),
        task('commandLine="a.cmd" executionContext="admin"'),
    ),
    Case(
        "CSD102",
        ("a.csdef:4:2 error: <Runtime> has the executionContext admin, which is none of limited, elevated",),
        definition(web('<Runtime\n executionContext="admin"/>')),
        why="runtime",
    ),
    Case("CSD102", (), task('commandLine="a.cmd" executionContext="elevated"')),
    Case(
        "CSD103",
        ("a.csdef:4:20 error: Variable v has both a value and a <RoleInstanceValue>",),
        variable(f'<Variable name="v" value="hunter2">{ASKED}</Variable>'),
    ),
    Case(
        "CSD103",
        ("a.csdef:4:1 error: Variable v has neither a value nor a <RoleInstanceValue>",),
        variable('<Variable name="v"/>'),
        why="neither",
    ),
    Case(
        "CSD103",
        ("a.csdef:4:40 error: Variable v has neither a value nor a <RoleInstanceValue>",),
        task('commandLine="a.cmd"', '<Environment><Variable name="v"/></Environment>'),
        why="of a task",
    ),
    Case("CSD103", (), variable(f'<Variable name="v" value=""/><Variable name="w">{ASKED}</Variable>')),
)
