from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cses_action.arguments import collect, resolve_credentials, usage
from cses_action.errors import Problem
from cses_action.inputs import Given
from cses_action.inputs.registry import INPUTS

HUSH = "hush~8Q~secret"
CREDS = {"clientId": "c", "clientSecret": HUSH, "subscriptionId": "s", "tenantId": "t"}


def everything_said(given: Given) -> str:
    """All text of a Given that a host may show."""
    said = [repr(given), *given.warnings]
    return "\n".join([*said, *(str(problem) for problem in (*given.problems, *given.file_problems))])


def messages(given: Given) -> list[str]:
    return [problem.message for problem in given.problems]


def test_an_option_comes_before_every_variable() -> None:
    env = {"INPUT_CLOUD-SERVICE": "b", "INPUT_CLOUD_SERVICE": "c", "INPUT_CLOUDSERVICE": "d"}
    assert collect(["--cloud-service", "a"], env).values == {"cloud-service": "a"}


@pytest.mark.parametrize(
    ("keys", "winner"),
    [
        (("INPUT_CLOUD-SERVICE", "INPUT_CLOUD_SERVICE", "INPUT_CLOUDSERVICE"), "INPUT_CLOUD-SERVICE"),
        (("INPUT_CLOUD_SERVICE", "INPUT_CLOUDSERVICE"), "INPUT_CLOUD_SERVICE"),
        (("INPUT_CLOUDSERVICE",), "INPUT_CLOUDSERVICE"),
    ],
)
def test_variables_are_read_in_the_order_of_their_spellings(keys: tuple[str, ...], winner: str) -> None:
    given = collect([], {key: key for key in reversed(keys)})
    assert given.values == {"cloud-service": winner}
    assert given.warnings == ()


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_value_counts_as_not_given(empty: str) -> None:
    env = {"INPUT_CLOUD-SERVICE": empty, "INPUT_CLOUD_SERVICE": "b"}
    assert collect([f"--cloud-service={empty}"], env).values == {"cloud-service": "b"}


def test_the_operation_may_be_the_first_word() -> None:
    given = collect(["plan", "--label=a b", "--container", "c"], {"INPUT_OPERATION": "deploy"})
    assert given.values == {"operation": "plan", "label": "a b", "container": "c"}
    assert given.problems == ()


def test_a_boolean_option_may_stand_alone() -> None:
    assert collect(["--force", "--label", "x"], {}).values == {"force": "true", "label": "x"}


def test_an_option_of_a_list_may_be_repeated() -> None:
    assert collect(["--key-vault", "a", "--key-vault", "b"], {}).values == {"key-vault": "a\nb"}


@pytest.mark.parametrize(
    ("argv", "message", "fix"),
    [
        (["--cloud-servce", "x"], "--cloud-servce is unknown", "Did you mean --cloud-service?"),
        (["--client-secret-fil", "x"], "--client-secret-fil is unknown", "Did you mean --client-secret-file?"),
        (["--zzz"], "--zzz is unknown", "`--help` lists the options."),
        (["--label"], "--label has no value", "Write --label VALUE."),
        (["--client-secret-file"], "--client-secret-file has no value", "Write --client-secret-file VALUE."),
        (["--label", "a", "--label", "b"], "label is given twice", "Give it once."),
        (["plan", "--operation", "deploy"], "operation is given twice", "Give it once."),
        (["plan", "again"], "an argument stands alone", "Write --name value"),
        (["-x"], "an argument stands alone", "Write --name value"),
        (["--"], "an argument stands alone", "Write --name value"),
    ],
)
def test_a_wrong_option_is_a_mistake(argv: list[str], message: str, fix: str) -> None:
    (problem,) = collect(argv, {}).problems
    assert message in problem.message
    assert fix in problem.fix


def test_every_wrong_option_is_named() -> None:
    given = collect(["--one", "1", "--two", "2", "--label"], {})
    assert messages(given) == ["--one is unknown", "--two is unknown", "--label has no value"]


