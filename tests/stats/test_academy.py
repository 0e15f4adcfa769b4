"""Figures of academies and of the nation: counted once a day, shown without a way to the few."""

import io
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from candidates.models import Candidate
from establishments.models import Establishment
from exams.enums import SittingState
from exams.models import Exam, Sitting
from stats import actions, queries, tasks
from stats.models import WeekFigures
from stats.queries import Figures, figures_of_academies, national_totals
from tests.conftest import administrator
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory
from tests.stats.conftest import finish_all, register
from tests.stats.test_views import cells_of

pytestmark = pytest.mark.django_db

PAGE = "/administration/chiffres/"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HIDDEN = Figures("moins de 5 ou masqué", "masqué", "masqué", "masqué")


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def academy_client(db):
    return administrator(academy="01")


def exam_on(establishment, month, day, hour=9, **fields) -> Exam:
    """An exam of 2026, at an hour of UTC."""
    return ExamFactory(establishment=establishment, starts_at=datetime(2026, month, day, hour, tzinfo=UTC), **fields)


def filled(marks, *, name, month=3, day=3, establishment=None, **fields):
    """An establishment with so many marks in an exam of the week of 2 March."""
    establishment = establishment or EstablishmentFactory(name=name, **fields)
    finish_all(exam_on(establishment, month, day), marks)
    return establishment


def stored(establishment) -> dict:
    rows = WeekFigures.objects.ever_of(establishment)
    return {
        (row.attestation, row.week.isoformat()): (row.registered, row.present, row.admitted) for row in rows.iterator()
    }


# --- Counting -----------------------------------------------------------------------------------------------------


def test_the_figures_are_the_hand_worked_ones():
    school = EstablishmentFactory(time_zone="Indian/Reunion", academy="28")
    # 21:30 UTC on Sunday 1 March is 1:30 on Monday there.
    first = exam_on(school, 3, 1, 21)
    finish_all(first, [12, 10, 9, 4])
    register(first, 2)
    register(first, 1, state=SittingState.RUNNING)
    register(first, 1, state=SittingState.ABSENT)
    # A rattrapage in June: one passes, one fails again, one was absent in March. They stay in the week of 2 March.
    again = exam_on(school, 6, 10)
    failed = [sitting.candidate for sitting in first.sittings.filter(mark__lt=10)]
    SittingFactory(exam=again, candidate=failed[0], rattrapage=True, closed=True, mark=11)
    SittingFactory(exam=again, candidate=failed[1], rattrapage=True, closed=True, mark=3)
    absent = first.sittings.filter(state=SittingState.NOT_STARTED)[0].candidate
    SittingFactory(exam=again, candidate=absent, rattrapage=True, closed=True, mark=20)
    # A technical absence leaves its week to the exam that takes its place; without one, it is an absence.
    second = exam_on(school, 3, 10)
    register(second, 1, state=SittingState.VOID)
    twice = CandidateFactory(establishment=school)
    SittingFactory(exam=second, candidate=twice, state=SittingState.VOID)
    third = exam_on(school, 3, 17)
    SittingFactory(exam=third, candidate=twice, closed=True, mark=14)
    # Another attestation, a training, another year, another school.
    finish_all(exam_on(school, 3, 10, attestation="ASSR2"), [20])
    finish_all(exam_on(school, 3, 10, kind="training"), [20])
    finish_all(ExamFactory(establishment=school, year=2025, starts_at=datetime(2025, 3, 3, 9, tzinfo=UTC)), [20])
    finish_all(exam_on(EstablishmentFactory(), 3, 3), [20])
    assert actions.count_figures(now=NOON) == 2
    assert stored(school) == {
        ("ASSR1", "2026-03-02"): (8, 6, 4),
        ("ASSR1", "2026-03-09"): (1, 0, 0),
        ("ASSR1", "2026-03-16"): (1, 1, 1),
        ("ASSR2", "2026-03-09"): (1, 1, 1),
    }


def test_a_session_may_begin_in_a_week_of_the_year_before():
    school = EstablishmentFactory()
    finish_all(exam_on(school, 1, 2), [12])
    actions.count_figures(now=NOON)
    assert stored(school) == {("ASSR1", "2025-12-29"): (1, 1, 1)}


