"""Handbook 9 (R3): one rattrapage a candidate, attestation and year, after a failure or an absence; never ticked."""

import threading
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candidates.models import Candidate
from exams import actions, protocol, queries, rules
from exams.actions import attempts as attempt_actions
from exams.actions import exam as exam_actions
from exams.enums import Outcome
from exams.models import DeletedSitting, Exam, Sitting
from tests.exams.conftest import TOKEN
from tests.exams.rattrapages import STEPS, Broken, History
from tests.exams.test_candidate_list_races import together
from tests.factories import CandidateFactory, ExamFactory, SittingFactory, UserFactory, make_bank

NOW = timezone.now()
DAY = timedelta(days=1)


def text(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").replace("\xa0", " ").split())


def said(client) -> str:
    """The messages of the next page."""
    return text(client.get(reverse("help")))


def on(moment) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y")


@pytest.fixture
def lily(establishment):
    return CandidateFactory(establishment=establishment, last_name="ALEXANDRE", first_name="Lily")


@pytest.fixture
def by(db):
    return UserFactory()


def sat(candidate, days, *, kind="exam", questions=0, **values):
    """A sitting of an exam that began `days` from now."""
    exam = ExamFactory(
        establishment=candidate.establishment, kind=kind, starts_at=NOW + days * DAY, exam_questions__count=questions,
        name=f"Examen {days}", year=candidate.year,
    )  # fmt: skip
    return SittingFactory(exam=exam, candidate=candidate, **values)


def failed(candidate, days=-5, **values):
    return sat(candidate, days, closed=True, mark=9, **values)


def planned(candidate, days=3, **values):
    return sat(candidate, days, rattrapage=True, **values)


def plan(*candidates, **fields):
    fields = {"kind": "exam", "attestation": "ASSR1", "name": "Examen", "starts_at": NOW + timedelta(hours=1)} | fields
    establishment = candidates[0].establishment
    return actions.create_exam(establishment=establishment, candidates=candidates, now=NOW, **fields)


def choice_of(candidate, now=NOW):
    choices = queries.choices(candidate.establishment, kind="exam", attestation="ASSR1", year=candidate.year, now=now)
    return next(choice for choice in choices if choice.candidate == candidate)


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([], ("main", None)),
        ([("failed", False)], ("rattrapage", 0)),
        ([("absent", False)], ("rattrapage", 0)),
        ([("admitted", False)], (None, 0)),
        ([("technical_absence", False)], ("main", 0)),
        ([("technical_absence", False), ("failed", False)], ("rattrapage", 1)),
        ([("failed", False), ("technical_absence", True)], ("rattrapage", 0)),
        ([("failed", False), ("failed", True)], (None, 1)),
        ([("failed", False), ("absent", True)], (None, 1)),
        ([("failed", False), ("registered", True)], (None, 1)),
        ([("admitted", False), ("registered", True)], (None, 0)),
        ([("running", False)], (None, 0)),
        ([("interrupted", False)], (None, 0)),
        ([("failed", True)], (None, 0)),  # its main exam was deleted
    ],
)
def test_what_the_next_exam_would_be(attempts, expected):
    assert rules.entitlement(attempts) == expected
    assert {outcome for outcome, _ in attempts} <= set(Outcome.values)


@pytest.mark.parametrize(
    ("outcome", "main", "followed", "rattrapage"),
    [
        ("admitted", True, True, True),
        ("failed", True, True, True),
        ("interrupted", True, True, True),
        ("running", True, True, True),
        ("absent", False, True, True),
        ("registered", False, True, False),
        ("technical_absence", False, False, False),
    ],
)
def test_what_is_kept_of_a_deleted_exam(outcome, main, followed, rattrapage):
    assert rules.is_kept(outcome, rattrapage=False, followed=False) is main
    assert rules.is_kept(outcome, rattrapage=False, followed=True) is followed
    assert rules.is_kept(outcome, rattrapage=True, followed=False) is rattrapage


# --- The Information column ---------------------------------------------------------------------------------------


