"""Whole runs of the program with Azure in memory: exit codes, outputs, annotations, summary."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cses_action import __version__
from cses_action.app import App, SystemClock
from cses_action.errors import AzureError, TimeRanOut, Unanswered
from cses_action.inputs import Inputs
from cses_action.inputs.registry import INPUTS
from cses_action.ports import Clock, Cloud, Host
from cses_action.report import markdown
from cses_action.values import Secret
from tests.fakes.cloud import OLD, WEB, FakeClock, FakeCloud, refused
from tests.fakes.runner import parse_commands, read_outputs
from tests.unit.world import World, https_text, live_http

ROOT = Path(__file__).parent.parent.parent


class Session:
    """One run as a runner starts it: environment in, streams and files out."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.give_package()
        self.cloud: FakeCloud = self.world.cloud
        self.out = io.StringIO()
        self.outputs_file, self.summary_file = folder / "outputs", folder / "summary"
        inputs = self.world.inputs
        self.env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_RUN_ID": "7",
            "GITHUB_OUTPUT": str(self.outputs_file),
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            "INPUT_TENANT-ID": inputs.tenant_id,
            "INPUT_CLIENT-ID": inputs.client_id,
            "INPUT_CLIENT-SECRET": "very-secret",
            "INPUT_SUBSCRIPTION-ID": inputs.subscription_id,
            "INPUT_RESOURCE-GROUP": "contoso-rg",
            "INPUT_CLOUD-SERVICE": "contosocs",
            "INPUT_CONFIGURATION": inputs.configuration,
            "INPUT_DEFINITION": inputs.definition,
            "INPUT_PACKAGE": inputs.package,
            "INPUT_STORAGE-ACCOUNT": "contoso",
            "INPUT_KEY-VAULT": "contoso-kv",
            "INPUT_CERTIFICATE-NAME": "web",
        }
        self.clock = FakeClock()
        self.app: App | None = None

    def connect(self, inputs: Inputs, host: Host, clock: Clock) -> Cloud:
        assert inputs.client_secret.reveal() == "very-secret"
        host.hide(Secret("sas-signature"))
        assert clock is self.clock
        return self.cloud.cloud

    def start(self, *argv: str) -> int:
        self.app = App(self.env, self.out, self.connect, self.clock)
        return self.app.main(argv)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(read_outputs(self.outputs_file.read_text(encoding="utf-8")))

    @property
    def summary(self) -> str:
        return self.summary_file.read_text(encoding="utf-8")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_a_deployment_sets_every_output(session: Session) -> None:
    assert session.start() == 0
    outputs = session.outputs
    assert outputs["changed"] == outputs["has-changes"] == "true"
    assert outputs["provisioning-state"] == "Succeeded"
    assert outputs["certificate-thumbprints"] == outputs["https-thumbprint"] == str(WEB)
    assert outputs["certificate-expires-on"] == "2027-02-21T12:00:00Z"
    assert (outputs["fqdn"], outputs["public-ip"]) == ("contosocs.example.net", "203.0.113.7")
    assert outputs["cloud-service-id"].endswith("/cloudServices/contosocs")
    assert "?" not in outputs["package-blob-url"]
    assert json.loads(outputs["instances"])["version"] == 1
    plan = json.loads(outputs["plan"])
    assert plan["version"] == 1
    assert plan["hasChanges"] is True
    assert plan["certificates"][0]["expiresOn"] == "2027-02-21T12:00:00+00:00"


def test_the_summary_is_as_the_golden_file_has_it(session: Session, expect_golden: Any) -> None:
    session.start()
    shown = session.summary.replace(str(session.world.folder), "FOLDER")
    package = session.world.project.package
    assert package is not None
    expect_golden("summary-deploy.md", shown.replace(package.sha256, "SHA-256"))


def test_the_same_once_more_changes_nothing_and_still_proves_https(session: Session) -> None:
    session.start()
    session.outputs_file.unlink()
    session.summary_file.unlink()
    assert session.start() == 0
    assert session.outputs["changed"] == session.outputs["has-changes"] == "false"
    assert session.outputs["https-thumbprint"] == str(WEB)
    assert session.outputs["package-blob-url"].startswith("https://contoso.blob")
    assert len(session.cloud.services.replaced) == 1
    assert "Nothing to do" in session.summary


def test_a_plan_shows_and_changes_nothing(session: Session) -> None:
    assert session.start("plan") == 0
    assert session.cloud.services.replaced == []
    assert session.cloud.packages.blobs == {}
    assert session.outputs["changed"] == "false"
    assert session.outputs["has-changes"] == "true"
    assert "📋 Plan" in session.summary