def test_they_follow_results_technical_absences_and_deletions_the_next_day():
    school = EstablishmentFactory()
    exam = exam_on(school, 3, 3)
    register(exam, 2)
    finish_all(exam, [4])
    key = ("ASSR1", "2026-03-02")

    def after_a_day(day: int):
        actions.count_figures(now=NOON + day * DAY)
        return stored(school)

    assert after_a_day(0) == {key: (3, 1, 0)}
    exam.sittings.filter(mark=4).update(mark=15)
    one, other = exam.sittings.filter(state=SittingState.NOT_STARTED)
    Sitting.objects.filter(pk=one.pk).update(state=SittingState.CLOSED, mark=9, closed_at=NOON)
    assert after_a_day(0) == {key: (3, 1, 0)}
    assert after_a_day(1) == {key: (3, 2, 1)}
    Sitting.objects.filter(pk=one.pk).update(state=SittingState.VOID, mark=None, closed_at=None)
    assert after_a_day(2) == {key: (3, 1, 1)}
    other.candidate.delete()
    assert after_a_day(3) == {key: (2, 1, 1)}
    exam.starts_at, exam.ends_at = exam.starts_at + 7 * DAY, exam.ends_at + 7 * DAY
    exam.save()
    assert after_a_day(4) == {("ASSR1", "2026-03-09"): (2, 1, 1)}
    exam.delete()
    assert after_a_day(5) == {}
    assert list(queries.establishments_to_count(NOON + 6 * DAY)) == []


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "Europe/Paris", "Pacific/Tahiti"])
def test_a_day_ends_at_the_establishments_own_midnight(zone):
    school = EstablishmentFactory(time_zone=zone)
    finish_all(exam_on(school, 3, 3), [12])
    midnight = datetime(2026, 12, 1, tzinfo=ZoneInfo(zone))
    assert actions.count_figures(now=midnight - 2 * timedelta(hours=1)) == 1
    assert actions.count_figures(now=midnight - timedelta(seconds=1)) == 0
    assert actions.count_figures(now=midnight) == 1
    assert actions.count_figures(now=midnight + timedelta(hours=1)) == 0


def test_a_session_that_is_over_is_left_to_the_purge():
    school = EstablishmentFactory(time_zone="Pacific/Tahiti")
    finish_all(exam_on(school, 3, 3), [12])
    end = datetime(2027, 1, 1, tzinfo=ZoneInfo("Pacific/Tahiti"))
    assert actions.count_figures(now=end - timedelta(minutes=1)) == 1
    Sitting.objects.all().delete()
    assert actions.count_figures(now=end + timedelta(minutes=1)) == 0
    assert stored(school) == {("ASSR1", "2026-03-02"): (1, 1, 1)}


class Killed(BaseException):
    pass


@pytest.mark.parametrize(("trouble", "done"), [(DatabaseError, 2), (Killed, 1)])
def test_whatever_stops_an_establishment_the_next_run_converges(monkeypatch, trouble, done):
    schools = [filled([12] * n, name=f"École {n}") for n in (1, 2, 3)]
    real = queries.people_by_week

    def stops(establishment, year):
        if establishment == schools[1]:
            raise trouble
        return real(establishment, year)

    with monkeypatch.context() as patch:
        patch.setattr("stats.queries.people_by_week", stops)
        try:
            actions.count_figures(now=NOON)
        except Killed:
            assert trouble is Killed
    assert [bool(stored(school)) for school in schools] == [True, False, done == 2]
    assert actions.count_figures(now=NOON) == 3 - done
    assert [stored(school)["ASSR1", "2026-03-02"] for school in schools] == [(n, n, n) for n in (1, 2, 3)]


