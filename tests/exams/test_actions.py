from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from exams import actions, protocol, rules
from exams.bank import source
from exams.models import ExamQuestion, Question, Sitting
from tests.exams.conftest import TOKEN
from tests.factories import CandidateFactory, ExamFactory, QuestionFactory, SittingFactory, UserFactory, make_bank

NOW = timezone.now()


def create(establishment, candidates=(), **fields):
    fields = {"kind": "exam", "attestation": "ASSR1", "name": "Examen", "starts_at": NOW + timedelta(days=2)} | fields
    return actions.create_exam(establishment=establishment, candidates=candidates, now=NOW, **fields)


def all_answers(exam, right: int):
    """Final answers to the twenty questions, the first `right` of them right."""
    key = actions.answer_key(exam)
    return [protocol.Item(q, 1, letters if q <= right else "", True, 1000) for q, letters in sorted(key.items())]


# --- Generating -----------------------------------------------------------------------------------------------


def test_the_exam_follows_the_blueprint(establishment, bank):
    exam = create(establishment)
    assert Counter(exam.questions.values_list("theme", flat=True)) == rules.BLUEPRINT
    assert list(exam.exam_questions.values_list("number", flat=True)) == list(range(1, 21))


def test_each_candidate_has_a_code_and_an_order_of_their_own(establishment, bank):
    exam = create(establishment, [CandidateFactory(establishment=establishment) for _ in range(30)])
    sittings = list(exam.sittings.all())
    assert len({s.access_code for s in sittings}) == 30
    assert all(set(s.access_code) <= set(rules.CODE_ALPHABET) and len(s.access_code) == 8 for s in sittings)
    assert all(sorted(s.order) == list(range(1, 21)) for s in sittings)
    assert len({tuple(s.order) for s in sittings}) == 30


def test_two_exams_of_a_school_differ_as_far_as_the_bank_allows(establishment, db):
    make_bank(per_theme=12)
    first, second = create(establishment), create(establishment)
    assert not set(first.questions.values_list("pk")) & set(second.questions.values_list("pk"))


def test_questions_for_other_attestations_or_uses_are_not_drawn(establishment, bank):
    Question.objects.update(for_assr1=False)
    with pytest.raises(rules.NotEnoughQuestions):
        create(establishment)
    Question.objects.update(for_assr1=True, use="training")
    with pytest.raises(rules.NotEnoughQuestions):
        create(establishment)
    assert create(establishment, kind="training").questions.count() == 20


def test_nothing_is_left_of_an_exam_that_cannot_be_drawn(establishment, db):
    with pytest.raises(rules.NotEnoughQuestions):
        create(establishment)
    assert not establishment.exams.exists()


def test_the_year_is_the_establishments(other_establishment, bank):
    starts_at = timezone.datetime.fromisoformat("2026-12-31T21:30:00+00:00")  # 1:30 on 1 January in La Réunion
    assert create(other_establishment, starts_at=starts_at).year == 2027


def test_the_next_exam_is_the_rattrapage_of_those_who_failed_or_were_absent(establishment, bank):
    failed, absent, new = (CandidateFactory(establishment=establishment) for _ in range(3))
    over = ExamFactory(establishment=establishment, starts_at=NOW - timedelta(days=1))
    SittingFactory(exam=over, candidate=failed, closed=True, mark=9)
    SittingFactory(exam=over, candidate=absent)
    exam = create(establishment, [failed, absent, new])
    assert {s.candidate: s.rattrapage for s in exam.sittings.all()} == {failed: True, absent: True, new: False}
    training = create(establishment, [failed], kind="training")
    assert not training.sittings.get().rattrapage


# --- Changing and deleting ---------------------------------------------------------------------------------------


