"""Where inputs come from: options of the command line, then ``INPUT_…`` variables.

A secret never comes from an argument: every process on the machine can read those.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from cses_action.errors import Problem
from cses_action.inputs import Given
from cses_action.inputs.registry import INPUTS, Input
from cses_action.inputs.values import IN_CREDS, Invalid, credentials, did_you_mean
from cses_action.values import Secret, replace

SECRET_FILE = "client-secret-file"  # noqa: S105 - the name of an option
LISTS = {"names", "file", "files", "map"}
SECRET_FIX = "Set AZURE_CLIENT_SECRET, or give --client-secret-file PATH."  # noqa: S105 - a sentence


def collect(argv: Sequence[str], env: Mapping[str, str]) -> Given:
    """Return what the user gave: an option first, then INPUT_CLOUD-SERVICE, _CLOUD_SERVICE, CLOUDSERVICE."""
    options = _Options()
    options.read(list(argv))
    values: dict[str, str] = {}
    for name in INPUTS:
        raw = options.values.get(name) or _variable(name, env)
        if raw:
            values[name] = raw
    file_problems: list[Problem] = []
    if path := options.values.get(SECRET_FILE):
        secret = _secret_file(path, options.problems, file_problems)
        values["client-secret"] = secret or values.get("client-secret", "")
    warnings = tuple(_unknown_variables(env))
    return Given(values, tuple(options.problems), tuple(file_problems), warnings, _run_id(env))


def _run_id(env: Mapping[str, str]) -> str:
    """Return what tells this run from all others on the same service."""
    if run := env.get("GITHUB_RUN_ID"):
        parts = ("github", run, env.get("GITHUB_RUN_ATTEMPT", ""), env.get("GITHUB_JOB", "")[:40])
    elif build := env.get("BUILD_BUILDID"):
        parts = ("azure-pipelines", build, env.get("SYSTEM_JOBATTEMPT", ""), "")
    else:
        parts = ("shell", "", "", "")
    # Two jobs of one run may update one service: the last part is of this process alone.
    return "-".join(part for part in (*parts, os.urandom(4).hex()) if part)


def _variable(name: str, env: Mapping[str, str]) -> str:
    spellings = [*_spellings(name), *(["AZURE_CLIENT_SECRET"] if name == "client-secret" else [])]
    return next((value for key in spellings if (value := env.get(key, "").strip())), "")


def _spellings(name: str) -> tuple[str, ...]:
    # GitHub keeps the hyphen in the variable's name; a shell cannot; Azure Pipelines' names have none.
    upper = name.upper()
    return f"INPUT_{upper}", f"INPUT_{upper.replace('-', '_')}", f"INPUT_{upper.replace('-', '')}"


def _unknown_variables(env: Mapping[str, str]) -> list[str]:
    known = {re.sub("[^A-Z]", "", name.upper()): name for name in INPUTS}
    read = {spelling for name in INPUTS for spelling in _spellings(name)}
    found = []
    for key in sorted(env):
        if key.startswith("INPUT_") and key not in read and env[key].strip():
            squashed = re.sub("[^A-Z]", "", key.upper().removeprefix("INPUT_"))
            found.append(f"{key} is not an input of this action and has no effect.{did_you_mean(squashed, known)}")
    return found


def _secret_file(path: str, problems: list[Problem], file_problems: list[Problem]) -> str:
    """Return the first line of the file; what is wrong with it goes to the list that fits its exit code."""
    fix = "Give the path of a readable file that holds the client secret and nothing else."
    if not os.path.exists(path):
        # The path is not shown: whoever mistakes the option puts the secret itself here.
        problems.append(Problem(message=f"--{SECRET_FILE} names no file", fix=fix))
        return ""
    try:
        if not os.path.isfile(path):
            file_problems.append(Problem(message=f"{path} is not a regular file", fix=fix, file=path))
            return ""
        with open(path, "rb") as stream:
            content = stream.read(65536).decode("utf-8-sig").strip()
    except (OSError, ValueError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "it is not text"
        file_problems.append(Problem(message=f"{path} cannot be read: {why}", fix=fix, file=path))
        return ""
    if not content or "\n" in content:
        file_problems.append(Problem(message=f"{path} does not hold exactly one line", fix=fix, file=path))
        return ""
    return content


def resolve_credentials(given: Given) -> Given:
    """Fill in what ``creds`` holds; single inputs win, with a warning. Of creds only the client secret is masked."""
    found: dict[str, str] = {}
    # Names without a value were given in a way that failed: they are not said to be missing besides.
    unknown = {name: "" for name, value in given.values.items() if not value}
    problems, warnings = given.problems, given.warnings
    if raw := given.values.get("creds", ""):
        try:
            found = credentials(raw)
        except Invalid as mistake:
            problems += (Problem(message=f"creds {mistake}", fix=mistake.fix),)
            unknown = dict.fromkeys(IN_CREDS, "")
    single = {name: value for name, value in given.values.items() if value}
    if both := [name for name in found if name in single]:
        warnings += (f"{', '.join(both)}: given singly and in creds; the single inputs are used.",)
    masked = [values["client-secret"] for values in (found, single) if "client-secret" in values]
    masked += _certificate_secrets(single)
    return replace(
        given,
        values={**unknown, **found, **single},
        problems=problems,
        warnings=warnings,
        secrets=tuple(Secret(text) for text in dict.fromkeys(masked)),
    )


def _certificate_secrets(values: Mapping[str, str]) -> list[str]:
    """Return what gives access to a certificate's private key; the path of a PFX is none."""
    pfx = values.get("certificate-pfx", "")
    found = [] if os.path.exists(pfx) else [pfx, "".join(pfx.split())]
    return [each for each in (*found, values.get("certificate-pfx-password", "")) if each]


