"""What every screen has to be, whoever sees it and in whatever state: the reasons why one is not."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.screens.play import look

REFLOW = 320
BRANDS = (" – ASSR, ASR, AER", " – Administration")

# The corner of Django's tables in a form has no heading.
AXE = {"rules": {"empty-table-header": {"enabled": False}}}

# What another width or another theme may break.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")

_FACTS = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1")].filter(one => one.checkVisibility()).map(one => one.innerText.trim()),
  mains: [...document.querySelectorAll("main, [role=main]")].filter(one => one.checkVisibility()).length,
})"""

# What sticks out at the right of the screen and is not inside a frame that scrolls by itself.
_WIDE = """limit => {
  if (document.documentElement.scrollWidth <= limit) return [];
  const scrolls = one => one && one !== document.body && (
    ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > limit + 1)
    .filter(one => !scrolls(one.parentElement))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""


def facts(page: Page) -> dict:
    """The page's language, title, visible headings of the first level, and how many main parts it has."""
    return page.evaluate(_FACTS)


def of_document(page: Page) -> list[str]:
    found = facts(page)
    faults = []
    if found["lang"] not in ("fr", "fr-fr"):
        faults.append(f"lang={found['lang']!r}")
    if len(found["headings"]) != 1:
        faults.append(f"h1: {found['headings']}")
    if found["mains"] != 1:
        faults.append(f"{found['mains']} main")
    if not found["title"].split(" – ")[0].strip():
        faults.append(f"title: {found['title']!r}")
    return faults


def of_axe(page: Page, *, only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds; `only` those of its rules that are named."""
    options = {"runOnly": {"type": "rule", "values": list(only)}} if only else AXE
    violations = Axe().run(page, options=options).response["violations"]
    if violations:  # a colour may still be on its way to another one: what is wrong stays wrong
        page.wait_for_timeout(1000)
        violations = Axe().run(page, options=options).response["violations"]
    return [f"axe {one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"][:2]]


def of_reflow(page: Page, theme: str) -> list[str]:
    """No scrolling sideways at 320 px (RGAA 10.11)."""
    look(page, REFLOW, theme)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width <= REFLOW:
        return []
    return [f"{width} px wide at {REFLOW}: {' · '.join(page.evaluate(_WIDE, REFLOW))}"]
