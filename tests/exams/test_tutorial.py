"""What the tutorial says before each kind of exam, and the question that it lets one try (handbook 5.2)."""

import json

import pytest
from django.conf import settings

from exams import queries, rules
from exams.bank import source, tutorial
from exams.models import Sitting
from tests.factories import CandidateFactory, ExamFactory, SittingFactory


@pytest.fixture
def make(establishment):
    def make_sitting(*, extra_time=False, questions=20, **exam) -> Sitting:
        candidate = CandidateFactory(establishment=establishment, extra_time=extra_time)
        exam = ExamFactory(establishment=establishment, exam_questions__count=questions, **exam)
        return SittingFactory(exam=exam, candidate=candidate, order=list(range(1, questions + 1)))

    return make_sitting


def words(sitting: Sitting) -> str:
    return " ".join(" ".join((page.title, *page.paragraphs)) for page in queries.tutorial_pages(sitting))


def test_an_exam_says_forty_five_seconds_and_tiers_temps_sixty(make):
    assert "45 secondes pour répondre" in words(make())
    assert "60 secondes pour répondre" in words(make(extra_time=True))


def test_what_is_said_follows_the_exam(make):
    exam = words(make())
    assert "Vingt questions" in exam
    assert "ne peut pas être arrêtée" in exam
    assert "Réécouter la description" not in exam
    untimed = words(make(kind="training", timed=False))
    assert "n’est pas chronométré" in untimed
    assert "secondes" not in untimed
    assert "mettre en pause" in untimed
    assert "Réécouter la description" in words(make(attestation="AER"))
    short = words(make(kind="training", questions=5))
    assert "Les questions" in short
    assert "ingt questions" not in short


def test_every_page_has_its_picture_and_a_voice_that_is_built(make):
    built = {f"/media/bank/{name}/reading.m4a" for name in tutorial.every_page()}
    for sitting in (
        make(),
        make(extra_time=True, attestation="AER"),
        make(kind="training", timed=False, questions=5),
        make(kind="training", timed=True, extra_time=True),
    ):
        for page in queries.tutorial_pages(sitting):
            assert (settings.BASE_DIR / "static" / page.picture).is_file()
            assert page.voice in built, page.title


def test_the_trial_question_is_none_of_the_bank_and_brings_no_key(make):
    sitting = make()
    data = queries.player_data(sitting, sitting.exam.starts_at)
    trial = data["trial"]
    bank = source.load()
    assert tutorial.trial().code not in {question.code for question in bank}
    assert trial["statement"] not in {question.statement for question in bank}
    assert trial["q"] == 0
    assert trial["multiple"] is True
    assert trial["audioDescription"] is None
    assert set(trial) == set(data["questions"][0])  # what the player plays is alike, and says nothing of an answer
    assert "expected" not in json.dumps(trial)
    described = make(attestation="AER")
    assert queries.player_data(described, described.exam.starts_at)["trial"]["audioDescription"]


def test_the_page_shows_the_tutorial_and_no_way_around_it(make, client):
    from django.core import signing

    from exams.auth import SITTING_COOKIE

    sitting = make()
    client.cookies[SITTING_COOKIE] = signing.dumps(str(sitting.pk), salt=SITTING_COOKIE)
    page = client.get("/examen/epreuve/").content.decode()
    assert page.count("data-page=") == len(queries.tutorial_pages(sitting)) == 9
    assert "Passer le tutoriel" not in page
    assert rules.QUESTIONS == 20
