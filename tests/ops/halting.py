"""The platform's Celery application, whose jobs stop half-way for as long as the file `halt` is in DATA_DIR.

So that a test can kill a worker in the middle of a batch however fast or slow the machine is. Each job that has stopped
leaves a file `halted-<key>` there.
"""

import time

import django
from django.conf import settings

from esr.celery import app  # noqa: F401 - what `celery --app` looks for

django.setup()

from esr.core import jobs  # noqa: E402 - needs the models

_say = jobs.Progress.__call__


def _say_and_halt(self, done: int, total: int) -> None:
    self._last = 0  # every sign of life is written
    _say(self, done, total)
    if 0 < done < total:
        (settings.DATA_DIR / f"halted-{self.job.pk}").touch()
        while (settings.DATA_DIR / "halt").exists():
            time.sleep(0.05)


jobs.Progress.__call__ = _say_and_halt