class _Options:
    """Reads ``[operation] --name value --name=value``; a value is never shown, it may be a secret."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.problems: list[Problem] = []

    def complain(self, message: str, fix: str) -> None:
        self.problems.append(Problem(message=message, fix=fix))

    def read(self, words: list[str]) -> None:
        """Take all words apart."""
        if words and not words[0].startswith("-"):
            self.values["operation"] = words.pop(0)
        count = len(words)
        while words:
            word = words.pop(0)
            if not word.startswith("--") or word == "--":
                self.complain(
                    f"an argument stands alone, without an option before it (number {count - len(words)})",
                    "Write --name value, with two hyphens. Quote a pattern, or the shell replaces it by its matches.",
                )
                continue
            name, equals, value = word[2:].partition("=")
            if not equals and words and not words[0].startswith("--"):
                equals, value = "=", words.pop(0)
            self.take(name, value, given=bool(equals))

    def take(self, name: str, value: str, *, given: bool) -> None:
        """Keep one option, if it is one."""
        if name == SECRET_FILE:
            self.keep(name, value, given=given)
            return
        known = INPUTS.get(name)
        if known is None:
            # The name alone, and only if it looks like one: a secret may have slipped to this place.
            shown = f"--{name}" if re.fullmatch("[a-z][a-z-]{0,40}", name) else "an option"
            names = {
                each: f"--{each}" for each in [*INPUTS, SECRET_FILE] if each == SECRET_FILE or not INPUTS[each].secret
            }
            self.complain(f"{shown} is unknown", f"`--help` lists the options.{did_you_mean(name, names)}")
        elif known.secret:
            why = "other processes can read it, and the shell may have kept it in its history"
            fix = SECRET_FIX if name == "client-secret" else f"Set INPUT_{name.upper().replace('-', '_')}."
            self.complain(f"{name} is a secret and cannot be an argument: {why}", fix)
        elif not given and known.kind == "boolean":
            self.values[name] = "true"
        else:
            self.keep(name, value, given=given, known=known)

    def keep(self, name: str, value: str, *, given: bool, known: Input | None = None) -> None:
        """Keep the value of a known option."""
        if not given:
            self.complain(f"--{name} has no value", f"Write --{name} VALUE.")
        elif name not in self.values:
            self.values[name] = value.strip()
        elif known is not None and known.kind in LISTS:
            self.values[name] += f"\n{value.strip()}"
        else:
            self.complain(f"{name} is given twice", "Give it once.")


def usage(version: str) -> str:
    """Return the text of ``--help``."""
    lines = [
        f"cses-action {version}: takes an Azure Cloud Service (extended support) to HTTPS that is proven to work.",
        "",
        f"usage: cses-action [{'|'.join(INPUTS['operation'].choices)}] [--INPUT VALUE …]",
        "                   [--client-secret-file PATH]",
        "",
        "Each input can also come from the variable INPUT_NAME, with underscores. Secrets come from variables only:",
        "INPUT_CLIENT_SECRET or AZURE_CLIENT_SECRET, INPUT_CREDS, or from the file of --client-secret-file.",
        "",
    ]
    for each in INPUTS.values():
        name = f"{each.name} (variable only)" if each.secret else f"--{each.name}"
        facts = [
            each.kind,
            f"default {each.default}" if each.default else "",
            each.required and f"required {each.required}",
        ]
        lines += [f"  {name}  ({'; '.join(fact for fact in facts if fact)})", f"      {each.description}"]
    lines += [
        "  --client-secret-file  (file)",
        "      A file that holds the client secret and nothing else.",
        "",
    ]
    lines += ["exit codes: 0 done, 1 a bug of ours, 2 inputs, 3 files, 4 Azure, 5 time ran out, 130/143 cancelled"]
    return "\n".join(lines)
