"""What the supervisor does while candidates sit, and what it never does."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from establishments.enums import Role
from exams import actions, protocol, queries, rules
from exams.enums import EventKind, IncidentCategory, Outcome, Reason, SittingState
from exams.models import Exam, Incident, Sitting, SittingEvent
from tests.exams.conftest import TOKEN
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def supervisor(establishment):
    return MembershipFactory(establishment=establishment, role=Role.SUPERVISOR, user__username="0750655E-S").user


@pytest.fixture
def running(sitting, now):
    return actions.start_sitting(sitting=sitting, token=TOKEN, now=now)


def kinds(sitting) -> list[str]:
    return list(sitting.events.values_list("kind", flat=True))


def give_answers(sitting, count, now, *, final=True):
    items = [protocol.Item(q, 1, "A", final, 900) for q in sitting.order[:count]]
    sitting, _ = actions.save_answers(sitting=sitting, epoch=sitting.epoch, items=items, now=now)
    return sitting


def signal(exam) -> int:
    return Exam.objects.values_list("signal", flat=True).get(pk=exam.pk)


# --- « Autoriser la reprise » ---------------------------------------------------------------------------------------


def test_another_device_is_let_in_once_and_for_ten_minutes(running, supervisor, now):
    with pytest.raises(protocol.Elsewhere):
        actions.start_sitting(sitting=running, token="u" * 43, now=now)
    running.refresh_from_db()
    assert running.takeover_asked_at == now
    actions.allow_takeover(sitting=running, by=supervisor, now=now)
    with pytest.raises(protocol.Elsewhere):  # too late
        actions.start_sitting(sitting=running, token="u" * 43, now=now + rules.TAKEOVER_WINDOW + timedelta(seconds=1))
    taken = actions.start_sitting(sitting=running, token="u" * 43, now=now + rules.TAKEOVER_WINDOW)
    assert (taken.epoch, taken.takeover_asked_at, taken.takeover_until) == (2, None, None)
    with pytest.raises(protocol.Elsewhere):  # once
        actions.start_sitting(sitting=running, token="v" * 43, now=now + MINUTE)
    with pytest.raises(protocol.OldEpoch):  # the first device
        actions.save_answers(sitting=running, epoch=1, items=[protocol.Item(1, 1, "A", False, 1)], now=now)
    assert kinds(running) == [
        EventKind.STARTED,
        EventKind.TAKEOVER_ASKED,
        EventKind.TAKEOVER_ALLOWED,
        EventKind.TAKEOVER_ASKED,
        EventKind.TAKEN_OVER,
    ]


def test_asking_twice_is_written_once(running, now):
    for seconds in (0, 5, 10):
        with pytest.raises(protocol.Elsewhere):
            actions.start_sitting(sitting=running, token="u" * 43, now=now + timedelta(seconds=seconds))
    running.refresh_from_db()
    assert running.takeover_asked_at == now
    assert kinds(running) == [EventKind.STARTED, EventKind.TAKEOVER_ASKED]


# --- Pauses ---------------------------------------------------------------------------------------------------------


def test_a_pause_stops_the_running_and_its_length_is_added(exam, supervisor, now):
    first, second, third = exam.sittings.all()
    for number, sitting in enumerate((first, second)):
        actions.start_sitting(sitting=sitting, token=f"{number:043d}", now=now)
    assert actions.pause(exam=exam, by=supervisor, now=now + MINUTE) == 2
    assert actions.pause(exam=exam, by=supervisor, now=now + 2 * MINUTE) == 0  # already
    assert signal(exam) == 2
    assert actions.end_pause(exam=exam, sitting=first, by=supervisor, now=now + 3 * MINUTE) == 1
    assert actions.end_pause(exam=exam, by=supervisor, now=now + 4 * MINUTE) == 1
    assert actions.end_pause(exam=exam, by=supervisor, now=now + 5 * MINUTE) == 0
    rows = dict(exam.sittings.values_list("pk", "paused_ms"))
    assert (rows[first.pk], rows[second.pk], rows[third.pk]) == (120_000, 180_000, 0)
    assert not exam.sittings.exclude(paused_at=None).exists()
    assert actions.pause(exam=exam, sitting=first, by=supervisor, now=now + 6 * MINUTE) == 1
    assert actions.end_pause(exam=exam, sitting=first, by=supervisor, now=now + 7 * MINUTE) == 1
    first.refresh_from_db()
    assert first.paused_ms == 180_000
    exam_end = exam.ends_at
    exam.refresh_from_db()
    assert exam.ends_at == exam_end
    details = list(first.events.filter(kind=EventKind.PAUSED).values_list("account", "detail"))
    assert details == [(supervisor.pk, {"room": True}), (supervisor.pk, {"room": False})]


def test_another_exam_is_not_paused(exam, running, supervisor, now):
    other = ExamFactory(establishment=exam.establishment)
    assert actions.pause(exam=other, sitting=running, by=supervisor, now=now) == 0
    running.refresh_from_db()
    assert running.paused_at is None


# --- « Donner du temps » --------------------------------------------------------------------------------------------


def test_time_is_given_and_never_taken(exam, supervisor, now):
    first, _, with_extra_time = sorted(exam.sittings.select_related("candidate"), key=lambda s: s.candidate.extra_time)
    actions.start_sitting(sitting=with_extra_time, token=TOKEN, now=now)
    give = {"exam": exam, "by": supervisor, "now": now}
    assert actions.give_time(answer_time=timedelta(seconds=75), sitting=first, **give) == 1
    assert actions.give_time(answer_time=timedelta(seconds=60), sitting=first, **give) == 0
    assert actions.give_time(answer_time=timedelta(seconds=60), sitting=with_extra_time, **give) == 0
    assert signal(exam) == 3
    # Given before the start, it holds from the start on.
    assert actions.start_sitting(sitting=first, token="u" * 43, now=now).answer_ms == 75_000
    assert actions.give_time(answer_time=timedelta(seconds=90), **give) == 3
    assert set(exam.sittings.values_list("answer_ms", flat=True)) == {90_000}


def test_time_given_before_the_start_does_not_shorten_tiers_temps(exam, supervisor, now):
    sitting = exam.sittings.get(candidate__extra_time=True)
    Sitting.objects.filter(pk=sitting.pk).update(answer_ms=50_000)
    assert actions.start_sitting(sitting=sitting, token=TOKEN, now=now).answer_ms == 60_000


# --- « Noter en l’état » --------------------------------------------------------------------------------------------


def test_a_sitting_is_graded_as_it_stands(exam, running, supervisor, now):
    give_answers(running, 20, now, final=False)
    key = actions.answer_key(exam)
    seen = Sitting.objects.get(pk=running.pk).last_seen_at
    later = now + 5 * timedelta(hours=1)
    graded = actions.grade_as_it_stands(sitting=running, reason=Reason.NETWORK, by=supervisor, now=later)
    assert (graded.state, graded.mark, graded.closed_at) == (
        SittingState.CLOSED,
        sum(expected == "A" for expected in key.values()),
        later,
    )
    assert graded.last_seen_at == seen  # nothing was heard of the device
    event = running.events.get(kind=EventKind.GRADED)
    assert (event.account, event.detail) == (supervisor.pk, {"reason": "network"})
    assert signal(exam) == 1


def test_a_reason_is_one_of_the_list(running, supervisor, now):
    for act in (actions.grade_as_it_stands, actions.declare_technical_absence):
        with pytest.raises(ValueError, match="not a valid Reason"):
            act(sitting=running, reason="Lily est partie", by=supervisor, now=now)
        running.refresh_from_db()
        assert running.state == SittingState.RUNNING


# --- « Absence technique » ------------------------------------------------------------------------------------------


def test_a_technical_absence_stops_everything_and_can_be_lifted(exam, running, supervisor, now):
    give_answers(running, 5, now)
    actions.pause(exam=exam, sitting=running, by=supervisor, now=now)
    actions.declare_technical_absence(sitting=running, reason=Reason.POWER, by=supervisor, now=now)
    running.refresh_from_db()
    assert (running.state, running.paused_at, running.outcome_at(now)) == (
        SittingState.VOID,
        now,
        Outcome.TECHNICAL_ABSENCE,
    )
    with pytest.raises(protocol.Closed):
        give_answers(running, 6, now)
    with pytest.raises(actions.Over):
        actions.start_sitting(sitting=running, token="u" * 43, now=now)
    with pytest.raises(actions.NotAllowed):
        actions.allow_takeover(sitting=running, by=supervisor, now=now)
    with pytest.raises(actions.NotAllowed):
        actions.grade_as_it_stands(sitting=running, reason=Reason.POWER, by=supervisor, now=now)
    actions.lift_technical_absence(sitting=running, by=supervisor, now=now)
    running.refresh_from_db()
    assert (running.state, running.paused_at, len(running.responses)) == (SittingState.RUNNING, now, 5)
    assert len(give_answers(running, 6, now).responses) == 6
    assert kinds(running)[-2:] == [EventKind.VOIDED, EventKind.UNVOIDED]


def test_who_never_began_is_put_back_to_not_started(sitting, supervisor, now):
    actions.declare_technical_absence(sitting=sitting, reason=Reason.DEVICE, by=supervisor, now=now)
    with pytest.raises(actions.Over):
        actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    actions.lift_technical_absence(sitting=sitting, by=supervisor, now=now)
    sitting.refresh_from_db()
    assert sitting.state == SittingState.NOT_STARTED
    assert actions.start_sitting(sitting=sitting, token=TOKEN, now=now).state == SittingState.RUNNING


def test_no_technical_absence_before_the_exam(supervisor, establishment, now):
    sitting = SittingFactory(exam=ExamFactory(establishment=establishment, starts_at=now + MINUTE))
    with pytest.raises(actions.NotAllowed, match="pas encore commencé"):
        actions.declare_technical_absence(sitting=sitting, reason=Reason.DEVICE, by=supervisor, now=now)


def test_only_a_technical_absence_is_lifted(running, supervisor, now):
    with pytest.raises(actions.NotAllowed, match="pas en absence technique"):
        actions.lift_technical_absence(sitting=running, by=supervisor, now=now)


# --- What is closed stays closed ------------------------------------------------------------------------------------


def test_no_act_touches_a_closed_sitting(exam, supervisor, head_client, now):
    sitting = exam.sittings.first()
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    give_answers(sitting := Sitting.objects.get(pk=sitting.pk), 20, now)
    before = Sitting.objects.filter(pk=sitting.pk).values().get()
    assert before["state"] == SittingState.CLOSED
    who = {"by": supervisor, "now": now + MINUTE}
    room = {"exam": exam, **who}
    for only in (None, sitting):
        assert actions.pause(sitting=only, **room) == 0
        assert actions.end_pause(sitting=only, **room) == 0
    assert actions.give_time(sitting=sitting, answer_time=timedelta(seconds=90), **room) == 0
    assert actions.give_time(answer_time=timedelta(seconds=90), **room) == 2  # the two others
    actions.note_presence(exam=exam, present={sitting.pk}, missing=set())
    actions.note_presence(exam=exam, present=set(), missing={sitting.pk})
    for act, more in (
        (actions.allow_takeover, {}),
        (actions.grade_as_it_stands, {"reason": Reason.OTHER}),
        (actions.declare_technical_absence, {"reason": Reason.OTHER}),
        (actions.lift_technical_absence, {}),
    ):
        with pytest.raises(actions.NotAllowed):
            act(sitting=sitting, **more, **who)
    for name, posted in (*SITTING_POSTS, ("sitting_grade", {"reason": "other"})):
        head_client.post(reverse(name, args=[sitting.pk]), posted)
    for _, posted in ROOM_ACTS:
        head_client.post(reverse("exam_act", args=[exam.pk]), posted)
    assert Sitting.objects.filter(pk=sitting.pk).values().get() == before
    assert kinds(sitting) == [EventKind.STARTED, EventKind.CLOSED]


SITTING_POSTS = [
    ("sitting_takeover", {}),
    ("sitting_act", {"act": "pause"}),
    ("sitting_act", {"act": "reprendre"}),
    ("sitting_act", {"act": "90"}),
    ("sitting_void", {"reason": "other"}),
    ("sitting_unvoid", {}),
]
ROOM_ACTS = [("exam_act", {"act": act}) for act in ("pause", "reprendre", "60", "75", "90")]


# --- The roll and incidents -----------------------------------------------------------------------------------------


def test_the_roll_touches_only_what_this_person_changed(supervisor_client, exam):
    first, second, third = exam.sittings.all()
    Sitting.objects.filter(pk__in=[first.pk, second.pk]).update(present=True)
    url = reverse("exam_presence", args=[exam.pk])
    # Shown with the first ticked; meanwhile somebody else ticked the second. Now the first leaves, the third comes.
    posted = {"present": [third.pk], "was_present": [first.pk]}
    assert supervisor_client.post(url, posted).url == reverse("exam_detail", args=[exam.pk])
    assert {s.pk: s.present for s in exam.sittings.all()} == {first.pk: False, second.pk: True, third.pk: True}


def test_who_has_begun_is_not_unticked(supervisor_client, exam, running):
    Sitting.objects.filter(pk=running.pk).update(present=True)
    supervisor_client.post(reverse("exam_presence", args=[exam.pk]), {"was_present": [running.pk]})
    running.refresh_from_db()
    assert running.present


def test_a_foreign_line_of_the_roll_is_refused_and_nothing_is_written(supervisor_client, exam):
    theirs = SittingFactory()
    mine = exam.sittings.first()
    page = supervisor_client.post(reverse("exam_presence", args=[exam.pk]), {"present": [mine.pk, theirs.pk]})
    assert page.status_code == 200
    assert "La liste des candidats a changé" in page.content.decode()
    assert not Sitting.objects.filter(present=True).exists()


def test_incidents_are_noted_for_one_and_for_the_room(supervisor_client, exam, sitting):
    one = reverse("sitting_incident", args=[sitting.pk])
    room = reverse("exam_room", args=[exam.pk])
    supervisor_client.post(one, {"category": "health", "text": "  Parti   à l’infirmerie\r\nà 10 h "})
    supervisor_client.post(room, {"category": "room"})
    account = Incident.objects.first().account
    assert list(Incident.objects.values_list("exam", "sitting", "category", "text", "account")) == [
        (exam.pk, sitting.pk, "health", "Parti à l’infirmerie\nà 10 h", account),
        (exam.pk, None, "room", "", account),
    ]
    assert account == int(supervisor_client.session["_auth_user_id"])
    for url in (one, room):
        page = supervisor_client.post(url, {"category": "autre chose", "text": "x" * 501})
        assert page.status_code == 200
        assert "501 caractères pour 500 au plus" in page.content.decode()
    assert Incident.objects.count() == 2
    page = supervisor_client.get(room).content.decode()
    assert IncidentCategory.ROOM.label in page


# --- Outcomes -------------------------------------------------------------------------------------------------------


def void(exam, candidate, **fields):
    return SittingFactory(exam=exam, candidate=candidate, state=SittingState.VOID, **fields)


def test_a_technical_absence_does_not_use_up_the_rattrapage(establishment, bank, now):
    first = ExamFactory(establishment=establishment, starts_at=now - timedelta(days=3))
    second = ExamFactory(establishment=establishment, starts_at=now - timedelta(days=2))
    people = [CandidateFactory(establishment=establishment, last_name=name) for name in ("SEUL", "RATÉ")]
    void(first, people[0])
    SittingFactory(exam=first, candidate=people[1], closed=True, mark=3)
    void(second, people[1], rattrapage=True)
    day, before = (timezone.localtime(exam.starts_at, establishment.zone) for exam in (first, second))
    with timezone.override(establishment.zone):
        rows = queries.choices(establishment, kind="exam", attestation="ASSR1", year=first.year, now=now)
    assert {row.candidate.last_name: (row.information, row.can_be_chosen) for row in rows} == {
        "SEUL": (f"Absence technique le {day:%d/%m/%Y}", True),
        "RATÉ": (f"Échoué le {day:%d/%m/%Y} : rattrapage", True),
    }
    assert before > day
    exam = actions.create_exam(
        establishment=establishment,
        kind="exam",
        attestation="ASSR1",
        name="Suite",
        starts_at=now + MINUTE,
        candidates=people,
        now=now,
    )
    # The first exam of whom nothing counted yet; a rattrapage, still, for who failed.
    assert {s.candidate.last_name: s.rattrapage for s in exam.sittings.select_related("candidate")} == {
        "SEUL": False,
        "RATÉ": True,
    }


def test_the_list_of_candidates_says_technical_absence_only_when_nothing_else_counts(establishment, now):
    first = ExamFactory(establishment=establishment, starts_at=now - timedelta(days=3))
    second = ExamFactory(establishment=establishment, starts_at=now - timedelta(days=2))
    alone, failed, later = (CandidateFactory(establishment=establishment) for _ in range(3))
    void(first, alone)
    SittingFactory(exam=first, candidate=failed, closed=True, mark=3)
    void(second, failed)
    void(first, later)
    SittingFactory(exam=second, candidate=later)
    results = queries.candidate_results(establishment, first.year, now)
    assert {key: result.label for key, result in results.items()} == {
        alone.pk: "Absence technique",
        failed.pk: "Échoué",
        later.pk: "Absent",
    }


# --- Who may --------------------------------------------------------------------------------------------------------


def test_a_supervisor_does_everything_but_grading(supervisor_client, exam, running):
    key, name = running.pk, running.candidate.last_name
    for page in ("sitting_history", "sitting_void"):
        assert name in supervisor_client.get(reverse(page, args=[key])).content.decode()
    for page in ("exam_presence", "exam_room"):
        assert supervisor_client.get(reverse(page, args=[exam.pk])).status_code == 200
    for page, posted in SITTING_POSTS:
        assert supervisor_client.post(reverse(page, args=[key]), posted).status_code == 302
    expected = ["takeover_allowed", "paused", "continued", "time_given", "voided", "unvoided"]
    assert kinds(running)[1:] == expected
    for method in (supervisor_client.get, supervisor_client.post):
        assert method(reverse("sitting_grade", args=[key]), {"reason": "other"}).status_code == 403
    assert "Noter en l’état" not in supervisor_client.get(reverse("sitting_history", args=[key])).content.decode()


def test_the_head_grades_on_a_page_that_says_what_there_is(head_client, exam, running, now):
    give_answers(running, 12, now)
    url = reverse("sitting_grade", args=[running.pk])
    page = " ".join(head_client.get(url).content.decode().split())
    assert "<dd>12 sur 20</dd>" in page
    assert f"{timezone.localtime(now, exam.establishment.zone):%d/%m/%Y à %H:%M:%S}" in page
    assert head_client.post(url, {"reason": ""}).status_code == 200
    running.refresh_from_db()
    assert running.state == SittingState.RUNNING
    assert head_client.post(url, {"reason": "network"}).url == f"{page_of(exam)}#place-{running.pk}"
    running.refresh_from_db()
    assert running.state == SittingState.CLOSED
    # A second time there is nothing to decide.
    for response in (head_client.get(url), head_client.get(reverse("sitting_void", args=[running.pk]))):
        assert response.url == reverse("exam_detail", args=[exam.pk])


@pytest.mark.parametrize("act", ["", "120", "59", "stop", "-60"])
def test_an_unknown_act_changes_nothing(supervisor_client, exam, running, act):
    before = list(Sitting.objects.order_by("pk").values())
    for url in (reverse("sitting_act", args=[running.pk]), reverse("exam_act", args=[exam.pk])):
        assert supervisor_client.post(url, {"act": act}).url == reverse("exam_detail", args=[exam.pk])
    assert list(Sitting.objects.order_by("pk").values()) == before
    assert signal(exam) == 0


# --- The log --------------------------------------------------------------------------------------------------------


def test_the_log_is_only_added_to(running):
    event = running.events.get()
    event.kind = EventKind.CLOSED
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        SittingEvent.objects.filter(pk=event.pk).update(kind=EventKind.CLOSED)
    with pytest.raises(TypeError):
        running.events.update(account=1)
    event.refresh_from_db()
    assert event.kind == EventKind.STARTED


def test_the_log_holds_no_names_no_codes_and_no_free_text(head_client, exam, now):
    """Every act there is, on candidates whose names, codes and notes could leak."""
    sittings = list(exam.sittings.select_related("candidate"))
    for n, sitting in enumerate(sittings):
        sitting.candidate.last_name, sitting.candidate.first_name = "CANARI", "Secrète"
        sitting.candidate.save()
        actions.start_sitting(sitting=sitting, token=f"{n:043d}", now=now)
        with pytest.raises(protocol.Elsewhere):
            actions.start_sitting(sitting=sitting, token="z" * 43, now=now)
        for name, posted in SITTING_POSTS:
            head_client.post(reverse(name, args=[sitting.pk]), posted)
        head_client.post(reverse("sitting_incident", args=[sitting.pk]), {"category": "health", "text": "CANARI dort"})
        head_client.post(reverse("sitting_grade", args=[sitting.pk]), {"reason": "fraud"})
    for name, posted in ROOM_ACTS:
        head_client.post(reverse(name, args=[exam.pk]), posted)
    log = list(SittingEvent.objects.values())
    assert {event["kind"] for event in log} >= {
        "started", "takeover_asked", "takeover_allowed", "paused", "continued", "time_given", "voided", "unvoided",
        "graded", "closed",
    }  # fmt: skip
    assert {key for event in log for key in event["detail"]} == {"epoch", "room", "seconds", "reason", "answers"}
    # True and False are 1 and 0.
    values = {value for event in log for value in event["detail"].values()}
    assert values == {0, 1, 90, "other", "fraud"}
    words = ["CANARI", "Secrète", "dort", exam.number, *(sitting.access_code for sitting in sittings)]
    written = json.dumps(log, default=str)
    assert [word for word in words if word in written] == []


def page_of(exam) -> str:
    return reverse("exam_detail", args=[exam.pk])


def test_who_acts_on_one_comes_back_to_their_line(supervisor_client, exam, running):
    line = f"{page_of(exam)}#place-{running.pk}"
    for act in ("pause", "reprendre"):
        assert supervisor_client.post(reverse("sitting_act", args=[running.pk]), {"act": act}).url == line
    assert supervisor_client.post(reverse("sitting_takeover", args=[running.pk])).url == line
    assert supervisor_client.post(reverse("exam_act", args=[exam.pk]), {"act": "pause"}).url == page_of(exam)
    assert f'id="place-{running.pk}"' in supervisor_client.get(page_of(exam)).content.decode()
