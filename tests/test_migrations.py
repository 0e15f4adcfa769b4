"""No migration breaks the platform that runs: each is expanding, or says that it contracts (docs/faults.md)."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, connections, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from candidates.models import Candidate
from esr.core.migrating import AddIndexOnline, RemoveIndexOnline
from exams import actions, protocol
from exams.models import Sitting
from tests.exams.conftest import TOKEN
from tests.factories import CandidateFactory, ExamFactory, SittingFactory
from tests.live_migrations import refusals

OURS = {"core", "establishments", "candidates", "exams", "certificates", "stats", "ops"}


def loader() -> MigrationLoader:
    return MigrationLoader(None)


def a_migration(*operations, app: str = "exams", **more) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations), **more})
    return kind("0002_trial", app)


def refused(*operations, **more) -> list[str]:
    return [why.partition(": ")[2] for why in refusals(a_migration(*operations, **more), loader().project_state())]


def test_every_migration_of_ours_after_the_first_is_borne():
    graph = loader()
    later = [key for key in graph.disk_migrations if key[0] in OURS and not graph.disk_migrations[key].initial]
    assert [
        why for key in later for why in refusals(graph.disk_migrations[key], graph.project_state(key, at_end=False))
    ] == []
    assert {key[0] for key in graph.disk_migrations} >= OURS


INDEX = models.Index(fields=["mark"], name="sittings_by_mark")
BORNE = {
    "a table": migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
    "a column that may be empty": migrations.AddField("sitting", "room", models.CharField(max_length=20, null=True)),
    "a column with a default of the database": migrations.AddField(
        "sitting", "tries", models.IntegerField(db_default=0)
    ),
    "words for people": migrations.AlterField("exam", "name", models.CharField("titre", max_length=200)),
    "a longer text": migrations.AlterField("exam", "name", models.CharField(max_length=2000)),
    "the order of a list": migrations.AlterModelOptions("sitting", {"ordering": ["pk"]}),
}


@pytest.mark.parametrize("operation", BORNE.values(), ids=BORNE.keys())
def test_what_only_adds_is_borne(operation):
    assert refused(operation) == []


REFUSED = {
    "a column that must be filled": migrations.AddField("sitting", "room", models.CharField(max_length=20, default="")),
    "a column with an index": migrations.AddField("sitting", "room", models.IntegerField(null=True, db_index=True)),
    "a unique column": migrations.AddField("sitting", "room", models.IntegerField(null=True, unique=True)),
    "a foreign key with its index": migrations.AddField(
        "sitting", "other", models.ForeignKey("exams.Exam", models.CASCADE, null=True, related_name="+")
    ),
    "a column that goes": migrations.RemoveField("sitting", "mark"),
    "another name": migrations.RenameField("sitting", "mark", "note"),
    "another table": migrations.RenameModel("Sitting", "Attempt"),
    "a table that goes": migrations.DeleteModel("SittingEvent"),
    "no longer empty": migrations.AlterField("sitting", "mark", models.PositiveSmallIntegerField(default=0)),
    "another type": migrations.AlterField("sitting", "mark", models.CharField(max_length=9, null=True)),
    "a shorter text": migrations.AlterField("exam", "name", models.CharField(max_length=5)),
    "an index": migrations.AddIndex("sitting", INDEX),
    "an index inside a transaction": AddIndexOnline("sitting", INDEX),
    "a constraint": migrations.AddConstraint(
        "sitting", models.CheckConstraint(condition=models.Q(mark__lte=20), name="at_most_twenty")
    ),
    "rows rewritten": migrations.RunPython(migrations.RunPython.noop),
    "statements": migrations.RunSQL("UPDATE exams_sitting SET mark = 0"),
    "behind a screen": migrations.SeparateDatabaseAndState(),
}


@pytest.mark.parametrize("operation", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_code_in_service_does_not_bear_is_refused(operation):
    assert len(refused(operation)) == 1


def test_what_contracts_says_so_and_was_loosened_before():
    gone = migrations.RemoveField("sitting", "mark")
    assert refused(gone, contracts="nothing reads it since 2.4") == []
    needed = migrations.RemoveField("exam", "name")
    assert len(refused(needed, contracts="nothing reads it since 2.4")) == 1
    assert refused(migrations.RunPython(migrations.RunPython.noop), online="in batches of 1,000 by key") == []
    assert refused(AddIndexOnline("sitting", INDEX), atomic=False) == []


def apply(migration: migrations.Migration, *, backwards: bool = False) -> None:
    """As `manage.py migrate` does, with the settings' own limits."""
    state = loader().project_state()
    with connection.schema_editor(atomic=migration.atomic) as editor:
        (migration.unapply if backwards else migration.apply)(state, editor)


