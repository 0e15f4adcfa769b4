"""The pages that the law asks for, in Chromium: axe, reflow, and what the browser is left with."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from esr.core.legal import read_legal
from tests.core.test_legal import AUDIT

PAGES = ("site_map", "accessibility", "legal_notices", "personal_data", "personal_data_for_pupils", "cookies")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_page_passes_axe_and_reflows(someone, settings, tmp_path, width, scheme):
    example = (settings.BASE_DIR / "docs" / "legal.toml").read_text()
    settings.LEGAL = read_legal(example.replace("[accessibility]\n", "").replace('plan = ""', "") + AUDIT)
    person = someone()
    page = person.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for name in PAGES:
        person.goes(reverse(name))
        found = Axe().run(page).response["violations"]
        assert [(v["id"], n["html"]) for v in found for n in v["nodes"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        person.looks(tmp_path / f"{name}-{width}-{scheme}.png")
    assert page.context.cookies() == []
    assert page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]") == [["scheme"], []]
