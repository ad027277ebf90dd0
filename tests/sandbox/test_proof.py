"""The proof of HTTPS, end to end: what a run tells of what is served."""

from __future__ import annotations

from tests.data.packages import legacy_package
from tests.sandbox.conftest import Story
from tests.sandbox.listeners import issue, listening, saying, server_context, site

NAME = "contoso-web.contoso.example"


def test_the_served_certificate_is_shown_in_log_and_summary(story: Story) -> None:
    assert story.run() == 0
    for text in (story.text, story.summary_file.read_text(encoding="utf-8")):
        row = next(
            line for line in text.splitlines() if story.thumbprint in line and "TLSv1.3" in line and "AES" in line
        )
        for each in ("WebRole1/Certificate1:443", f"CN={NAME}", "89", "no: it is self-signed"):
            assert each in row
    assert f"::warning::Certificate {story.thumbprint} (WebRole1/Certificate1:443) is not trusted" in story.text
    assert story.outputs["https-thumbprint"] == story.thumbprint


def test_a_name_of_the_clients_is_asked_for_where_the_certificate_holds_it(story: Story) -> None:
    story.give(https_hostname=NAME)
    assert story.run() == 0
    assert "No certificate that is served holds" not in story.text


def test_a_name_of_the_clients_that_the_certificate_does_not_hold_is_refused_before_any_write(story: Story) -> None:
    story.give(https_hostname="www.contoso.com")
    assert story.run() == 3
    assert f"is not for www.contoso.com: it holds {NAME}" in story.text
    assert story.writes == []


def test_the_old_certificate_that_stays_is_told_as_such(story: Story) -> None:
    old = story.azure.certificates["contosocs-kv"]["contoso-web"][1]
    story.files("multirole-https", old["thumbprint"])
    assert story.run() == 0
    story.files("multirole-https", story.thumbprint)
    story.azure.set(served=f"contosocs-kv/contoso-web/{old['version']}")
    story.give(wait_minutes="1")
    assert story.run() == 5
    error = next(line for line in story.text.splitlines() if line.startswith("::error"))
    assert f"the old certificate of this service is still served: {old['thumbprint']} (subject CN={NAME}" in error
    assert f"until {old['expires'][:10]}" in error
    assert "seen by this run for" in error
    assert f"should serve {story.thumbprint}" in error


def give_http_port(story: Story, port: int) -> None:
    path = story.folder / "ServiceDefinition.csdef"
    path.write_bytes(path.read_bytes().replace(b'protocol="http" port="80"', b'protocol="http" port="%d"' % port))
    legacy_package(path, story.folder / "app.cspkg")


def test_a_port_that_still_answers_without_tls_is_told(story: Story) -> None:
    with listening(saying(b"HTTP/1.1 301 Moved\r\nLocation: https://x/\r\n\r\n")) as listener:
        give_http_port(story, listener.port)
        assert story.run() == 0
    fact = f"Port {listener.port} still answers without TLS (status 301, to https): http-endpoint: remove"
    assert fact in story.text
    assert fact in story.summary_file.read_text(encoding="utf-8")
    assert story.run() == 0
    assert f"Port {listener.port} does not answer without TLS." in story.text


def test_what_a_stranger_serves_is_no_command_and_no_markup(story: Story) -> None:
    stranger = issue("::error::boo\n::set-output name=x::y|<b>", names=("##vso[task.complete]",))
    story.give(wait_minutes="1")
    with site(server_context(stranger)) as listener:
        story.give(https_probe_address=f"127.0.0.1:{listener.port}")
        assert story.run() == 5
    assert str(stranger.thumbprint) in story.text
    summary = story.summary_file.read_text(encoding="utf-8")
    for mark in ("::error::boo", "::set-output", "##vso["):
        assert mark not in story.text
        assert mark not in summary
    assert "<b>" not in summary
