"""The pictures of the online guide, made from the real screens: `make guide` keeps them below static/, the tests throw
them away. A picture that a chapter names and nobody makes, or the other way round, fails here."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as platform
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from candidates.models import ImportDraft
from establishments import guide
from establishments.models import News
from exams import actions, protocol, rules
from exams.bank import encode, source
from exams.bank.scenes import registry, stage
from exams.models import Exam, Question, Sitting
from tests.browser import Person, enter_exam
from tests.factories import PASSWORD, CandidateFactory, UserFactory

WIDTH, HEIGHT = guide.PICTURE_SIZE
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
    Exam.objects.filter(pk=sat_exam.pk).update(name="Examen 5A")
    ImportDraft.objects.create(
        establishment=school,
        year=school.current_year,
        filename="candidats.csv",
        rows=[
            {
                "last_name": last_name, "first_name": first_name, "birth_date": "2013-05-04", "division": "5B",
                "sex": "F", "identifier": f"13056413{rank}AB", "attestation": "ASSR1", "export_to_siecle": False,
                "extra_time": False,
            }
            for rank, (last_name, first_name) in enumerate((("MARTIN", "Zoé"), ("PETIT", "Tom"), ("ROUX", "Lina")))
        ],
        errors=[],
    )  # fmt: skip
    News.objects.create(title="La session est ouverte", text="Vous pouvez créer vos épreuves et entraîner vos candidats.")
    return running
