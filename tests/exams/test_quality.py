"""Figures of questions, worked by hand; and what becomes of a faulty one."""

from datetime import timedelta
from io import StringIO
from math import sqrt

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certificates import documents
from exams import actions, protocol, queries, rules
from exams.enums import Doubt, ExamKind, Outcome, SittingState
from exams.models import QuestionFigures, Sitting, SittingEvent
from tests.certificates.reading import text_of
from tests.exams.conftest import TOKEN
from tests.factories import CandidateFactory, ExamFactory, SittingFactory, UserFactory

NOW = timezone.now()
OVER = {"starts_at": NOW - timedelta(hours=5), "ends_at": NOW - timedelta(hours=2)}


def sat(exam, wrong=(), **answers):
    """A closed sitting of an exam whose key is A, wrong at the numbers given; q3="BC" says what was chosen."""
    given = {number: "B" if number in wrong else "A" for number in range(1, 21)}
    given |= {int(name[1:]): letters for name, letters in answers.items()}
    responses = {
        str(number): {"c": letters, "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"}
        for number, letters in given.items()
    }
    mark = sum(letters == "A" for letters in given.values())
    return SittingFactory(exam=exam, closed=True, mark=mark, responses=responses)


def figures(exam, number):
    return QuestionFigures.objects.get(question=exam.exam_questions.get(number=number).question)


# --- Figures ------------------------------------------------------------------------------------------------------


def test_four_sittings_worked_by_hand(db):
    """Question 1 is right for marks 20 and 15, wrong for 10 and 7: the rests are 19, 14, 10 and 7."""
    exam = ExamFactory(exam_questions__count=20, **OVER)
    sat(exam)
    sat(exam, wrong=range(2, 7))
    sat(exam, wrong=range(1, 11), q1="BC")
    sat(exam, wrong=range(1, 14), q1="")
    assert actions.count_answers(now=NOW) == 4
    row = figures(exam, 1)
    assert row.sums == rules.AnswerSums(
        answers=4, right=2, rest=19 + 14 + 10 + 7, rest_squares=361 + 196 + 100 + 49, rest_of_right=33
    )
    assert row.choices == {"A": 2, "BC": 1, "": 1}
    assert (row.year, row.kind) == (exam.year, "exam")
    # Means: 16.5 among the right, 8.5 among the wrong; the rest's standard deviation is sqrt(706/4 - 12.5²).
    by_hand = (16.5 - 8.5) * sqrt(0.25) / sqrt(706 / 4 - 12.5**2)
    assert row.sums.discrimination == pytest.approx(by_hand)
    assert row.sums.facility == 0.5
    told = queries.quality(row.question, [row])
    assert [(p.letter, p.percent, p.expected) for p in told.propositions] == [
        ("A", 50, True),
        ("B", 25, False),
        ("C", 25, False),
    ]
    assert (told.unanswered, told.facility, told.discrimination) == (25, 50, 0.89)


def test_nothing_correlates_with_itself(db):
    """Everybody but for the question itself has the same mark: it says nothing about who is better."""
    exam = ExamFactory(exam_questions__count=20, **OVER)
    sat(exam)
    sat(exam, wrong=[1])
    actions.count_answers(now=NOW)
    assert figures(exam, 1).sums.discrimination is None


def test_a_sitting_is_counted_once_and_a_later_one_is_added(db):
    exam = ExamFactory(exam_questions__count=20, **OVER)
    sat(exam)
    assert actions.count_answers(now=NOW) == 1
    assert actions.count_answers(now=NOW) == 0
    sat(exam, wrong=[5])  # restored from a file, days later
    assert actions.count_answers(now=NOW) == 1
    assert figures(exam, 5).sums.answers == 2
    assert figures(exam, 5).choices == {"A": 1, "B": 1}


def test_an_exam_that_still_receives_answers_waits(db):
    exam = ExamFactory(exam_questions__count=20, starts_at=NOW - timedelta(hours=3), ends_at=NOW)
    sat(exam)
    assert actions.count_answers(now=NOW + rules.LATE_ARRIVAL - timedelta(seconds=1)) == 0
    assert actions.count_answers(now=NOW + rules.LATE_ARRIVAL) == 1


def test_who_did_not_finish_counts_nowhere(db):
    exam = ExamFactory(exam_questions__count=20, **OVER)
    SittingFactory(exam=exam)
    SittingFactory(exam=exam, state=SittingState.RUNNING, epoch=1, started_at=NOW)
    assert actions.count_answers(now=NOW) == 0
    assert not QuestionFigures.objects.exists()