@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_on_both_databases():
    for operation in (AddIndexOnline("sitting", INDEX),):
        migration = a_migration(operation, atomic=False)
        apply(migration)
        with connection.cursor() as cursor:
            assert "sittings_by_mark" in connection.introspection.get_constraints(cursor, "exams_sitting")
        apply(migration, backwards=True)
        with connection.cursor() as cursor:
            assert "sittings_by_mark" not in connection.introspection.get_constraints(cursor, "exams_sitting")
    assert RemoveIndexOnline("sitting", "sittings_by_mark").reduces_to_sql


# --- While candidates answer ------------------------------------------------------------------------------------------


class Saving:
    """The code in service: candidates whose answers are saved one after the other, each by a thread of its own."""

    def __init__(self, sittings: list[Sitting]):
        self.sittings = sittings
        self.saved = [0] * len(sittings)
        self.errors: list[Exception] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=[n]) for n in range(len(sittings))]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, n: int) -> None:
        try:
            while not self._over.is_set():
                item = protocol.Item(1, self.saved[n] + 1, "AB"[self.saved[n] % 2], False)
                actions.save_answers(sitting=self.sittings[n], epoch=1, items=[item], now=timezone.now())
                self.saved[n] += 1
        except Exception as error:
            self.errors.append(error)
        finally:
            connections.close_all()

    def some_more(self) -> None:
        """Return once each has saved again."""
        wanted, deadline = [count + 2 for count in self.saved], time.monotonic() + 120
        while any(count < least for count, least in zip(self.saved, wanted, strict=True)) and not self.errors:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def lost(self) -> list[int]:
        kept = Sitting.objects.in_bulk([sitting.pk for sitting in self.sittings])
        return [n for n, sitting in enumerate(self.sittings) if kept[sitting.pk].responses["1"]["s"] != self.saved[n]]


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment, starts_at=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def saving(exam):
    sittings = [SittingFactory(exam=exam) for _ in range(4)]
    return Saving([actions.start_sitting(sitting=sitting, token=TOKEN, now=timezone.now()) for sitting in sittings])


EXPANDING = [
    a_migration(BORNE["a column that may be empty"]),
    a_migration(BORNE["a column with a default of the database"]),
    a_migration(AddIndexOnline("sitting", INDEX), atomic=False),
]
BREAKING = a_migration(REFUSED["a column that must be filled"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_candidates_answer_while_the_schema_grows(saving, exam):
    """Nobody waits for a lock longer than a save may, and the code of before writes into the tables of after."""
    assert [refusals(migration, loader().project_state()) for migration in EXPANDING] == [[]] * len(EXPANDING)
    with saving:
        for migration in EXPANDING:
            saving.some_more()
            apply(migration)
            saving.some_more()
            SittingFactory(exam=exam)
        for migration in reversed(EXPANDING):
            apply(migration, backwards=True)
        saving.some_more()
    assert (saving.errors, saving.lost()) == ([], [])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_refused_would_have_stopped_the_school(exam):
    """The control: the same with a column that the code in service does not fill in."""
    candidate = CandidateFactory(establishment=exam.establishment)
    assert Candidate.objects.count() == 1
    apply(BREAKING)
    try:
        with pytest.raises(IntegrityError, match="room"):
            SittingFactory(exam=exam, candidate=candidate)
    finally:
        apply(BREAKING, backwards=True)
    SittingFactory(exam=exam, candidate=candidate)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_gets_no_lock_gives_up_and_lets_the_candidates_on(saving):
    """A report that reads for long holds the table: the migration fails after four seconds, and with it nothing."""
    assert "lock_timeout=4s" in settings.DATABASES["default"]["OPTIONS"]["options"]
    held, free = threading.Event(), threading.Event()

    def read_for_long():
        with transaction.atomic():
            Sitting.objects.count()
            held.set()
            free.wait(60)
        connections.close_all()

    report = threading.Thread(target=read_for_long)
    report.start()
    assert held.wait(60)
    with saving:
        saving.some_more()
        with pytest.raises(OperationalError, match="lock timeout"):
            apply(EXPANDING[0])
        saving.some_more()
    free.set()
    report.join()
    # A save that stood behind the migration waited as long, and may have been told to come again, as a device does.
    assert [error for error in saving.errors if "lock timeout" not in str(error)] == []
    assert saving.lost() == []
