"""The exam's page in Chromium: alive without a reload, and never in the way of whoever works on it."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from establishments.enums import Role
from exams import rules
from exams.models import Exam, Sitting
from tests.browser import Person
from tests.exams.test_board import fill_room, held, put
from tests.factories import ExamFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_POLL = 9_000  # ms: five seconds, and a slow machine
TABLET, PHONE = 768, 320


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment, name="Examen 5A", exam_questions__count=20)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def staff_page(browser, live_server, establishment):
    """Pages of the head or the supervisor, already signed in; none may meet a script error or a reload of its own."""
    people = []

    def open_page(exam: Exam, *, role=Role.SUPERVISOR, **options) -> Page:
        client = Client()
        client.force_login(MembershipFactory(establishment=establishment, role=role).user)
        context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", **options)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        person = Person(context, live_server.url)
        people.append(person)
        person.goes(reverse("exam_detail", args=[exam.pk]))
        person.page.evaluate("window.mark = 1")
        return person.page

    yield open_page
    for person in people:
        person.page.context.close()
        assert person.errors == []


def names(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def not_reloaded(page: Page) -> bool:
    return page.evaluate("window.mark === 1")


def test_the_board_lives_without_a_reload(staff_page, exam, now):
    quick, slow = put(exam, "ALEXANDRE", now), put(exam, "BAILLY", now, answered=3)
    page = staff_page(exam)
    assert names(page) == ["ALEXANDRE Lily", "BAILLY Lily"]
    needs = page.get_by_role("status").filter(has_text="candidat")
    expect(needs).to_have_text("Aucun candidat n’a besoin d’aide.")
    Sitting.objects.filter(pk=slow.pk).update(takeover_asked_at=now, responses=held(11))
    expect(needs).to_have_text("1 candidat a besoin d’aide.", timeout=A_POLL)
    assert names(page) == ["BAILLY Lily", "ALEXANDRE Lily"]
    expect(page.get_by_role("row").nth(1)).to_contain_text("Question 12 sur 20")
    Sitting.objects.filter(pk=quick.pk).update(state="closed", mark=13, closed_at=now)
    expect(page.get_by_text("13/20 Admis")).to_be_visible(timeout=A_POLL)
    expect(page.get_by_text("Terminés : 1")).to_be_visible()
    # The results, one by one, on the other view too.
    page.get_by_role("link", name="Résultats", exact=True).click()
    page.evaluate("window.mark = 1")
    expect(page.get_by_text("13/20", exact=True)).to_be_visible()
    Sitting.objects.filter(pk=slow.pk).update(state="closed", mark=9, closed_at=now)
    expect(page.get_by_text("9/20", exact=True)).to_be_visible(timeout=A_POLL)
    assert not_reloaded(page)


def test_whoever_works_on_a_line_is_not_disturbed(staff_page, exam, now):
    """The focus, the scroll and the order stay while a button has the focus; what is elsewhere goes on changing."""
    sittings = [put(exam, f"NOM{n:02d}", now) for n in range(35)]
    page = staff_page(exam, viewport={"width": TABLET, "height": 1024})
    button = page.get_by_role("button", name="Mettre en pause : NOM20 Lily")
    button.focus()
    before = names(page)
    button.evaluate("(it) => { window.before = it.getBoundingClientRect().top; }")
    Sitting.objects.filter(pk=sittings[30].pk).update(takeover_asked_at=now)
    Sitting.objects.filter(pk=sittings[20].pk).update(state="closed", mark=13, closed_at=now)
    line = page.get_by_role("row", name="NOM30 Lily")
    expect(line).to_contain_text("Besoin d’aide", timeout=A_POLL)
    expect(button).to_be_focused()
    assert names(page) == before
    moved = button.evaluate("(it) => it.getBoundingClientRect().top - window.before")
    # Half of what its own line may shrink by; of what the others do, nothing.
    assert abs(moved) <= 8, "the line went away from under the finger"
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("tbody th").first).to_have_text("NOM30 Lily", timeout=A_POLL)
    expect(button).to_have_count(0)
    assert not_reloaded(page)


def test_only_one_line_is_read_aloud_and_only_when_it_changes(staff_page, exam, now):
    sitting = put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    assert page.locator("#board [aria-live], #board [role=status], #board [role=alert]").count() == 0
    page.evaluate(
        """() => {
          window.said = [];
          const line = document.querySelector("[data-needs]");
          new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });
        }"""
    )
    Sitting.objects.filter(pk=sitting.pk).update(responses=held(5))
    expect(page.get_by_text("Question 6 sur 20")).to_be_visible(timeout=A_POLL)
    assert page.evaluate("window.said") == []
    Sitting.objects.filter(pk=sitting.pk).update(takeover_asked_at=now)
    expect(page.get_by_text("1 candidat a besoin d’aide.")).to_be_visible(timeout=A_POLL)
    assert page.evaluate("window.said") == ["1 candidat a besoin d’aide."]


@pytest.mark.parametrize("failure", ["hanging", "signed out"])
def test_a_page_that_is_out_of_date_says_since_when(staff_page, exam, now, failure):
    put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    warning = page.locator("[data-outdated]")
    expect(warning).to_be_hidden()
    answers = {
        "hanging": lambda route: None,
        "signed out": lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Se connecter</h1>"),
    }
    page.route(f"**/epreuves/{exam.pk}/", answers[failure])
    expect(warning).to_be_visible(timeout=25_000)
    hour = page.locator("[data-since]").inner_text()
    local = timezone.localtime(timezone.now(), exam.establishment.zone)
    assert hour in {f"{local - timedelta(seconds=s):%H:%M:%S}" for s in range(35)}
    assert names(page) == ["ALEXANDRE Lily"]
    page.unroute_all()
    expect(warning).to_be_hidden(timeout=20_000)
    assert not_reloaded(page)


def test_the_page_follows_the_exam_from_one_state_to_the_next(staff_page, establishment, now):
    exam = ExamFactory(establishment=establishment, starts_at=now + timedelta(minutes=5))
    put(exam, "ALEXANDRE", now, state="not_started", epoch=0)
    page = staff_page(exam)
    expect(page.get_by_text("À venir")).to_be_visible()
    Exam.objects.update(starts_at=now)
    expect(page.get_by_text("Actif")).to_be_visible(timeout=A_POLL)
    Exam.objects.update(starts_at=now - timedelta(hours=4), ends_at=now - rules.LATE_ARRIVAL)
    expect(page.get_by_text("Absents : 1")).to_be_visible(timeout=A_POLL)
    expect(page.locator("[hx-get]")).to_have_count(0)


def test_a_thing_typed_is_not_lost_by_what_happens_in_the_room(staff_page, exam, now):
    """Forms are on pages of their own, which nothing renews."""
    sitting = put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    page.get_by_role("link", name="Intervenir : ALEXANDRE Lily").click()
    page.get_by_label("Ce qui s’est passé (facultatif)").fill("Souris en panne")
    Sitting.objects.filter(pk=sitting.pk).update(state="closed", mark=3, closed_at=now)
    page.wait_for_timeout(6_000)
    page.get_by_label("Catégorie").select_option(label="Incident technique")
    page.get_by_role("button", name="Noter l’incident").click()
    expect(page.get_by_text("L’incident est noté : ALEXANDRE Lily.")).to_be_visible()
    assert list(exam.incidents.values_list("text", flat=True)) == ["Souris en panne"]


@pytest.mark.parametrize("width", [1280, TABLET, PHONE])
def test_every_page_of_supervision_passes_axe_and_reflows(staff_page, exam, now, width, tmp_path: Path):
    fill_room(exam, now)
    for n in range(25):
        put(exam, "de La Rochefoucauld-Montmorency" if n == 3 else f"NOM{n}", now, candidate__extra_time=n % 5 == 0)
    key = exam.sittings.get(candidate__last_name="I EN COURS").pk
    page = staff_page(exam, role=Role.HEAD, viewport={"width": width, "height": 1024})
    outside = page.url.removesuffix(reverse("exam_detail", args=[exam.pk]))
    paths = [reverse("exam_detail", args=[exam.pk]), reverse("exam_detail", args=[exam.pk]) + "?vue=resultats"]
    paths += [reverse(name, args=[exam.pk]) for name in ("exam_presence", "exam_room")]
    paths += [reverse(name, args=[key]) for name in ("sitting_history", "sitting_void", "sitting_grade")]
    for path in paths:
        page.goto(outside + path)
        page.wait_for_load_state("networkidle")
        violations = [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]
        assert violations == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        frames = page.evaluate(
            "[...document.querySelectorAll('.fr-table__container')].every((f) => f.scrollWidth <= f.clientWidth)"
        )
        assert frames, f"{path}: the table scrolls sideways"


def test_an_act_moves_nothing_and_is_said(staff_page, exam, now):
    """Of thirty-five lines the twentieth is paused: it stays under the finger, and what was done is seen and read."""
    sittings = [put(exam, f"NOM{n:02d}", now) for n in range(35)]
    page = staff_page(exam, viewport={"width": TABLET, "height": 1024})
    status = page.locator(".app-messages[role=status]")
    button = page.get_by_role("button", name="Mettre en pause : NOM20 Lily")
    button.scroll_into_view_if_needed()
    before, top = names(page), button.bounding_box()["y"]
    button.click()
    expect(status).to_have_text("Épreuve en pause : NOM20 Lily.")
    expect(status).to_be_in_viewport()
    opposite = page.get_by_role("button", name="Reprendre : NOM20 Lily")
    expect(opposite).to_be_focused()
    assert abs(opposite.bounding_box()["y"] - top) <= 8, "the line went away from under the finger"
    assert names(page) == before
    assert not_reloaded(page)
    sittings[20].refresh_from_db()
    assert sittings[20].paused_at is not None
    page.get_by_role("button", name="Mettre en pause toute la salle").click()
    expect(status).to_have_text("Épreuve en pause : 34 candidats.")
    assert not_reloaded(page)


def test_an_act_that_did_not_arrive_is_said_to_be_so(staff_page, exam, now):
    put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    page.route("**/intervention/", lambda route: route.abort())
    button = page.get_by_role("button", name="Mettre en pause : ALEXANDRE Lily")
    button.click()
    expect(page.locator(".app-messages[role=status]")).to_contain_text("votre action n’est peut-être pas arrivée")
    page.unroute_all()
    button.click()
    expect(page.get_by_text("Épreuve en pause : ALEXANDRE Lily.")).to_be_visible()
    assert not_reloaded(page)


def test_an_act_of_somebody_signed_out_asks_who_they_are(staff_page, exam, now):
    put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    page.context.clear_cookies()
    page.get_by_role("button", name="Mettre en pause : ALEXANDRE Lily").click()
    expect(page.get_by_role("button", name="Se connecter avec un compte local")).to_be_visible()


def test_the_board_is_worked_by_keyboard(staff_page, exam, now):
    put(exam, "ALEXANDRE", now)
    page = staff_page(exam)
    page.get_by_role("button", name="Mettre en pause : ALEXANDRE Lily").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Épreuve en pause : ALEXANDRE Lily.")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("Pause terminée : ALEXANDRE Lily.")).to_be_visible()
    assert not_reloaded(page)
    page.get_by_role("link", name="Intervenir : ALEXANDRE Lily").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Absence technique").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Motif").focus()
    page.keyboard.type("Coupure de c")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Absence technique : ALEXANDRE Lily.")).to_be_visible()
