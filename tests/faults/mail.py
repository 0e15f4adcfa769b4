"""The mail server is down, then takes calls and says nothing: who asks for a new password waits for neither."""

import asyncio

from tests.faults import school
from tests.faults.pupils import Staff
from tests.faults.scene import PATIENCE, Day, start
from tests.faults.stack import until
from tests.faults.wire import Browser

LATE = "La messagerie de la plateforme est en panne"


async def happen(day: Day) -> None:
    mail = day.stack.services["mail"]
    async with day.act("mail down"):
        mail.end()
        day.notes["mail down"] = await _asks(day)
        (day.stack.letters / "mode").write_text("hang")
        await start(day.stack, "mail")
    async with day.act("mail hangs"):
        day.notes["mail hangs"] = await _asks(day)
        (day.stack.letters / "mode").write_text("ok")


async def _asks(day: Day) -> list[str]:
    """Somebody asks for a new password; what they read at once, and once the server was tried."""
    browser = Browser(day.stack.web_port, timeout=60)
    await browser.get("/mot-de-passe/oublie/")
    answer = await day.ask_as(browser, "/mot-de-passe/oublie/", {"email": school.HEAD})
    read = [str(answer.status if answer else 0)]
    for _ in range(PATIENCE):
        page = await day.ask_as(browser, "/mot-de-passe/oublie/envoye/")
        if page and LATE in page.text:
            return [*read, "told"]
        await asyncio.sleep(1)
    return [*read, "not told"]


async def after(day: Day) -> None:
    def letters() -> int:
        return len(list(day.stack.letters.glob("*.eml")))

    await until(lambda: letters() >= 2, "the letters", 3 * PATIENCE)
    await asyncio.sleep(5)  # for one that would come twice
    day.notes["letters"] = letters()
    signed_in = Staff(day.stack.web_port)
    await signed_in.sign_in()