def test_an_establishment_is_written_whole_or_not_at_all(monkeypatch):
    school = filled([12] * 5, name="École")
    actions.count_figures(now=NOON)
    before = stored(school)
    finish_all(exam_on(school, 5, 5), [12])
    with monkeypatch.context() as patch:
        patch.setattr(WeekFigures.objects.all().__class__, "exclude", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.count_establishment(establishment=school, now=NOON + DAY)
    assert stored(school) == before


def test_the_database_refuses_figures_that_cannot_be(establishment):
    row = {"establishment": establishment, "year": 2026, "attestation": "ASR", "week": NOON, "counted_at": NOON}
    for people in ((0, 0, 0), (5, 6, 0), (5, 4, 5)):
        numbers = dict(zip(("registered", "present", "admitted"), people, strict=True))
        with pytest.raises(IntegrityError), transaction.atomic():
            WeekFigures.objects.create(**row, **numbers)


def by_hand(school) -> dict:
    """The definition, candidate by candidate and without a query of the module's."""
    found = defaultdict(lambda: [0, 0, 0])
    for candidate in Candidate.objects.filter(establishment=school):
        sittings = sorted(
            candidate.sittings.select_related("exam"), key=lambda sitting: (sitting.exam.starts_at, sitting.exam_id)
        )
        if not sittings:
            continue
        first = next((sitting for sitting in sittings if sitting.state != "void"), sittings[0])
        day = first.exam.starts_at.astimezone(ZoneInfo(school.time_zone)).date()
        year, week, _ = day.isocalendar()
        numbers = found["ASSR1", date.fromisocalendar(year, week, 1).isoformat()]
        numbers[0] += 1
        numbers[1] += any(sitting.state in ("running", "closed") for sitting in sittings)
        numbers[2] += any(sitting.state == "closed" and sitting.mark >= 10 for sitting in sittings)
    return {key: tuple(numbers) for key, numbers in found.items()}


@pytest.mark.parametrize("seed", range(6))
def test_days_of_any_history_end_where_one_full_counting_does(seed):
    dice = random.Random(seed)
    school = EstablishmentFactory(time_zone=dice.choice(["Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti"]))
    pupils = [CandidateFactory(establishment=school, year=2026) for _ in range(6)]

    def plan():
        exam = exam_on(school, dice.randint(2, 4), dice.randint(1, 28), dice.randint(0, 23))
        for candidate in dice.sample(pupils, 3):
            for rattrapage in (False, True):
                taken = Sitting.objects.filter(candidate=candidate, rattrapage=rattrapage).exclude(state="void")
                if not taken.exists():
                    SittingFactory(exam=exam, candidate=candidate, rattrapage=rattrapage)
                    break

    def grade():
        for sitting in Sitting.objects.filter(state__in=["not_started", "running"])[:2]:
            fields = {"state": "closed", "mark": dice.randint(5, 15), "closed_at": NOON}
            Sitting.objects.filter(pk=sitting.pk).update(**dice.choice([fields, {"state": "running"}]))

    def void():
        some = Sitting.objects.exclude(state="void").order_by("?").values("pk")[:1]
        Sitting.objects.filter(pk__in=[row["pk"] for row in some]).update(state="void", mark=None, closed_at=None)

    def move():
        for exam in Exam.objects.all()[:1]:
            exam.starts_at += dice.randint(-9, 9) * DAY
            exam.ends_at = exam.starts_at + timedelta(hours=2)
            exam.save()

    def delete():
        Exam.objects.filter(pk__in=[exam.pk for exam in Exam.objects.all()[:1]]).delete()

    for day in range(12):
        for _ in range(dice.randint(0, 3)):
            dice.choice([plan, plan, plan, grade, grade, void, move, delete])()
        actions.count_figures(now=NOON + day * DAY)
        kept = stored(school)
        assert kept == by_hand(school)
    WeekFigures.objects.all().delete()
    actions.count_figures(now=NOON + 12 * DAY)
    assert stored(school) == kept


def test_the_task_counts_and_is_in_the_timetable():
    school = filled([12] * 5, name="École")
    tasks.count_figures()
    assert stored(school) == {("ASSR1", "2026-03-02"): (5, 5, 5)}
    assert tasks.count_figures.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


# --- What is published --------------------------------------------------------------------------------------------


def published(**asked) -> tuple[dict, dict]:
    """Counted now: establishment → figures, academy → figures, of one attestation."""
    actions.count_figures(now=NOON)
    establishments = Establishment.objects.order_by("name")
    academies = figures_of_academies(establishments, 2026, **{"attestation": "ASSR1", **asked})
    lines = {line.establishment.name: line.figures for part in academies for line in part.lines}
    totals = {part.academy.label: total.figures for part in academies for total in part.totals}
    if nation := national_totals(academies):
        totals["France"] = nation[0].figures
    return lines, totals


def test_a_small_establishment_takes_the_next_smallest_with_it():
    for name, marks in (("A", [12] * 20), ("B", [12] * 4 + [3] * 2), ("C", [12] * 3), ("D", [3] * 10)):
        filled(marks, name=name)
    EstablishmentFactory(name="E")
    # 39 less 20 and 10 is 9, of two establishments of unlike sizes.
    assert published() == (
        {
            "A": Figures(20, 20, 20, 100),
            "B": HIDDEN,
            "C": HIDDEN,
            "D": Figures(10, 10, 0, 0),
            "E": Figures(0, 0, 0, None),
        },
        {"Paris": Figures(39, 39, 27, 69), "France": Figures(39, 39, 27, 69)},
    )


def test_the_few_who_came_to_several_hidden_establishments_are_hidden_too():
    filled([12] * 40, name="A")
    for name, absent in (("B", 8), ("C", 9), ("D", 20)):
        school = filled([12] * (2 if name != "D" else 12), name=name)
        register(exam_on(school, 3, 4), absent)
    # B and C alone: 21 registered of whom 4 came.
    lines, totals = published()
    assert [lines[name] for name in "BCD"] == [HIDDEN] * 3
    assert lines["A"] == Figures(40, 40, 40, 100)
    assert totals["Paris"] == Figures(93, 56, 56, 100)


def test_an_academy_that_hides_all_its_establishments_hides_its_sum_and_is_not_in_the_nations():
    filled([12] * 20, name="A")
    filled([12] * 3, name="M", academy="44")
    filled([12] * 6, name="L1", academy="22")
    filled([12] * 2, name="L2", academy="22")
    lines, totals = published()
    assert lines == {"A": Figures(20, 20, 20, 100), "M": HIDDEN, "L1": HIDDEN, "L2": HIDDEN}
    assert totals == {
        "Paris": Figures(20, 20, 20, 100),
        "Saint-Pierre-et-Miquelon": HIDDEN,
        "Limoges": HIDDEN,
        "France": Figures(20, 20, 20, 100),
    }


def test_the_weeks_of_an_establishment_do_not_subtract_into_a_small_one():
    school = filled([12] * 20, name="A")
    for day, marks in ((10, [12] * 9), (17, [12] * 6), (24, [3] * 2)):
        filled(marks, name="A", establishment=school, day=day)
    filled([12] * 3, name="B")
    filled([12] * 8, name="C")
    weeks = [date(2026, 3, day) for day in (2, 9, 16, 23, 30)]
    # Of the session 37; the weeks given leave 8 people in two weeks of 6 and 2. B is hidden, and C with it.
    assert published() == (
        {"A": Figures(37, 37, 35, 95), "B": HIDDEN, "C": HIDDEN},
        {"Paris": Figures(48, 48, 46, 96), "France": Figures(48, 48, 46, 96)},
    )
    found = [published(week=week) for week in weeks]
    assert [lines for lines, _ in found] == [
        {"A": Figures(20, 20, 20, 100)},
        {"A": Figures(9, 9, 9, 100)},
        {},
        {},
        {},
    ]
    # The sums of a week are those of its lines, and nothing else.
    assert [totals.get("Paris") for _, totals in found] == [
        Figures(20, 20, 20, 100),
        Figures(9, 9, 9, 100),
        None,
        None,
        None,
    ]


def test_a_week_of_few_and_an_establishment_without_anybody_look_the_same():
    school = filled([12] * 20, name="A")
    filled([12] * 3, name="A", establishment=school, day=10)
    filled([12] * 15, name="B")
    assert published(week=date(2026, 3, 9)) == ({}, {})
    # The other week would give the small one away.
    assert list(published(week=date(2026, 3, 2))[0]) == ["B"]


def rank(rows) -> int:
    """Of a matrix of whole numbers."""
    rows, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


@pytest.mark.parametrize("seed", range(12))
def test_no_hidden_figure_is_a_combination_of_published_ones(seed):
    """Everything that all pages together publish, as equations over the people of each establishment and week."""
    dice = random.Random(seed)
    schools = [
        EstablishmentFactory(academy=academy) for academy in ("01", "28", "44") for _ in range(dice.randint(1, 4))
    ]
    mondays = [date(2026, 3, day) for day in (2, 9, 16)]
    cells = {}
    for school in schools:
        for monday in dice.sample(mondays, dice.randint(1, 3)):
            present = dice.choice([0, 2, 4, 6, 9, 15])
            cells[school.pk, monday] = (present + dice.choice([0, 0, 1, 3, 6]) or 1, present)
    WeekFigures.objects.bulk_create(
        WeekFigures(
            establishment_id=key, year=2026, attestation="ASSR1", week=week, registered=registered, present=present,
            admitted=0, counted_at=NOON,
        )
        for (key, week), (registered, present) in cells.items()
    )  # fmt: skip
    places = list(cells)
    seen = []  # what each published figure adds up, and the figure

    def told(figures, of):
        if figures.is_given:
            seen.append(([place in of for place in places], figures))

    everybody = Establishment.objects.order_by("pk")
    for week in (None, *mondays):
        academies = figures_of_academies(everybody, 2026, attestation="ASSR1", week=week)
        shown = set()
        for part in academies:
            for line in part.lines:
                own = {place for place in places if place[0] == line.establishment.pk and week in (None, place[1])}
                told(line.figures, own)
                shown |= own if line.figures.is_given else set()
            inside = {place for place in places if place[0] in {line.establishment.pk for line in part.lines}}
            for total in part.totals:
                told(total.figures, inside & shown if week else inside)
        if week:
            for total in national_totals(academies):
                told(total.figures, shown)
    known = [row for row, _ in seen]
    for row, figures in seen:
        summed = [cells[place] for place, is_in in zip(places, row, strict=True) if is_in]
        assert (figures.registered, figures.present) == tuple(map(sum, zip(*summed, strict=True)))
    groups = [{place} for place in places] + [{p for p in places if p[0] == school.pk} for school in schools]
    for group in groups:
        people, came = (sum(cells[place][i] for place in group) for i in (0, 1))
        if people < 5 or 0 < came < 5:
            assert rank([*known, [place in group for place in places]]) == rank(known) + 1, group


def test_a_rattrapage_is_no_group_of_its_own():
    school = filled([12] * 10 + [3], name="A")
    failed = Candidate.objects.get(sittings__mark=3)
    SittingFactory(exam=exam_on(school, 6, 3), candidate=failed, rattrapage=True, closed=True, mark=12)
    assert published()[0] == {"A": Figures(11, 11, 11, 100)}
    assert published(week=date(2026, 6, 1)) == ({}, {})


# --- The page -----------------------------------------------------------------------------------------------------


def test_an_academy_never_sees_another(academy_client, admin_client):
    filled([12] * 20, name="Ici")
    filled([12] * 10, name="Ailleurs", academy="28", month=4)
    actions.count_figures(now=NOON)
    for address in (PAGE, f"{PAGE}?academie=28", f"{PAGE}?academie=28&attestation=ASSR1"):
        page = academy_client.get(address)
        assert [part.academy for part in page.context["asked"].academies] == ["01"]
        text = page.content.decode()
        assert "Ici" in text
        assert not {word for word in ("Ailleurs", "Réunion", "Semaine du 30/03/2026") if word in text}
        for file_format in ("csv", "xlsx"):
            asked = address.removeprefix(PAGE)
            response = academy_client.get(f"{PAGE}telecharger/{file_format}/{asked}")
            content = response.content.decode() if file_format == "csv" else str(cells_of(response))
            assert "Ici" in content
            assert "Ailleurs" not in content
            assert "Réunion" not in content
    # A week of another academy is as unknown as one that never was.
    assert not academy_client.get(f"{PAGE}?semaine=2026-03-30").context["asked"].is_valid
    assert admin_client.get(f"{PAGE}?semaine=2026-03-30").context["asked"].is_valid


def test_the_nation_sees_academies_then_the_establishments_of_one(admin_client):
    filled([12] * 15 + [3] * 5, name="Par ici")
    filled([12] * 10, name="Ailleurs", academy="28")
    actions.count_figures(now=NOON)
    page = admin_client.get(PAGE).content.decode()
    assert "Ailleurs" not in page
    assert 'href="?academie=28"' in page
    assert "Chiffres du 30/11/2026 à 13:00" in page
    totals = admin_client.get(PAGE).context["national_totals"]
    assert [(total.attestation, total.figures) for total in totals] == [("ASSR1", Figures(30, 30, 25, 83))]
    page = admin_client.get(f"{PAGE}?academie=28").content.decode()
    assert "Chiffres du 30/11/2026 à 16:00" in page
    assert "Ailleurs" in page
    assert "Par ici" not in page


def test_lines_come_by_name_or_from_the_highest_figure(academy_client):
    for name, marks in (("A", [3] * 9), ("B", [12] * 3), ("C", [12] * 12), ("D", [12] * 4 + [3] * 3)):
        filled(marks, name=name)
    EstablishmentFactory(name="E")
    actions.count_figures(now=NOON)

    def order(query):
        [part] = academy_client.get(f"{PAGE}{query}").context["asked"].academies
        return "".join(line.establishment.name for line in part.lines)

    assert order("") == "ABCDE"
    assert order("?tri=registered") == "CAEBD"  # D is hidden with B
    assert order("?tri=rate") == "CABDE"


def test_a_wrong_choice_is_said_and_shows_nothing(admin_client):
    filled([12] * 20, name="Ici")
    actions.count_figures(now=NOON)
    for query, said in (
        ("academie=99", "Cette académie n’existe pas"),
        ("attestation=BSR", "Cette attestation n’existe pas"),
        ("semaine=hier", "Cette semaine n’a pas de chiffres"),
        ("academie=01&tri=nom", "Ce tri n’existe pas"),
    ):
        page = admin_client.get(f"{PAGE}?{query}")
        assert page.status_code == 200
        assert said in page.content.decode()
        assert page.context["asked"].academies == []
        assert admin_client.get(f"{PAGE}telecharger/csv/?{query}").url == f"{PAGE}?{query}"
    assert admin_client.get(f"{PAGE}telecharger/pdf/").status_code == 404


def test_before_the_first_counting_the_page_says_so(academy_client, admin_client):
    assert "Aucun établissement." in academy_client.get(PAGE).content.decode()
    filled([12] * 20, name="Ici")
    page = academy_client.get(PAGE).content.decode()
    assert "il n’y en a pas encore pour cette session" in page
    assert "Aucun candidat" in page
    assert "Aucun chiffre à donner." in admin_client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("academy", "hour", "year"), [("01", 22, 2026), ("01", 23, 2027), ("40", 12, 2026), ("40", 13, 2027)]
)
def test_the_session_is_that_of_the_academys_own_clock(monkeypatch, academy, hour, year):
    now = datetime(2026, 12, 31, hour, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert administrator(academy=academy).get(PAGE).context["asked"].year == year
    national = administrator(is_superuser=True)
    assert national.get(f"{PAGE}?academie={academy}").context["asked"].year == year


@pytest.mark.parametrize("query", ["", "?academie=01", "?academie=01&semaine=2026-03-02", "?semaine=2026-03-02"])
def test_the_page_costs_the_same_however_many_establishments(admin_client, query):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            filled([12] * 5, name="École")
        actions.count_figures(now=NOON)
        for address in (f"{PAGE}{query}", f"{PAGE}telecharger/csv/{query}"):
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]


