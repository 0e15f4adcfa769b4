"""« Vérifier le réseau de la salle »: what an exam weighs, what a line carries of it, and what the page says."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from exams import queries
from exams.models import Question
from tests.browser import Person
from tests.factories import ExamFactory, MembershipFactory, SittingFactory

SIZES = {"media.json": 400, "reading.webm": 60_000, "light.mp4": 90_000, "reading.m4a": 140_000, "video.mp4": 180_000}


def build(question: Question, **sizes: int) -> None:
    """Give a question media of these sizes."""
    folder = settings.MEDIA_ROOT / "bank" / question.media
    folder.mkdir(parents=True)
    for name, size in {**SIZES, **sizes}.items():
        (folder / name).write_bytes(b"\0" * size)


@pytest.fixture
def exam(establishment):
    exam = ExamFactory(establishment=establishment, exam_questions__count=4)
    for _ in range(28):
        SittingFactory(exam=exam)
    return exam


def questions(exam) -> list[Question]:
    return list(Question.objects.filter(exam_questions__exam=exam).order_by("pk"))


def test_an_exam_weighs_what_its_devices_fetch(exam):
    assert queries.exam_load(exam) == queries.Load(light=0, universal=0, lacking=4)
    first, second, *_ = questions(exam)
    build(first)
    build(second, **{"light.mp4": 190_000})
    assert queries.exam_load(exam) == queries.Load(light=200_400, universal=320_400, lacking=2)
    exam.attestation = "AER"  # the description is fetched too, and these have none
    assert queries.exam_load(exam).lacking == 4


def test_the_line_is_measured_with_public_questions_only(exam):
    one, two, *_ = questions(exam)
    for question in (one, two):
        build(question)
    Question.objects.filter(pk=one.pk).update(use="exam")
    samples = queries.samples()
    assert [sample["video"] for sample in samples] == [f"/media/bank/{two.media}/video.mp4"]
    assert one.media not in str(samples)


def test_head_and_supervisor_find_it_on_the_exam_s_page(exam, head_client, supervisor_client):
    build(questions(exam)[0])
    address = reverse("room_check", args=[exam.pk])
    for client in (head_client, supervisor_client):
        assert address in client.get(reverse("exam_detail", args=[exam.pk])).content.decode()
        page = client.get(address)
        assert page.context["line"]["registered"] == 28
        assert page.context["line"]["light"] == 150_400
        assert "Une partie des vidéos" in page.content.decode()


def test_without_media_there_is_nothing_to_measure(exam, head_client):
    page = head_client.get(reverse("room_check", args=[exam.pk])).content.decode()
    assert "La mesure n’est pas possible pour l’instant" in page
    assert "data-measure" not in page


def test_an_exam_without_internet_has_no_line_to_check(exam, head_client):
    exam.kind = "offline"
    exam.save(update_fields=["kind"])
    address = reverse("room_check", args=[exam.pk])
    assert address not in head_client.get(reverse("exam_detail", args=[exam.pk])).content.decode()
    assert head_client.get(address).status_code == 404


# --- In Chromium ------------------------------------------------------------------------------------------------------

CASES = """
async () => {
  const { capacity, verdict } = await import("/static/js/capacity.js");
  const line = { light: 150000, universal: 320000, seconds: 53, share: 0.7, firstVisit: 600000, registered: 35 };
  return [
    capacity(line, 1_000_000), // 8 Mbit/s
    capacity(line, 125_000), // 1 Mbit/s
    verdict({ light: 247, universal: 115 }, 35),
    verdict({ light: 40, universal: 18 }, 35),
    verdict({ light: 30, universal: 14 }, 35),
    verdict({ light: 4, universal: 2 }, 35),
    verdict({ light: 4, universal: 2 }, 3),
  ];
}
"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_how_many_devices_a_line_carries(pupil):
    pupil.goes("/examen/")
    assert pupil.page.evaluate(CASES) == [
        {"light": 247, "universal": 115, "opening": 21},
        {"light": 30, "universal": 14, "opening": 168},
        "good",
        "old",
        "groups",
        "alone",
        "old",
    ]


@pytest.fixture
def supervisor(browser, live_server, exam):
    """Somebody of the school in front of a tablet of the room, and the media that the platform would send."""
    build(questions(exam)[0])
    client = Client()
    client.force_login(MembershipFactory(establishment=exam.establishment, role="supervisor").user)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    person = Person(context, live_server.url)
    yield person
    context.close()
    assert person.errors == []


def answers_media(person: Person, media: dict[str, bytes], speed: int) -> None:
    """The page's own measure, cut to half a second, with a line of `speed` bytes a second come out of it."""
    script = (settings.BASE_DIR / "static/js/room-check.js").read_text()
    for old, new in (
        ("const LENGTH = 6000", "const LENGTH = 500"),
        ("const speed = await rate();", f"const measured = await rate(); const speed = measured ? {speed} : 0;"),
    ):
        assert script.count(old) == 1
        script = script.replace(old, new)
    person.page.route("**/js/room-check.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    kinds = {"video.mp4": "video/mp4", "reading.m4a": "audio/mp4"}

    def answer(route) -> None:
        name = Path(route.request.url).name
        route.fulfill(body=media[name], content_type=kinds[name])

    person.page.route("**/media/bank/**", answer)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_measures_and_says_what_to_do(supervisor, exam, media):
    page = supervisor.page
    answers_media(supervisor, media, speed=100_000)
    supervisor.goes(reverse("room_check", args=[exam.pk]))
    supervisor.presses("Écouter un son d’essai")
    expect(page.get_by_role("status").get_by_text("Une voix lit une question.")).to_be_visible(timeout=30_000)
    supervisor.presses("Lancer la mesure")
    expect(page.get_by_role("heading", name="Résultat")).to_be_focused(timeout=60_000)
    facts = page.locator("[data-result] dl")
    rows = dict(zip(facts.locator("dt").all_inner_texts(), facts.locator("dd").all_inner_texts(), strict=True))
    assert rows["Débit de la ligne"] == "0,8 Mbit/s"
    assert rows["Lecture d’une vidéo"] == "Réussie"
    assert rows["Appareils récents que la ligne peut porter ensemble"] == "24"  # 100 kB/s × 0.7 × 53 s ÷ 150.4 kB
    assert rows["Première ouverture de la page sur 28 appareils"] == "environ 84 secondes"
    expect(page.get_by_text("La ligne ne suffit pas pour toute la salle")).to_be_visible()
    expect(page.get_by_text("Faites passer la classe par groupes de 24 au plus")).to_be_visible()
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_platform_that_does_not_answer_is_told(supervisor, exam):
    page = supervisor.page
    page.route("**/media/bank/**", lambda route: route.abort())
    supervisor.goes(reverse("room_check", args=[exam.pk]))
    supervisor.presses("Lancer la mesure")
    expect(page.get_by_role("status").get_by_text("La plateforme ne répond pas")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Mesurer de nouveau")).to_be_enabled()
    expect(page.get_by_role("heading", name="Résultat")).to_be_hidden()
