"""The online guide: every screen leads to a section that exists, every link and picture is there, the search finds."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import resolve, reverse

from esr.core.text import search_key
from establishments import guide
from establishments.enums import Reader, Role
from establishments.guide.screens import _ADMINISTRATION, _OF_SUPERVISOR, _SCREENS, help_for
from tests.test_rights import patterns

CHAPTERS = list(guide.chapters().values())
SECTIONS = [section for chapter in CHAPTERS for section in chapter.sections]

# URL names that show no page: files, answers to a button, what a script asks for.
NO_SCREENS = {
    # files
    "exam_convocations", "exam_convocations_to_cut", "exam_codes_pdf", "exam_code_slips", "exam_grid", "exam_key_grid",
    "exam_correction_pdf", "sitting_correction_pdf", "own_correction_pdf", "exam_film_file", "exam_statistics_report",
    "exam_statistics_workbook", "statistics_download", "candidate_template",
    "candidate_import_errors", "candidate_download", "siecle_export_receipt", "siecle_export_file", "job_file",
    "attestation_model", "public_keys",
    # answers to a button, and parts of a page
    "account_logout", "academic_login", "educonnect_login", "exam_leave", "candidate_import_cancel", "exam_act",
    "sitting_act", "sitting_takeover", "sitting_incident", "sitting_unvoid", "job_cancel", "job_again", "job_status",
    "exam_film_status", "practice_questions", "health", "alive", "ready", "figures",
    # the player: whoever sits an exam has nowhere else to go
    "exam_player", "sitting_start", "sitting_resume", "sitting_save", "sitting_finish", "exam_signal",
    # the guide itself, the pages that the law asks for, and those who write pages
    "guide_index", "guide_search", "guide_chapter", "site_map", "accessibility", "legal_notices", "personal_data",
    "personal_data_for_pupils", "cookies", "components",
}  # fmt: skip


def text_of(response) -> str:
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


# --- From screens to sections -------------------------------------------------------------------------------------


def test_every_screen_has_a_section_of_the_guide():
    names = {name for route, name, _ in patterns() if not route.startswith("administration/")} | {"academy_figures"}
    assert names - set(_SCREENS) == NO_SCREENS
    assert set(_SCREENS) - names == set()
    assert set(_OF_SUPERVISOR) - names == set()


@pytest.mark.parametrize("address", sorted({*_SCREENS.values(), *_OF_SUPERVISOR.values(), *_ADMINISTRATION.values()}))
def test_every_section_that_a_screen_points_to_exists(address):
    assert guide.section(address).title


def test_every_table_of_the_administration_has_its_own_section():
    names = {name for route, name, _ in patterns() if route.startswith("administration/") and name}
    fallback = _ADMINISTRATION[""]
    general = {name for name in names if help_for(name, administration=True) == fallback}
    assert general <= {"index", "login", "logout", "autocomplete", "jsi18n", "view_on_site", "app_list",
                       "academy_figures", "academy_figures_download"}  # fmt: skip
    assert help_for("exams_question_change", administration=True) == "administration/banque#ecrire-une-question"
    assert help_for("bank_coverage", administration=True) == "administration/banque#verifier-la-couverture"


def test_a_supervisor_is_led_to_the_supervisors_chapters():
    assert help_for("exam_list", role=Role.HEAD).startswith(Reader.HEAD)
    for name in {name for _, name, view in patterns() if getattr(view, "access", "") == "staff"} - NO_SCREENS:
        address = help_for(name, role=Role.SUPERVISOR)
        # What only a head decides, and what both read of a session, is told once.
        assert address.startswith(Reader.SUPERVISOR) or name in {"sitting_detail"}, name


def test_a_section_that_is_not_there_is_noticed():
    with pytest.raises(KeyError):
        guide.section("surveillant/incidents#nulle-part")
    with pytest.raises(KeyError):
        guide.section("surveillant/nulle-part")


def help_link(response) -> str:
    return re.search(r'href="([^"]+)">Aide sur cette page<', response.content.decode()).group(1)


def test_pages_carry_the_link(client, head_client, supervisor_client, admin_client):
    assert help_link(client.get("/login")) == "/aide/chef-d-etablissement/acces/#se-connecter"
    assert help_link(client.get("/examen/")) == "/aide/candidat/passer-l-epreuve/#entrer"
    assert help_link(client.get("/")) == "/aide/candidat/se-preparer/"
    assert help_link(client.get("/nulle-part/")) == "/aide/guide/"
    assert help_link(head_client.get("/epreuves/")) == "/aide/chef-d-etablissement/epreuves/#la-liste-des-epreuves"
    assert help_link(supervisor_client.get("/epreuves/")) == "/aide/surveillant/avant/#trouver-l-epreuve"
    admin = admin_client.get("/administration/exams/question/")
    assert help_link(admin) == "/aide/administration/banque/#ecrire-une-question"
    figures = admin_client.get(reverse("academy_figures"))
    assert help_link(figures) == "/aide/administration/chiffres/"


def test_a_page_without_a_request_has_a_link_too():
    assert Template("{% load guide %}{% help_url %}").render(Context()) == "/aide/guide/"


# --- Chapters -----------------------------------------------------------------------------------------------------


def test_each_reader_has_chapters_in_order():
    assert [len(guide.of_reader(reader)) for reader in Reader] == [11, 4, 3, 7]
    assert [chapter.name for chapter in guide.of_reader(Reader.SUPERVISOR)] == [
        "avant", "pendant", "incidents", "apres",
    ]  # fmt: skip


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.key)
def test_a_chapter_is_whole(client, chapter, db):
    """A title, a summary, sections with words, each anchor once, and links that lead somewhere."""
    anchors = [section.anchor for section in chapter.sections]
    assert anchors[0] == ""
    assert len(set(anchors)) == len(anchors) > 1
    assert all(section.text for section in chapter.sections)
    page = client.get(chapter.url)
    assert page.status_code == 200
    assert page.cookies == {}
    html = page.content.decode()
    assert html.count("<h1") == 1
    for anchor in anchors[1:]:
        assert html.count(f'id="{anchor}"') == 1
    for link in chapter.links:
        url = guide.href(link)
        assert url.startswith("/")
        assert resolve(url.partition("#")[0])
    assert "page:" not in html
    assert "guide:" not in html
    assert "picture:" not in html


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.key)
def test_a_chapter_is_short_and_well_set(chapter):
    """A section is read in a minute; quotes and apostrophes are French, but in labels, which are the handbook's."""
    for section in chapter.sections:
        assert len(section.text.split()) < 230, section.title
    outside_labels = re.sub(r"« [^»]+ »|!?\[[^\]]*\]\([a-z]+:[^)]*\)", "X", chapter.source)
    assert not re.search(r"[\"']|\.\.\.|  | ,|\w[:;!?»]\s", outside_labels)
    assert chapter.source.count("« ") == chapter.source.count(" »")