def test_a_candidate_who_is_expected_at_an_exam_that_runs_is_not_yet_absent(lily):
    exam = sat(lily, -0.05).exam
    assert choice_of(lily).information == f"Déjà inscrit le {on(exam.starts_at)}"
    assert not choice_of(lily, exam.ends_at - timedelta(seconds=1)).can_be_chosen
    after = choice_of(lily, exam.ends_at)
    assert (after.information, after.is_rattrapage) == (f"Absent le {on(exam.starts_at)} : rattrapage", True)


def test_an_interruption_is_decided_first(lily):
    exam = sat(lily, -5, state="running", epoch=1, started_at=NOW - 5 * DAY).exam
    choice = choice_of(lily)
    assert choice.information == f"Épreuve interrompue le {on(exam.starts_at)} : décision à prendre"
    assert not choice.can_be_chosen


def test_a_result_on_paper_is_typed_first(lily):
    exam = sat(lily, -5, kind="offline").exam
    choice = choice_of(lily)
    assert choice.information == f"Résultat du {on(exam.starts_at)} à saisir d’abord"
    assert not choice.can_be_chosen


def test_an_admitted_candidate_who_is_still_registered_must_be_taken_out(lily):
    first = sat(lily, -5, closed=True, mark=10)
    second = planned(lily)
    expected = f"Déjà admis le {on(first.exam.starts_at)} ; à retirer de l’épreuve du {on(second.exam.starts_at)}"
    assert choice_of(lily).information == expected


def test_a_technical_absence_burns_neither_exam(lily, bank, by):
    actions.declare_technical_absence(sitting=sat(lily, -9), reason="power", by=by, now=NOW)
    assert (choice_of(lily).can_be_chosen, choice_of(lily).is_rattrapage) == (True, False)
    failed(lily, -5)
    actions.declare_technical_absence(sitting=planned(lily, -2), reason="power", by=by, now=NOW)
    assert plan(lily).sittings.get().rattrapage


def test_the_page_says_that_it_will_be_the_rattrapage(head_client, lily, open_calendar):
    tomorrow = timezone.localtime() + timedelta(hours=1)
    fields = {"kind": "exam", "attestation": "ASSR1", "name": "Examen", "starts_at": f"{tomorrow:%d/%m/%Y %H:%M}"}
    assert "leur unique rattrapage" not in text(head_client.post(reverse("exam_create"), fields))
    failed(lily, -5)
    page = text(head_client.post(reverse("exam_create"), fields))
    assert "leur unique rattrapage" in page
    assert f"Échoué le {on(NOW - 5 * DAY)} : rattrapage" in page


# --- A wrong POST ---------------------------------------------------------------------------------------------------


@pytest.fixture
def posted(head_client, open_calendar):
    soon = timezone.localtime() + timedelta(hours=1)
    fields = {"kind": "exam", "attestation": "ASSR1", "name": "Examen", "starts_at": f"{soon:%d/%m/%Y %H:%M}"}

    def post(*candidates, **changes):
        chosen = {"candidates": [candidate.pk for candidate in candidates], "generate": "1"}
        return head_client.post(reverse("exam_create"), fields | chosen | changes)

    return post


def test_who_may_not_be_chosen_is_named_with_the_reason(posted, establishment, lily, bank):
    john = CandidateFactory(establishment=establishment, last_name="BERTIN", first_name="John")
    new = CandidateFactory(establishment=establishment)
    sat(lily, -5, closed=True, mark=15)
    failed(john, -5)
    planned(john, -2, closed=True, mark=5)
    page = text(posted(lily, john, new))
    assert f"ALEXANDRE Lily ne peut pas passer cette épreuve : Déjà admis le {on(NOW - 5 * DAY)}." in page
    assert f"BERTIN John ne peut pas passer cette épreuve : Rattrapage déjà organisé le {on(NOW - 2 * DAY)}." in page
    assert Exam.objects.filter(name="Examen").count() == 0
    assert f'value="{new.pk}" id="candidate-{new.pk}" checked' in page  # what was rightly chosen stays