def test_a_change_keeps_the_codes_of_who_stays(establishment, bank):
    stays, leaves, comes = (CandidateFactory(establishment=establishment) for _ in range(3))
    exam = create(establishment, [stays, leaves])
    code, questions = exam.sittings.get(candidate=stays).access_code, set(exam.questions.values_list("pk"))
    later = exam.starts_at + timedelta(hours=1)
    actions.change_exam(
        exam=exam, candidates=[stays, comes], now=NOW, kind="exam", attestation="ASSR1", name="Autre", starts_at=later
    )
    exam.refresh_from_db()
    assert (exam.name, exam.starts_at, exam.ends_at) == ("Autre", later, later + timedelta(hours=3))
    assert {s.candidate for s in exam.sittings.all()} == {stays, comes}
    assert exam.sittings.get(candidate=stays).access_code == code
    assert set(exam.questions.values_list("pk")) == questions


def test_another_attestation_draws_other_questions(establishment, bank):
    exam = create(establishment)
    Question.objects.filter(pk__in=exam.questions.values("pk")).update(for_assr2=False)
    make_bank(per_theme=7)
    actions.change_exam(
        exam=exam, candidates=[], now=NOW, kind="exam", attestation="ASSR2", name="E", starts_at=exam.starts_at
    )
    assert exam.questions.filter(for_assr2=True).count() == 20


def test_an_exam_that_began_is_neither_changed_nor_deleted(exam):
    with pytest.raises(actions.NotAllowed):
        actions.change_exam(exam=exam, candidates=[], now=timezone.now(), name="Autre")
    with pytest.raises(actions.NotAllowed):
        actions.delete_exam(exam=exam, now=timezone.now())
    actions.delete_exam(exam=exam, now=exam.ends_at)
    assert (Sitting.objects.count(), ExamQuestion.objects.count()) == (0, 0)
    assert Question.objects.exists()


# --- Sitting -------------------------------------------------------------------------------------------------------


def test_a_lost_reply_to_the_start_costs_nothing(sitting):
    now = timezone.now()
    first = actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    again = actions.start_sitting(sitting=sitting, token=TOKEN, now=now + timedelta(seconds=9))
    assert (again.epoch, again.started_at, again.token_hash) == (1, now, first.token_hash)
    assert TOKEN not in str(Sitting.objects.values().get(pk=sitting.pk))


def test_another_device_needs_the_supervisor(sitting):
    now = timezone.now()
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    with pytest.raises(protocol.Elsewhere):
        actions.start_sitting(sitting=sitting, token="u" * 43, now=now)
    actions.allow_takeover(sitting=sitting, by=UserFactory(), now=now)
    with pytest.raises(protocol.Elsewhere):
        actions.start_sitting(sitting=sitting, token="u" * 43, now=now + timedelta(minutes=10, seconds=1))
    taken = actions.start_sitting(sitting=sitting, token="u" * 43, now=now + timedelta(minutes=9))
    assert taken.epoch == 2
    with pytest.raises(protocol.Elsewhere):  # once
        actions.start_sitting(sitting=sitting, token="v" * 43, now=now + timedelta(minutes=9))
    with pytest.raises(protocol.OldEpoch):
        actions.save_answers(sitting=sitting, epoch=1, items=[protocol.Item(1, 1, "A", False)], now=now)


def test_the_start_is_inside_the_exam(exam, sitting):
    for moment, refusal in ((exam.starts_at - timedelta(seconds=1), actions.TooEarly), (exam.ends_at, actions.Over)):
        with pytest.raises(refusal):
            actions.start_sitting(sitting=sitting, token=TOKEN, now=moment)
    actions.start_sitting(sitting=sitting, token=TOKEN, now=exam.ends_at - timedelta(seconds=1))


def test_tiers_temps_is_fixed_at_the_start(exam):
    now = timezone.now()
    plain, _, extra = exam.sittings.order_by("candidate__pk")
    assert actions.start_sitting(sitting=plain, token=TOKEN, now=now).answer_ms == 45_000
    extra = actions.start_sitting(sitting=extra, token=TOKEN, now=now)
    assert extra.answer_ms == 60_000
    extra.candidate.extra_time = False
    extra.candidate.save()
    assert actions.start_sitting(sitting=extra, token=TOKEN, now=now).answer_ms == 60_000


