"""What the demo makes of a summary for those who look at it here."""

from __future__ import annotations

from tests.conftest import GOLDEN
from tests.demo import without_charts


def test_a_terminal_shows_the_times_and_not_the_source_of_their_chart() -> None:
    summary = (GOLDEN / "summary-deploy.md").read_text(encoding="utf-8")
    shown = without_charts(summary)
    assert "gantt" in summary
    assert "```" not in shown
    assert "### Time\n\n| part | took |" in shown
    assert shown.partition("### Time")[0] == summary.partition("### Time")[0]
