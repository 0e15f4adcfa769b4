"""The pictures of the online guide, made from the real screens: `make guide` keeps them below static/, the tests throw
them away. A picture that a chapter names and nobody makes, or the other way round, fails here."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as platform
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from establishments import guide
from establishments.actions import create_administrator
from establishments.models import News
from exams import actions, protocol
from exams.bank import encode, source
from exams.bank.scenes import registry, stage
from exams.models import Question, Sitting
from tests.browser import Person, enter_exam
from tests.factories import PASSWORD, CandidateFactory

WIDTH, HEIGHT = guide.PICTURE_SIZE
SCREEN = {"width": 1280, "height": 800}  # of the pictures' shape
NAMES = sorted({name for chapter in guide.chapters().values() for name in chapter.pictures})
COLOURS = 100  # fewer, and nothing was drawn


@pytest.fixture
def folder(tmp_path) -> Path:
    kept = os.environ.get("GUIDE_PICTURES")
    folder = platform.BASE_DIR / kept if kept else tmp_path / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def drawn(code: str, short_media: Path, root: Path) -> str:
    """The media of one question, so far as a picture shows them: its own still, and a third of a second of it."""
    key = "1" * 20
    shutil.copytree(short_media, root / "bank" / key)
    question = next(question for question in source.load() if question.code == code)
    moments = stage.times(question.scene.duration)
    frame = next(stage.shoot(registry.find(code).drawing(question.scene.duration), moments[len(moments) * 2 // 3 :]))
    still = root / "bank" / key / "still.jpg"
    encode.still(frame, still)
    for name in ("video.mp4", "light.mp4"):
        run = ["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", still, "-t", "0.36", "-c:v", "libx264"]
        subprocess.run([*run, "-pix_fmt", "yuv420p", "-movflags", "+faststart", still.parent / name], check=True)
    return key


@pytest.fixture
def world(school, candidates, sat_exam, bank, short_media, settings):
    """Yesterday's exam with its results, one that goes on, one to come, an import to confirm, an item of news."""
    now = timezone.now()
    code = "circ-pieton-feu"
    Question.objects.filter(code=code).update(media=drawn(code, short_media, settings.MEDIA_ROOT))
    for last_name, first_name in (("DURAND", "Noé"), ("FONTAINE", "Inès"), ("GARCIA", "Léo"), ("LEROY", "Jade")):
        CandidateFactory(establishment=school, last_name=last_name, first_name=first_name)
    everybody = list(school.candidates.all())
    running = actions.create_exam(
        establishment=school, kind="training", attestation="ASSR1", name="Entraînement 5A",
        starts_at=now - timedelta(minutes=20), candidates=everybody, now=now,
    )  # fmt: skip
    first = running.exam_questions.get(number=1)
    if not running.exam_questions.filter(question__code=code).exists():
        first.question = Question.objects.get(code=code)
        first.save()
    number = running.exam_questions.get(question__code=code).number
    for sitting in running.sittings.all():
        sitting.order = [number, *(other for other in sitting.order if other != number)]
        sitting.save()
    key = actions.answer_key(running)
    for sitting, answered in zip(running.sittings.select_related("exam", "candidate"), (20, 11, 6, 3), strict=False):
        actions.start_sitting(sitting=sitting, token=f"{sitting.pk.hex:x<43}", now=now)
        items = [protocol.Item(q, 1, key[q], True, 900) for q in sitting.order[:answered]]
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=now)
    News.objects.create(
        title="La session est ouverte", text="Vous pouvez créer vos épreuves et entraîner vos candidats."
    )
    return running


CSV = (
    "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE\r\n"
    ";MARTIN;Zoé;04/05/2013;5B;F;ASSR1;non\r\n"
    ";PETIT;Tom;17/09/2013;5B;M;ASSR1;non\r\n"
    ";ROUX;Lina;22/01/2013;5B;F;ASSR1;non\r\n"
)


