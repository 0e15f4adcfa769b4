"""Exams without internet (handbook 5.4): no codes, one order, marks or answers typed by the head."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exams import actions, queries
from exams.enums import Outcome, SittingState
from exams.models import Exam, QuestionFigures, Sitting
from stats.queries import establishment_statistics, exam_statistics
from tests.factories import CandidateFactory, UserFactory

NOW = timezone.now()


def make(establishment, *, starts_at=NOW - timedelta(hours=1), candidates=None, kind="offline"):
    if candidates is None:
        candidates = [
            CandidateFactory(establishment=establishment, last_name=name) for name in ("ALLARD", "BRUN", "COMBE")
        ]
    return actions.create_exam(
        establishment=establishment,
        kind=kind,
        attestation="ASSR1",
        name="Examen 5A",
        starts_at=starts_at,
        candidates=candidates,
        now=NOW,
    )


@pytest.fixture
def paper(establishment, bank):
    return make(establishment)


def typed(exam, *results):
    sittings = list(exam.sittings.all())
    by_key = {sitting.pk: result for sitting, result in zip(sittings, results, strict=True)}
    return actions.type_results(exam=exam, results=by_key, by=UserFactory(), now=NOW)


def outcomes(exam, now=NOW + timedelta(days=1)):
    return [sitting.outcome_at(now) for sitting in exam.sittings.select_related("exam")]


# --- The exam -------------------------------------------------------------------------------------------------------


def test_there_are_no_codes_and_everybody_has_the_order_of_the_film(paper):
    assert set(paper.sittings.values_list("access_code", flat=True)) == {""}
    assert [sitting.order for sitting in paper.sittings.all()] == [list(range(1, 21))] * 3
    assert paper.ends_at - paper.starts_at == timedelta(hours=3)


def test_a_change_of_kind_gives_codes_and_takes_them_away(establishment, bank):
    people = [CandidateFactory(establishment=establishment) for _ in range(3)]
    exam = make(establishment, starts_at=NOW + timedelta(days=1), candidates=people)

    def become(kind):
        return actions.change_exam(
            exam=exam,
            kind=kind,
            attestation="ASSR1",
            name=exam.name,
            starts_at=exam.starts_at,
            place="",
            convocation_text="",
            timed=True,
            themes=[],
            candidates=people,
            now=NOW,
        )

    become("exam")
    codes = list(exam.sittings.values_list("access_code", flat=True))
    assert len(set(codes)) == 3
    assert all(len(code) == 8 for code in codes)
    become("offline")
    assert set(exam.sittings.values_list("access_code", flat=True)) == {""}
    assert [sitting.order for sitting in exam.sittings.all()] == [list(range(1, 21))] * 3


def test_its_number_leads_nowhere_and_says_why(paper, client):
    page = client.post(reverse("exam_number"), {"number": paper.number})
    assert "Cette épreuve se passe sur papier" in page.content.decode()
    assert client.get(reverse("exam_code")).status_code == 302


def test_the_creation_form_offers_it(head_client, paper):
    assert "Examen (sans accès internet)" in head_client.get(reverse("exam_create")).content.decode()


# --- Marks ----------------------------------------------------------------------------------------------------------


def test_a_mark_an_absence_and_one_not_known_yet(paper):
    typed(paper, 10, "absent", None)
    assert outcomes(paper) == [Outcome.ADMITTED, Outcome.ABSENT, Outcome.REGISTERED]
    typed(paper, 9, 20, "absent")
    assert outcomes(paper) == [Outcome.FAILED, Outcome.ADMITTED, Outcome.ABSENT]
    typed(paper, None, 20, "absent")
    assert outcomes(paper) == [Outcome.REGISTERED, Outcome.ADMITTED, Outcome.ABSENT]


def test_only_what_changes_is_written_and_each_change_is_in_the_history(paper):
    assert len(typed(paper, 10, "absent", None)) == 2
    assert len(typed(paper, 10, "absent", 12)) == 1
    first = Sitting.objects.select_related("exam__establishment").get(candidate__last_name="ALLARD")
    assert [entry.detail for entry in queries.timeline(first)] == ["note 10"]


def test_nothing_is_typed_before_the_start_nor_for_an_exam_on_devices(establishment, bank):
    for exam in (make(establishment, starts_at=NOW + timedelta(minutes=1)), make(establishment, kind="exam")):
        with pytest.raises(actions.NotAllowed):
            typed(exam, 10, 10, 10)


def test_absence_and_failure_open_the_rattrapage_and_what_is_not_typed_does_not(paper, establishment):
    typed(paper, 9, "absent", None)
    later = queries.choices(
        establishment, kind="exam", attestation="ASSR1", year=paper.year, now=NOW + timedelta(days=1)
    )
    assert [(c.candidate.last_name, c.can_be_chosen) for c in later] == [
        ("ALLARD", True),
        ("BRUN", True),
        ("COMBE", False),
    ]
    again = make(establishment, candidates=[c.candidate for c in later if c.can_be_chosen], kind="exam")
    assert set(again.sittings.values_list("rattrapage", flat=True)) == {True}


def test_results_count_like_those_of_any_exam(paper, establishment):
    typed(paper, 15, 8, "absent")
    results = queries.candidate_results(establishment, paper.year, NOW)
    assert sorted(str(result).split(" le ")[0] for result in results.values()) == ["Absent", "Admis", "Échoué"]
    assert [section.title for section in establishment_statistics(establishment, paper.year)] == [
        "Examen : épreuve principale"
    ]
    assert len(queries.export_plan(establishment, paper.year).left_out) == 2


# --- Answers --------------------------------------------------------------------------------------------------------


def test_answers_give_the_mark_the_correction_and_the_statistics(paper):
    key = actions.answer_key(paper)
    first, second, _ = paper.sittings.all()
    typed(paper, None, 7, None)
    answers = {number: letters if number <= 13 else "" for number, letters in key.items()}
    actions.type_answers(sitting=first, answers=answers, by=UserFactory(), now=NOW)
    first = Sitting.objects.select_related("exam").get(pk=first.pk)
    assert (first.state, first.mark) == (SittingState.CLOSED, 13)
    assert queries.correction(first).errors == 7
    assert exam_statistics(paper).marks == [13], "a mark alone has no answers to count"
    actions.count_answers(now=NOW + timedelta(days=1))
    assert set(QuestionFigures.objects.values_list("answers", flat=True)) == {1}
    assert Sitting.objects.get(pk=second.pk).mark == 7


def test_neutralising_changes_typed_answers_and_leaves_a_mark_alone_as_it_is(paper):
    first, *_ = paper.sittings.all()
    typed(paper, None, 7, "absent")
    actions.type_answers(sitting=first, answers=dict.fromkeys(range(1, 21), ""), by=UserFactory(), now=NOW)
    row = paper.exam_questions.get(number=1)
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    assert list(paper.sittings.values_list("mark", flat=True)) == [1, 7, None]


# --- Pages ----------------------------------------------------------------------------------------------------------


def post(client, exam, *typed, before=("", "", "")):
    fields = {}
    for sitting, value, was in zip(exam.sittings.all(), typed, before, strict=True):
        fields |= {f"note-{sitting.pk}": value, f"note-{sitting.pk}-avant": was}
    return client.post(reverse("exam_marks", args=[exam.pk]), fields)


def test_the_page_takes_marks_and_absences(paper, head_client):
    assert post(head_client, paper, "12", "ABS", "").status_code == 302
    assert outcomes(paper) == [Outcome.ADMITTED, Outcome.ABSENT, Outcome.REGISTERED]
    assert post(head_client, paper, "12/20", "abs", "20", before=("12", "abs", "")).status_code == 302
    assert outcomes(paper) == [Outcome.ADMITTED, Outcome.ABSENT, Outcome.ADMITTED]


@pytest.mark.parametrize("wrong", ["21", "-1", "12,5", "douze", "1e1", "٣" * 11])
def test_a_mark_that_is_none_is_refused_and_nothing_is_written(paper, head_client, wrong):
    page = post(head_client, paper, "12", wrong, "")
    assert page.status_code == 200
    assert "BRUN" in page.content.decode()
    assert outcomes(paper) == [Outcome.REGISTERED] * 3


def test_what_somebody_else_typed_meanwhile_stays(paper, head_client):
    typed(paper, None, 14, None)
    assert post(head_client, paper, "12", "", "").status_code == 302
    assert list(paper.sittings.values_list("mark", flat=True)) == [12, 14, None]


def test_a_mark_from_answers_is_not_typed_over(paper, head_client):
    first, *_ = paper.sittings.all()
    grid = {f"q{number}": list(letters) for number, letters in actions.answer_key(paper).items()}
    assert head_client.post(reverse("sitting_answers", args=[first.pk]), grid).status_code == 302
    assert Sitting.objects.get(pk=first.pk).mark == 20
    assert f"note-{first.pk}" not in head_client.get(reverse("exam_marks", args=[paper.pk])).content.decode()
    page = head_client.get(reverse("sitting_answers", args=[first.pk])).content.decode()
    assert page.count("checked") == sum(map(len, grid.values()))


def test_a_letter_that_the_question_has_not_is_refused(paper, head_client):
    first, *_ = paper.sittings.all()
    page = head_client.post(reverse("sitting_answers", args=[first.pk]), {"q1": ["Z"]})
    assert page.status_code == 200
    assert Sitting.objects.get(pk=first.pk).state == SittingState.NOT_STARTED


def test_the_exam_page_offers_what_paper_needs_and_nothing_of_devices(paper, head_client):
    page = head_client.get(reverse("exam_detail", args=[paper.pk])).content.decode()
    for label in ("Toutes les convocations", "Grille de l'épreuve", "Grille des corrections", "Saisir les notes"):
        assert label in page
    for label in ("Codes d'accès", "Page de restauration des résultats", "Mettre en pause"):
        assert label not in page


def test_an_exam_on_devices_sends_back(establishment, bank, head_client):
    exam = make(establishment, kind="exam")
    for url in (
        reverse("exam_marks", args=[exam.pk]),
        reverse("sitting_answers", args=[exam.sittings.first().pk]),
    ):
        page = head_client.get(url, follow=True)
        assert "ils ne se saisissent pas" in page.content.decode()
        assert page.redirect_chain[-1][0] == reverse("exam_detail", args=[exam.pk])


def test_a_mark_alone_has_no_details(paper, head_client):
    typed(paper, 12, None, None)
    sitting = Exam.objects.get(pk=paper.pk).sittings.get(mark=12)
    assert head_client.get(reverse("sitting_detail", args=[sitting.pk])).status_code == 404
    page = head_client.get(reverse("exam_detail", args=[paper.pk])).content.decode()
    assert "Détails des réponses" not in page
    assert "Corrigé pdf de" not in page


def test_six_hundred_marks_cost_the_queries_of_three(establishment, bank, head_client, django_assert_max_num_queries):
    exam = make(establishment, candidates=[CandidateFactory(establishment=establishment) for _ in range(60)])
    with django_assert_max_num_queries(20):
        head_client.get(reverse("exam_marks", args=[exam.pk]))