@pytest.mark.parametrize("operation", ["plan", "deploy"])
def test_a_new_label_alone_waits_for_the_next_change_and_is_said_to(session: Session, operation: str) -> None:
    session.start()
    assert "new label" not in session.out.getvalue()
    session.out.truncate(0)
    assert session.start(operation, "--label", "build 7") == 0
    assert "The new label alone is no change: it is written with the next one" in session.out.getvalue()
    assert session.outputs["changed"] == "false"
    assert session.start("--label", "build 7", "--force") == 0
    assert session.cloud.services.live["tags"]["DeploymentLabel"] == "build 7"
    session.out.truncate(0)
    assert session.start("--label", "build 7") == 0
    assert "new label" not in session.out.getvalue()


def test_an_update_that_fails_leaves_changed_true(session: Session) -> None:
    session.cloud.services.final_state = "Failed"
    assert session.start() == 4
    assert session.outputs["changed"] == "true"
    assert session.outputs["provisioning-state"] == "Failed"
    assert "Azure accepted the update, and it failed." in session.summary


def test_another_certificate_until_the_time_ends_is_exit_5(session: Session) -> None:
    session.cloud.network.answers = [OLD]
    assert session.start("--wait-minutes", "2") == 5
    assert session.clock.passed < 200


def test_every_input_mistake_is_its_own_annotation(session: Session) -> None:
    session.env.update({"INPUT_TENANT-ID": "x", "INPUT_FORCE": "maybe", "INPUT_CLOUD-SERVICE": ""})
    assert session.start() == 2
    errors = [command for command in parse_commands(session.out.getvalue()) if command.name == "error"]
    assert len(errors) == 3
    assert session.outputs == {"changed": "false"}
    assert "Nothing was changed in Azure" in session.summary


def test_a_missing_vault_is_exit_2_after_the_files(session: Session) -> None:
    session.env.pop("INPUT_KEY-VAULT")
    assert session.start() == 2
    session.env["INPUT_CONFIGURATION"] = session.world.write("broken.cscfg", "<x")
    assert session.start() == 3


def test_github_gives_every_default_and_that_is_no_wish(session: Session) -> None:
    defaults = {f"INPUT_{name.upper()}": each.default for name, each in INPUTS.items()}
    session.env = {**defaults, **session.env}
    assert session.start("plan") == 0
    assert "no effect" not in session.out.getvalue()


def test_an_input_of_another_operation_is_a_warning_and_its_default_is_none(session: Session) -> None:
    session.env |= {
        "INPUT_SARIF-FILE": "found.sarif",
        "INPUT_CERTIFICATE-PFX-PASSWORD": "hush-hush",
        "INPUT_HTTPS-PORT": "443",
        "INPUT_FIX": "true",
        "INPUT_SELF-SIGNED": "False",
    }
    assert session.start("plan") == 0
    told = [each.data for each in parse_commands(session.out.getvalue()) if each.name == "warning"]
    assert [each for each in told if "no effect" in each] == [
        "certificate-pfx-password has no effect with operation plan: it is for configure.",
        "sarif-file has no effect with operation plan: it is for validate and inspect.",
        "fix has no effect with operation plan: it is for validate.",
    ]
    assert not Path("found.sarif").exists()


def test_an_unknown_thumbprint_is_exit_3_with_file_and_line(session: Session) -> None:
    session.env["INPUT_CONFIGURATION"] = session.world.write("cloud.cscfg", https_text("CC" * 20))
    assert session.start() == 3
    error = next(command for command in parse_commands(session.out.getvalue()) if command.name == "error")
    assert error.properties["file"].endswith("cloud.cscfg")
    assert int(error.properties["line"]) > 1


def test_a_certificate_name_that_leaves_out_the_certificate_is_what_is_to_be_corrected(session: Session) -> None:
    session.env["INPUT_CERTIFICATE-NAME"] = "wbe"
    assert session.start() == 3
    error = next(command for command in parse_commands(session.out.getvalue()) if command.name == "error")
    assert "is web in key vault contoso-kv, which certificate-name leaves out" in error.data
    assert "Correct certificate-name, or leave it out." in error.data
    assert "import the certificate" not in error.data


def test_a_run_that_stops_for_a_certificate_shows_where_each_was_found(session: Session) -> None:
    session.env["INPUT_CONFIGURATION"] = session.world.write("cloud.cscfg", https_text("CC" * 20))
    assert session.start() == 3
    assert "Not found" in session.out.getvalue()
    assert f"| WebRole1 | Certificate1 | {'CC' * 20} | Not found |" in session.summary


