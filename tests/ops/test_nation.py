"""The nation that measurements are made on: what the platform would have written itself, and only where it may be."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from esr.ops import nation, purging
from establishments.models import Establishment, Membership
from establishments.rules import usual_dates
from exams import actions, queries, rules
from exams.enums import SittingState
from exams.models import Exam, ExamQuestion, ExportedResult, QuestionFigures, Sitting
from stats.actions import count_establishment
from stats.models import WeekFigures
from stats.queries import establishment_statistics, exam_statistics
from tests.conftest import StrictClient
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, make_bank

PLACES = range(1, 21)
YEAR = 2025  # over, whenever the tests run


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """The nation of these tests, made once and never kept."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_bank()
        yield nation.load(PLACES, year=YEAR, seed=1, now=timezone.now())
        transaction.set_rollback(True)


@pytest.mark.postgresql
def test_every_row_is_there_and_of_the_year(filled):
    assert filled["establishments.Establishment"] == len(PLACES) == Establishment.objects.count()
    assert filled["candidates.Candidate"] == Candidate.objects.filter(year=YEAR).count() > 30 * len(PLACES)
    assert filled["exams.Sitting"] == Sitting.objects.count() > filled["candidates.Candidate"]
    assert len(set(Establishment.objects.values_list("academy", flat=True))) > 10
    max_key = Candidate.objects.order_by("pk").last().pk
    assert {"Europe/Paris"} < set(Establishment.objects.values_list("time_zone", flat=True))
    for exam in Exam.objects.select_related("establishment"):
        school = exam.establishment
        first, last = usual_dates(school.category, YEAR)
        assert exam.year == school.year_at(exam.starts_at) == YEAR
        assert first <= exam.starts_at.astimezone(school.zone).date() <= last
        assert exam.ends_at == rules.ends_at(exam.kind, exam.starts_at)
        assert exam.attestation in school.attestations
    elsewhere = Sitting.objects.exclude(candidate__establishment=F("exam__establishment"))
    assert not elsewhere.exists()
    # The next row has a key that nobody has.
    with transaction.atomic():
        school = EstablishmentFactory(identifier="0750655E")
        assert school.pk == len(PLACES) + 1
        assert CandidateFactory(establishment=school).pk == max_key + 1
        assert ExamFactory(establishment=school).number
        transaction.set_rollback(True)


@pytest.mark.postgresql
def test_marks_are_those_of_the_answers(filled):
    states = set()
    for exam in Exam.objects.all():
        key = actions.answer_key(exam)
        assert sorted(key) == list(range(1, rules.QUESTIONS + 1))
        themes = list(exam.questions.values_list("theme", flat=True))
        assert {theme: themes.count(theme) for theme in set(themes)} == rules.BLUEPRINT
        for sitting in exam.sittings.all():
            assert sorted(sitting.order) == sorted(key)
            states.add(sitting.state)
            if sitting.state == SittingState.CLOSED:
                given = {int(number): response["c"] for number, response in sitting.responses.items()}
                assert sitting.mark == rules.mark(given, key)
                assert exam.starts_at <= sitting.started_at < sitting.closed_at < exam.ends_at
                assert actions.as_protocol(sitting).is_complete == (len(given) == rules.QUESTIONS)
            events = list(sitting.events.values_list("kind", flat=True))
            assert ("started" in events, "closed" in events) == (sitting.epoch == 1, sitting.state == "closed")
    assert states == {SittingState.NOT_STARTED, SittingState.RUNNING, SittingState.CLOSED, SittingState.VOID}


@pytest.mark.postgresql
def test_a_rattrapage_follows_what_allows_one(filled):
    now, found = timezone.now(), 0
    again = Sitting.objects.filter(rattrapage=True).select_related("candidate")
    for sitting in again:
        attempts = queries.attempts([sitting.candidate_id], sitting.settles, now)[sitting.candidate_id]
        assert [attempt.rattrapage for attempt in attempts] == [False, True]
        assert rules.entitlement([attempts[0].for_the_rule]) == (rules.RATTRAPAGE, 0)
        found += 1
    assert found > 20


@pytest.mark.postgresql
def test_the_figures_of_questions_are_those_that_the_platform_counts(db):
    def figures():
        columns = ("question", "year", "kind", "answers", "right", "rest", "rest_squares", "rest_of_right", "choices")
        return sorted(QuestionFigures.objects.values_list(*columns), key=str)

    make_bank()
    nation.load([1, 2], year=YEAR, seed=1, now=timezone.now())
    made = figures()
    QuestionFigures.objects.all().delete()
    Sitting.objects.update(counted=False)
    assert actions.count_answers(now=timezone.now()) == Sitting.objects.filter(state="closed").count() > 0
    assert figures() == made


@pytest.mark.postgresql
def test_the_platform_reads_it(filled):
    """A school's pages as on the day after its last exam: everybody is there."""
    school = Establishment.objects.filter(exams__kind="training").order_by("pk").first()
    exam = school.exams.filter(kind="exam").order_by("pk").first()
    closed = exam.sittings.filter(state="closed").count()
    statistics = exam_statistics(exam)
    assert (statistics.registered, len(statistics.candidates)) == (exam.sittings.count(), closed)
    assert sum(line.correction.mark for line in statistics.candidates) == sum(
        exam.sittings.filter(state="closed").values_list("mark", flat=True)
    )
    sections = {section.title: section for section in establishment_statistics(school, YEAR)}
    assert set(sections) >= {"Entraînement", "Examen : épreuve principale"}
    last = datetime(YEAR, 12, 31, 12, tzinfo=school.zone)
    count_establishment(establishment=school, now=last)
    people = sum(WeekFigures.objects.filter(establishment=school).values_list("registered", flat=True))
    assert people == Candidate.objects.filter(establishment=school).count()
    exported = ExportedResult.objects.filter(export__establishment=school).values_list("candidate", "outcome")
    results = queries.candidate_results(school, YEAR, last)
    assert {(key, results[key].outcome) for key, _ in exported} == set(exported)