def test_the_labels_that_the_guide_names_are_on_the_pages():
    """What stands between « » in a chapter is a button, a title or a state of a template, a form or a script."""
    sources = []
    for folder, suffix in (("templates", "*.html"), ("static/js", "*.js"), *(
        (app, "*.py") for app in ("establishments", "candidates", "exams", "certificates", "stats")
    )):  # fmt: skip
        sources += [
            path.read_text() for path in (settings.BASE_DIR / folder).rglob(suffix) if "guide" not in path.parts
        ]
    pages = " ".join(" ".join(sources).replace("’", "'").split())
    missing = {
        label
        for chapter in CHAPTERS
        for label in re.findall(r"« ([^»]+) »", chapter.source)
        if label.replace("’", "'").rstrip(".") not in pages
    }
    # An example of a name, and what people write by hand.
    assert missing == {"5A, mardi matin"}


def test_a_picture_stands_in_or_its_words_do(client, db, monkeypatch):
    chapter = guide.chapters()["candidat/passer-l-epreuve"]
    monkeypatch.setattr(guide.finders, "find", lambda path: None)
    assert "À l’écran : Une question : la scène" in text_of(client.get(chapter.url))
    monkeypatch.setattr(guide.finders, "find", lambda path: f"/static/{path}")
    html = client.get(chapter.url).content.decode()
    assert '<img class="app-picture" src="/static/guide/question.webp" alt="Une question' in html

    def uncollected(path):
        raise ValueError(path)

    monkeypatch.setattr(guide, "static", uncollected)
    assert "À l’écran : Une question : la scène" in text_of(client.get(chapter.url))