def test_a_token_that_nothing_replaced_is_an_error_where_it_would_be_deployed(session: Session) -> None:
    text = Path(session.env["INPUT_CONFIGURATION"]).read_text(encoding="utf-8-sig")
    token = text.replace('count="1"', 'count="#{count}#"', 1)
    session.env["INPUT_CONFIGURATION"] = session.world.write("token.cscfg", token)
    assert session.start() == 3
    assert "#{count}#" in session.out.getvalue()
    assert session.cloud.services.replaced == []


def test_a_thumbprint_is_sent_clean_also_where_its_rule_is_switched_off(session: Session) -> None:
    text = https_text(f"\u200b{str(WEB)[:20]} {str(WEB)[20:]}")
    session.env["INPUT_CONFIGURATION"] = session.world.write("copied.cscfg", text)
    assert session.start("--disable-rules", "CFG044") == 0
    (sent,) = session.cloud.services.replaced
    assert sent["properties"]["configuration"] == https_text()
    assert "Thumbprints are sent without the spaces" in session.summary


def test_a_secret_is_masked_before_anything_is_shown(session: Session) -> None:
    session.env["INPUT_LABLE"] = "typo"
    session.start()
    lines = session.out.getvalue().splitlines()
    assert lines[0] == "::add-mask::very-secret"
    assert sum("very-secret" in line for line in lines) == 1
    assert sum("sas-signature" in line for line in lines) == 1
    assert "Did you mean label?" in session.out.getvalue()


def test_a_fault_of_ours_is_exit_1_with_a_folded_traceback_and_no_secret(session: Session) -> None:
    def connect(inputs: Inputs, *_: object) -> Cloud:
        raise KeyError(f"surprise {inputs.client_secret.reveal()}")

    app = App(session.env, session.out, connect, session.clock)
    assert app.main([]) == 1
    text = session.out.getvalue().replace("::add-mask::very-secret", "")
    assert "very-secret" not in text
    assert "::group::Traceback" in text
    assert "KeyError" in text
    assert __version__ in text
    assert "fault of the action" in session.summary