@pytest.mark.parametrize(
    "argv",
    [
        [f"--client-secret={HUSH}"],
        ["--client-secret", HUSH],
        ["--creds", json.dumps(CREDS)],
        [f"--client-secrets={HUSH}"],
        ["--client-secrets", HUSH],
        [f"--{HUSH}"],
        ["plan", HUSH],
        ["--client-secret-file", HUSH],
        ["--client-secret-file", HUSH * 400],
        ["--label", "x", "--label", HUSH],
    ],
)
def test_a_secret_among_the_arguments_is_refused_and_never_repeated(argv: list[str]) -> None:
    given = collect(argv, {})
    assert given.problems
    assert HUSH not in given.values.values()
    assert HUSH not in everything_said(given)


def test_a_secret_as_an_argument_is_refused_with_the_ways_to_give_it() -> None:
    given = collect(["--client-secret", HUSH], {})
    (message,) = messages(given)
    assert message.startswith("client-secret is a secret and cannot be an argument: other processes can read it")
    assert given.problems[0].fix == "Set AZURE_CLIENT_SECRET, or give --client-secret-file PATH."


@pytest.mark.parametrize("name", ["INPUT_CLIENT-SECRET", "INPUT_CLIENT_SECRET", "AZURE_CLIENT_SECRET"])
def test_the_secret_comes_from_a_variable(name: str) -> None:
    given = collect([], {name: f"{HUSH}\n"})
    assert given.values == {"client-secret": HUSH}
    assert HUSH not in everything_said(given)


def test_an_input_variable_comes_before_azures_own() -> None:
    env = {"AZURE_CLIENT_SECRET": "b", "INPUT_CLIENT_SECRET": "a"}
    assert collect([], env).values == {"client-secret": "a"}


@pytest.mark.parametrize("content", [HUSH.encode(), f"{HUSH}\r\n".encode(), b"\xef\xbb\xbf" + HUSH.encode() + b"\n"])
def test_the_secret_comes_from_a_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    given = collect(["--client-secret-file", str(path)], {"AZURE_CLIENT_SECRET": "b"})
    assert given.values == {"client-secret": HUSH}
    assert HUSH not in everything_said(given)