def test_who_was_chosen_elsewhere_in_the_meantime_is_named(posted, lily, bank, monkeypatch):
    """The form was filled before somebody else registered the candidate: the action looks again, under lock."""
    real, asked = queries.choices, []

    def choices(*args, **kwargs):
        found = real(*args, **kwargs)
        if not asked:
            sat(lily, 2)
        asked.append(1)
        return found

    monkeypatch.setattr(queries, "choices", choices)
    page = text(posted(lily))
    reason = f"Déjà inscrit le {on(NOW + 2 * DAY)}"
    assert f"Ne peuvent pas passer cette épreuve : ALEXANDRE Lily ({reason}). Rien n’a été enregistré." in page
    assert not Exam.objects.filter(name="Examen").exists()
    assert page.count(reason) == 2  # and in the Information column


def test_who_was_deleted_in_the_meantime_is_named(lily, bank):
    Candidate.objects.all().delete()
    with pytest.raises(actions.NotAllowed, match="ALEXANDRE Lily : supprimé de la liste"):
        plan(lily)
    assert not Exam.objects.exists()


def test_a_change_is_refused_as_well_and_changes_nothing(lily, establishment, bank):
    other = CandidateFactory(establishment=establishment)
    exam = plan(other)
    sat(lily, -5, closed=True, mark=15)
    with pytest.raises(actions.NotAllowed, match="ALEXANDRE Lily"), transaction.atomic():
        actions.change_exam(exam=exam, candidates=[lily], now=NOW, name="Autre")
    exam.refresh_from_db()
    assert (exam.name, exam.sittings.get().candidate) == ("Examen", other)


def test_an_exam_moved_to_the_next_year_keeps_nobody_of_this_one(head_client, lily, bank, open_calendar):
    """Candidates are of one session: the rattrapage is of the same calendar year because they are."""
    failed(lily)
    exam = plan(lily)
    fields = {
        "kind": "exam", "attestation": "ASSR1", "name": "Examen", "starts_at": f"05/03/{lily.year + 1} 10:00",
    }  # fmt: skip
    address = reverse("exam_edit", args=[exam.pk])
    assert "Aucun candidat pour cette attestation" in text(head_client.post(address, fields))
    refused = head_client.post(address, fields | {"candidates": [lily.pk], "generate": "1"})
    assert "Un des candidats choisis ne peut pas passer cette épreuve" in text(refused)
    exam.refresh_from_db()
    assert (exam.year, exam.sittings.get().rattrapage) == (lily.year, True)


def test_an_exam_that_becomes_a_training_gives_the_rattrapage_back(lily, bank):
    failed(lily)
    exam = plan(lily)
    actions.change_exam(exam=exam, candidates=[lily], now=NOW, kind="training")
    sitting = exam.sittings.get()
    assert (sitting.rattrapage, sitting.settles, choice_of(lily).is_rattrapage) == (False, "", True)
    actions.change_exam(exam=exam, candidates=[lily], now=NOW, kind="exam")
    sitting.refresh_from_db()
    assert (sitting.rattrapage, sitting.settles) == (True, "ASSR1")


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rattrapage", [False, True])
def test_the_database_holds_one_of_each(lily, rattrapage):
    sat(lily, -5, closed=True, mark=3, rattrapage=rattrapage)
    with pytest.raises(IntegrityError), transaction.atomic():
        sat(lily, -2, rattrapage=rattrapage)
    sat(lily, -2, rattrapage=rattrapage, state="void")
    sat(lily, -2, rattrapage=rattrapage, kind="training")
    sat(lily, -2, rattrapage=not rattrapage)


# --- Deleted exams ----------------------------------------------------------------------------------------------------


def delete(sitting):
    actions.delete_exam(exam=sitting.exam, now=NOW)


@pytest.mark.parametrize(
    ("values", "expected", "is_rattrapage"),
    [
        ({"closed": True, "mark": 15}, "Déjà admis le {day} (épreuve supprimée)", None),
        ({"closed": True, "mark": 9}, "Échoué le {day} (épreuve supprimée) : rattrapage", True),
        (
            {"state": "running", "epoch": 1, "started_at": NOW - 5 * DAY},
            "Interrompu le {day} (épreuve supprimée) : rattrapage",
            True,
        ),
        ({"state": "void"}, "", False),
        ({}, "", False),
    ],
    ids=["admitted", "failed", "interrupted", "technical absence", "absent"],
)
def test_a_main_exam_deleted(lily, values, expected, is_rattrapage):
    sitting = sat(lily, -5, **values)
    delete(sitting)
    choice = choice_of(lily)
    assert choice.information == expected.format(day=on(sitting.exam.starts_at))
    assert (choice.is_rattrapage if choice.can_be_chosen else None) is is_rattrapage


