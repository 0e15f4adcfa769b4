"""Handing work to the workers, from a page that somebody waits for: tried once, and not at all for a while when the
broker has just been found away. Whatever is handed over has a row that brings it back (`revive_stale`, the outbox).
"""

import logging
import time
from pathlib import Path
from queue import Empty

from celery import Task
from django.conf import settings
from kombu.transport import filesystem

logger = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds

_away_until = 0.0  # of this process, on the monotonic clock


def hand(task: Task, *arguments: str) -> bool:
    """Whether the broker took it."""
    global _away_until
    if time.monotonic() < _away_until:
        return False
    try:
        make_folder()
        task.apply_async(arguments, retry=False)
    except Exception:
        _away_until = time.monotonic() + RETRY_AFTER
        logger.warning("The broker is away", exc_info=True)
        return False
    return True


def make_folder() -> None:
    """Of the embedded broker, which reports that it cannot be reached when its folder is missing."""
    if not settings.REDIS_URL:
        (Path(settings.BROKER_FOLDER) / "control").mkdir(parents=True, exist_ok=True)


class Channel(filesystem.Channel):
    """kombu's, which ends the worker when its folder goes away, and afterwards no longer knows where messages go."""

    _bound: dict[str, set[tuple]] = {}  # exchange → what this process has bound to it

    def _queue_bind(self, exchange, *binding):
        self._bound.setdefault(exchange, set()).add(binding)
        make_folder()
        super()._queue_bind(exchange, *binding)

    def get_table(self, exchange):
        if not self._exchange_file(exchange).exists():
            for binding in self._bound.get(exchange, ()):
                self._queue_bind(exchange, *binding)
        return super().get_table(exchange)

    def _get(self, queue):
        try:
            return super()._get(queue)
        except FileNotFoundError:
            make_folder()
            raise Empty from None


class Transport(filesystem.Transport):
    Channel = Channel
