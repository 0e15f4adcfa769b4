"""Answers, ends and decisions that arrive at the same instant. Only PostgreSQL runs them side by side: SQLite queues
writers.

A closed sitting never changes, its mark is that of its answers, and what was acknowledged is there.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from exams import actions, protocol, queries
from exams.actions import neutralisation
from exams.actions import sitting as sitting_actions
from exams.models import Sitting
from tests.exams.conftest import TOKEN
from tests.exams.test_candidate_list_races import together
from tests.factories import ExamFactory, SittingFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

ROUNDS = 250
BESIDE = 8  # answers that arrive beside the end: 2,000 in all


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment, exam_questions__count=20)


def begun(exam):
    return actions.start_sitting(sitting=SittingFactory(exam=exam), token=TOKEN, now=timezone.now())


class Race:
    """Answers to one sitting, beside the act that ends it."""

    read = staticmethod(queries.standing)

    def __init__(self, exam):
        self.sitting = begun(exam)
        self.acknowledged: list[tuple[int, str]] = []
        self.at_the_close: tuple | None = None

    def standing(self):
        row = Sitting.objects.get(pk=self.sitting.pk)
        return row.state, row.mark, row.responses

    def save(self, *answers: tuple[int, str], final=False):
        items = [protocol.Item(q, 2 if final else 1, choices, final) for q, choices in answers]
        sitting = self.read(self.sitting.pk)
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=timezone.now())
        self.acknowledged += answers

    def end(self, act):
        act()
        self.at_the_close = self.standing()

    def faults(self) -> int:
        """How many of the answers are not as they must be, now that all is quiet."""
        state, mark, responses = self.standing()
        closed_with = self.at_the_close[2]
        late = sum(responses[q] != closed_with.get(q) for q in responses)
        lost = sum(responses.get(str(q), {}).get("c") != choices for q, choices in self.acknowledged)
        right = sum(response["c"] == "A" for response in responses.values())
        return late + lost + int((state, mark) != ("closed", right)) + sum(q not in responses for q in closed_with)


def raced(exam, rounds: int = ROUNDS) -> int:
    """Faults among 2,000 answers that arrive while the last final answers or a decision of the school close."""
    by, faults = UserFactory(), 0
    for number in range(rounds):
        race = Race(exam)
        if number % 2:
            decision = partial(
                actions.grade_as_it_stands, sitting=race.sitting, reason="network", by=by, now=timezone.now()
            )
            ending = partial(race.end, decision)
        else:
            ending = partial(race.end, partial(race.save, *((q, "A") for q in range(1, 21)), final=True))
        ends = together(ending, *(partial(race.save, (q, "A")) for q in range(1, BESIDE + 1)))
        assert set(ends) <= {"done", protocol.Closed}
        assert ends[0] == "done"
        faults += race.faults()
    return faults


def test_no_answer_enters_after_the_close(exam):
    assert raced(exam) == 0


def test_without_the_lock_they_enter(exam, monkeypatch):
    """The control: a platform that reads the row without holding it."""
    monkeypatch.setattr(Race, "read", staticmethod(lambda key: Sitting.objects.get(pk=key)))
    monkeypatch.setattr(
        sitting_actions, "locked", lambda sitting: Sitting.objects.select_related("exam").get(pk=sitting.pk)
    )
    assert raced(exam, rounds=30) > 0


def test_without_a_second_look_they_are_lost(exam, monkeypatch):
    """The control: a platform that stores over whatever has come in the meantime."""

    def careless(sitting, after, now):
        return Sitting.objects.filter(pk=sitting.pk).update(responses=sitting_actions._responses(after))

    monkeypatch.setattr(sitting_actions, "_replace", careless)
    assert raced(exam, rounds=30) > 0


@pytest.mark.parametrize("number", range(10))
def test_nothing_that_a_supervisor_does_reopens_a_sitting(exam, number):
    race, by, now = Race(exam), UserFactory(), timezone.now()
    act = {"exam": exam, "by": by, "now": now}
    ends = together(
        partial(race.end, partial(race.save, *((q, "A") for q in range(1, 21)), final=True)),
        partial(actions.give_time, answer_time=timedelta(seconds=90), **act),
        partial(actions.pause, **act),
        partial(actions.end_pause, **act),
        partial(actions.allow_takeover, sitting=race.sitting, by=by, now=now),
        partial(actions.grade_as_it_stands, sitting=race.sitting, reason="network", by=by, now=now),
        partial(actions.declare_technical_absence, sitting=race.sitting, reason="network", by=by, now=now),
    )
    assert set(ends) <= {"done", protocol.Closed, actions.NotAllowed}
    state, mark, responses = race.standing()
    right = sum(response["c"] == "A" for response in responses.values())
    assert (state, mark) in [("closed", right), ("void", None)]
    if ends[0] == "done":
        assert ("closed", 20) == race.at_the_close[:2] == (state, mark)


@pytest.mark.parametrize("number", range(10))
def test_of_two_devices_with_one_permission_one_comes_in(exam, number):
    sitting, now = begun(exam), timezone.now()
    actions.allow_takeover(sitting=sitting, by=UserFactory(), now=now)
    ends = together(*(partial(actions.start_sitting, sitting=sitting, token=t * 43, now=now) for t in "uv"))
    assert sorted(map(str, ends)) == sorted(map(str, ["done", protocol.Elsewhere]))
    sitting.refresh_from_db()
    assert sitting.epoch == 2


@pytest.mark.parametrize("number", range(10))
def test_two_permissions_give_an_epoch_each(exam, number):
    sitting, by, now = begun(exam), UserFactory(), timezone.now()

    def takes_over(token):
        actions.allow_takeover(sitting=sitting, by=by, now=now)
        return actions.start_sitting(sitting=sitting, token=token, now=now).epoch

    came = [e for e in together(*(partial(takes_over, t * 43) for t in "uv")) if e == "done"]
    sitting.refresh_from_db()
    assert sitting.epoch == 1 + len(came)
    assert list(sitting.events.filter(kind="taken_over").values_list("detail__epoch", flat=True)) == [2, 3][: len(came)]


@pytest.mark.parametrize("number", range(10))
def test_a_file_loaded_twice_at_once_is_loaded_once(exam, number):
    sitting, now = begun(exam), timezone.now()
    items = [protocol.Item(q, 2, "A", True) for q in range(1, 20)]
    load = partial(actions.restore_sitting, sitting=sitting, epoch=1, items=items, by=UserFactory(), now=now)
    ends = together(load, load, load)
    assert sorted(map(str, ends)) == sorted(map(str, ["done"] + [protocol.AlreadyHandled] * 2))
    assert sitting.events.filter(kind="file_loaded").count() == 1


def neutralised_beside_closings(exam, rounds: int) -> int:
    """Sittings without the point of a question that is neutralised while they close."""
    row, faults = exam.exam_questions.get(number=1), 0
    for number in range(rounds):
        races = [Race(exam) for _ in range(6)]
        act = actions.lift_neutralisation if number % 2 else partial(actions.neutralise, reason="Panneau illisible")
        wrong = [(q, "B") for q in range(1, 21)]
        ends = together(
            partial(act, exam_question=row, by=UserFactory(), now=timezone.now()),
            *(partial(race.save, *wrong, final=True) for race in races),
        )
        assert set(ends) == {"done"}
        faults += sum(race.standing()[1] != (number + 1) % 2 for race in races)
    return faults


def test_who_closes_while_a_question_is_neutralised_has_its_point(exam):
    assert neutralised_beside_closings(exam, rounds=30) == 0


def test_without_waiting_for_those_who_close_some_miss_it(exam, monkeypatch):
    """The control: a key that changes without holding the sittings."""
    monkeypatch.setattr(neutralisation, "hold", lambda exam: None)
    assert neutralised_beside_closings(exam, rounds=60) > 0