@pytest.mark.parametrize("values", [{"closed": True, "mark": 9}, {"closed": True, "mark": 15}, {}])
def test_a_rattrapage_deleted_was_the_only_one(lily, bank, values):
    failed(lily)
    delete(planned(lily, -2, **values))
    with pytest.raises(actions.NotAllowed, match="épreuve supprimée"):
        plan(lily)


def test_a_rattrapage_deleted_before_it_began_can_be_planned_again(lily, bank):
    failed(lily)
    delete(planned(lily, 3))
    assert plan(lily).sittings.get().rattrapage


def test_deleting_the_main_exam_leaves_the_planned_rattrapage_one(lily):
    """The convocation says so, and an absence deleted makes no first exam of a second."""
    absence = sat(lily, -5)
    rattrapage = planned(lily)
    delete(absence)
    rattrapage.refresh_from_db()
    assert rattrapage.rattrapage
    assert queries.misplaced(Sitting.objects.all(), NOW) == []


def test_what_is_kept_is_neither_mark_nor_answers_and_goes_with_the_candidate(lily):
    delete(failed(lily))
    kept = DeletedSitting.objects.values().get()
    assert kept.keys() == {"id", "candidate_id", "settles", "rattrapage", "outcome", "starts_at"}
    lily.delete()
    assert not DeletedSitting.objects.exists()


def test_nothing_is_kept_of_a_training(lily):
    delete(sat(lily, -5, kind="training", closed=True, mark=9))
    assert not DeletedSitting.objects.exists()


def test_the_delete_page_says_what_is_kept(head_client, lily, establishment):
    main, training = failed(lily), sat(lily, -5, kind="training", closed=True, mark=9)
    absent = planned(lily, -2)
    pages = [text(head_client.get(reverse("exam_delete", args=[s.exam.pk]))) for s in (main, training, absent)]
    assert ["La plateforme retient seulement" in page for page in pages] == [True, False, False]
    assert ["Une absence au rattrapage reste comptée" in page for page in pages] == [False, False, True]


# --- Results that come later ------------------------------------------------------------------------------------------


def test_a_main_exam_that_proves_a_technical_absence_makes_the_rattrapage_the_main_exam(head_client, lily, bank):
    """Nothing of the first counts: what came after it is the first, and the candidate keeps the rattrapage."""
    absence = sat(lily, -5)
    second = planned(lily, -2, closed=True, mark=5)
    head_client.post(reverse("sitting_void", args=[absence.pk]), {"reason": "power"})
    second.refresh_from_db()
    assert not second.rattrapage
    assert f"l’épreuve « Examen -2 » du {on(NOW - 2 * DAY)} devient son épreuve principale" in said(head_client)
    assert plan(lily).sittings.get().rattrapage


def test_a_technical_absence_taken_back_makes_the_later_exam_the_rattrapage(head_client, lily):
    absence = sat(lily, -5, state="void")
    second = sat(lily, 3)
    head_client.post(reverse("sitting_unvoid", args=[absence.pk]))
    second.refresh_from_db()
    assert second.rattrapage
    assert "l’épreuve « Examen 3 »" in said(head_client)


def test_a_technical_absence_is_not_taken_back_into_a_third_exam(head_client, lily):
    absence = sat(lily, -5, state="void")
    failed(lily, -3)
    planned(lily)
    head_client.post(reverse("sitting_unvoid", args=[absence.pk]))
    absence.refresh_from_db()
    assert absence.state == "void"
    assert "une autre épreuve principale et un rattrapage" in said(head_client)
    assert sorted(Sitting.objects.values_list("state", "rattrapage")) == [
        ("closed", False), ("not_started", True), ("void", False)
    ]  # fmt: skip


