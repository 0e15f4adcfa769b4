"""Seeded defects: each breaks one promise, and the harness must say so. Served by gunicorn instead of `esr.wsgi`.

`async-commit` is PostgreSQL's own doing (see `__main__`); the others patch the running platform here, and nowhere in
its code.
"""

import json
import threading
import time
from dataclasses import asdict
from datetime import datetime

import redis
from django.conf import settings
from django.db import connection, connections

from esr.wsgi import application
from exams import actions, protocol
from exams.models import Sitting

_save_answers = actions.save_answers


def _store(sitting: Sitting, epoch: int, items: list[protocol.Item], now: datetime) -> None:
    try:
        _save_answers(sitting=sitting, epoch=epoch, items=items, now=now)
    except protocol.Refused:
        pass
    finally:
        connection.close()


def early_ack():
    """Answers « received », then writes."""

    def save(*, sitting, epoch, items, now):
        threading.Timer(0.3, _store, [sitting, epoch, items, now]).start()
        return sitting, {item.q: item.seq for item in items}

    actions.save_answers = save
    return application


def redis_ack():
    """Acknowledges what Redis holds; the database gets it two seconds later, from there."""
    queue = redis.from_url(settings.REDIS_URL)

    def save(*, sitting, epoch, items, now):
        line = [str(sitting.pk), epoch, [asdict(item) for item in items], now.isoformat()]
        queue.rpush("answers", json.dumps(line))
        return sitting, {item.q: item.seq for item in items}

    def drain():
        while True:
            time.sleep(2)
            try:
                while line := queue.lpop("answers"):
                    key, epoch, items, now = json.loads(line)
                    sitting, items = Sitting(pk=key), [protocol.Item(**item) for item in items]
                    _store(sitting, epoch, items, datetime.fromisoformat(now))
            except redis.RedisError:
                pass

    actions.save_answers = save
    threading.Thread(target=drain, daemon=True).start()
    return application


def redis_on_path():
    """Counts each save in Redis before it is stored, as a limit on requests would."""
    counts = redis.from_url(settings.REDIS_URL)

    def save(*, sitting, **given):
        counts.incr(f"saves-{sitting.pk}")
        return _save_answers(sitting=sitting, **given)

    actions.save_answers = save
    return application


def bare_errors():
    """Whatever goes wrong is an error of ours, without a word of what to do."""
    from esr import urls  # once Django is set up

    urls.handler500 = "django.views.defaults.server_error"
    return application


def stale():
    """Connections are used again without being looked at."""
    connections.databases["default"]["CONN_HEALTH_CHECKS"] = False
    return application
