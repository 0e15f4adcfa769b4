"""From the establishment's own midnight of 1 January nothing of the session before is shown, though it is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate, ImportDraft
from esr.core.models import Job
from establishments.models import Establishment
from establishments.queries import jobs_of
from establishments.scoping import OfEstablishment
from exams import actions, rules
from exams.auth import EXAM_COOKIE, SITTING_COOKIE, token_digest
from exams.enums import ExamKind
from exams.models import Exam, ExamQuerySet, SiecleExport, Sitting, SittingQuerySet
from exams.queries import candidate_lines
from tests.conftest import StrictClient
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory, make_bank
from tests.test_rights import TOKEN, cells, world  # noqa: F401 - a fixture

SECOND = timedelta(seconds=1)
# Where the year ends late, early and in between; with the offset on 1 January.
ZONES = {"Pacific/Noumea": 11, "Pacific/Tahiti": -10, "America/Miquelon": -3, "Europe/Paris": 1}


def midnight(offset: int) -> datetime:
    """The first instant of 2027, worked out from the offset alone."""
    return datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=offset)


# --- The year of a record ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "offset"), ZONES.items())
def test_an_exam_is_of_the_local_year_of_its_planned_start(zone, offset):
    make_bank()
    school = EstablishmentFactory(time_zone=zone)
    late = midnight(offset) - timedelta(minutes=30)  # 31 December, 23:30
    common = {"establishment": school, "kind": ExamKind.EXAM, "attestation": "ASSR1", "candidates": [], "now": late}
    exam = actions.create_exam(name="Veille", starts_at=late, **common)
    early = actions.create_exam(name="Jour de l’an", starts_at=midnight(offset), **common)
    assert (exam.year, early.year) == (2026, 2027)
    # Another planned start is another year; another time zone is not.
    moved = actions.change_exam(exam=early, candidates=[], now=late - timedelta(days=1), starts_at=late)
    assert moved.year == 2026
    Establishment.objects.update(time_zone="Pacific/Kiritimati")
    exam.refresh_from_db()
    assert exam.year == 2026


@pytest.mark.parametrize(("zone", "offset"), ZONES.items())
def test_a_candidate_is_of_the_local_year_in_which_the_list_was_made(
    head_client, establishment, monkeypatch, zone, offset
):
    Establishment.objects.update(time_zone=zone)
    fields = {
        "last_name": "MARTIN", "first_name": "Lily", "birth_date": "03/04/2012", "attestation": "ASSR1", "sex": "F",
    }  # fmt: skip
    for number, now in enumerate((midnight(offset) - timedelta(minutes=30), midnight(offset))):
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        head_client.force_login(establishment.memberships.get().user)
        posted = fields | {"identifier": f"{100000000 + number}AB"}
        assert head_client.post(reverse("candidate_add"), posted).status_code == 302
    assert list(Candidate.objects.order_by("pk").values_list("year", flat=True)) == [2026, 2027]


# --- Midnight, to the second ------------------------------------------------------------------------------------------


def seen(school, now) -> dict[str, int]:
    models = (Exam, Sitting, Candidate, ImportDraft, SiecleExport)
    found = {model.__name__: model.objects.of(school, now).count() for model in models}
    return found | {"Job": jobs_of(school, now).count()}


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "offset"), ZONES.items())
def test_access_ends_with_the_establishments_own_year(zone, offset):
    school, end = EstablishmentFactory(time_zone=zone), midnight(offset)
    sitting = SittingFactory(exam=ExamFactory(establishment=school, starts_at=end - timedelta(days=9)), closed=True)
    ImportDraft.objects.create(establishment=school, year=2026, filename="a.csv", rows=[])
    SiecleExport.objects.create(establishment=school, year=2026, made_at=end)
    job = Job.objects.create(kind="k", title="t", scope=str(school.pk))
    Job.objects.update(created_at=end - SECOND)
    assert sitting.exam.year == 2026
    assert seen(school, end - SECOND) == {
        "Exam": 1, "Sitting": 1, "Candidate": 1, "ImportDraft": 1, "SiecleExport": 1, "Job": 1,
    }  # fmt: skip
    assert set(seen(school, end).values()) == {0}
    assert (sitting.exam.is_open_at(end - SECOND), sitting.exam.is_open_at(end)) == (True, False)
    # What is asked for in the new year is there.
    Job.objects.filter(pk=job.pk).update(created_at=end)
    assert jobs_of(school, end).count() == 1


@pytest.mark.django_db
def test_an_exam_that_goes_on_over_midnight_is_open_until_its_last_answer():
    end = midnight(1)
    training = ExamFactory(kind=ExamKind.TRAINING, starts_at=end - timedelta(days=1))
    school, closes = training.establishment, training.ends_at + rules.LATE_ARRIVAL
    assert training.year == 2026
    assert closes > end + timedelta(days=1)
    SittingFactory(exam=training)
    for now, there in ((end, 1), (closes - SECOND, 1), (closes, 0)):
        assert (Exam.objects.of(school, now).count(), Sitting.objects.of(school, now).count()) == (there, there)
        assert training.is_open_at(now) is bool(there)


# --- Every door -------------------------------------------------------------------------------------------------------


def age(world) -> None:  # noqa: F811
    """Everything becomes last year's, as it lies there between midnight and the purge."""
    for exam in Exam.objects.all():
        starts_at = exam.starts_at - timedelta(days=366)
        Exam.objects.filter(pk=exam.pk).update(
            year=exam.year - 1, starts_at=starts_at, ends_at=rules.ends_at(exam.kind, starts_at)
        )
    last = timezone.localdate().year - 1
    for model in (Candidate, ImportDraft, SiecleExport):
        model.objects.update(year=last)
    Job.objects.update(created_at=timezone.now() - timedelta(days=366))
    for school in (world.a, world.b):
        assert school.establishment.current_year > last