def test_a_chapter_that_is_not_there(client, db):
    for url in ("/aide/candidat/nulle-part/", "/aide/personne/acces/", "/aide/candidat/../"):
        assert client.get(url).status_code == 404


def test_the_index_greets_each_with_their_own(client, supervisor_client):
    own = supervisor_client.get(reverse("guide_index")).content.decode()
    anyone = client.get(reverse("guide_index")).content.decode()
    assert own.index('id="lecteur-surveillant"') < own.index('id="lecteur-chef-d-etablissement"')
    assert anyone.index('id="lecteur-chef-d-etablissement"') < anyone.index('id="lecteur-surveillant"')
    for chapter in CHAPTERS:
        assert f'href="{chapter.url}"' in anyone


# --- Search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("Mot de passe oublié", "chef-d-etablissement/acces#mot-de-passe-oublie"),
        ("MOT DE PASSE OUBLIE", "chef-d-etablissement/acces#mot-de-passe-oublie"),
        ("comment exporter vers siècle ?", "chef-d-etablissement/resultats#exporter-vers-siecle-bee"),
        ("codes d’accès", "chef-d-etablissement/epreuves#imprimer-les-codes-d-acces"),
        ("absences techniques", "surveillant/incidents#absence-technique"),
        ("neutraliser", "administration/banque#neutraliser-une-question"),
        ("code de récupération", "surveillant/avant#distribuer-les-codes-d-acces"),
    ],
)
def test_the_search_finds(asked, first):
    hit = guide.find(asked)[0].section
    assert f"{hit.chapter.key}#{hit.anchor}" == first


def test_every_title_is_found_by_its_own_words():
    for section in SECTIONS:
        found = [hit.section for hit in guide.find(section.title)]
        assert section in found, section.title


def test_the_search_page(client, db):
    page = client.get(reverse("guide_search"))
    assert "réponse" not in text_of(page)
    assert page.cookies == {}
    found = text_of(client.get(reverse("guide_search"), {"q": "tiers-temps"}))
    assert re.search(r"\d+ réponses pour « tiers-temps »", found)
    assert "Aucune réponse" in text_of(client.get(reverse("guide_search"), {"q": "xylophone"}))
    assert "Aucune réponse" in text_of(client.get(reverse("guide_search"), {"q": "???"}))
    assert "Écrivez un ou plusieurs mots" in text_of(client.get(reverse("guide_search"), {"q": "   "}))
    assert "trop long" in text_of(client.get(reverse("guide_search"), {"q": "a" * 101}))
    hostile = client.get(reverse("guide_search"), {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in hostile


def test_the_guide_asks_the_database_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("guide_index"))
        client.get(CHAPTERS[0].url)
        client.get(reverse("guide_search"), {"q": "candidat"})


def test_an_excerpt_shows_the_words_that_were_found():
    for asked in ("massicot", "code", "réseau"):
        (word,) = guide.words_of(asked)
        hits = guide.find(asked)
        assert hits
        for hit in hits:
            assert word in search_key(hit.excerpt + hit.section.title)
            assert len(hit.excerpt) < 200


def test_ones_own_chapters_come_first_among_equals():
    assert guide.find("code")[0].section.chapter.reader == Reader.HEAD
    assert guide.find("code", Reader.SUPERVISOR)[0].section.chapter.reader == Reader.SUPERVISOR
    assert len(guide.find("le")) <= guide.MOST_FOUND
