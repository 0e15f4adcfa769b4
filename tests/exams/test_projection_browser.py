"""« Corrigé vidéo », projected: buttons, keyboard, remote control, screen reader, sizes."""

import shutil
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from establishments.enums import Role
from exams import actions, queries
from tests.browser import Person
from tests.factories import CandidateFactory, EstablishmentFactory, MembershipFactory, make_bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOTAL = 20


@pytest.fixture
def exam(transactional_db, short_media, settings):
    school = EstablishmentFactory()
    for question in make_bank():
        shutil.copytree(short_media, settings.MEDIA_ROOT / "bank" / question.media)
    now = timezone.now()
    return actions.create_exam(
        establishment=school,
        kind="exam",
        attestation="ASSR1",
        name="Examen 5A",
        starts_at=now - timedelta(hours=4),
        candidates=[CandidateFactory(establishment=school)],
        now=now,
    )


@pytest.fixture
def opened(browser, live_server, exam):
    """The page, before a supervisor of the school; nobody may meet a script error."""
    people = []

    def open_page(**options) -> Person:
        client = Client()
        client.force_login(MembershipFactory(establishment=exam.establishment, role=Role.SUPERVISOR).user)
        context = browser.new_context(locale="fr-FR", **options)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        person = Person(context, live_server.url)
        people.append(person)
        person.goes(f"/epreuves/{exam.pk}/corrige-video/")
        return person

    yield open_page
    for person in people:
        person.page.context.close()
        assert person.errors == []


@pytest.fixture
def supervisor(opened):
    return opened()


def shown(page) -> int:
    """The number of the one question on the screen."""
    expect(page.locator(".projection-question:visible")).to_have_count(1)
    return int(page.locator(".projection-question:visible").get_attribute("id").removeprefix("question-"))


def is_revealed(page) -> bool:
    return page.locator(".projection-question:visible .projection-expected").is_visible()


def test_one_question_at_a_time_by_the_keyboard(supervisor, exam):
    page = supervisor.page
    corrected = queries.exam_correction(exam)
    assert shown(page) == 1
    for key, number in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", TOTAL), ("ArrowRight", TOTAL)):
        page.keyboard.press(key)
        assert shown(page) == number
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == 1
    assert not is_revealed(page)
    for key in ("r", "Enter"):
        page.keyboard.press(key)
        assert is_revealed(page)
        expect(page.get_by_text(corrected[0].explanation, exact=True)).to_be_visible()
        marked = page.locator(".projection-question:visible li:has(em:visible)")
        expect(marked).to_have_count(len(corrected[0].expected))
        page.keyboard.press(key)
        assert not is_revealed(page)
        expect(marked).to_have_count(0)
    page.keyboard.press("r")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert not is_revealed(page)  # who comes back to a question asks it again


def test_two_keys_of_a_remote_control_go_through_everything(supervisor):
    page = supervisor.page
    seen = []
    for _ in range(2 * TOTAL - 1):
        seen.append((shown(page), is_revealed(page)))
        page.keyboard.press("PageDown")
    assert seen == [(n, revealed) for n in range(1, TOTAL + 1) for revealed in (False, True)][:-1]
    assert (shown(page), is_revealed(page)) == (TOTAL, True)
    page.keyboard.press("PageDown")  # nothing comes after the last
    assert (shown(page), is_revealed(page)) == (TOTAL, True)
    page.keyboard.press("PageUp")
    assert (shown(page), is_revealed(page)) == (TOTAL, False)
    page.keyboard.press("PageUp")
    assert (shown(page), is_revealed(page)) == (TOTAL - 1, True)


def test_the_video_plays_its_light_file_and_stops_with_the_question(supervisor):
    page = supervisor.page
    video = page.locator(".projection-question:visible video")
    video.evaluate("video => { video.loop = true }")
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('#question-1 video').paused")
    assert page.evaluate("document.querySelector('#question-1 video').currentSrc").endswith("/light.mp4")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#question-1 video').paused")
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('#question-1 video').paused")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('#question-1 video').paused")


