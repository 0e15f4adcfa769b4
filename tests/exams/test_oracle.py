"""The real views in random histories, with the pure rules as oracle: after every request the status, the
acknowledgement and the row are what exams.protocol says.

What the rules do not know (the clock, the exam's end, the ten minutes of a permission, the token) is said again here,
in the plainest way.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exams import actions, protocol, rules
from exams.models import Sitting
from tests.exams.test_delivery import enter
from tests.factories import ExamFactory, SittingFactory, UserFactory

# Ten times as many once in a while: ORACLE_EXAMPLES=2000.
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "200"))
STEPS = 30
QUESTIONS = 3
TOKENS = [letter * 43 for letter in "tuv"]
OWN_TIME = 45_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.get_fixed_timezone(0))

devices = st.sampled_from([0, 0, 0, 1, 2])
items = st.lists(
    st.builds(
        protocol.Item,
        q=st.integers(1, QUESTIONS),
        seq=st.integers(1, 5),
        choices=st.sampled_from(["", "A", "B", "AB"]),
        final=st.booleans(),
        t=st.sampled_from([0, 55_000, 55_001, 85_000, 100_001]),
    ),
    min_size=1,
    max_size=3,
)
nonsense = st.sampled_from(
    [[], [7], {"q": 1}, [{"q": 0, "seq": 1, "choices": "A", "final": True}],
     [{"q": 1, "seq": 1, "choices": "A"}], [{"q": QUESTIONS + 1, "seq": 1, "choices": "A", "final": True}]]
)  # fmt: skip
claims = st.dictionaries(st.integers(1, QUESTIONS), st.integers(1, 5))
epochs = st.sampled_from([0, 0, 0, -1, 1])  # beside the sitting's own
steps = st.one_of(
    st.tuples(st.just("start"), devices),
    st.tuples(st.just("save"), devices, epochs, items),
    st.tuples(st.just("save"), devices, epochs, items),
    st.tuples(st.just("save"), devices, epochs, items),
    st.tuples(st.just("babble"), devices, nonsense),
    st.tuples(st.just("finish"), devices, epochs, claims),
    st.tuples(st.just("resume"), devices),
    st.tuples(st.just("restore"), epochs, items),
    st.tuples(st.just("allow")),
    st.tuples(st.sampled_from(["grade", "void", "lift", "pause", "continue"])),
    st.tuples(st.just("time"), st.sampled_from([60, 75, 90])),
    st.tuples(st.just("wait"), st.sampled_from([1, 31, 599, 600, 601, 3600])),
)


@dataclass
class World:
    """What must be true, and the means to compare it with what is."""

    row: Sitting
    browser: object  # the candidate's, with their cookie
    school: object  # the head's
    monkeypatch: object
    now: datetime = None
    sitting: protocol.Sitting = None
    token: int | None = None
    allowed_until: datetime | None = None
    paused: bool = False
    answer_ms: int = 0
    counts: dict = field(default_factory=dict)

    def begin(self) -> None:
        """An untouched sitting, half a minute before the exam begins."""
        fresh = Sitting(exam=self.row.exam)
        names = [
            "state", "epoch", "token_hash", "answer_ms", "responses", "started_at", "closed_at", "last_seen_at",
            "takeover_asked_at", "takeover_until", "paused_at", "paused_ms", "mark",
        ]  # fmt: skip
        Sitting.objects.filter(pk=self.row.pk).update(**{name: getattr(fresh, name) for name in names})
        self.now = self.row.exam.starts_at - timedelta(seconds=30)
        self.monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.sitting = protocol.Sitting(protocol.NOT_STARTED, 0, QUESTIONS)
        self.token, self.allowed_until, self.paused, self.answer_ms = None, None, False, 0

    @property
    def over(self) -> bool:
        return self.now >= self.row.exam.ends_at

    @property
    def long_over(self) -> bool:
        return self.now >= self.row.exam.ends_at + timedelta(minutes=10)

    @property
    def clock(self) -> dict:
        return {"limit_ms": self.answer_ms + 10_000, "now_ms": (self.now - EPOCH) // timedelta(milliseconds=1)}

    def becomes(self, after: protocol.Sitting) -> None:
        if after.state == protocol.CLOSED != self.sitting.state:
            self.paused, self.allowed_until = False, None
        self.sitting = after

    def post(self, name: str, body: dict, device: int | None = None):
        headers = {} if device is None else {"Authorization": f"Bearer {TOKENS[device]}"}
        arguments = [] if device is None else [self.row.pk]
        answer = self.browser.post(
            reverse(name, args=arguments), json.dumps(body), content_type="application/json", headers=headers
        )
        self.counts[answer.status_code] = self.counts.get(answer.status_code, 0) + 1
        return answer.status_code, answer.json()

    def stranger(self, device: int) -> tuple | None:
        """What a device reads whose token is not the sitting's."""
        if device == self.token:
            return None
        return (409, {"error": "elsewhere"}) if self.sitting.epoch > 1 else (401, {"error": "token"})

    def refusal(self, error: Exception) -> tuple:
        match error:
            case protocol.OldEpoch():
                return 409, {"error": "epoch"}
            case protocol.Missing():
                return 409, {"error": "missing", "missing": error.questions}
        return 410, {"error": "closed"}

    def holds(self) -> None:
        row = Sitting.objects.select_related("exam").get(pk=self.row.pk)
        assert actions.as_protocol(row) == self.sitting
        assert (row.answer_ms, row.paused_at is not None) == (self.answer_ms, self.paused)
        stored = {q: r.choices for q, r in self.sitting.responses.items()}
        mark = sum(stored.get(q) == "A" for q in range(1, QUESTIONS + 1))
        assert row.mark == (mark if self.sitting.state == protocol.CLOSED else None)

    # --- The steps ------------------------------------------------------------------------------------------------

    def start(self, device: int) -> None:
        status, body = self.post("sitting_start", {"token": TOKENS[device]})
        before, same = self.sitting, device == self.token
        allowed = self.allowed_until is not None and self.now <= self.allowed_until
        try:
            after = protocol.enter(before, same_device=same, takeover_allowed=allowed)
        except protocol.Closed:
            assert (status, body) == (410, {"error": "over"})
            return
        except protocol.Elsewhere:
            assert (status, body) == (409, {"error": "elsewhere"})
            return
        if after != before:
            if self.now < self.row.exam.starts_at:
                assert (status, body["error"]) == (425, "early")
                return
            if self.long_over or (self.over and before.state == protocol.NOT_STARTED):
                assert (status, body) == (410, {"error": "over"})
                return
            if before.state == protocol.NOT_STARTED:
                self.answer_ms = max(self.answer_ms, OWN_TIME)
            self.sitting, self.token, self.allowed_until = after, device, None
        self.is_standing(status, body)

    def is_standing(self, status: int, body: dict) -> None:
        assert (status, body["epoch"], body["state"]) == (200, self.sitting.epoch, self.sitting.state)
        assert body["responses"] == {
            str(q): {"choices": r.choices, "seq": r.seq, "final": r.final} for q, r in self.sitting.responses.items()
        }
        assert (body["answerMs"], body["pausedAt"] is not None) == (self.answer_ms, self.paused)

    def resume(self, device: int) -> None:
        status, body = self.post("sitting_resume", {}, device)
        if refused := self.stranger(device):
            assert (status, body) == refused
        else:
            self.is_standing(status, body)

    def save(self, device: int, beside: int, changes: list) -> None:
        epoch = max(1, self.sitting.epoch + beside)
        told = self.post("sitting_save", {"epoch": epoch, "items": [vars(item) for item in changes]}, device)
        if refused := self.stranger(device):
            assert told == refused
            return
        try:
            if self.long_over:
                raise protocol.Closed
            after = protocol.save(self.sitting, epoch, changes, **self.clock)
        except protocol.Refused as error:
            expected = self.refusal(error)
        else:
            expected = None
        if expected:
            assert told == expected
            return
        self.becomes(after)
        status, body = told
        ack = {str(q): seq for q, seq in protocol.acknowledgement(after, changes).items()}
        assert (status, body["ack"], body["state"]) == (200, ack, after.state)

    def babble(self, device: int, value) -> None:
        told = self.post("sitting_save", {"epoch": 1, "items": value}, device)
        assert told == (self.stranger(device) or (400, {"error": "malformed"}))

    def finish(self, device: int, beside: int, held: dict) -> None:
        epoch = max(1, self.sitting.epoch + beside)
        told = self.post("sitting_finish", {"epoch": epoch, "held": held}, device)
        if refused := self.stranger(device):
            assert told == refused
            return
        try:
            if self.long_over and self.sitting.state == protocol.RUNNING:
                raise protocol.Closed
            protocol.finish(self.sitting, epoch, held)
        except protocol.Refused as error:
            expected = self.refusal(error)
        else:
            expected = None
        if expected:
            assert told == expected
            return
        status, body = told
        assert (status, body["state"], len(body["receipt"])) == (200, "closed", 9)

    def restore(self, beside: int, changes: list) -> None:
        epoch = max(1, self.sitting.epoch + beside)
        arguments = {"sitting": self.row, "epoch": epoch, "items": changes, "by": self.school.user, "now": self.now}
        try:
            after = protocol.restore(self.sitting, epoch, changes, **self.clock)
        except protocol.Refused as error:
            with pytest.raises(type(error)):
                actions.restore_sitting(**arguments, reason="network")
            return
        brought = [q for q, response in after.responses.items() if response != self.sitting.responses.get(q)]
        self.becomes(after)
        assert actions.restore_sitting(**arguments, reason="network")[1] == len(brought)

    def staff(self, name: str, data: dict | None = None) -> None:
        assert self.school.post(reverse(name, args=[self.row.pk]), data or {}).status_code == 302

    def allow(self) -> None:
        self.staff("sitting_takeover")
        if self.sitting.state == protocol.RUNNING:
            self.allowed_until = self.now + timedelta(minutes=10)

    def decide(self, name: str, rule, data: dict | None = None, *, possible: bool = True) -> None:
        self.staff(name, data)
        with suppress(protocol.Closed):
            self.becomes(rule(self.sitting) if possible else self.sitting)

    def grade(self) -> None:
        self.decide("sitting_grade", protocol.grade_as_it_stands, {"reason": "network"})

    def void(self) -> None:
        possible = self.now >= self.row.exam.starts_at
        self.decide("sitting_void", protocol.declare_void, {"reason": "power"}, possible=possible)
        if self.sitting.state == protocol.VOID:
            self.allowed_until = None

    def lift(self) -> None:
        self.decide("sitting_unvoid", protocol.lift_void)

    def pause(self) -> None:
        self.staff("sitting_act", {"act": "pause"})
        self.paused = self.paused or self.sitting.state == protocol.RUNNING

    def continue_(self) -> None:
        self.staff("sitting_act", {"act": "reprendre"})
        self.paused = self.paused and self.sitting.state != protocol.RUNNING

    def time(self, seconds: int) -> None:
        self.staff("sitting_act", {"act": f"{seconds}"})
        if self.sitting.state in (protocol.NOT_STARTED, protocol.RUNNING):
            self.answer_ms = max(self.answer_ms, seconds * 1000)

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def runs(self, history: list[tuple]) -> None:
        self.begin()
        for name, *arguments in history:
            getattr(self, {"continue": "continue_"}.get(name, name))(*arguments)
            self.holds()