def test_a_missing_secret_file_is_a_mistake_of_the_inputs() -> None:
    given = collect(["--client-secret-file", "missing"], {})
    assert messages(given) == ["--client-secret-file names no file"]
    assert given.file_problems == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "does not hold exactly one line"),
        (b" \n", "does not hold exactly one line"),
        (b"a\nb\n", "does not hold exactly one line"),
        (b"\xff\xfe", "cannot be read: it is not text"),
        (None, "is not a regular file"),
    ],
)
def test_an_unusable_secret_file_is_a_mistake_of_the_file(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "secret"
    path.mkdir() if content is None else path.write_bytes(content)
    given = collect([f"--client-secret-file={path}"], {})
    assert given.problems == ()
    (problem,) = given.file_problems
    assert problem.message == f"{path} {message}"
    assert problem.file == str(path)


def test_an_unknown_variable_is_a_warning_that_names_the_nearest_input() -> None:
    env = {
        "INPUT_CLOUD-SERVCE": HUSH,
        "INPUT_ZZZ": "z",
        "INPUT_EMPTY": "",
        "INPUTS": "x",
        "INPUT_Tenant-Id": "t",
        "PATH": "p",
    }
    given = collect([], env)
    assert given.warnings == (
        "INPUT_CLOUD-SERVCE is not an input of this action and has no effect. Did you mean cloud-service?",
        "INPUT_Tenant-Id is not an input of this action and has no effect. Did you mean tenant-id?",
        "INPUT_ZZZ is not an input of this action and has no effect.",
    )
    assert given.problems == ()


def test_every_input_is_read_from_the_variable_that_github_sets() -> None:
    env = {f"INPUT_{name.upper()}": f"value of {name}" for name in INPUTS}
    given = collect([], env)
    assert given.values == {name: f"value of {name}" for name in INPUTS}
    assert given.warnings == ()


@pytest.mark.parametrize(
    ("env", "begin"),
    [
        ({"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "deploy"}, "github-7-2-deploy-"),
        ({"BUILD_BUILDID": "8", "SYSTEM_JOBATTEMPT": "1"}, "azure-pipelines-8-1-"),
        ({}, "shell-"),
    ],
)
def test_a_run_has_an_id_of_its_own(env: dict[str, str], begin: str) -> None:
    one, two = collect([], env).run_id, collect([], env).run_id
    assert one.startswith(begin)
    assert one != two


def test_the_id_of_a_run_fits_into_a_tag() -> None:
    env = {"GITHUB_RUN_ID": "9" * 20, "GITHUB_RUN_ATTEMPT": "99", "GITHUB_JOB": "j" * 300}
    assert len(collect([], env).run_id) < 128


def test_credentials_fill_in_what_is_not_given_singly() -> None:
    given = resolve_credentials(Given({"creds": json.dumps(CREDS), "label": "x"}))
    expected = {"client-id": "c", "client-secret": HUSH, "subscription-id": "s", "tenant-id": "t", "label": "x"}
    assert {name: given.values[name] for name in expected} == expected
    assert given.warnings == ()


def test_single_inputs_win_over_credentials_with_a_warning() -> None:
    given = resolve_credentials(Given({"creds": json.dumps(CREDS), "tenant-id": "mine", "client-secret": "own"}))
    assert (given.values["tenant-id"], given.values["client-secret"], given.values["client-id"]) == (
        "mine",
        "own",
        "c",
    )
    assert given.warnings == ("client-secret, tenant-id: given singly and in creds; the single inputs are used.",)
    assert HUSH not in everything_said(given)


def test_what_az_prints_by_default_is_taken_and_its_password_alone_is_a_secret() -> None:
    printed = {"appId": "a", "displayName": "azure-cli-2026", "password": HUSH, "tenant": "t"}
    given = resolve_credentials(Given({"creds": json.dumps(printed), "subscription-id": "s"}))
    expected = {"client-id": "a", "client-secret": HUSH, "subscription-id": "s", "tenant-id": "t"}
    assert {name: given.values[name] for name in expected} == expected
    assert [secret.reveal() for secret in given.secrets] == [HUSH]
    assert (given.warnings, given.problems) == ((), ())


def test_without_credentials_the_values_stay() -> None:
    assert resolve_credentials(Given({"tenant-id": "t"})) == Given({"tenant-id": "t"})


def test_every_client_secret_that_was_given_is_to_be_masked_and_nothing_else() -> None:
    given = resolve_credentials(Given({"creds": json.dumps(CREDS), "client-secret": "own"}))
    assert [secret.reveal() for secret in given.secrets] == [HUSH, "own"]


def test_broken_credentials_are_one_mistake_and_never_repeated() -> None:
    given = resolve_credentials(Given({"creds": f'{{"clientSecret": "{HUSH}"'}, (Problem(message="before"),)))
    assert messages(given) == ["before", "creds is not the JSON that `az ad sp create-for-rbac --json-auth` prints"]
    assert HUSH not in everything_said(given)


def test_help_lists_every_input_and_its_source() -> None:
    text = usage("1.2.3")
    assert "cses-action 1.2.3" in text
    for each in INPUTS.values():
        shown = f"  {each.name} (variable only)" if each.secret else f"  --{each.name}  "
        assert shown in text
        assert each.description in text
    assert "(choice; default deploy)" in text
    assert "(file; required to deploy or plan with package, and to configure)" in text


WRONG = """
import sys
from cses_action.arguments import collect, resolve_credentials
from cses_action.errors import InputError
from cses_action.inputs import parse_inputs
try:
    parse_inputs(resolve_credentials(collect(["--tenant-id", "x"], {"INPUT_CREDS": "{hush"})))
except InputError as error:
    print(len(error.problems), sorted(name for name in sys.modules if name.split(".")[0] in ("azure", "requests")))
"""


def test_wrong_inputs_are_found_without_azure_or_requests() -> None:
    done = subprocess.run([sys.executable, "-c", WRONG], capture_output=True, text=True, check=True)
    assert done.stdout == "5 []\n"
