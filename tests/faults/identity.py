"""ÉduConnect says that it cannot, is down, or hangs: the candidate is told within seconds, and has a code."""

import re
from urllib.parse import parse_qs, urlsplit

from tests.faults.scene import Day, start
from tests.faults.wire import Browser


async def happen(day: Day) -> None:
    provider = day.stack.services["identity"]
    for name, act in (("provider fails", None), ("provider down", provider.end), ("provider hangs", provider.freeze)):
        async with day.act(name):
            if act:
                act()
            day.notes[name] = await _comes_back(day)
            if act:
                provider.end()
                await start(day.stack, "identity")


async def _comes_back(day: Day) -> list:
    """A candidate leaves for ÉduConnect and comes back: the status, and what the page says and offers."""
    browser = Browser(day.stack.web_port, timeout=60)
    await browser.get("/examen/")
    await browser.post("/examen/", {"number": day.number})
    away = await browser.get("/examen/educonnect/")
    state = parse_qs(urlsplit(away.header("location")).query)["state"][0]
    page = await day.ask_as(browser, f"/examen/educonnect/retour/?state={state}&code=anything", excused=True)
    told = re.search(r"fr-alert__title[^>]*>([^<]*)<", page.text if page else "")
    offered = bool(page) and 'href="/examen/connexion/"' in page.text
    return [page.status if page else 0, told.group(1) if told else "", offered]