class Photographer:
    """Makes pictures of one size of what people see, and remembers their names."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.made: set[str] = set()

    def takes(self, name: str, person: Person, path: str = "", top: str = "") -> None:
        """The page at `path`, or the one that is open, from the top or from what the selector `top` finds."""
        page = person.page
        page.set_viewport_size(SCREEN)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if path:
            person.goes(path)
        page.wait_for_load_state("networkidle")
        if top:
            page.locator(top).first.evaluate("element => element.scrollIntoView()")
        page.evaluate("document.fonts.ready")
        file = self.folder / f"{name}.png"
        page.screenshot(path=file, caret="initial")  # hiding it takes a style of its own, which our policy refuses
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        assert len(small.getcolors(WIDTH * HEIGHT)) > COLOURS, name
        small.save(file.with_suffix(".webp"), quality=80, method=6)
        file.unlink()
        self.made.add(name)


def begins(person: Person, sitting: Sitting) -> None:
    """From the candidate's first page to the first question, whatever the tutorial holds."""
    enter_exam(person, sitting)
    page = person.page
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", reverse("exam_player"))
    page.get_by_role("link", name="Commencer").click()
    start = page.get_by_role("button", name="Démarrer", exact=True)
    forward = page.get_by_role("button", name="Suivant", exact=True)
    expect(start.or_(forward).first).to_be_visible()
    while not start.is_visible():
        forward.click()
    start.click()
    person.presses("Commencer l'épreuve")
    expect(page.locator("[data-answering]")).to_be_visible(timeout=30_000)


def test_every_picture_of_the_guide_is_made(world, head, someone, sat_exam, folder, settings):
    photographer = Photographer(folder)
    takes, running = photographer.takes, world
    # Whoever organises
    takes("home", head, reverse("home"))
    takes("candidates", head, reverse("candidate_list"), "main h1")
    head.goes(reverse("candidate_import"))
    head.page.locator("input[type=file]").set_input_files(
        {"name": "candidats.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    head.presses("Charger la liste des candidats au format CSV")
    head.sees_title("Aperçu de l’import")
    takes("import-preview", head, top="main h1")
    takes("exam-form", head, reverse("exam_create"), "main h1")
    takes("exam", head, reverse("exam_detail", args=[sat_exam.pk]), "main h1")
    takes("codes", head, reverse("exam_codes", args=[running.pk]), "main h1")
    takes("attestations", head, reverse("exam_attestations", args=[sat_exam.pk]), "main h1")
    takes("archive", head, reverse("archive"), "main h1")
    # Whoever supervises
    supervisor = someone()
    supervisor.signs_in(f"surveillant-{running.establishment.identifier.lower()}", PASSWORD)
    supervisor.page.wait_for_url(f"**{reverse('exam_list')}", timeout=60_000)
    takes("board", supervisor, reverse("exam_detail", args=[running.pk]), ".app-counts")
    takes("correction", supervisor, reverse("exam_video_correction", args=[running.pk]))
    # Whoever sits the exam, and anybody
    candidate = someone()
    takes("landing", candidate, reverse("landing"))
    takes("number", candidate, reverse("exam_number"))
    candidate.page.set_viewport_size(SCREEN)
    begins(candidate, running.sittings.filter(state="not_started").first())
    takes("question", candidate)
    # Whoever administers
    settings.ADMIN_TOTP_REQUIRED = False
    create_administrator(username="nation", email=None, academy="", password=PASSWORD)
    administrator = someone()
    administrator.signs_in("nation", PASSWORD)
    administrator.page.wait_for_url(f"**{reverse('admin:index')}", timeout=60_000)
    takes("administration", administrator, reverse("admin:index"))
    assert photographer.made == set(NAMES)
    assert {file.name for file in folder.iterdir()} == {f"{name}.webp" for name in NAMES}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 100_000 * len(NAMES)
