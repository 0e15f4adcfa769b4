"""Every screen in Chromium, wide in light and narrow in dark: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Callable

import pytest

from esr.core import jobs
from tests.screens import checks
from tests.screens.catalogue import PARTS, is_passed_over, sends
from tests.screens.play import TIMEOUT, Player, look
from tests.screens.stage import all_screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = 1280, checks.REFLOW


@pytest.mark.parametrize("of_part", PARTS.values(), ids=PARTS)
def test_nothing_is_wrong_with_any_screen(of_part: Callable, browser, live_server, short_media, monkeypatch):
    monkeypatch.setattr(jobs, "enqueue", lambda key: None)
    player, wrong = Player(browser, live_server.url), []
    for screen in all_screens(short_media):
        if is_passed_over(screen) or not of_part(screen):
            continue
        with player.showing(screen, WIDE, "light") as page:
            faults = checks.of_document(page) + checks.of_axe(page)
            look(page, NARROW, "dark")
            faults += checks.of_axe(page, only=checks.LOOKS) + checks.of_reflow(page, "dark")
        wrong += [f"{screen.key}: {fault}" for fault in dict.fromkeys(faults)]
    player.close()
    assert wrong == []


def test_what_is_wrong_with_a_field_is_read_as_it_is_written(browser, live_server):
    """The design system adds a full stop to messages, for the screen reader alone; ours have one."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{live_server.url}/examen/")
    sends(number="1234")(page)
    written = page.locator(".fr-message--error").inner_text()
    accessibility = context.new_cdp_session(page)
    root = accessibility.send("DOM.getDocument")["root"]["nodeId"]
    field = accessibility.send("DOM.querySelector", {"nodeId": root, "selector": "[name=number]"})["nodeId"]
    tree = accessibility.send("Accessibility.getPartialAXTree", {"nodeId": field, "fetchRelatives": False})
    read = tree["nodes"][0]["description"]["value"]
    context.close()
    assert written.endswith(".")
    assert read.endswith(written)
