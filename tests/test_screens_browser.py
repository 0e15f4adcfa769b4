"""What the design system makes of a form, in Chromium."""

import pytest

from tests.screens.catalogue import sends
from tests.screens.play import TIMEOUT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