def where_it_is_told(client, sitting) -> list[bool]:
    """On the list of exams and on the exam's page."""
    exams, page = client.get(reverse("exam_list")), client.get(reverse("exam_detail", args=[sitting.exam.pk]))
    told = "Des inscriptions au rattrapage sont à vérifier" in text(page)
    if told:
        assert "ALEXANDRE Lily" in text(page)
    return ["Inscrits à vérifier" in text(exams), told]


def test_a_file_restored_after_the_rattrapage_was_planned(head_client, lily, bank, by):
    """Voided while it ran, planned anew, taken back, and then the file comes: admitted, and still registered."""
    exam = plan(lily, starts_at=NOW)
    sitting = actions.start_sitting(sitting=exam.sittings.get(), token=TOKEN, now=NOW)
    after = exam.ends_at + timedelta(hours=1)
    actions.declare_technical_absence(sitting=sitting, reason="network", by=by, now=after)
    second = planned(lily, 3)
    Sitting.objects.filter(pk=second.pk).update(rattrapage=False)
    actions.lift_technical_absence(sitting=sitting, by=by, now=after)
    (unsettled,) = queries.misplaced(Sitting.objects.all(), after)
    assert str(unsettled) == f"ALEXANDRE Lily : épreuve du {on(NOW)} pas encore réglée (interrompu)"
    items = [protocol.Item(q, 1, letters, True) for q, letters in actions.answer_key(exam).items()]
    actions.restore_sitting(sitting=sitting, epoch=1, items=items, by=by, now=after, reason="network")
    (admitted,) = queries.misplaced(Sitting.objects.all(), after)
    assert str(admitted) == f"ALEXANDRE Lily : admis le {on(NOW)}"
    assert where_it_is_told(head_client, second) == [True, True]


def test_a_mark_on_paper_that_becomes_a_pass(head_client, lily):
    main = sat(lily, -5, kind="offline", closed=True, mark=9)
    second = planned(lily)
    assert where_it_is_told(head_client, second) == [False, False]
    head_client.post(reverse("exam_marks", args=[main.exam.pk]), {f"note-{main.pk}": "11"})
    warned = f"admis le {on(NOW - 5 * DAY)}, et inscrit au rattrapage « Examen 3 » du {on(NOW + 3 * DAY)}"
    assert f"ALEXANDRE Lily : {warned}" in said(head_client)
    assert where_it_is_told(head_client, second) == [True, True]
    assert "puis sauvegardez" in text(head_client.get(reverse("exam_detail", args=[second.exam.pk])))
    head_client.post(reverse("exam_marks", args=[main.exam.pk]), {f"note-{main.pk}": "", f"note-{main.pk}-avant": "11"})
    assert f"épreuve du {on(NOW - 5 * DAY)} pas encore réglée (inscrit)" in said(head_client)
    head_client.post(reverse("exam_marks", args=[main.exam.pk]), {f"note-{main.pk}": "abs"})
    assert where_it_is_told(head_client, second) == [False, False]


def test_once_the_rattrapage_has_begun_the_page_does_not_ask_to_change_it(head_client, lily):
    sat(lily, -5, closed=True, mark=12)
    second = planned(lily, -0.05)
    page = text(head_client.get(reverse("exam_detail", args=[second.exam.pk])))
    assert "Son admission lui reste acquise" in page
    assert "puis sauvegardez" not in page


def test_saving_the_exam_takes_the_admitted_out(head_client, lily, establishment, bank, open_calendar):
    """What the page asks for."""
    john = CandidateFactory(establishment=establishment)
    main = failed(lily)
    failed(john)
    exam = plan(lily, john, starts_at=NOW + timedelta(hours=2))
    Sitting.objects.filter(pk=main.pk).update(mark=12)
    fields = {
        "kind": "exam", "attestation": "ASSR1", "name": "Examen",
        "starts_at": timezone.localtime(exam.starts_at).strftime("%d/%m/%Y %H:%M"),
    }  # fmt: skip
    address = reverse("exam_edit", args=[exam.pk])
    step = head_client.post(address, fields)
    ticked = [c.candidate for c in step.context["choices"] if f"{c.candidate.pk}" in step.context["chosen"]]
    page = text(step)
    assert set(ticked) == {lily, john}
    assert f'id="candidate-{lily.pk}" disabled' in page
    head_client.post(address, fields | {"candidates": [john.pk], "generate": "1"})
    assert [sitting.candidate for sitting in exam.sittings.all()] == [john]
    assert queries.misplaced(Sitting.objects.all(), NOW) == []


