"""Plays the catalogue in Chromium: who a screen is of, how wide and in which theme it is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page

from tests.screens.catalogue import Screen, cookies

HEIGHTS = {1280: 800, 768: 1024, 390: 844, 320: 640}
WIDTHS = tuple(HEIGHTS)
THEMES = ("light", "dark")
TIMEOUT = 90_000  # ms: on a busy machine


class Player:
    """Shows screens in a browser. Screens of the same person one after another share their browser's memory."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address
        self._who, self._context, self._cookies = object(), None, []

    @contextmanager
    def showing(self, screen: Screen, width: int = 1280, theme: str = "light") -> Iterator[Page]:
        context = self._context_of(screen)
        # What the last screen's act left behind, as the first half of a sign-in, is not this one's.
        context.clear_cookies()
        context.add_cookies(self._cookies)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        try:
            look(page, width, theme)
            page.goto(self.address + screen.path)
            if screen.act:
                screen.act(page)
            look(page, width, theme)
            yield page
        finally:
            page.close()

    def _context_of(self, screen: Screen) -> BrowserContext:
        if screen.who != self._who:
            self.close()
            # The policy refuses the styles that taking a picture adds; the journeys hold it.
            self._context = self.browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", bypass_csp=True)
            self._cookies = cookies(screen.who, self.address)
            self._who = screen.who
        return self._context

    def close(self) -> None:
        if self._context:
            self._context.close()
        self._who, self._context = object(), None


_SETTLED = """theme => {
  const root = document.documentElement;
  if (root.hasAttribute("data-fr-theme")) root.setAttribute("data-fr-theme", theme);
  return document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}"""


def look(page: Page, width: int, theme: str) -> None:
    """Give the page this width, and this theme: the device's own as far as it follows that, else the one chosen."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(_SETTLED, theme)
