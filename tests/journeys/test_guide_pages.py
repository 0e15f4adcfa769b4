"""The online guide in Chromium: from a screen to its section, the search, axe and reflow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from establishments import guide

LONGEST = max(guide.chapters().values(), key=lambda chapter: len(chapter.source))


def test_a_head_finds_out_and_goes_on(head):
    """From a screen to its section, to another by the search, and back to work by a link of the chapter."""
    head.goes(reverse("exam_list"))
    head.follows("Aide sur cette page")
    head.sees_title("Créer une épreuve d’examen")
    assert head.page.url.endswith("/aide/chef-d-etablissement/epreuves/#la-liste-des-epreuves")
    head.follows("Guide en ligne")
    head.fills("Rechercher dans le guide", "recuperation du resultat")
    head.page.keyboard.press("Enter")
    head.page.get_by_role("link", name="Charger un fichier de résultat").click()
    head.sees_title("Quand quelque chose ne va pas")
    head.goes(reverse("guide_search") + "?q=importer+csv")
    head.follows("Importer un fichier")
    head.follows("la page d’import")
    head.sees_title("Importer une liste de candidats")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_page_passes_axe_and_reflows(someone, head, tmp_path, width, scheme):
    for person in (someone(), head):
        page = person.page
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for name, path in {
            "index": reverse("guide_index"),
            "chapter": LONGEST.url,
            "found": reverse("guide_search") + "?q=code",
            "nothing": reverse("guide_search") + "?q=xylophone",
            "wrong": reverse("guide_search") + "?q=",
        }.items():
            person.goes(path)
            found = Axe().run(page).response["violations"]
            assert [(v["id"], n["html"]) for v in found for n in v["nodes"]] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            who = "head" if person is head else "anyone"
            person.looks(tmp_path / f"{name}-{who}-{width}-{scheme}.png")
