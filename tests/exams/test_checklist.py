"""« Avant l’épreuve » : what a supervisor goes through; what the platform knows is ticked by itself."""

import re
from datetime import timedelta

import pytest
from django.urls import include, path, reverse
from django.utils import timezone

from certificates import documents
from exams import queries
from exams.enums import ExamKind, SittingState
from exams.models import Exam, Sitting
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

HAND = {"appareils", "reseau", "casques", "emargement", "consignes"}
KNOWN = {"codes", "appel", "remis", "debut", "commence"}


@pytest.fixture
def exam(establishment):
    """Tomorrow's, with five candidates by name; the second and the fourth have tiers-temps."""
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + timedelta(days=1))
    for number in range(1, 6):
        candidate = CandidateFactory(
            establishment=establishment, last_name=f"NOM{number}", extra_time=number in (2, 4), division="5A"
        )
        SittingFactory(exam=exam, candidate=candidate)
    return exam


def read(client, exam) -> str:
    page = client.get(reverse("exam_checklist", args=[exam.pk])).content.decode()
    return page.replace("\u00a0", " ")


def boxes(page: str) -> dict[str, bool]:
    """Name of each box → whether the platform has ticked it."""
    found = re.findall(r'<input type="checkbox" id="check-([\w-]+)"( checked disabled)?>', page)
    return {name: bool(done) for name, done in found}


def test_before_anybody_comes_nothing_is_ticked(supervisor_client, exam):
    assert boxes(read(supervisor_client, exam)) == dict.fromkeys(HAND | KNOWN | {"tiers-temps"}, False)


def test_what_the_platform_knows_ticks_itself(supervisor_client, exam):
    first, second, *others = exam.sittings.all()
    Sitting.objects.filter(pk__in=[first.pk, second.pk]).update(present=True)
    page = read(supervisor_client, exam)
    assert {name for name, done in boxes(page).items() if done} == {"appel"}
    assert "Présents</a> : 2 sur 5." in page
    start = timezone.now() - timedelta(minutes=5)
    Exam.objects.update(starts_at=start, ends_at=start + timedelta(hours=3))
    Sitting.objects.filter(pk=first.pk).update(state=SittingState.RUNNING, epoch=1, started_at=start)
    page = read(supervisor_client, exam)
    assert {name for name, done in boxes(page).items() if done} == {"appel", "codes", "debut"}
    assert "Ont commencé : 1 sur 2 présents." in page
    # Nobody ticked the third; whoever begins is there.
    Sitting.objects.filter(pk__in=[second.pk, others[0].pk]).update(
        state=SittingState.RUNNING, epoch=1, started_at=start
    )
    page = read(supervisor_client, exam)
    assert {name for name, done in boxes(page).items() if done} == KNOWN
    assert "Ont commencé : 3 sur 3 présents." in page


def test_a_box_is_kept_in_the_page_alone(supervisor_client, exam):
    """No form and no name: nothing is sent anywhere."""
    page = read(supervisor_client, exam)
    part = page[page.index("data-checklist") : page.index("app-trouble")]
    assert "<form" not in part
    assert " name=" not in part


def test_tiers_temps_goes_by_the_number_of_the_attendance_sheet(supervisor_client, exam, monkeypatch):
    given = {}
    monkeypatch.setattr(
        documents, "_print", lambda template, establishment, progress, **context: given.update(context) or b""
    )
    documents.attendance_sheet(exam, list(exam.sittings.select_related("candidate")))
    numbers = {str(candidate): number for number, (candidate, _) in enumerate(given["lines"], 1)}
    assert (numbers["NOM2 Lily"], numbers["NOM4 Lily"]) == (2, 4)
    seats = re.search(r'<ul class="app-check__seats">(.*?)</ul>', read(supervisor_client, exam), re.DOTALL).group(1)
    assert re.findall(r"<li>N° (\d)<span class=\"app-screen\"> : (\w+ \w+), 5A</span></li>", seats) == [
        ("2", "NOM2 Lily"),
        ("4", "NOM4 Lily"),
    ]
    assert "NOM1" not in read(supervisor_client, exam)


def test_without_tiers_temps_it_is_not_mentioned(supervisor_client, establishment):
    exam = ExamFactory(establishment=establishment)
    SittingFactory(exam=exam)
    page = read(supervisor_client, exam)
    assert "tiers-temps" not in boxes(page)
    assert "tiers-temps" not in page


def test_an_untimed_training_gives_everybody_their_time(supervisor_client, establishment):
    exam = ExamFactory(establishment=establishment, kind=ExamKind.TRAINING, timed=False)
    SittingFactory(exam=exam, candidate__extra_time=True)
    page = read(supervisor_client, exam)
    assert "n’est pas chronométré" in page
    assert "60 secondes" not in page


def test_an_exam_on_paper_has_no_room_to_check(supervisor_client, establishment):
    exam = ExamFactory(establishment=establishment, kind=ExamKind.OFFLINE)
    checklist = reverse("exam_checklist", args=[exam.pk])
    detail = reverse("exam_detail", args=[exam.pk])
    assert supervisor_client.get(checklist)["Location"] == detail
    assert checklist not in supervisor_client.get(detail).content.decode()


@pytest.mark.parametrize(("hours", "shown"), [(24, True), (-1, True), (-4, False)])
def test_the_exams_page_leads_to_it_until_the_exam_is_over(supervisor_client, establishment, hours, shown):
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + timedelta(hours=hours))
    page = supervisor_client.get(reverse("exam_detail", args=[exam.pk])).content.decode()
    assert (reverse("exam_checklist", args=[exam.pk]) in page) is shown


def test_the_page_of_the_room_is_linked_where_there_is_one(supervisor_client, exam, settings):
    room = type(
        "Map",
        (),
        {"urlpatterns": [path("", include("esr.urls")), path("salle-essai/", lambda r: None, name="room_check")]},
    )
    settings.ROOT_URLCONF = room
    page = read(supervisor_client, exam)
    assert f'href="{reverse("room_check")}"' in page
    assert "lancez un entraînement" not in page


def test_it_costs_one_query(exam, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.checklist(exam)