@pytest.fixture
def world(client, head_client, establishment, monkeypatch):
    exam = ExamFactory(
        establishment=establishment,
        exam_questions__count=QUESTIONS,
        starts_at=timezone.now().replace(microsecond=0) - timedelta(minutes=1),
    )
    sitting = SittingFactory(exam=exam, order=list(range(1, QUESTIONS + 1)))
    enter(client, sitting)
    head_client.user = UserFactory()
    return World(sitting, client, head_client, monkeypatch)


def explore(world: World, examples: int = EXAMPLES) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # to make a history shorter takes minutes
        print_blob=False,
    )
    @given(st.lists(steps, min_size=STEPS, max_size=STEPS))
    def run(history):
        world.runs([("wait", 31), ("start", 0), *history])

    run()


def test_the_views_do_what_the_rules_say(world):
    explore(world)
    print(world.counts)
    assert {200, 400, 401, 409, 410} <= set(world.counts)


# --- Seeded defects ---------------------------------------------------------------------------------------------------


def permission_without_end(monkeypatch):
    monkeypatch.setattr(rules, "TAKEOVER_WINDOW", timedelta(hours=2))


def acknowledges_what_it_was_sent(monkeypatch):
    save = actions.save_answers

    def careless(*, items, **arguments):
        return save(items=items, **arguments)[0], {item.q: item.seq for item in items}

    monkeypatch.setattr(actions, "save_answers", careless)


def forgets_who_is_late(monkeypatch):
    monkeypatch.setattr(rules, "NETWORK_GRACE", timedelta(hours=1))


def takes_answers_for_ever(monkeypatch):
    monkeypatch.setattr(rules, "LATE_ARRIVAL", timedelta(days=1))


def marks_every_answer(monkeypatch):
    monkeypatch.setattr(rules, "mark", lambda responses, key: len(responses))


@pytest.mark.parametrize(
    "defect",
    [
        permission_without_end, acknowledges_what_it_was_sent, forgets_who_is_late, takes_answers_for_ever,
        marks_every_answer,
    ],
    ids=lambda defect: defect.__name__,
)  # fmt: skip
def test_a_seeded_defect_is_found(world, monkeypatch, defect):
    defect(monkeypatch)
    with pytest.raises(AssertionError):
        explore(world)