@pytest.mark.postgresql
def test_pages_of_the_current_session_answer(filled, monkeypatch):
    last = datetime(YEAR, 12, 15, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: last)
    exam = Exam.objects.filter(kind="exam").order_by("pk").first()
    client = StrictClient()
    client.force_login(Membership.objects.filter(establishment=exam.establishment, role="head").get().user)
    for address in (
        reverse("candidate_list"), reverse("exam_list"), reverse("exam_detail", args=[exam.pk]),
        reverse("exam_statistics", args=[exam.pk]), reverse("statistics"),
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert str(exam.sittings.first().candidate) in client.get(reverse("exam_detail", args=[exam.pk])).content.decode()


def content() -> list:
    """Everything of the first establishment but keys, and what is made of them."""
    school = Establishment.objects.order_by("pk").first()
    sittings = Sitting.objects.filter(exam__establishment=school).order_by("pk")
    columns = ("pk", "candidate__identifier", "candidate__last_name", "state", "mark", "responses", "access_code")
    return [school.name, school.academy, *sittings.values_list(*columns, "exam__starts_at")]


@pytest.mark.postgresql
def test_the_same_seed_gives_the_same_establishment_wherever_it_is_made(db):
    make_bank()
    now, made = timezone.now(), []
    for places, seed in (([7, 8], 1), ([7], 1), ([7], 2)):
        with transaction.atomic():
            nation.load(places, year=YEAR, seed=seed, now=now)
            made.append(content())
            transaction.set_rollback(True)
    assert made[0] == made[1] != made[2]
    assert len(made[0]) > 10


@pytest.mark.postgresql
def test_what_has_not_begun_is_registered(db):
    make_bank()
    nation.load(PLACES, year=YEAR + 1, seed=1, now=datetime(YEAR + 1, 4, 1, tzinfo=UTC))
    now = datetime(YEAR + 1, 4, 1, tzinfo=UTC)
    ahead = Sitting.objects.filter(exam__starts_at__gt=now)
    assert set(ahead.values_list("state", flat=True)) == {SittingState.NOT_STARTED}
    assert Sitting.objects.filter(state=SittingState.CLOSED).exists()
    assert not Sitting.objects.filter(closed_at__gt=now).exists()


# --- Where it must not be made ----------------------------------------------------------------------------------------


def generate(**options) -> str:
    said = io.StringIO()
    call_command("generate_nation", stdout=said, **options)
    return said.getvalue()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_command_fills_an_empty_database():
    said = generate(establishments=3, year=YEAR)
    assert "candidates.Candidate: " in said
    assert Establishment.objects.count() == 3
    assert WeekFigures.objects.values("establishment").distinct().count() == 3
    assert "exams.Sitting: " in said
    with pytest.raises(CommandError, match="n’est pas vide"):
        generate(establishments=3)
    assert purging.count(year=YEAR, now=timezone.now()).establishments == 3


def refused(match: str) -> None:
    before = ExamQuestion.objects.count(), Establishment.objects.count()
    with pytest.raises(CommandError, match=match):
        generate(establishments=1)
    assert (ExamQuestion.objects.count(), Establishment.objects.count()) == before


def test_not_in_sqlite(db, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    refused("PostgreSQL")


@pytest.mark.postgresql
def test_not_in_a_database_that_may_be_somebodys(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "plateforme")
    refused("« plateforme » n’est pas une base de mesure")


@pytest.mark.postgresql
@pytest.mark.parametrize("make", [EstablishmentFactory, lambda: QuestionFigures.objects.create(
    question=make_bank(1)[0], year=2026, kind="exam")])  # fmt: skip
def test_not_where_there_is_anything(db, make):
    make()
    refused("n’est pas vide")


@pytest.mark.postgresql
def test_not_without_tables(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exams_siecleexport RENAME TO elsewhere")
        assert "manage.py migrate" in nation.refusal()
        cursor.execute("ALTER TABLE elsewhere RENAME TO exams_siecleexport")
    assert not nation.refusal()


@pytest.mark.postgresql
def test_not_with_a_bank_that_is_too_small(db):
    make_bank(1)
    refused("n’a pas assez de questions")


@pytest.mark.parametrize(("number", "match"), [(0, "au moins un"), (nation.MOST + 1, "Au plus")])
def test_not_so_few_nor_so_many(db, number, match):
    with pytest.raises(CommandError, match=match):
        generate(establishments=number)


@pytest.mark.postgresql
def test_interrupted_it_leaves_nothing(db, monkeypatch):
    make_bank()
    monkeypatch.setattr(nation, "BATCH", 1)

    def stop(done):
        assert Establishment.objects.count() == done
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nation.load(PLACES, year=YEAR, seed=1, now=timezone.now(), progress=stop)
    assert not Establishment.objects.exists()