@pytest.fixture
def neutralisable(lily):
    """A failure at nine that a neutralised question turns, and the rattrapage after it."""
    responses = {str(q): {"c": "A" if q <= 9 else "B", "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"}
                 for q in range(1, 21)}  # fmt: skip
    main = failed(lily, questions=20, responses=responses)
    return main.exam.exam_questions.select_related("question").get(number=20), planned(lily)


def test_a_question_neutralised_that_admits(admin_client, head_client, neutralisable):
    row, second = neutralisable
    address = reverse("admin:question_neutralise", args=[row.question.pk])
    plan = admin_client.post(address, {"number": row.exam.number})
    line = f"ALEXANDRE Lily, épreuve {second.exam.number} du"
    assert line in text(plan)
    assert where_it_is_told(head_client, second) == [False, False]
    seen = plan.context["form"].shown
    posted = {"number": row.exam.number, "reason": "illisible", "seen": seen, "confirm": "1"}
    done = admin_client.post(address, posted, follow=True)
    assert f"ALEXANDRE Lily (épreuve {second.exam.number})" in text(done)
    assert where_it_is_told(head_client, second) == [True, True]


def test_a_question_neutralised_in_all_exams(neutralisable):
    row, _ = neutralisable
    out = StringIO()
    call_command("neutralise", row.question.code, year=row.exam.year, stdout=out)
    assert "1 marks, 1 results, 1 rattrapages to cancel" in out.getvalue()


def test_an_exam_without_rattrapage_is_asked_once(establishment, lily, django_assert_num_queries):
    sat(lily, 3)
    with django_assert_num_queries(1):
        assert queries.misplaced(Sitting.objects.all(), NOW) == []


# --- Any history ------------------------------------------------------------------------------------------------------


HISTORIES = st.lists(
    st.tuples(st.sampled_from([*STEPS, "plan", "later", "sit"]), st.integers(0, 7)), min_size=6, max_size=18
)
TWO_FAILURES = [("plan", 0), ("later", 0), ("sit", 0), ("later", 1), ("plan", 0), ("later", 0), ("sit", 1)]
# Two failures, the second deleted: only what is kept of it stands against a third exam.
DELETED = [*TWO_FAILURES, ("later", 1), ("delete", 1), ("plan", 0)]
# Absent, voided late, planned anew, taken back and restored: admitted with a rattrapage ahead.
TAKEN_BACK = [
    ("plan", 0), ("later", 0), ("begin", 0), ("later", 1), ("void", 0), ("plan", 0), ("lift", 0), ("restore", 2)
]  # fmt: skip


def happen(establishment, steps) -> History:
    """A history in a transaction that leaves nothing behind. Raises Broken."""
    with transaction.atomic():
        candidate = CandidateFactory(establishment=establishment)
        history = History(candidate, UserFactory(), NOW)
        try:
            history.run(steps)
        finally:
            transaction.set_rollback(True)
    return history