def test_a_short_training_has_no_figures_and_is_not_asked_again(db):
    exam = ExamFactory(exam_questions__count=5, kind=ExamKind.TRAINING, **OVER)
    SittingFactory(exam=exam, closed=True, mark=3, order=[1, 2, 3, 4, 5])
    assert actions.count_answers(now=NOW) == 1
    assert not QuestionFigures.objects.exists()
    assert actions.count_answers(now=NOW) == 0


def test_figures_outlive_the_exam_even_one_that_is_deleted_before_they_are_counted(db):
    exam = ExamFactory(exam_questions__count=20, **OVER)
    question = exam.exam_questions.get(number=1).question
    sat(exam)
    actions.delete_exam(exam=exam, now=NOW)
    assert not Sitting.objects.exists()
    assert question.figures.get().sums.answers == 1


def test_questions_to_look_at():
    n = rules.ANSWERS_TO_JUDGE

    def sums(right, rest_of_right, answers=n):
        # Half of the rests are 10, half are 18.
        return rules.AnswerSums(answers, right, answers * 14, answers // 2 * (100 + 324), rest_of_right)

    good, backwards = sums(n // 2, n // 2 * 18), sums(n // 2, n // 2 * 10)
    assert good.discrimination == pytest.approx(1)
    assert rules.doubts(good) == ()
    assert backwards.discrimination == pytest.approx(-1)
    assert rules.doubts(backwards) == ("negative",)
    assert rules.doubts(sums(n // 2, n // 2 * 14)) == ("weak",)
    assert rules.doubts(sums(n // 5, n // 5 * 18)) == ("hard",)
    assert "easy" in rules.doubts(sums(n - 2, n * 14 - 20))
    assert rules.doubts(sums(n // 2 - 1, (n // 2 - 1) * 10, answers=n - 2)) == (), "too few to judge"
    assert {*Doubt.values} == {"negative", "weak", "hard", "easy"}


# --- Neutralising -------------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(db):
    """An exam with marks 9 (wrong at question 1), 9 (right there), 15, and its first question."""
    exam = ExamFactory(exam_questions__count=20, **OVER)
    low, unlucky, good = (
        sat(exam, wrong=range(1, 12)),
        sat(exam, wrong=range(10, 21)),
        sat(exam, wrong=range(1, 6)),
    )
    absent = SittingFactory(exam=exam)
    return exam.exam_questions.get(number=1), low, unlucky, good, absent


def marks(*sittings):
    return [Sitting.objects.get(pk=sitting.pk).mark for sitting in sittings]


def test_everybody_gets_the_point_and_nobody_loses_one(faulty):
    row, low, unlucky, good, absent = faulty
    changes = actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    assert marks(low, unlucky, good, absent) == [10, 9, 16, None]
    assert {(c.sitting.pk, c.before, c.after, c.changes_result) for c in changes} == {
        (low.pk, 9, 10, True),
        (good.pk, 15, 16, False),
    }
    assert Sitting.objects.get(pk=low.pk).outcome_at(NOW) == Outcome.ADMITTED


def test_the_dry_run_tells_what_then_happens_and_does_nothing(faulty):
    row, low, unlucky, good, _ = faulty
    foretold = queries.rescored(row.exam, queries.neutralised_key(actions.answer_key(row.exam), row))
    assert marks(low, unlucky, good) == [9, 9, 15]
    done = actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    assert [(c.sitting.pk, c.before, c.after) for c in foretold] == [(c.sitting.pk, c.before, c.after) for c in done]


def test_lifting_it_gives_the_old_marks_back(faulty):
    row, low, unlucky, good, _ = faulty
    administrator = UserFactory()
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=administrator, now=NOW)
    row.refresh_from_db()
    assert (row.neutralised_by, row.neutralised_because) == (administrator.pk, "Panneau illisible")
    foretold = queries.rescored(row.exam, queries.neutralised_key(actions.answer_key(row.exam), row))
    assert {c.after for c in foretold} == {9, 15}
    actions.lift_neutralisation(exam_question=row, by=administrator, now=NOW)
    assert marks(low, unlucky, good) == [9, 9, 15]


def test_it_leaves_a_trace_in_the_history_of_each_changed_sitting(faulty):
    row, low, unlucky, _, _ = faulty
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(username="editrice"), now=NOW)
    event = SittingEvent.objects.get(sitting=low)
    assert event.detail == {"question": 1, "before": 9, "after": 10, "reason": "Panneau illisible"}
    assert not SittingEvent.objects.filter(sitting=unlucky).exists()
    entry = queries.timeline(Sitting.objects.select_related("exam__establishment").get(pk=low.pk))[-1]
    assert "de 9 à 10, Panneau illisible" in entry.detail
    assert entry.by == "editrice"


def test_neither_happens_twice(faulty):
    row, low, *_ = faulty
    with pytest.raises(actions.NotAllowed):
        actions.lift_neutralisation(exam_question=row, by=UserFactory(), now=NOW)
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    with pytest.raises(actions.NotAllowed):
        actions.neutralise(exam_question=row, reason="Encore", by=UserFactory(), now=NOW)
    assert marks(low) == [10]


def test_a_reason_is_asked_by_the_database_itself(faulty):
    row, *_ = faulty
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.neutralise(exam_question=row, reason="", by=UserFactory(), now=NOW)


def test_a_sitting_that_closes_afterwards_has_the_point_too(exam):
    row, now = exam.exam_questions.get(number=1), timezone.now()  # this exam began ten minutes ago, NOW may be older
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=now)
    sitting = actions.start_sitting(sitting=exam.sittings.first(), token=TOKEN, now=now)
    nothing = [protocol.Item(number, 1, "", True, 1000) for number in sitting.order]
    sitting, _ = actions.save_answers(sitting=sitting, epoch=1, items=nothing, now=now)
    assert (sitting.state, sitting.mark) == (SittingState.CLOSED, 1)


def test_corrections_say_so_and_agree_with_the_mark(faulty, client):
    row, low, *_ = faulty
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    correction = queries.correction(Sitting.objects.select_related("exam").get(pk=low.pk))
    first = next(question for question in correction.questions if question.number == 1)
    assert (first.right, first.neutralised, first.given) == (True, True, "B")
    assert correction.mark == sum(question.right for question in correction.questions) == 10


def test_the_detail_page_says_so(faulty, head_client, establishment):
    exam = ExamFactory(exam_questions__count=20, establishment=establishment, **OVER)
    sitting = sat(exam, wrong=[1])
    row = exam.exam_questions.get(number=1)
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    page = head_client.get(reverse("sitting_detail", args=[sitting.pk])).content.decode()
    assert page.count("Question neutralisée : point accordé à tous") == 1
    projected = head_client.get(reverse("exam_video_correction", args=[exam.pk])).content.decode()
    assert projected.count("Question neutralisée : point accordé à tous") == 1
    for printed in (documents.exam_correction(exam), documents.sitting_correction(sitting)):
        assert " ".join(text_of(printed)).count("Question neutralisée") == 1


# --- The whole session at once --------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("neutralise", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def twice(faulty):
    """The faulty question was drawn by a second exam as well."""
    row, low, *_ = faulty
    second = ExamFactory(exam_questions__count=19, year=row.exam.year, **OVER)
    second.exam_questions.create(number=20, question=row.question)
    other = sat(second, wrong=[*range(1, 11), 20])
    return row, low, other


def test_the_command_counts_first_then_does_it_everywhere(twice):
    row, low, other = twice
    UserFactory(email="nationale@example.org", is_superuser=True)
    asked = [row.question.code, f"--year={row.exam.year}"]
    assert "2 exams, 3 marks and 2 results would change" in run(*asked)
    assert marks(low, other) == [9, 9]
    done = run(*asked, "--reason=Panneau illisible", "--by=nationale@example.org", "--wet-run")
    assert done.endswith("2 exams, 3 marks and 2 results changed\n")
    assert marks(low, other) == [10, 10]
    assert "0 exams" in run(*asked, "--reason=Panneau illisible", "--by=nationale@example.org", "--wet-run")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nulle-part", "--year=2026"], "No question is called nulle-part"),
        (["{code}", "--year=2026", "--wet-run", "--reason=x"], "Say who decides"),
        (["{code}", "--year=2026", "--wet-run", "--reason=x", "--by=chef@example.org"], "Say who decides"),
        (["{code}", "--year=2026", "--wet-run", "--by=nationale@example.org"], "give a --reason"),
    ],
)
def test_the_command_refuses_clearly(faulty, arguments, message):
    UserFactory(email="nationale@example.org", is_superuser=True)
    UserFactory(email="chef@example.org")
    with pytest.raises(CommandError, match=message):
        run(*[argument.format(code=faulty[0].question.code) for argument in arguments])


def test_many_sittings_count_in_few_queries(db, django_assert_max_num_queries):
    exam = ExamFactory(exam_questions__count=20, **OVER)
    for _ in range(3):
        sat(exam)
    with django_assert_max_num_queries(130) as three:
        actions.count_exam(exam=exam)
    Sitting.objects.all().delete()
    for _ in range(12):
        sat(exam)
    with django_assert_max_num_queries(len(three)):
        actions.count_exam(exam=exam)
    assert figures(exam, 1).sums.answers == 15


def test_candidates_keep_out_of_the_figures(faulty):
    """Nothing in the rows that stay points at a sitting or a person."""
    actions.count_answers(now=NOW)
    names = {field.name for field in QuestionFigures._meta.get_fields()}
    assert names == {
        "id", "question", "year", "kind", "answers", "right", "rest", "rest_squares", "rest_of_right", "choices",
    }  # fmt: skip
    assert CandidateFactory._meta.model.objects.count() == 4


# --- In the administration ------------------------------------------------------------------------------------------


def admin_page(row, name):
    return f"/administration/exams/question/{row.question.pk}/{name}/"


def test_the_editor_sees_what_would_change_then_does_it(faulty, admin_client):
    row, low, unlucky, good, _ = faulty
    url = admin_page(row, "neutraliser")
    shown = admin_client.post(url, {"number": row.exam.number})
    assert shown.context["turned"] == 1
    assert sorted((c.before, c.after) for c in shown.context["changes"]) == [(9, 10), (15, 16)]
    assert marks(low, good) == [9, 15], "nothing is done yet"
    seen = shown.context["form"].initial["seen"]
    asked = {"number": row.exam.number, "seen": seen, "confirm": "1"}
    assert "Donnez un motif" in admin_client.post(url, asked).content.decode()
    assert marks(low, good) == [9, 15]
    assert admin_client.post(url, asked | {"reason": "Panneau illisible"}).status_code == 302
    assert marks(low, unlucky, good) == [10, 9, 16]
    entry = LogEntry.objects.get(object_id=str(row.question.pk))
    assert "2 notes et 1 résultats changés. Panneau illisible" in entry.change_message
    page = admin_client.get(url).content.decode()
    assert "Panneau illisible" in page


def test_what_changed_meanwhile_is_shown_again_first(faulty, admin_client):
    row, low, *_ = faulty
    url = admin_page(row, "neutraliser")
    seen = admin_client.post(url, {"number": row.exam.number}).context["form"].initial["seen"]
    late = sat(row.exam, wrong=range(1, 12))
    asked = {"number": row.exam.number, "seen": seen, "confirm": "1", "reason": "Panneau illisible"}
    again = admin_client.post(url, asked)
    assert "Des résultats ont changé entre-temps" in again.content.decode()
    assert marks(low, late) == [9, 9]
    assert f'value="{again.context["form"].shown}"' in again.content.decode()
    assert admin_client.post(url, asked | {"seen": again.context["form"].shown}).status_code == 302
    assert marks(low, late) == [10, 10]


def test_the_editor_counts_it_again(faulty, admin_client):
    row, low, *_ = faulty
    actions.neutralise(exam_question=row, reason="Panneau illisible", by=UserFactory(), now=NOW)
    url = admin_page(row, "neutraliser")
    shown = admin_client.post(url, {"number": row.exam.number})
    assert "Admis → Échoué" in shown.content.decode()
    asked = {"number": row.exam.number, "seen": shown.context["form"].initial["seen"], "confirm": "1"}
    assert admin_client.post(url, asked).status_code == 302
    assert marks(low) == [9]


def test_another_exam_is_refused_clearly(faulty, admin_client):
    row, *_ = faulty
    page = admin_client.post(admin_page(row, "neutraliser"), {"number": "12345678"}).content.decode()
    assert "Aucune épreuve de ce numéro n’a tiré cette version" in page


def test_figures_and_doubts_are_on_the_question_and_in_the_list(faulty, admin_client):
    row, *_ = faulty
    QuestionFigures.objects.create(
        question=row.question, year=2026, kind="exam", answers=200, right=100, rest=2800, rest_squares=42_400,
        rest_of_right=1_000, choices={"A": 100, "B": 60, "": 40},
    )  # fmt: skip
    page = admin_client.get(admin_page(row, "change")).content.decode()
    assert "200 réponses, réussite 50 %" in page
    assert "Discrimination négative" in page
    assert page.count("30 %") == 1
    listed = admin_client.get("/administration/exams/question/?qualite=revoir")
    assert [question.pk for question in listed.context["cl"].result_list] == [row.question.pk]
    assert "-1,00 ⚠ à revoir" in listed.content.decode()


def test_an_academy_may_not(faulty, client):
    client.force_login(UserFactory(is_staff=True, academy="01"))
    assert client.get(admin_page(faulty[0], "neutraliser")).status_code in (302, 403)