def test_the_files(academy_client, admin_client):
    filled([12] * 15 + [3] * 5, name="=Ici()", identifier="0750655E")
    filled([12] * 3, name="Là", identifier="0750656F")
    filled([12] * 4, name="Là-bas", identifier="0750657G")
    filled([12] * 10, name="Ailleurs", academy="28", identifier="9740999T", city="Saint-Denis")
    actions.count_figures(now=NOON)
    response = academy_client.get(f"{PAGE}telecharger/csv/")
    assert response["Content-Disposition"] == 'attachment; filename="chiffres-2026-au-2026-11-30.csv"'
    assert "no-store" in response["Cache-Control"]
    header = (
        "Académie;Établissement;Identifiant;Commune;Attestation;Semaine du;Inscrits;Présents;Admis;Taux de réussite (%)"
    )
    hidden = "moins de 5 ou masqué;masqué;masqué;masqué"
    paris = [
        "Paris;'=Ici();0750655E;Paris;ASSR1;;20;20;15;75",
        f"Paris;Là;0750656F;Paris;ASSR1;;{hidden}",
        f"Paris;Là-bas;0750657G;Paris;ASSR1;;{hidden}",
        "Paris;Total;;;ASSR1;;27;27;22;81",
    ]
    assert response.content.decode("utf-8-sig").splitlines() == [header, *paris]
    content = admin_client.get(f"{PAGE}telecharger/csv/").content
    assert content.decode("utf-8-sig").splitlines() == [
        header,
        "La Réunion;Ailleurs;9740999T;Saint-Denis;ASSR1;;10;10;10;100",
        "La Réunion;Total;;;ASSR1;;10;10;10;100",
        *paris,
        "Toutes les académies;Total;;;ASSR1;;37;37;32;86",
    ]
    response = academy_client.get(f"{PAGE}telecharger/xlsx/?semaine=2026-03-02")
    sheet = load_workbook(io.BytesIO(response.content)).active
    monday = datetime(2026, 3, 2)
    assert [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ["Paris", "'=Ici()", "0750655E", "Paris", "ASSR1", monday, 20, 20, 15, 75],
        ["Paris", "Total", None, None, "ASSR1", monday, 20, 20, 15, 75],
    ]
