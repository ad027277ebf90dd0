"""How requests are sent: who we say we are, and how patient we are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.pipeline.policies import RetryPolicy

from cses_action import __version__

USER_AGENT = f"cses-action/{__version__}"
LONGEST_RETRY_AFTER = 60.0
TIMEOUTS: dict[str, Any] = {"connection_timeout": 20, "read_timeout": 120}
"""Seconds; the SDKs' own 300 would outlast most of a run's patience."""
POLL: dict[str, Any] = {"read_timeout": 30, "retry_total": 0}
"""A question that is asked again anyway: whoever waits keeps the time, and its patience."""


LONG = 2.0
"""Seconds from which on a wait is told."""

Tell = Callable[[str], None]
"""Called with a sentence for the log."""


def silent(_text: str) -> None:
    """Tell nobody."""


class BoundedRetry(RetryPolicy[Any, Any]):
    """Retries as the SDK does, but never sleeps longer than a minute because an answer asks for it, and says so."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(retry_total=3, retry_backoff_factor=0.5, retry_backoff_max=10)
        self._tell = tell

    def get_retry_after(self, response: Any) -> float | None:
        """Return the seconds that the answer asks for, bounded."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(float(asked), LONGEST_RETRY_AFTER)

    def sleep(self, settings: dict[str, Any], transport: Any, response: Any = None) -> None:
        """Wait before the next try; a long wait is told, with what was answered."""
        asked = self.get_retry_after(response) if response else None
        seconds = asked or self.get_backoff_time(settings)
        if seconds >= LONG:
            answer = f"HTTP {response.http_response.status_code}" if response else "no answer"
            self._tell(f"Azure gave {answer}; the next try is in {seconds:.0f} s.")
        super().sleep(settings, transport, response)


def bounded_retry(tell: Tell = silent) -> BoundedRetry:
    """Return a fresh retry policy: three retries, 0.5 s doubling, at most 10 s apart."""
    return BoundedRetry(tell)
