"""« Premiers pas » and « Avant l’épreuve » in Chromium: for everyone, on paper too."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from establishments.enums import Role
from tests.browser import Person
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_calendar")]


@pytest.fixture
def exam(establishment):
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + timedelta(days=1))
    for number in (1, 2, 3):
        candidate = CandidateFactory(establishment=establishment, last_name=f"NOM{number}", extra_time=number == 2)
        SittingFactory(exam=exam, candidate=candidate, present=number == 1)
    return exam


@pytest.fixture
def person(browser, live_server, establishment):
    """Somebody of the establishment, signed in, on a page."""
    people = []

    def open_page(path: str, role: Role, **options) -> Person:
        client = Client()
        client.force_login(MembershipFactory(establishment=establishment, role=role).user)
        context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", **options)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        people.append(Person(context, live_server.url))
        people[-1].goes(path)
        return people[-1]

    yield open_page
    for one in people:
        one.page.context.close()
        assert one.errors == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_the_pages_pass_axe_and_reflow(person, exam, width, scheme):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    checklist = reverse("exam_checklist", args=[exam.pk])
    for path, role in (("/accueil/", Role.HEAD), (checklist, Role.SUPERVISOR)):
        page = person(path, role, **options).page
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_boxes_tick_by_hand_by_what_is_opened_and_stay_in_the_page(person, exam):
    supervisor = person(reverse("exam_checklist", args=[exam.pk]), Role.SUPERVISOR)
    page = supervisor.page
    expect(page.get_by_label("L’appel est fait")).to_be_checked()
    expect(page.get_by_label("L’appel est fait")).to_be_disabled()
    headphones, codes = page.get_by_label("Casques ou écouteurs"), page.get_by_label("Les codes d’accès sont imprimés")
    headphones.focus()
    page.keyboard.press("Space")
    expect(headphones).to_be_checked()
    expect(codes).not_to_be_checked()
    # Opened beside the page, as who prints does.
    with page.context.expect_page() as beside:
        page.get_by_role("link", name="Codes d'accès").click(modifiers=["ControlOrMeta"])
    beside.value.close()
    expect(codes).to_be_checked()
    supervisor.goes(reverse("exam_checklist", args=[exam.pk]))
    expect(headphones).not_to_be_checked()
    expect(codes).not_to_be_checked()


def test_on_paper_nobody_is_named(person, exam):
    page = person(reverse("exam_checklist", args=[exam.pk]), Role.SUPERVISOR).page
    expect(page.get_by_text("NOM2 Lily")).to_be_visible()
    expect(page.get_by_role("button", name="Imprimer cette liste")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("NOM2 Lily")).to_be_hidden()
    expect(page.get_by_text("N° 2")).to_be_visible()
    for gone in (page.get_by_role("banner"), page.get_by_role("contentinfo"), page.locator("[data-print]")):
        expect(gone).to_be_hidden()
    drawn = "getComputedStyle(document.querySelector('.app-check .fr-label'), '::before').borderTopStyle"
    assert page.evaluate(drawn) == "solid"
