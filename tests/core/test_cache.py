"""Limits go on without Redis: in the memory of each process, and without waiting for it at each step."""

import socket
from contextlib import suppress

import pytest
from redis import Redis

from esr.core import cache as module
from tests.services import free_port, redis


@pytest.fixture(autouse=True)
def _redis_is_not_known_to_be_away():
    yield
    module.RedisOrMemory._away_until = 0.0


def cache_at(address: str) -> module.RedisOrMemory:
    module.RedisOrMemory._away_until = 0.0
    cache = module.RedisOrMemory(address, {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}})
    cache._memory.clear()
    return cache


def everything(cache) -> list:
    """Each thing a cache is asked, and what it answered."""
    cache.set("a", [1])
    return [
        cache.get("a"),
        cache.get("none", "nothing"),
        cache.add("a", 2),
        cache.add("b", 3),
        cache.incr("b"),
        cache.touch("b", 60),
        cache.has_key("b"),
        cache.set_many({"c": 1}),
        cache.get_many(["b", "c", "d"]),
        cache.get_or_set("e", 5),
        cache.delete("c"),
        cache.delete_many(["b"]),
        "b" in cache,
    ]


WANTED = [[1], "nothing", False, True, 4, True, True, [], {"b": 4, "c": 1}, 5, True, None, False]


def test_with_redis_it_is_redis(tmp_path):
    with redis(tmp_path) as address:
        cache = cache_at(address)
        assert everything(cache) == WANTED
        assert cache._memory._cache == {}


def test_without_redis_it_is_memory():
    cache = cache_at(f"redis://127.0.0.1:{free_port()}/0")
    assert everything(cache) == WANTED


def _connections(server: socket.socket) -> int:
    """How many have come to `server`, which answers none."""
    server.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_redis_that_hangs_is_not_waited_for_at_each_step():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = cache_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert everything(cache) == WANTED
        assert _connections(silent) == 1


def test_redis_is_asked_again_once_it_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RETRY_AFTER", 0)
    with redis(tmp_path) as address:
        cache = cache_at(address)
        cache.set("a", "redis")
        servers, cache._servers = cache._servers, [f"redis://127.0.0.1:{free_port()}/0"]
        cache.__dict__.pop("_cache")
        assert cache.get("a") is None
        cache._servers = servers
        cache.__dict__.pop("_cache")
        assert cache.get("a") == "redis"


def test_emptying_it_leaves_what_lies_beside_it(tmp_path):
    """The broker's queue is in the same database of Redis."""
    with redis(tmp_path) as address:
        cache = cache_at(address)
        cache.set_many({f"a{n}": n for n in range(2500)})
        cache.set("b[*]", 1)
        queue = Redis.from_url(address)
        queue.lpush("celery", "message")
        cache.clear()
        assert queue.keys() == [b"celery"]