def test_an_old_browser_takes_the_universal_file(supervisor, exam):
    """Its first source is of a type it does not know, or does not load: the second plays."""
    page = supervisor.page
    page.route("**/light.mp4", lambda route: route.abort())
    page.reload()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#question-1 video').currentSrc.endsWith('/video.mp4')")
    page.wait_for_function("() => document.querySelector('#question-1 video').readyState > 1")


def test_the_question_is_read_aloud_by_button_and_key(supervisor):
    page = supervisor.page
    page.evaluate("document.querySelector('#question-1 audio').loop = true")
    supervisor.presses("Lire la question")
    expect(page.get_by_role("button", name="Arrêter la lecture")).to_be_visible()
    assert page.evaluate("document.querySelector('#question-1 audio').currentSrc").endswith("/reading.webm")
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Lire la question")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Arrêter la lecture")).to_be_visible()
    page.keyboard.press("ArrowRight")  # the voice stops with its question
    expect(page.get_by_role("button", name="Lire la question")).to_be_visible()


def test_a_screen_reader_is_told_the_question_and_its_answer(supervisor, exam):
    page = supervisor.page
    corrected = queries.exam_correction(exam)[1]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "titre-2"
    said = page.locator("[data-said]")
    expect(said).to_have_text("")
    supervisor.presses("Afficher la correction")
    expect(said).to_contain_text(f"Réponse attendue : {corrected.expected}")
    expect(said).to_contain_text(corrected.explanation)
    assert page.evaluate("document.activeElement.textContent") == "Cacher la correction"
    page.keyboard.press("Enter")  # the button under the focus, once: not the key of the page as well
    expect(said).to_have_text("")
    assert not is_revealed(page)


def test_buttons_links_and_address_agree(supervisor, exam):
    page = supervisor.page
    supervisor.presses("Suivante")
    assert shown(page) == 2
    expect(page.get_by_role("button", name="Précédente")).to_be_enabled()
    page.get_by_role("link", name="7", exact=True).click()
    assert shown(page) == 7
    page.reload()
    assert shown(page) == 7
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Suivante")).to_be_disabled()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement")
    expect(page.get_by_role("button", name="Quitter le plein écran")).to_be_visible()
    page.keyboard.press("f")
    page.wait_for_function("() => !document.fullscreenElement")


def test_without_javascript_all_questions_are_there(opened):
    page = opened(java_script_enabled=False).page
    expect(page.locator(".projection-question:visible")).to_have_count(TOTAL)
    page.locator("#question-1 .projection-correction summary").click()
    expect(page.locator("#question-1 .projection-expected")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844), (320, 640)])
def test_every_size_passes_axe_and_nothing_is_cut(supervisor, width, height):
    page = supervisor.page
    page.set_viewport_size({"width": width, "height": height})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.keyboard.press("r")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_projected_the_whole_question_is_on_the_screen(exam, opened, width, height):
    """In full screen nobody has to scroll to see the video, a question of usual length, or its correction."""
    question = exam.exam_questions.get(number=1).question
    question.statement = "Des amis mettent Axel au défi de rouler à vélo sur la roue arrière au milieu des voitures."
    question.explanation = "Sur la roue arrière, Axel ne peut plus freiner de l’avant ni changer de direction. " * 5
    question.save()
    question.propositions.update(text="Refuser, même si le groupe se moque de lui et insiste longtemps.")
    page = opened().page
    page.set_viewport_size({"width": width, "height": height})
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement")
    page.keyboard.press("r")
    for part in (
        "video",
        ".projection-banner",
        ".projection-statement",
        ".projection-bricks",
        ".projection-correction",
    ):
        expect(page.locator(f".projection-question:visible {part}")).to_be_in_viewport(ratio=1)


def test_the_page_of_the_film_passes_axe(supervisor, exam):
    supervisor.goes(f"/epreuves/{exam.pk}/film/")
    supervisor.page.set_viewport_size({"width": 320, "height": 640})
    for scheme in ("light", "dark"):
        supervisor.page.emulate_media(color_scheme=scheme)
        report = Axe().run(supervisor.page)
        assert report.violations_count == 0, report.generate_report()
    assert supervisor.page.evaluate("document.documentElement.scrollWidth") <= 320