@pytest.mark.parametrize("right", [0, 9, 10, 20])
def test_the_mark_is_worked_out_when_all_answers_are_final(exam, sitting, right):
    now = timezone.now()
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    closed, ack = actions.save_answers(sitting=sitting, epoch=1, items=all_answers(exam, right), now=now)
    assert (closed.state, closed.mark, closed.closed_at) == ("closed", right, now)
    assert ack == dict.fromkeys(range(1, 21), 1)
    assert [event.kind for event in closed.events.all()] == ["started", "closed"]


def test_a_short_training_is_complete_with_fewer_questions(establishment, bank):
    now = timezone.now()
    pupil = CandidateFactory(establishment=establishment)
    exam = create(establishment, [pupil], kind="training", themes=["passagers"], starts_at=now)
    sitting = actions.start_sitting(sitting=exam.sittings.get(), token=TOKEN, now=now)
    assert sitting.total == 7
    closed, _ = actions.save_answers(sitting=sitting, epoch=1, items=all_answers(exam, 4), now=now)
    assert (closed.state, closed.mark, closed.outcome_at(now)) == ("closed", 4, "admitted")


def test_other_themes_give_the_registered_other_orders(establishment, bank):
    exam = create(establishment, [CandidateFactory(establishment=establishment)], kind="training", themes=["passagers"])
    candidates = [sitting.candidate for sitting in exam.sittings.all()]
    actions.change_exam(exam=exam, candidates=candidates, now=NOW, themes=[])
    assert sorted(exam.sittings.get().order) == list(range(1, 21))


def test_answers_are_accepted_until_ten_minutes_after_the_end(exam, sitting):
    actions.start_sitting(sitting=sitting, token=TOKEN, now=timezone.now())
    item = [protocol.Item(1, 1, "A", False)]
    grace = exam.ends_at + timedelta(minutes=10)
    actions.save_answers(sitting=sitting, epoch=1, items=item, now=grace - timedelta(seconds=1))
    with pytest.raises(protocol.Closed):
        actions.save_answers(sitting=sitting, epoch=1, items=item, now=grace)
    with pytest.raises(protocol.Closed):
        actions.finish_sitting(sitting=sitting, epoch=1, held={1: 1}, now=grace)


def test_a_finish_repeated_after_the_end_still_gives_its_receipt(exam, sitting):
    now = timezone.now()
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    actions.save_answers(sitting=sitting, epoch=1, items=all_answers(exam, 12), now=now)
    late = exam.ends_at + timedelta(days=1)
    again = actions.finish_sitting(sitting=sitting, epoch=1, held=dict.fromkeys(range(1, 21), 1), now=late)
    assert (again.mark, again.closed_at) == (12, now)


def test_a_candidate_is_once_in_an_exam(sitting):
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitting.objects.create(exam=sitting.exam, candidate=sitting.candidate, access_code="AUTRE", order=[])


# --- The bank -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attestation", ["ASSR1", "ASSR2", "ASR", "AER"])
def test_the_bank_fills_an_exam_of_every_attestation(establishment, attestation):
    questions = source.load()
    actions.load_bank(questions=questions, media={question.code: "0" * 20 for question in questions})
    exam = create(establishment, attestation=attestation)
    assert Counter(exam.questions.values_list("theme", flat=True)) == rules.BLUEPRINT


def test_the_key_is_that_of_the_exam(establishment, bank):
    other = ExamFactory(establishment=establishment)
    exam = ExamFactory(establishment=establishment)
    question = QuestionFactory(expected="AC")
    ExamQuestion.objects.create(exam=exam, number=4, question=question)
    ExamQuestion.objects.create(exam=other, number=9, question=question)
    assert actions.answer_key(exam) == {4: "AC"}
