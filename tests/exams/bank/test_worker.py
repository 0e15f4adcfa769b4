"""The worker's part: media from rows, then the publication of what waited for them; and writers side by side."""

import fcntl
import threading
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from esr.core.models import Job
from exams import actions, queries, tasks
from exams.bank import source
from exams.models import ExamQuestion, Question
from tests.exams.bank.conftest import make_question, reworded
from tests.factories import ExamFactory


def quiet(done: int, total: int) -> None:
    """A progress that nobody follows."""


def filmed(name: str) -> source.Question:
    scene = source.Scene(7, "rue", "Une rue filmée un matin de pluie.", name)
    return make_question(code="circ-filmee", scene=scene)


def test_media_are_built_from_the_row_and_what_waited_is_published(db, footage):
    actions.await_media(question=actions.save_question(content=filmed(footage())))
    undrawn = actions.save_question(content=make_question(code="circ-sans-scene"))
    tasks.bank_media(quiet, profile="fast")
    row = queries.bank_rows().get(code="circ-filmee")
    assert (row.state, row.awaited, queries.question_faults(row)) == ("published", False, [])
    assert [path.name for path in (settings.MEDIA_ROOT / "bank").iterdir() if path.is_dir()] == [row.media]
    undrawn.refresh_from_db()
    assert undrawn.state == "draft"


def test_an_edited_text_gets_new_speech_and_the_old_version_keeps_its_own(published):
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    new = actions.save_question(content=reworded(make_question()), question=published)
    contents = {question.statement for question in queries.questions_with_media()}
    assert contents == {published.statement, new.statement}
    assert new.media != published.media
    again = replace(make_question(), explanation="Une autre explication pour les mêmes mots.")
    assert actions.media_name(again) == published.media


def test_a_build_that_is_going_on_is_waited_for(db, monkeypatch):
    root = settings.MEDIA_ROOT / "bank"
    root.mkdir(parents=True)
    waited = []
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def sleep(seconds):
            waited.append(seconds)
            fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr(tasks.time, "sleep", sleep)
        tasks.bank_media(quiet)
    assert len(waited) == 1


def test_failures_are_said_and_the_rest_goes_on(db, footage):
    lost = filmed(footage())
    actions.await_media(question=actions.save_question(content=lost))
    for file in settings.FOOTAGE_ROOT.iterdir():
        file.unlink()
    with pytest.raises(ValueError, match=r"Médias non construits : circ-filmee circ-filmee : media : les médias"):
        tasks.bank_media(quiet, profile="fast")
    assert Question.objects.get().awaited


def test_one_waiting_job_is_enough(db):
    for code in ("circ-pieton-feu", "circ-pieton-tram", "circ-velo-giratoire"):
        actions.await_media(question=actions.save_question(content=make_question(code=code)))
    assert Job.objects.filter(kind="bank_media").count() == 1
    Job.objects.update(state="running")
    actions.ask_for_media()
    assert Job.objects.filter(kind="bank_media").count() == 2


def test_media_that_are_gone_take_the_name_of_the_new_ones(published, give_media):
    Question.objects.update(media="e" * 20)
    assert actions.renew_media() == 1
    published.refresh_from_db()
    assert published.media == actions.media_name(make_question())
    Question.objects.update(media="f" * 20)
    give_media(queries.bank_rows().get())
    assert actions.renew_media() == 0  # they are there: an old drawing is kept with its question


def test_the_documented_example_is_right():
    text = (settings.BASE_DIR / "docs" / "bank.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    entry = source.parse(example.encode())
    assert (entry.version, entry.state, entry.question.scene.footage) == (2, "published", "matin.mp4")


def test_the_command_builds_every_version(db, footage, capsys, monkeypatch):
    """Nothing of the readable source here: only what the bank holds."""
    monkeypatch.setattr(source, "load", lambda: [])
    actions.await_media(question=actions.save_question(content=filmed(footage())))
    call_command("build_media", "--profile", "fast", "--workers", "1")
    assert "1 built, 0 kept" in capsys.readouterr().out
    assert Question.objects.get().state == "published"


# --- Side by side -----------------------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_exam_drawn_while_a_question_is_edited_waits_for_its_new_text(give_media):
    """An exam never shows one text and then another: it is there once the editor has saved, or the editor sees it."""
    row = give_media(actions.save_question(content=make_question()))
    actions.publish_question(question=row)
    exam = ExamFactory()
    content = make_question(explanation="Le rouge arrête aussi les piétons, toujours.")

    def draw():
        ExamQuestion.objects.create(exam=exam, number=1, question=row)
        connection.close()

    drawing = threading.Thread(target=draw)
    with transaction.atomic():
        assert actions.save_question(content=content, question=row).version == 1
        drawing.start()
        drawing.join(1)
        assert drawing.is_alive()
    drawing.join(10)
    assert exam.questions.get().explanation == content.explanation
    assert actions.save_question(content=make_question(), question=row).version == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_editors_who_publish_leave_one_published(give_media):
    first = give_media(actions.save_question(content=make_question()))
    second = actions.save_question(content=make_question(code="circ-autre"))
    Question.objects.filter(pk=second.pk).update(code=first.code, version=F("version") + 1, media=first.media)
    errors = []

    def publish(row):
        try:
            actions.publish_question(question=row, anyway=True)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    editors = [threading.Thread(target=publish, args=[row]) for row in Question.objects.all()]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join(20)
    assert errors == []
    assert sorted(Question.objects.values_list("state", flat=True)) == ["published", "retired"]