@given(steps=HISTORIES)
@settings(
    max_examples=35, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_no_history_gives_a_second_rattrapage_nor_one_to_who_is_admitted(establishment, bank, steps):
    happen(establishment, steps)


@pytest.mark.parametrize("steps", [TWO_FAILURES, DELETED, TAKEN_BACK])
def test_histories_that_must_hold(establishment, bank, steps):
    done = happen(establishment, steps).done
    assert len(done) == len(steps) - (steps is DELETED)


@pytest.mark.parametrize(
    ("module", "name", "defect", "steps", "noticed"),
    [
        (rules, "is_kept", lambda outcome, **_: False, DELETED, "Broken: an exam after the rattrapage"),
        (rules, "entitlement", lambda attempts: (rules.MAIN, None), TWO_FAILURES, "IntegrityError: "),
        (queries, "misplaced", lambda *_: [], TAKEN_BACK, "Broken: a pointless rattrapage that is not told"),
    ],
)
def test_a_seeded_defect_is_noticed(establishment, bank, monkeypatch, module, name, defect, steps, noticed):
    monkeypatch.setattr(module, name, defect)
    with pytest.raises((Broken, IntegrityError)) as found:
        happen(establishment, steps)
    assert f"{found.type.__name__}: {found.value}".startswith(noticed)


# --- Two hundred at once --------------------------------------------------------------------------------------------

ATTEMPTS, AT_ONCE = 200, 20


@pytest.fixture
def failed_lily(transactional_db, establishment):
    make_bank(per_theme=6)
    candidate = CandidateFactory(establishment=establishment, last_name="ALEXANDRE", first_name="Lily")
    failed(candidate)
    return candidate


def attempted(candidate) -> list:
    """What becomes of two hundred attempts at a rattrapage, over twenty connections."""
    ends = []

    def some():
        for _ in range(ATTEMPTS // AT_ONCE):
            try:
                plan(candidate)
                ends.append("done")
            except (actions.NotAllowed, IntegrityError) as error:
                ends.append(type(error))

    assert together(*[some] * AT_ONCE) == ["done"] * AT_ONCE
    return ends


def rattrapages(candidate) -> int:
    return candidate.sittings.filter(rattrapage=True).count()


def side_by_side(monkeypatch, *, at_once: int) -> None:
    """No lock, and everybody has looked before anybody writes: the database alone decides."""
    gate = threading.Barrier(at_once)
    real = exam_actions.entitled

    def entitled(*args):
        found = real(*args)
        gate.wait()
        return found

    monkeypatch.setattr(attempt_actions, "hold", set)
    monkeypatch.setattr(exam_actions, "entitled", entitled)


@pytest.mark.postgresql
def test_of_two_hundred_attempts_one_is_the_rattrapage(failed_lily):
    ends = attempted(failed_lily)
    assert (ends.count("done"), ends.count(actions.NotAllowed)) == (1, ATTEMPTS - 1)
    assert rattrapages(failed_lily) == 1
    assert Exam.objects.count() == 2  # nothing is left of the others


@pytest.mark.postgresql
def test_the_index_alone_holds_it(failed_lily, monkeypatch):
    side_by_side(monkeypatch, at_once=AT_ONCE)
    ends = together(*[partial(plan, failed_lily)] * AT_ONCE)
    assert (ends.count("done"), ends.count(IntegrityError)) == (1, AT_ONCE - 1)
    assert rattrapages(failed_lily) == 1


@pytest.mark.postgresql
def test_without_index_and_lock_all_of_them_pass(failed_lily, monkeypatch):
    """The control of the two tests above."""
    side_by_side(monkeypatch, at_once=AT_ONCE)
    (guard,) = [c for c in Sitting._meta.constraints if c.name == "one_main_exam_and_one_rattrapage"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Sitting, guard)
    try:
        assert together(*[partial(plan, failed_lily)] * AT_ONCE) == ["done"] * AT_ONCE
        assert rattrapages(failed_lily) == AT_ONCE
    finally:
        Sitting.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Sitting, guard)


ROUNDS = 5


@pytest.mark.postgresql
def test_a_rattrapage_deleted_while_another_is_planned(failed_lily):
    """What is kept of the first is there before the second looks; or the second looks while the first still stands."""
    for _ in range(ROUNDS):
        DeletedSitting.objects.all().delete()
        first = planned(failed_lily, -2, closed=True, mark=5)
        assert together(partial(delete, first), partial(plan, failed_lily)) == ["done", actions.NotAllowed]


@pytest.mark.postgresql
def test_a_technical_absence_taken_back_while_a_rattrapage_is_planned(failed_lily):
    """One of the two comes first, and the other is refused."""
    by = UserFactory()
    for _ in range(ROUNDS):
        Exam.objects.all().delete()
        absence = sat(failed_lily, -8, state="void")
        failed(failed_lily)
        back = partial(actions.lift_technical_absence, sitting=absence, by=by, now=NOW)
        ends = together(back, partial(plan, failed_lily))
        assert sorted(map(str, ends)) == sorted(map(str, ["done", actions.NotAllowed]))
        counted = failed_lily.sittings.exclude(state="void")
        assert sorted(counted.values_list("rattrapage", flat=True)) == [False, True]
