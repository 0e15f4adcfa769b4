"""A platform of its own for the pictures: a database that is thrown away, the worlds in it, a server and Chromium."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from esr.core import jobs
from tests.browser import CHROMIUM, make_short_media
from tests.screens import world as worlds
from tests.screens.catalogue import Screen, bare, catalogue

LAST_REQUEST = 60  # seconds that a request may still take once nobody waits for its answer


def all_screens(short_media: Path) -> Iterator[Screen]:
    """The whole catalogue. The world is built on the way: first come the screens of a platform that has nothing."""
    world = worlds.build_bare(timezone.now())
    yield from bare(world)
    folder = settings.MEDIA_ROOT / "bank" / worlds.MEDIA
    shutil.copytree(short_media, folder, dirs_exist_ok=True)
    worlds.build(world)
    cache.clear()
    yield from catalogue(world)


@contextmanager
def stage() -> Iterator[tuple[Browser, str, Iterator[Screen]]]:
    jobs.enqueue = lambda key: None  # what is waiting goes on waiting
    setup_test_environment()
    folder = Path(tempfile.mkdtemp(prefix="esr-screens-"))
    # While Playwright's loop runs, Django has another connection for this thread than before and after it: what is
    # opened inside is closed inside. The browser goes before the server, whose threads wait for its next request.
    with sync_playwright() as playwright, _databases(), _serving() as address:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        try:
            yield browser, address, all_screens(make_short_media(folder))
        finally:
            browser.close()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _databases() -> Iterator[None]:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


@contextmanager
def _serving() -> Iterator[str]:
    """The address of a server. Each of its threads keeps a session with the database while its connection is open:
    all are waited for, or the database could not be removed."""
    server = LiveServer("localhost")
    server._live_server_modified_settings.enable()
    try:
        yield server.url
    finally:
        server._live_server_modified_settings.disable()
        server.stop()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(LAST_REQUEST)
