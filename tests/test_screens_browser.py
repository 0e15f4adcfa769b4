"""Every screen in Chromium, wide in light and narrow in dark: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Callable

import pytest

from esr.core import jobs
from tests.screens import checks
from tests.screens.catalogue import PARTS
from tests.screens.play import Player, look
from tests.screens.stage import all_screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = 1280, checks.REFLOW


@pytest.mark.parametrize("of_part", PARTS.values(), ids=PARTS)
def test_nothing_is_wrong_with_any_screen(of_part: Callable, browser, live_server, short_media, monkeypatch):
    monkeypatch.setattr(jobs, "enqueue", lambda key: None)
    player, wrong = Player(browser, live_server.url), []
    for screen in filter(of_part, all_screens(short_media)):
        with player.showing(screen, WIDE, "light") as page:
            faults = checks.of_document(page) + checks.of_axe(page)
            look(page, NARROW, "dark")
            faults += checks.of_axe(page) + checks.of_reflow(page, "dark")
        wrong += [f"{screen.key}: {fault}" for fault in dict.fromkeys(faults)]
    player.close()
    assert wrong == []
