"""The cache of production: Redis, and this process's own memory while Redis is away.

Limits on attempts live in it, and what the public site has read of the bank. A supervisor signs in without Redis, and
guesses are counted all the same, by each process for itself. A Redis that hangs is asked once in `RETRY_AFTER` seconds,
so that nobody waits for it at each step.
"""

import logging
import time
from collections.abc import Callable
from itertools import islice

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds

# Everything else that a cache does is made of these.
_METHODS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear")


class _BesideTheQueue(RedisCache):
    """Django empties a cache with FLUSHDB, which takes the broker's queue along: both are at the same address."""

    def clear(self):
        client = self._cache.get_client(None, write=True)
        keys = client.scan_iter(match=self.make_key("*"), count=1000)
        while some := list(islice(keys, 1000)):
            client.delete(*some)
        return True


class RedisOrMemory(_BesideTheQueue):
    _away_until = 0.0  # of this process, on the monotonic clock

    def __init__(self, server, params):
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {}})

    def is_away(self) -> bool:
        """Whether this process counts in its own memory."""
        return time.monotonic() < RedisOrMemory._away_until

    def _either(self, name: str, *args, **kwargs):
        if time.monotonic() >= RedisOrMemory._away_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except RedisError as error:
                RedisOrMemory._away_until = time.monotonic() + RETRY_AFTER
                logger.warning("Redis is away (%s): this process counts in its own memory", error)
        return getattr(self._memory, name)(*args, **kwargs)


def _method(name: str) -> Callable:
    def either(self, *args, **kwargs):
        return self._either(name, *args, **kwargs)

    either.__name__ = name
    return either


for _name in _METHODS:
    setattr(RedisOrMemory, _name, _method(_name))