ROLES = ("candidate", "supervisor", "head", "national")


@pytest.fixture
def named_exams(world):  # noqa: F811
    Exam.objects.update(name="Épreuve des Canaris")


def doors(world, role, names=None):  # noqa: F811
    """Of each address the status of a GET, and which candidates and exams of the world the page names."""
    client = world.clients[role]
    told = {*Candidate.objects.values_list("last_name", flat=True)}
    told.update(Exam.objects.values_list("name", flat=True))
    for cell in cells(world, world.a):
        if cell.access == "bearer" or "logout" in cell.route or "deconnexion" in cell.route:
            continue
        if names is None or cell.name in names:
            with transaction.atomic():
                response = client.get(cell.url)
                transaction.set_rollback(True)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            yield cell, response.status_code, {name for name in told if name.encode() in content}


@pytest.mark.usefixtures("named_exams")
@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_anything_of_last_years(world, role):  # noqa: F811
    age(world)
    after = list(doors(world, role))
    assert len(after) > 100
    assert [(cell.name, named) for cell, _, named in after if named] == []
    # An address that names an object of the session leads nowhere.
    opened = [cell.name for cell, status, _ in after if cell.own and cell.access in ("head", "staff") and status == 200]
    assert opened == []


SCHOOL_PAGES = {"exam_list", "exam_detail", "sitting_history", "candidate_list", "exam_codes"}


@pytest.mark.usefixtures("named_exams")
def test_these_doors_show_names_while_the_session_is_open(world):  # noqa: F811
    assert {cell.name for cell, _, named in doors(world, "head", SCHOOL_PAGES) if named} == SCHOOL_PAGES


@pytest.mark.usefixtures("named_exams")
def test_a_school_door_left_open_is_noticed(world, monkeypatch):  # noqa: F811
    age(world)
    monkeypatch.setattr(ExamQuerySet, "of", OfEstablishment.ever_of)
    monkeypatch.setattr(SittingQuerySet, "of", OfEstablishment.ever_of)
    shown = {cell.name for cell, _, named in doors(world, "head", SCHOOL_PAGES) if named}
    assert shown == SCHOOL_PAGES - {"candidate_list"}


def test_the_jobs_files_are_out_of_reach(world):  # noqa: F811
    client, address = world.clients["head"], reverse("job", args=[world.a.job.pk])
    assert client.get(address).status_code == 200
    age(world)
    for name in ("job", "job_status"):
        assert client.get(reverse(name, args=[world.a.job.pk])).status_code == 404
    for method in (client.get, client.post):
        assert method(reverse("job_file", args=[world.a.job.pk])).status_code in (404, 405)


def test_writing_is_over_as_well(world):  # noqa: F811
    """POST of a school's own objects, with fields that would do something."""
    age(world)
    head = world.clients["head"]
    for name, key in (
        ("exam_delete", world.a.exam.pk),
        ("candidate_delete", world.a.candidate.pk),
        ("sitting_grade", world.a.running.pk),
        ("sitting_incident", world.a.running.pk),
    ):
        posted = {"understood": "on", "reason": "device", "category": "technical", "text": "x"}
        assert head.post(reverse(name, args=[key]), posted).status_code == 404, name
    assert Exam.objects.filter(pk=world.a.exam.pk).exists()


# --- The candidate ----------------------------------------------------------------------------------------------------


def test_number_and_code_open_nothing_any_more(world):  # noqa: F811
    sitting = world.a.sitting
    Exam.objects.filter(pk=sitting.exam_id).update(ends_at=timezone.now() - timedelta(hours=1))

    def answers() -> tuple[int, int, bool]:
        client = StrictClient()
        number = client.post(reverse("exam_number"), {"number": sitting.exam.number})
        client.cookies[EXAM_COOKIE] = signing.dumps(sitting.exam.number, salt=EXAM_COOKIE)
        code = client.post(reverse("exam_code"), {"code": sitting.access_code})
        client.cookies[SITTING_COOKIE] = signing.dumps(str(sitting.pk), salt=SITTING_COOKIE)
        page = client.get(reverse("exam_result"))
        return number.status_code, code["Location"] == reverse("exam_result"), page.status_code

    assert answers() == (302, True, 200)
    age(world)
    assert answers() == (200, False, 302)
    page = StrictClient().post(reverse("exam_number"), {"number": sitting.exam.number}).content.decode()
    assert "ne correspond à aucune épreuve" in page


@pytest.mark.parametrize("name", ["sitting_resume", "sitting_save", "sitting_finish"])
def test_a_device_of_last_year_is_unknown(world, name):  # noqa: F811
    running, token = world.a.running, TOKEN
    Sitting.objects.filter(pk=running.pk).update(token_hash=token_digest(token))

    def status() -> int:
        body = {"epoch": 1, "items": [], "held": []}
        headers = {"Authorization": f"Bearer {token}"}
        address = reverse(name, args=[running.pk])
        return StrictClient().post(address, body, content_type="application/json", headers=headers).status_code

    assert status() != 401
    age(world)
    assert status() == 401


# --- By the session that is asked for ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_work_on_a_named_session_still_finds_it():
    """The purge, statistics and exports name the session; the pages take it from the clock."""
    candidate = CandidateFactory(year=date.today().year - 1)
    lines = candidate_lines(candidate.establishment, candidate.year, timezone.now())
    assert [line.candidate for line in lines] == [candidate]
    assert not Candidate.objects.of(candidate.establishment).exists()
