"""Versions: what is edited in place and what never is, who is published, what the draw takes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from exams import actions, queries, rules
from exams.bank import source
from exams.models import Exam, ExamQuestion, Proposition, Question, QuestionFigures
from tests.exams.bank.conftest import make_question, reworded
from tests.factories import CandidateFactory, ExamFactory, QuestionFactory, make_bank


def use(question) -> Exam:
    exam = ExamFactory()
    ExamQuestion.objects.create(exam=exam, number=1, question=question)
    return exam


def states(code="circ-pieton-feu"):
    return list(Question.objects.filter(code=code).order_by("version").values_list("version", "state"))


# --- One row, one version -----------------------------------------------------------------------------------------


def test_a_row_keeps_all_of_its_source(db):
    contents = [make_question(), *source.load()]
    for content in {content.code: content for content in contents}.values():
        row = actions.save_question(content=content)
        assert queries.as_source(queries.bank_rows().get(pk=row.pk)) == content


def test_the_database_holds_one_published_version_per_code(published):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionFactory(code=published.code, version=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionFactory(code=published.code, version=1, state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionFactory(awaited=True)
    QuestionFactory(code=published.code, version=2, state="draft")


def test_a_new_question_is_a_draft_and_its_code_its_own(db):
    row = actions.save_question(content=make_question())
    assert (row.version, row.state, len(row.media)) == (1, "draft", 20)
    with pytest.raises(actions.BankRefusal, match="est déjà celui d’une question"):
        actions.save_question(content=make_question())
    with pytest.raises(actions.BankRefusal, match="statement : ce texte est vide"):
        actions.save_question(content=make_question(code="circ-vide", statement=""))
    assert Question.objects.count() == 1


# --- Editing ------------------------------------------------------------------------------------------------------


def test_a_draft_is_edited_in_place(db):
    row = actions.save_question(content=make_question())
    before = row.media
    again = actions.save_question(content=reworded(make_question()), question=row)
    assert (again.pk, again.statement, again.version) == (row.pk, "Le bonhomme est rouge. Que faut-il faire ?", 1)
    assert again.media != before
    fewer = replace(make_question(), propositions=make_question().propositions[:2])
    actions.save_question(content=fewer, question=row)
    assert Proposition.objects.filter(question=row).count() == 2


def test_a_used_question_never_changes(published):
    exam = use(published)
    before = Question.objects.filter(pk=published.pk).values().get()
    new = actions.save_question(content=reworded(make_question()), question=published)
    assert (new.version, new.state) == (2, "draft")
    assert Question.objects.filter(pk=published.pk).values().get() == before
    assert [p.text for p in new.propositions.all()] == [p.text for p in published.propositions.all()]
    assert exam.questions.get() == published


def test_a_question_of_a_purged_year_does_not_change_either(published):
    QuestionFigures.objects.create(question=published, year=2025, kind="exam")
    content = make_question(explanation="Le rouge arrête aussi les piétons, toujours.")
    assert actions.save_question(content=content, question=published).version == 2


def test_an_explanation_of_an_unused_question_changes_in_place(published):
    content = make_question(explanation="Le rouge arrête aussi les piétons, toujours.")
    again = actions.save_question(content=content, question=published)
    assert (again.pk, again.state, again.media) == (published.pk, "published", published.media)
    use(published)
    assert actions.save_question(content=make_question(), question=published).version == 2


def test_new_words_of_an_unused_question_wait_in_a_draft_until_they_are_spoken(published, give_media):
    """In place it would be published without media. Once they are there, nothing stands against it."""
    new = actions.save_question(content=reworded(make_question()), question=published)
    assert (new.version, new.state) == (2, "draft")
    give_media(new)
    actions.delete_draft(question=new)
    again = actions.save_question(content=reworded(make_question()), question=published)
    assert (again.pk, again.state) == (published.pk, "published")


def test_a_second_draft_is_refused_and_nothing_changed_is_nothing(published):
    use(published)
    assert actions.save_question(content=make_question(), question=published) == published
    actions.save_question(content=reworded(make_question()), question=published)
    with pytest.raises(actions.BankRefusal, match="La version 2 est déjà un brouillon"):
        actions.save_question(content=reworded(make_question(), "Encore autre chose ?"), question=published)
    assert states() == [(1, "published"), (2, "draft")]


def test_a_code_never_changes(published):
    with pytest.raises(actions.BankRefusal, match="Le code d’une question ne change pas"):
        actions.save_question(content=make_question(code="circ-autre"), question=published)


# --- Publishing and retiring ----------------------------------------------------------------------------------------


def test_publishing_retires_the_old_version_and_old_exams_keep_theirs(published, give_media):
    exam = use(published)
    new = give_media(actions.save_question(content=reworded(make_question()), question=published))
    assert actions.publish_question(question=new) == [published]
    assert states() == [(1, "retired"), (2, "published")]
    assert exam.questions.get() == published
    assert actions.publish_question(question=new) == []


def test_a_question_without_its_media_is_not_published(db, give_media):
    row = actions.save_question(content=make_question())
    with pytest.raises(actions.BankRefusal, match="les médias ne sont pas encore construits"):
        actions.publish_question(question=row)
    give_media(row)
    (queries.media_folder(row.media) / "video.mp4").write_bytes(b"x")
    with pytest.raises(actions.BankRefusal, match=r"video\.mp4 ne peut pas être lu"):
        actions.publish_question(question=row)
    without = actions.save_question(content=make_question(code="circ-sans-scene"))
    with pytest.raises(actions.BankRefusal, match="aucune scène n’est dessinée pour ce code"):
        actions.publish_question(question=without)
    assert set(Question.objects.values_list("state", flat=True)) == {"draft"}


def test_a_question_that_is_not_valid_is_not_published(db, give_media):
    row = give_media(actions.save_question(content=make_question()))
    row.propositions.update(expected=True)
    with pytest.raises(actions.BankRefusal, match="au moins une qui ne l’est pas"):
        actions.publish_question(question=row)


def test_a_draft_is_published_when_its_media_come(published, give_media):
    new = actions.save_question(content=reworded(make_question()), question=published)
    actions.await_media(question=new)
    assert len(actions.publish_awaited()) == 1
    assert states() == [(1, "published"), (2, "draft")]
    give_media(new)
    assert actions.publish_awaited() == []
    assert states() == [(1, "retired"), (2, "published")]
    assert not Question.objects.filter(awaited=True).exists()


def test_retiring_what_a_blueprint_needs_is_refused_unless_one_insists(db):
    make_bank(per_theme=6)
    question = Question.objects.filter(theme="circulation").first()
    with pytest.raises(actions.BankRefusal) as raised:
        actions.retire_question(question=question)
    assert raised.value.can_insist
    assert "ASSR1, examen, Circulation : 5 pour 6" in raised.value.messages
    assert len(raised.value.messages) == 1 + 4 * 2
    actions.retire_question(question=question, anyway=True)
    spare = Question.objects.filter(theme="vitesse").first()
    actions.retire_question(question=spare)
    assert Question.objects.filter(state="retired").count() == 2


def test_leaving_a_theme_counts_as_retiring(published):
    """Another theme needs no new media; but the last question of its theme is not taken away without a word."""
    new = actions.save_question(content=make_question(theme="vitesse"), question=published)
    assert (new.version, new.state) == (2, "draft")
    with pytest.raises(actions.BankRefusal, match="ASSR1, examen, Circulation : 0 pour 6"):
        actions.publish_question(question=new)
    assert actions.publish_question(question=new, anyway=True) == [published]


def test_only_drafts_are_deleted(published):
    with pytest.raises(actions.BankRefusal, match="Seul un brouillon peut être supprimé"):
        actions.delete_draft(question=published)
    draft = actions.save_question(content=make_question(code="circ-brouillon"))
    actions.delete_draft(question=draft)
    assert Question.objects.get() == published


# --- The draw -------------------------------------------------------------------------------------------------------


def draw(establishment, **fields):
    return actions.create_exam(
        establishment=establishment, kind="exam", attestation="ASSR1", name="E", candidates=[CandidateFactory()],
        starts_at=timezone.now() + timedelta(days=1), now=timezone.now(), **fields,
    )  # fmt: skip


def test_only_published_questions_are_drawn(establishment):
    make_bank(per_theme=6)
    for question in list(Question.objects.all()):
        QuestionFactory(code=question.code, version=2, state="draft", theme=question.theme)
        QuestionFactory(code=f"x-{question.code}", state="retired", theme=question.theme)
    exam = draw(establishment)
    assert set(exam.questions.values_list("state", flat=True)) == {"published"}
    Question.objects.published().filter(theme="vitesse").update(state="retired")
    with pytest.raises(rules.NotEnoughQuestions):
        draw(establishment)


def test_a_new_version_is_no_new_question(establishment):
    """All but one of the speed questions were met; the new version of a met one is not drawn before the unmet one."""
    make_bank(per_theme=6)
    Question.objects.filter(theme="vitesse").delete()
    met = [QuestionFactory(theme="vitesse") for _ in range(2)]
    draw(establishment)
    fresh = [QuestionFactory(theme="vitesse") for _ in range(2)]
    for question in met:
        Question.objects.filter(pk=question.pk).update(state="retired")
        QuestionFactory(code=question.code, version=2, theme="vitesse")
    drawn = draw(establishment).questions.filter(theme="vitesse")
    assert set(drawn) == set(fresh)


# --- The readable source --------------------------------------------------------------------------------------------


MEDIA = {"circ-a": "a" * 20, "circ-b": "b" * 20}


def load(*questions, **options):
    return actions.load_bank(questions=questions, media=MEDIA, **options)


def test_the_source_is_loaded_once(db):
    a, b = make_question("circ-a"), make_question("circ-b")
    assert load(a, b).added == ["circ-a", "circ-b"]
    assert load(a, b).unchanged == ["circ-a", "circ-b"]
    assert states("circ-a") == [(1, "published")]


def test_a_change_of_the_source_updates_in_place_or_makes_a_version(db):
    a, b = make_question("circ-a"), make_question("circ-b")
    load(a, b)
    exam = use(Question.objects.get(code="circ-a"))
    report = load(reworded(a), reworded(b))
    assert (report.versioned, report.updated) == (["circ-a"], ["circ-b"])
    assert states("circ-a") == [(1, "retired"), (2, "published")]
    assert states("circ-b") == [(1, "published")]
    assert exam.questions.get().statement == a.statement
    assert load(reworded(a), reworded(b)).unchanged == ["circ-a", "circ-b"]


def test_another_drawing_is_a_change(db):
    load(make_question("circ-a"))
    use(Question.objects.get())
    report = actions.load_bank(questions=[make_question("circ-a")], media={"circ-a": "c" * 20})
    assert report.versioned == ["circ-a"]
    assert list(Question.objects.order_by("version").values_list("media", flat=True)) == ["a" * 20, "c" * 20]


def test_loading_again_leaves_what_editors_made(db):
    a = make_question("circ-a")
    load(a)
    Question.objects.update(explanation="Une explication que l’éditeur a corrigée ici.")
    assert load(a).unchanged == ["circ-a"]
    assert Question.objects.get().explanation == "Une explication que l’éditeur a corrigée ici."
    Question.objects.update(state="retired")
    assert load(a).unchanged == ["circ-a"]
    assert load(reworded(a)).versioned == ["circ-a"]
    assert states("circ-a") == [(1, "retired"), (2, "draft")]


def test_what_left_the_source_is_retired_when_asked(db):
    a, b = make_question("circ-a"), make_question("circ-b")
    load(a, b)
    assert load(a).vanished == ["circ-b"]
    assert states("circ-b") == [(1, "published")]
    with pytest.raises(actions.BankRefusal, match="ASSR1, examen, Circulation : 1 pour 6"):
        load(a, retire=True)
    assert states("circ-b") == [(1, "published")]
    assert load(a, retire=True, anyway=True).retired == ["circ-b"]
    assert states("circ-b") == [(1, "retired")]


def test_the_command_counts(db, capsys):
    call_command("load_bank")
    number = Question.objects.count()
    assert number == len(source.load())
    said = capsys.readouterr().out
    assert f"{number} questions added, 0 updated, 0 given a new version, 0 retired, 0 unchanged." in said
    assert f"{number} published questions have no media yet" in said
    make_bank(per_theme=6)
    call_command("load_bank")
    assert "54 published questions are not in the source (--retire" in capsys.readouterr().out
    Question.objects.filter(code__in=[q.code for q in source.load()]).update(state="retired")
    with pytest.raises(CommandError, match=r"Nothing was loaded\. --anyway"):
        call_command("load_bank", "--retire")
    assert Question.objects.published().count() == 54
