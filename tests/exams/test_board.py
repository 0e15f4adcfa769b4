"""The exam's page while candidates sit: who comes first, what it costs, what it says; and each candidate's history."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from establishments.enums import Role
from exams import actions, queries, rules
from exams.enums import EventKind, SittingState, Standing
from exams.models import Exam, Incident, Sitting, SittingEvent
from tests.exams.conftest import TOKEN
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory, UserFactory

pytestmark = pytest.mark.django_db

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SILENT = timedelta(seconds=45) + rules.SILENCE  # the longest silence of a candidate without tiers-temps


def held(count: int, at=None, **changes) -> dict:
    """`count` final answers, as the platform keeps them."""
    response = {"c": "A", "e": 1, "s": 1, "f": True, "l": False, "at": queries.epoch_ms(at) if at else 0, "o": "live"}
    return {str(number): response | changes for number in range(1, count + 1)}


def put(exam, last_name, now, *, silence=5 * SECOND, answered=0, **fields) -> Sitting:
    """A running sitting of a candidate of that name."""
    return SittingFactory(
        exam=exam,
        candidate__last_name=last_name,
        **{
            "state": SittingState.RUNNING,
            "epoch": 1,
            "answer_ms": 45_000,
            "started_at": exam.starts_at,
            "last_seen_at": now - silence,
            "responses": held(answered, now - silence),
            **fields,
        },
    )


def fill_room(exam, now) -> None:
    """One candidate of every standing there is; the names say what is expected, and stand in the opposite order."""
    put(exam, "H TERMINÉ AVANT", now, state="closed", mark=12, closed_at=now)
    SittingFactory(exam=exam, candidate__last_name="C ABSENCE TECHNIQUE", state=SittingState.VOID)
    SittingFactory(exam=exam, candidate__last_name="D PAS LÀ")
    SittingFactory(exam=exam, candidate__last_name="E PRÉSENT", present=True)
    put(exam, "I EN COURS", now, answered=11)
    put(exam, "J EN PAUSE", now, silence=10 * MINUTE, paused_at=now - 9 * MINUTE)
    put(exam, "K MUET", now, silence=SILENT + SECOND)
    put(exam, "L REPRISE AUTORISÉE", now, takeover_asked_at=now, takeover_until=now + MINUTE)
    refused = put(exam, "Y FICHIER REFUSÉ", now)
    SittingEvent.objects.create(sitting=refused, kind=EventKind.FILE_REFUSED, at=now)
    put(exam, "Z AUTRE APPAREIL", now, takeover_asked_at=now - MINUTE)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def room_exam(establishment):
    return ExamFactory(establishment=establishment)


def standings(exam, now) -> list[tuple[str, str]]:
    return [(place.candidate.last_name, place.standing.value) for place in queries.room(exam, now).places]


# --- The order ------------------------------------------------------------------------------------------------------


def test_who_needs_the_supervisor_comes_first(room_exam, now):
    fill_room(room_exam, now)
    assert standings(room_exam, now) == [
        ("Y FICHIER REFUSÉ", "help"),
        ("Z AUTRE APPAREIL", "help"),
        ("K MUET", "interrupted"),
        ("L REPRISE AUTORISÉE", "interrupted"),
        ("J EN PAUSE", "paused"),
        ("I EN COURS", "running"),
        ("H TERMINÉ AVANT", "closed"),
        ("E PRÉSENT", "present"),
        ("D PAS LÀ", "not_started"),
        ("C ABSENCE TECHNIQUE", "void"),
    ]
    room = queries.room(room_exam, now)
    counts = (room.registered, room.absent, room.closed, room.running, room.paused)
    assert counts == (10, 0, 1, 6, 1)
    assert room.summary == "2 candidats ont besoin d’aide, 2 candidats sont interrompus."
    # When nothing arrives any more, everybody who did not finish is interrupted, and who never came is absent.
    over = room_exam.ends_at + rules.LATE_ARRIVAL
    assert {value for _, value in standings(room_exam, over)} == {"interrupted", "closed", "absent", "void"}
    assert queries.room(room_exam, room_exam.ends_at).absent == 2


def test_every_standing_stands_in_the_room(room_exam, now):
    fill_room(room_exam, now)
    assert {value for _, value in standings(room_exam, now)} | {"absent"} == set(Standing.values)


@pytest.mark.parametrize(
    ("silence", "fields", "standing"),
    [
        (SILENT, {}, "running"),
        (SILENT + SECOND, {}, "interrupted"),
        (SILENT + 15 * SECOND, {"answer_ms": 60_000}, "running"),
        (SILENT + 16 * SECOND, {"answer_ms": 60_000}, "interrupted"),
        (SILENT + SECOND, {"paused": True}, "paused"),
    ],
)
def test_silence(room_exam, now, silence, fields, standing):
    if fields.pop("paused", False):
        fields = {**fields, "paused_at": now}
    put(room_exam, "SEUL", now, silence=silence, **fields)
    assert standings(room_exam, now) == [("SEUL", standing)]


@pytest.mark.parametrize(("waited", "standing"), [(0 * SECOND, "running"), (SECOND, "interrupted")])
def test_who_has_just_begun_waits_for_the_first_video_beside_the_whole_room(room_exam, now, waited, standing):
    silence = timedelta(seconds=45) + rules.FIRST_SILENCE + waited
    put(room_exam, "SEUL", now, silence=silence, started_at=now - silence)
    assert standings(room_exam, now) == [("SEUL", standing)]


def test_after_a_pause_the_device_has_its_time_again(room_exam, now):
    account = UserFactory()
    sitting = put(room_exam, "SEUL", now, silence=20 * MINUTE)
    for act, at in ((actions.pause, now - 19 * MINUTE), (actions.end_pause, now)):
        act(exam=room_exam, sitting=sitting, by=account, now=at)
    assert standings(room_exam, now + SILENT) == [("SEUL", "running")]
    assert standings(room_exam, now + SILENT + SECOND) == [("SEUL", "interrupted")]


def test_an_untimed_training_is_never_silent(establishment, now):
    training = ExamFactory(establishment=establishment, kind="training", timed=False)
    put(training, "SEUL", now, silence=timedelta(hours=2))
    assert standings(training, now) == [("SEUL", "running")]


def test_a_refused_file_is_forgotten_once_another_was_loaded(room_exam, now):
    sitting = put(room_exam, "SEUL", now)
    for kind, standing in (("file_refused", "help"), ("file_loaded", "running"), ("file_refused", "help")):
        SittingEvent.objects.create(sitting=sitting, kind=kind, at=now)
        assert standings(room_exam, now) == [("SEUL", standing)]


def test_a_permission_that_was_not_used_is_asked_for_again(room_exam, now):
    put(room_exam, "SEUL", now, takeover_asked_at=now, takeover_until=now + MINUTE)
    assert standings(room_exam, now + MINUTE) == [("SEUL", "interrupted")]
    assert standings(room_exam, now + MINUTE + SECOND) == [("SEUL", "help")]


def test_the_question_reached(room_exam, now):
    responses = held(11) | {"12": held(1, f=False)["1"]}
    put(room_exam, "SEUL", now, responses=responses)
    (place,) = queries.room(room_exam, now).places
    assert (place.answered, place.question, place.ago) == (11, 12, "5 s")
    Sitting.objects.update(responses=held(20))
    (place,) = queries.room(room_exam, now + 61 * MINUTE).places
    assert (place.answered, place.question, place.ago) == (20, 20, "1 h 01")


@pytest.mark.parametrize(
    ("helped", "silent", "summary"),
    [
        (0, 0, "Aucun candidat n’a besoin d’aide."),
        (1, 0, "1 candidat a besoin d’aide."),
        (0, 1, "1 candidat est interrompu."),
        (2, 3, "2 candidats ont besoin d’aide, 3 candidats sont interrompus."),
    ],
)
def test_the_line_that_is_read_aloud(room_exam, now, helped, silent, summary):
    for _ in range(helped):
        put(room_exam, "A", now, takeover_asked_at=now)
    for _ in range(silent):
        put(room_exam, "B", now, silence=SILENT + SECOND)
    assert queries.room(room_exam, now).summary == summary


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 600])
def test_the_board_costs_the_same(supervisor_client, room_exam, now, count, django_assert_num_queries):
    candidates = CandidateFactory.create_batch(count, establishment=room_exam.establishment)
    Sitting.objects.bulk_create(
        Sitting(
            exam=room_exam, candidate=candidate, access_code=f"{n}", order=list(range(1, 21)), state="running",
            epoch=1, answer_ms=45_000, started_at=now, last_seen_at=now, responses=held(n % 20),
        )
        for n, candidate in enumerate(candidates)
    )  # fmt: skip
    url = reverse("exam_detail", args=[room_exam.pk])
    with django_assert_num_queries(7):
        page = supervisor_client.get(url, headers={"HX-Request": "true"})
    assert page.content.decode().count("<tr id=") == count


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_roll_and_the_room_cost_the_same(supervisor_client, room_exam, count, django_assert_num_queries):
    for _ in range(count):
        Incident.objects.create(exam=room_exam, category="room", at=timezone.now(), account=UserFactory().pk)
        SittingFactory(exam=room_exam)
    with django_assert_num_queries(6):
        supervisor_client.get(reverse("exam_presence", args=[room_exam.pk]))
    with django_assert_num_queries(10):
        supervisor_client.get(reverse("exam_room", args=[room_exam.pk]))


@pytest.mark.parametrize(
    ("before", "watched"),
    [(timedelta(hours=1, seconds=1), False), (timedelta(minutes=59), True)],
)
def test_the_page_follows_the_room_from_an_hour_before(supervisor_client, establishment, now, before, watched):
    exam = ExamFactory(establishment=establishment, starts_at=now + before)
    page = supervisor_client.get(reverse("exam_detail", args=[exam.pk])).content.decode()
    assert ("hx-get" in page, "Déroulement" in page) == (watched, watched)
    assert "Mettre en pause toute la salle" not in page


def test_wrong_codes_are_said(supervisor_client, room_exam, now):
    for _ in range(2):
        SittingFactory(exam=room_exam)
    url = reverse("exam_detail", args=[room_exam.pk])
    allowed = rules.wrong_codes_allowed(2)
    said = []
    for count in (2, 3, allowed - 1, allowed):
        Exam.objects.update(wrong_codes=count, wrong_codes_since=now)
        page = supervisor_client.get(url).content.decode()
        said.append(("codes faux ont été saisis" in page, "la date de naissance est demandée" in page))
    assert said == [(False, False), (True, False), (True, False), (False, True)]


def test_an_exam_that_is_over_offers_the_three_decisions(head_client, room_exam, now):
    sitting = put(room_exam, "BAILLY", now, answered=7)
    Exam.objects.update(ends_at=now - rules.LATE_ARRIVAL)
    page = head_client.get(reverse("exam_detail", args=[room_exam.pk])).content.decode()
    assert "Des épreuves n’ont jamais été terminées" in page
    assert reverse("sitting_history", args=[sitting.pk]) in page
    page = head_client.get(reverse("sitting_history", args=[sitting.pk])).content.decode()
    assert [
        label in page for label in ("page de restauration des résultats", "Noter en l’état", "Absence technique")
    ] == [
        True,
        True,
        True,
    ]
    assert [label in page for label in ("Autoriser la reprise", "Mettre en pause", "s par question</button>")] == [
        False,
        False,
        False,
    ]


# --- « Historique » -------------------------------------------------------------------------------------------------


def test_the_history_has_everything_in_order(establishment, room_exam, now):
    head = MembershipFactory(establishment=establishment, user__username="0750655E").user
    supervisor = MembershipFactory(establishment=establishment, role=Role.SUPERVISOR, user__username="0750655E-S").user
    gone, elsewhere = UserFactory(), UserFactory(username="jdupont")
    start = now.replace(microsecond=0)
    sitting = SittingFactory(exam=room_exam, order=[3, 1, 2, *range(4, 21)])
    actions.start_sitting(sitting=sitting, token=TOKEN, now=start)
    sitting.refresh_from_db()
    first = held(1, start + MINUTE)["1"]
    sitting.responses = {
        "3": first,
        "1": first | {"f": False, "e": 2, "at": queries.epoch_ms(start + 3 * MINUTE)},
        "2": first | {"o": "file", "l": True, "at": queries.epoch_ms(start + 9 * MINUTE)},
    }
    sitting.save()
    actions.allow_takeover(sitting=sitting, by=supervisor, now=start + 2 * MINUTE)
    actions.pause(exam=room_exam, by=gone, now=start + 4 * MINUTE)
    actions.give_time(
        exam=room_exam, sitting=sitting, answer_time=timedelta(seconds=75), by=elsewhere, now=start + 5 * MINUTE
    )
    note = {"exam": room_exam, "by": supervisor}
    actions.note_incident(sitting=sitting, category="health", text="Saigne du nez", now=start + 6 * MINUTE, **note)
    actions.note_incident(category="room", text="", now=start + 7 * MINUTE, **note)
    other = SittingFactory(exam=room_exam)
    actions.note_incident(sitting=other, category="fraud", text="Un autre", now=start + 7 * MINUTE, **note)
    actions.grade_as_it_stands(sitting=sitting, reason="device", by=head, now=start + 10 * MINUTE)
    gone.delete()
    sitting = Sitting.objects.select_related("exam__establishment").get(pk=sitting.pk)
    lines = [
        ((entry.at - start) / MINUTE, entry.title, entry.detail, entry.by, entry.device)
        for entry in queries.timeline(sitting)
    ]
    assert lines == [
        (0, "Commencé", "", "", 1),
        (1, "Question 1 sur 20", "réponse définitive reçue", "", 1),
        (2, "Reprise autorisée", "", "Surveillant (0750655E-S)", 1),
        (3, "Question 2 sur 20", "réponse provisoire reçue", "", 2),
        (4, "Mis en pause", "toute la salle", "compte supprimé", None),
        (5, "Temps de réponse augmenté", "75 s par question", "jdupont", None),
        (6, "Incident noté : Santé", "Saigne du nez", "Surveillant (0750655E-S)", None),
        (7, "Incident noté : Salle (bruit, évacuation…)", "toute la salle", "Surveillant (0750655E-S)", None),
        (9, "Question 3 sur 20", "réponse définitive reçue, hors délai, par un fichier de résultat", "", 1),
        (10, "Noté en l’état", "Panne de l’appareil", "Responsable d’établissement (0750655E)", None),
        (10, "Terminé", "3 réponses", "", 1),
    ]


def test_a_refused_file_says_why_in_words(room_exam, now):
    sitting = put(room_exam, "BAILLY", now)
    for cause in ("closed", "mac"):
        actions.note_refused_file(sitting=sitting, cause=cause, by=UserFactory(), now=now)
    assert [entry.detail for entry in queries.timeline(sitting)] == [
        "Refusé : épreuve déjà terminée",
        "Refusé : fichier non reconnu",
    ]


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_history_costs_the_same(supervisor_client, room_exam, now, count, django_assert_num_queries):
    sitting = put(room_exam, "BAILLY", now, answered=min(count, 20))
    for _ in range(count):
        account = UserFactory()
        actions.note_incident(exam=room_exam, sitting=sitting, category="other", text="", by=account, now=now)
        actions.allow_takeover(sitting=sitting, by=account, now=now)
    with django_assert_num_queries(11):
        supervisor_client.get(reverse("sitting_history", args=[sitting.pk]))


def test_the_history_shows_no_answer(supervisor_client, room_exam, now):
    """The page is in the room: what a candidate chose is the correction's to show, to the head."""
    sitting = put(room_exam, "BAILLY", now, responses=held(20, now, c="ABCDEF"))
    page = supervisor_client.get(reverse("sitting_history", args=[sitting.pk])).content.decode()
    assert page.count("réponse définitive reçue") == 20
    assert "ABCDEF" not in page
    assert sitting.access_code not in page
