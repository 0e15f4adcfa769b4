from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.models import Candidate
from esr.ops import demo
from establishments.models import Establishment, User
from exams import actions
from exams.bank import source
from exams.models import Exam, Sitting


@pytest.fixture
def loaded(db):
    questions = source.load()
    actions.load_bank(questions=questions, media={question.code: "0" * 20 for question in questions})
    return demo.load(timezone.now())


def counts():
    return [model.objects.count() for model in (Establishment, User, Candidate, Exam, Sitting)]


def test_there_is_an_exam_to_sit_at_once(loaded):
    now = timezone.now()
    for exam, sittings in loaded.exams:
        assert exam.state_at(now) == "active"
        assert len(sittings) == 3
        assert {sitting.state for sitting in sittings} == {"not_started"}
    assert [exam.mode for exam, _ in loaded.exams] == ["exam", "untimed_training"]
    assert len(loaded.logins) == 3
    assert set(demo.media_needed([loaded.exams[0][0]])) == set(
        loaded.exams[0][0].questions.values_list("code", flat=True)
    )


def test_loading_again_changes_nothing(loaded):
    before = counts()
    again = demo.load(timezone.now())
    assert counts() == before
    assert [exam for exam, _ in again.exams] == [exam for exam, _ in loaded.exams]


def test_a_used_or_finished_exam_is_replaced(loaded):
    exam = loaded.exams[0][0]
    Exam.objects.filter(pk=exam.pk).update(ends_at=timezone.now() + timedelta(minutes=5))
    again = demo.load(timezone.now())
    assert again.exams[0][0] != exam
    assert again.exams[0][0].sittings.exists()


def test_the_past_exam_has_admitted_failed_and_absent(loaded):
    now = timezone.now()
    school = Establishment.objects.get(identifier="0750655E")
    past = Exam.objects.of(school).over(now).get()
    outcomes = {sitting.outcome_at(now) for sitting in past.sittings.select_related("exam")}
    assert outcomes == {"admitted", "failed", "absent"}


@pytest.mark.parametrize("fields", demo.ESTABLISHMENTS, ids=lambda fields: fields["name"])
def test_the_establishments_are_well_formed(fields):
    from establishments.rules import is_uai

    assert is_uai(fields["identifier"])


def test_one_establishment_of_each_kind_waits_for_its_account(loaded):
    from establishments import rules
    from establishments.models import AuthorisedEstablishment

    lines = AuthorisedEstablishment.objects.filter(identifier__in=[line[1] for line in demo.AUTHORISED])
    assert {line.identifier_kind for line in lines} == {"uai", "finess", "epide", "srj"}
    for line in lines:
        assert not Establishment.objects.filter(identifier=line.identifier).exists()
        check = {"uai": rules.is_uai, "finess": rules.is_finess}.get(line.identifier_kind, bool)
        assert check(line.identifier)
        assert rules.normal_identifier(line.identifier_kind, line.identifier.lower()) == line.identifier