def test_a_fault_in_the_report_is_a_warning_and_fails_no_deployment(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ValueError("surprise very-secret\n::error::never")

    monkeypatch.setattr(markdown, "summary", broken)
    assert session.start() == 0
    assert session.outputs["changed"] == "true"
    text = session.out.getvalue().replace("::add-mask::very-secret", "")
    assert "::warning::ValueError: surprise ***" in text
    assert "::group::Traceback" in text
    assert "very-secret" not in text
    assert "\n::error::" not in text


def test_what_is_no_exception_of_a_run_is_let_through(session: Session) -> None:
    def connect(*_: object) -> Cloud:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        App(session.env, session.out, connect, session.clock).main([])


@pytest.mark.parametrize("error", [AzureError("no", fix="Do."), TimeRanOut("late", fix="Again.")])
def test_an_error_without_a_place_is_annotated_too(session: Session, error: Exception) -> None:
    def connect(*_: object) -> Cloud:
        raise error

    app = App(session.env, session.out, connect, session.clock)
    assert app.main([]) == getattr(error, "exit_code")  # noqa: B009 - the class is not known to the type checker
    assert "::error::" in session.out.getvalue()


def test_the_retirement_is_noticed_with_the_days_left_unless_silenced(session: Session) -> None:
    session.start()
    assert "retires in 128 days, on 31 March 2027" in session.out.getvalue()
    assert "128 days" in session.summary
    session.out.truncate(0)
    session.start("--retirement-notice", "false")
    assert "128 days" not in session.out.getvalue()


def test_no_label_no_definition_no_package_is_a_configuration_only_run(session: Session) -> None:
    for name in ("PACKAGE", "DEFINITION", "STORAGE-ACCOUNT"):
        session.env.pop(f"INPUT_{name}")
    assert session.start() == 0
    assert "packageUrl" not in session.cloud.services.replaced[0]["properties"]
    assert "package-blob-url" not in session.outputs


@pytest.mark.parametrize("operation", ["plan", "deploy"])
def test_the_address_of_a_package_that_stays_is_set_although_something_else_changes(
    session: Session, operation: str
) -> None:
    session.start()
    address = session.outputs["package-blob-url"]
    session.outputs_file.unlink()
    assert session.start(operation, "--upgrade-mode", "simultaneous") == 0
    assert session.outputs["has-changes"] == "true"
    assert session.outputs["package-blob-url"] == address


def test_an_http_only_configuration_shows_no_certificates_and_what_to_look_at(session: Session) -> None:
    session.env["INPUT_CONFIGURATION"] = session.world.write("http.cscfg", live_http())
    for name in ("PACKAGE", "DEFINITION", "STORAGE-ACCOUNT"):
        session.env.pop(f"INPUT_{name}")
    extension = {"name": "RDP", "properties": {}}
    session.cloud.services.live["properties"]["extensionProfile"] = {"extensions": [extension]}
    assert session.start("--force", "true") == 0
    assert "certificate-thumbprints" not in session.outputs
    assert "::warning::The service has extensions (RDP)" in session.out.getvalue()
    assert "### Warnings" in session.summary


def test_a_stopped_service_with_nothing_to_do_is_not_said_to_be_checked(session: Session) -> None:
    session.start()
    session.cloud.services.statuses = [{"code": "PowerState/stopped"}]
    assert session.start() == 0
    assert "There was nothing to do.\n" in session.out.getvalue()


@pytest.mark.parametrize(
    ("times", "verdict"), [(1, "Done, HTTPS not proven"), (2, "Nothing to do, HTTPS not proven")]
)
def test_a_proof_that_was_not_possible_is_no_green_tick(session: Session, times: int, verdict: str) -> None:
    session.cloud.network.answers = [refused()]
    for _ in range(times):
        assert session.start() == 0
    assert f"⚠️ {verdict}" in session.summary
    assert "but HTTPS is not proven" in session.out.getvalue()


@pytest.mark.parametrize(
    ("times", "verdict"), [(1, "Done, HTTPS not proven"), (2, "Nothing to do, HTTPS not proven")]
)
def test_an_address_that_cannot_be_read_ends_as_one_that_refuses(session: Session, times: int, verdict: str) -> None:
    session.cloud.network.failure = AzureError("403 on the address", fix="Grant Reader on it.")
    for _ in range(times):
        assert session.start() == 0
    assert f"⚠️ {verdict}" in session.summary
    assert "but HTTPS is not proven: see the warnings." in session.out.getvalue()
    assert "403 on the address Grant Reader on it." in session.out.getvalue()


def test_where_nobody_knows_whether_azure_took_the_update_changed_is_not_set(session: Session) -> None:
    def lose() -> None:
        session.cloud.services.live["properties"]["provisioningState"] = "Updating"
        raise Unanswered("lost")

    session.cloud.services.before_replace.append(lose)
    assert session.start() == 4
    assert "changed" not in session.outputs
    assert "may have been sent" in session.summary


def test_an_update_that_azure_refuses_leaves_the_service_unchanged(session: Session) -> None:
    def refuse() -> None:
        raise AzureError("400", code="BadRequest")

    session.cloud.services.before_replace.append(refuse)
    assert session.start() == 4
    assert "Azure refused the update; the cloud service is unchanged." in session.summary
    assert session.outputs["changed"] == "false"


def test_a_terminal_shows_plain_lines_when_nobody_looks_on(session: Session) -> None:
    session.env.pop("GITHUB_ACTIONS")
    assert session.start() == 0
    text = session.out.getvalue()
    assert "::" not in text.replace(":\u200b:", "")
    assert "https-thumbprint" in text


@pytest.mark.parametrize(
    ("option", "says"), [("--help", "--cloud-service"), ("-h", "exit codes"), ("--version", __version__)]
)
def test_help_and_version_need_no_inputs(option: str, says: str) -> None:
    out = io.StringIO()
    assert App({}, out).main([option]) == 0
    assert says in out.getvalue()


def test_the_machines_clock_tells_utc_and_waits() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.01
    assert str(clock.now().tzinfo) == "UTC"


def test_wrong_inputs_import_little() -> None:
    program = (
        "import sys, entrypoint\n"
        "code = entrypoint.main()\n"
        "costly = {'azure', 'requests', 'msal', 'rich', 'lxml', 'yaml', 'zipfile', 'concurrent', 'platform'}\n"
        "heavy = {name.split('.')[0] for name in sys.modules} & costly\n"
        "print('heavy', sorted(heavy)); sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--force", "maybe"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "heavy []" in done.stdout
    assert "tenant-id is required" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_at_once_with_its_exit_code(tmp_path: Path, number: signal.Signals) -> None:
    # The pipe keeps the run waiting in the middle of its work: a configuration that is a FIFO is refused, so
    # the program is made to wait where it reads the first file.
    program = (
        "import sys, time, entrypoint, cses_action.operations.deploy as story\n"
        "def wait(*_): print('waiting', flush=True); time.sleep(60)\n"
        "story.deploy = wait\n"
        "sys.exit(entrypoint.main())\n"
    )
    session = Session(tmp_path)
    env = {**session.env, "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while "waiting" not in process.stdout.readline():
            pass
        process.send_signal(number)
        rest, _ = process.communicate(timeout=5)
    assert process.returncode == 128 + number
    assert "Cancelled. Nothing was changed in Azure." in rest
    assert session.outputs == {"changed": "false"}
