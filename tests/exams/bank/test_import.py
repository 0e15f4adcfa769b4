"""Bringing in a bank: what it would do, then all of it or nothing; what was exported changes nothing."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from esr.core.models import Job
from exams import actions, queries, tasks
from exams.bank import archive, source
from exams.models import BankImport, ExamQuestion, Question
from tests.exams.bank.conftest import make_question, reworded
from tests.factories import ExamFactory, make_bank


@pytest.fixture
def given(tmp_path):
    """A file that holds these versions."""

    def write(*entries, name="given.zip") -> Path:
        archive.write(tmp_path / name, entries, settings.FOOTAGE_ROOT)
        return tmp_path / name

    return write


def entry(question=None, version=1, state="published") -> source.Entry:
    return source.Entry(question or make_question(), version, state)


def bring(file, retire=False, anyway=False) -> actions.Plan:
    bank = archive.read(file)
    plan = actions.plan_bank(bank=bank, retire=retire)
    return actions.import_bank(file=file, bank=bank, retire=retire, seen=plan.seen, anyway=anyway)


def states(code="circ-pieton-feu"):
    rows = Question.objects.filter(code=code).order_by("version")
    return [(row.version, row.state, row.awaited) for row in rows]


def everything():
    return (
        list(Question.objects.order_by("code", "version").values()),
        sorted(
            (p.question_id, p.letter, p.text, p.expected) for q in queries.bank_rows() for p in q.propositions.all()
        ),
    )


# --- Round trips ----------------------------------------------------------------------------------------------------


@pytest.fixture
def bank(published, give_media, footage):
    """Published, retired, draft, awaited, filmed, and a code that nobody has drawn."""
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    new = give_media(actions.save_question(content=reworded(make_question()), question=published))
    actions.publish_question(question=new)
    actions.save_question(content=make_question(code="circ-sans-scene"))
    scene = source.Scene(7, "rue", "Une rue filmée un matin de pluie.", footage())
    actions.await_media(question=actions.save_question(content=make_question(code="circ-filmee", scene=scene)))
    return Question.objects.all()


@pytest.mark.parametrize("qti", [False, True])
def test_importing_what_was_exported_changes_nothing(bank, tmp_path, qti):
    before = everything()
    queries.write_bank(tmp_path / "out.zip", qti=qti)
    plan = bring(tmp_path / "out.zip", retire=True)
    assert plan.changes == 0
    assert plan.unchanged == ["circ-filmee v1", "circ-pieton-feu v1", "circ-pieton-feu v2", "circ-sans-scene v1"]
    assert everything() == before


@pytest.mark.parametrize("qti", [False, True])
def test_an_empty_platform_gets_the_same_bank(bank, tmp_path, qti, give_media):
    queries.write_bank(tmp_path / "out.zip", qti=qti)
    before = [queries.as_entry(row) for row in queries.bank_rows()]
    films = {file.name: file.read_bytes() for file in settings.FOOTAGE_ROOT.iterdir()}
    ExamQuestion.objects.all().delete()
    Question.objects.all().delete()
    for file in settings.FOOTAGE_ROOT.iterdir():
        file.unlink()
    plan = bring(tmp_path / "out.zip")
    assert plan.added == ["circ-filmee v1", "circ-pieton-feu v1", "circ-pieton-feu v2", "circ-sans-scene v1"]
    assert [queries.as_entry(row) for row in queries.bank_rows()] == before
    assert {file.name: file.read_bytes() for file in settings.FOOTAGE_ROOT.iterdir()} == films
    assert states() == [(1, "retired", False), (2, "draft", True)]
    give_media(queries.bank_rows().get(code="circ-pieton-feu", version=2))
    assert len(actions.publish_awaited()) == 1  # the film of the other is not built yet
    assert states() == [(1, "retired", False), (2, "published", False)]
    queries.write_bank(tmp_path / "again.zip", qti=False)
    assert archive.read(tmp_path / "again.zip").entries == before


# --- One version beside another -------------------------------------------------------------------------------------


def test_a_changed_question_is_a_new_version_and_the_old_one_stays_until_it_is_built(published, given, give_media):
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    plan = bring(given(entry(state="retired"), entry(reworded(make_question()), 2)))
    assert (plan.versioned, plan.retired) == (["circ-pieton-feu v2"], [])
    assert states() == [(1, "published", False), (2, "draft", True)]
    give_media(queries.bank_rows().get(version=2))
    assert actions.publish_awaited() == []
    assert states() == [(1, "retired", False), (2, "published", False)]


def test_a_number_that_is_taken_is_not_taken_away(published, given):
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    before = queries.as_source(published)
    plan = bring(given(entry(reworded(make_question()), 1)))
    assert plan.versioned == ["circ-pieton-feu v2"]
    assert queries.as_source(queries.bank_rows().get(version=1)) == before


def test_a_draft_of_the_same_number_is_replaced_and_history_is_kept(db, given):
    actions.save_question(content=make_question())
    plan = bring(given(entry(reworded(make_question()), 1, "draft")))
    assert plan.replaced == ["circ-pieton-feu v1"]
    assert Question.objects.get().statement == "Le bonhomme est rouge. Que faut-il faire ?"
    plan = bring(given(entry(make_question(), 1, "retired")))
    assert plan.kept == ["circ-pieton-feu v1 : une autre version 1 existe ici, elle est gardée"]
    assert plan.changes == 0


def test_a_text_that_came_back_keeps_its_number(db, given):
    """Version 3 says again what version 1 said: three versions, not one moved about."""
    plan = bring(
        given(entry(state="retired"), entry(reworded(make_question()), 2, "retired"), entry(make_question(), 3))
    )
    assert plan.added == ["circ-pieton-feu v1", "circ-pieton-feu v2", "circ-pieton-feu v3"]
    assert states() == [(1, "retired", False), (2, "retired", False), (3, "draft", True)]


def test_states_follow_the_file_but_drafts_undo_nothing(published, given):
    plan = bring(given(entry(state="draft")))
    assert (plan.unchanged, states()) == (["circ-pieton-feu v1"], [(1, "published", False)])
    with pytest.raises(actions.BankRefusal, match="ASSR1, examen, Circulation : 0 pour 6"):
        bring(given(entry(state="retired")))
    plan = bring(given(entry(state="retired")), anyway=True)
    assert (plan.retired, states()) == (["circ-pieton-feu v1"], [(1, "retired", False)])
    plan = bring(given(entry()))
    assert (plan.published, states()) == (["circ-pieton-feu v1"], [(1, "draft", True)])


def test_what_the_file_lacks_is_retired_when_asked(published, given):
    make_bank(per_theme=6)
    file = given(entry(make_question(code="circ-velo-giratoire")))
    assert bring(file).retired == []
    with pytest.raises(actions.BankRefusal, match="Vitesse : 0 pour 2"):
        bring(file, retire=True)
    assert Question.objects.published().count() == 55
    assert len(bring(file, retire=True, anyway=True).retired) == 55
    assert not Question.objects.published().exists()


def test_a_published_question_needs_a_scene(db, given):
    with pytest.raises(source.BankError) as raised:
        bring(given(entry(make_question(code="circ-sans-scene"))))
    assert raised.value.errors == ["circ-sans-scene v1 : scene.footage : " + queries.NO_SCENE]
    assert bring(given(entry(make_question(code="circ-sans-scene"), state="draft"))).added == ["circ-sans-scene v1"]


def test_a_bank_that_changed_since_the_preview_is_shown_again(published, given):
    file = given(entry(reworded(make_question())))
    bank = archive.read(file)
    plan = actions.plan_bank(bank=bank, retire=False)
    actions.save_question(content=reworded(make_question()), question=published)
    before = everything()
    with pytest.raises(actions.BankRefusal, match="La banque a changé depuis l’aperçu"):
        actions.import_bank(file=file, bank=bank, retire=False, seen=plan.seen)
    assert everything() == before


def test_a_failure_in_the_middle_writes_nothing(published, given, monkeypatch):
    before = everything()
    done = []

    def fail(step, do=actions.bank_import._do):
        done.append(step)
        if len(done) == 2:
            raise RuntimeError
        do(step)

    monkeypatch.setattr(actions.bank_import, "_do", fail)
    file = given(*(entry(make_question(code=f"circ-x{n}"), state="draft") for n in range(3)))
    with pytest.raises(RuntimeError):
        bring(file)
    assert everything() == before


# --- The file of an editor ------------------------------------------------------------------------------------------


def receive(file, **options) -> BankImport:
    with file.open("rb") as stream:
        return actions.receive_bank(
            file=stream, filename=file.name, retire=False, account=None, now=timezone.now(), **options
        )


def test_a_file_is_read_then_confirmed_once(db, given):
    row = receive(given(entry()))
    tasks.bank_read(lambda done, total: None, given=row.pk)
    row.refresh_from_db()
    assert (row.faults, row.plan["added"], Question.objects.count()) == ([], ["circ-pieton-feu v1"], 0)
    for _ in range(2):
        tasks.bank_apply(lambda done, total: None, given=row.pk, anyway=False)
    row.refresh_from_db()
    assert states() == [(1, "draft", True)]
    assert not actions.bank_file(row).exists()
    assert Job.objects.filter(kind="bank_media").count() == 1


def test_a_wrong_file_is_read_with_all_its_faults(db, given, tmp_path):
    file = given(entry())
    with zipfile.ZipFile(file, "a") as out:
        out.writestr("questions/b.toml", source.dump(replace(make_question(code="circ-b"), statement="?")))
        out.writestr("lisez-moi.txt", "")
    row = receive(file)
    actions.read_bank(given=row, now=timezone.now())
    assert len(row.faults) == 2
    with pytest.raises(actions.BankRefusal, match="ne peut plus être importé"):
        actions.confirm_bank(given=row, anyway=False, now=timezone.now())
    assert not Question.objects.exists()
    file = actions.bank_file(row)
    actions.abandon_bank(given=row)
    assert not file.exists()


def test_a_file_that_nobody_confirmed_is_forgotten(db, given):
    old = receive(given(entry()))
    BankImport.objects.update(made_at=timezone.now() - actions.bank_import.FORGOTTEN_AFTER * 2)
    new = receive(given(entry()))
    assert list(BankImport.objects.all()) == [new]
    assert not actions.bank_file(old).exists()
    assert actions.bank_file(new).exists()


# --- Commands -------------------------------------------------------------------------------------------------------


def test_the_command_writes_and_reads_a_bank(bank, tmp_path, capsys):
    before = everything()
    for options in ([], ["--qti"]):
        call_command("bank", "export", str(tmp_path / "out.zip"), *options)
        assert "4 versions written to" in capsys.readouterr().out
        call_command("bank", "import", str(tmp_path / "out.zip"), "--wet-run")
        assert "0 questions added\n" in capsys.readouterr().out
    assert everything() == before
    assert [file.name for file in tmp_path.glob("*.part")] == []


def test_the_command_is_a_dry_run_unless_told(db, given, capsys):
    file = given(entry())
    call_command("bank", "import", str(file))
    said = capsys.readouterr().out
    assert "1 questions added: circ-pieton-feu v1" in said
    assert "Nothing was written: --wet-run does it." in said
    assert not Question.objects.exists()
    call_command("bank", "import", str(file), "--wet-run")
    assert "Done. 1 versions wait for their media to be published" in capsys.readouterr().out
    assert states() == [(1, "draft", True)]


def test_the_command_says_what_is_wrong(published, tmp_path, given):
    with pytest.raises(CommandError, match="No such file"):
        call_command("bank", "import", str(tmp_path / "rien.zip"))
    (tmp_path / "a.zip").write_text("?")
    with pytest.raises(CommandError, match="n’est pas une archive zip"):
        call_command("bank", "import", str(tmp_path / "a.zip"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("bank", "export", str(tmp_path / "nulle-part" / "a.zip"))
    with pytest.raises(CommandError, match="--anyway imports all the same"):
        call_command("bank", "import", str(given(entry(state="retired"))), "--wet-run")
    assert states() == [(1, "published", False)]
