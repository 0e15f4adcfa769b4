"""`manage.py purge`: what goes, what stays, when, and what happens when it is interrupted."""

import io
import logging
import os
import random
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone

from candidates.models import Candidate
from certificates import seal
from esr.core import jobs, logs
from esr.core.fates import Mark
from esr.core.keyring import Keyring, read_keys
from esr.core.models import Job
from esr.ops import purging, tasks
from esr.ops.models import Clock, Purge
from establishments.models import Establishment, Membership, User
from exams import sealing
from exams.enums import ExamKind
from exams.models import Exam, ExamQuestion, Question, QuestionFigures, Sitting
from tests.factories import ExamFactory, MembershipFactory, QuestionFactory, SittingFactory
from tests.ops.purge_world import MODELS, build, forty_zones, there

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=8)  # nothing of 2026 goes on any more
SECOND = timedelta(seconds=1)
PARIS = ["Europe/Paris"]


@pytest.fixture
def seen(db):
    """A clock that was seen walking over the end of 2026."""
    Clock.objects.create(steady_since=NOON - timedelta(days=90), seen_at=NOON - timedelta(minutes=1))


@pytest.fixture(autouse=True)
def _of_its_own(settings, monkeypatch):
    """No keys, and not the broker: it is that of all processes of the tests (see test_purge_canaries)."""
    for name in ("SEAL_KEYS", "ATTESTATION_KEYS", "ATTESTATION_PUBLIC_KEYS", "LOG_KEYS"):
        setattr(settings, name, Keyring([]))
        setattr(settings, f"{name}_FILE", None)
    monkeypatch.setattr(purging, "_empty_queue", lambda: None)


def purge(now=LATER, year=2026, **options) -> purging.Report:
    return purging.run(year=year, now=now, **options)


# --- Exactly what is of the year --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_exactly_the_year_goes_in_every_time_zone():
    zones = forty_zones()
    assert len(zones) >= 40
    built = build(zones, (2025, 2026, 2027))
    assert set(built.years) == set(MODELS)
    kept = {model: set(model.objects.values_list("pk", flat=True)) for model in (Establishment, User, Question)}
    assert there() == built.left_after(0)
    # At noon the exams of 31 December, 23:30 still go on where the year has ended last: these schools wait.
    noon = purge(NOON)
    offsets = {e.pk: datetime(2027, 1, 1, tzinfo=e.zone).utcoffset() for e in Establishment.objects.all()}
    # 23:30 there + 3 h + 10 min after noon UTC
    late = {key for key, offset in offsets.items() if offset <= timedelta(hours=-9, minutes=-20)}
    assert len(late) >= 3
    assert set(noon.waiting) == late
    assert there() == built.left_after(2026, holding=late)
    counted = purging.count(year=2026, now=LATER).counts
    done = purge(LATER)
    assert done.counts == counted
    assert (done.waiting, done.establishments) == ([], len(late))
    left = built.left_after(2026)
    assert there() == left
    assert {len(keys) > 0 for keys in left.values()} == {True}
    assert {model: set(model.objects.values_list("pk", flat=True)) for model in kept} == kept
    # The ledger says exactly what is missing.
    total = sum(sum(row.counts.values()) for row in Purge.objects.all())
    assert total == sum(len(keys) for keys in built.left_after(0).values()) - sum(len(keys) for keys in left.values())
    # A second run deletes nothing, and writes nothing.
    ledger = list(Purge.objects.values())
    assert not purge(LATER).counts
    assert purging.is_done(2026)
    assert (there(), list(Purge.objects.values())) == (left, ledger)


@pytest.mark.usefixtures("seen")
def test_a_year_goes_with_those_before_it_and_no_other():
    built = build(["Europe/Paris", "Pacific/Tahiti"], (2025, 2026, 2027))
    purge(year=2025, clock_is_right=True)
    assert there() == built.left_after(2025)


@pytest.mark.usefixtures("seen")
def test_a_row_goes_with_either_of_its_owners():
    """A candidate of the year in an exam of the next one, however that came about, holds nothing back."""
    build(PARIS, (2026, 2027))
    sitting = Sitting.objects.create(
        exam=Exam.objects.filter(year=2027).first(), candidate=Candidate.objects.filter(year=2026).first(), order=[1]
    )
    purge()
    assert not Sitting.objects.filter(pk=sitting.pk).exists()
    assert not Candidate.objects.filter(year=2026).exists()
    connection.check_constraints()


@pytest.mark.usefixtures("seen")
def test_deleting_is_by_keys_and_loads_no_row():
    """As many statements for thirty candidates as for two, and nobody's answers are read."""

    def statements(pupils: int) -> int:
        with undone():
            build(PARIS, (2026,), pupils=pupils)
            with Watched() as watched:
                purge()
        assert [sql for sql in watched.sql if sql.startswith("SELECT") and '"responses"' in sql] == []
        return len(watched.sql)

    assert statements(30) == statements(2)


@contextmanager
def undone():
    """Everything in the block is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Watched:
    """The statements of a block; `fail_at` raises at that one."""

    def __init__(self, fail_at: int | None = None):
        self.sql, self.fail_at = [], fail_at

    def __enter__(self):
        self.wrapper = connection.execute_wrapper(self._watch)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *error):
        return self.wrapper.__exit__(*error)

    def _watch(self, execute, sql, params, many, context):
        self.sql.append(sql)
        if len(self.sql) - 1 == self.fail_at:
            raise Killed(sql)
        return execute(sql, params, many, context)


class Killed(BaseException):
    pass


# --- Every PURGED model is found --------------------------------------------------------------------------------------


def test_every_purged_model_says_which_year_its_rows_are_of():
    found = {fate.model for fate in purging.fates()}
    assert found == {model for module in purging.modules() for model in module.PURGED}
    assert set(MODELS) <= found


def test_a_purged_model_that_says_nothing_is_noticed():
    class Lost(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "tests"

        def __str__(self):
            return ""

    with pytest.raises(purging.NoMark, match=r"tests\.Lost"):
        purging.fate_of(Lost, {Lost}, {})
    assert purging.fate_of(Lost, {Lost}, {Lost: Mark(instant="made_at")}).mark


def test_a_model_to_come_is_found_by_what_it_points_to():
    """Attestations issued, with a foreign key to the sitting; downloads, with the establishment and the year."""

    class Issue(models.Model):
        sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

        def __str__(self):
            return ""

    class Download(models.Model):
        establishment = models.ForeignKey(Establishment, models.CASCADE, related_name="+")
        year = models.PositiveSmallIntegerField()

        class Meta:
            app_label = "tests"

        def __str__(self):
            return ""

    fate = purging.fate_of(Issue, {Issue, Sitting}, {})
    assert (fate.mark, fate.owners) == (None, {"sitting_id": Sitting})
    fate = purging.fate_of(Download, {Download}, {})
    assert (fate.mark, fate.owners) == (Mark(establishment="establishment", year="year"), {})


@pytest.mark.parametrize("fields", [{}, {"year": "year", "instant": "at"}, {"year": "year"}])
def test_a_mark_that_marks_nothing_is_refused(fields):
    with pytest.raises(ValueError, match="year"):
        Mark(**fields)


# --- When -------------------------------------------------------------------------------------------------------------


def test_noon_utc_is_early_nowhere():
    assert purging.over_everywhere(2026) == NOON
    zones = [ZoneInfo(name) for name in available_timezones() - {"localtime", "Factory"}]
    assert {NOON.astimezone(zone).year for zone in zones} == {2027}
    assert {(NOON - SECOND).astimezone(zone).year for zone in zones} == {2026, 2027}
    assert (purging.last_year_over(NOON - SECOND), purging.last_year_over(NOON)) == (2025, 2026)
    assert purging.last_year_over(datetime(2027, 11, 30, tzinfo=UTC)) == 2026


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("year", [2026, 2027, 2030])
def test_a_year_that_is_not_over_everywhere_is_refused(year):
    built = build(["Pacific/Kiritimati"], (2026,), late=False)
    now = NOON - SECOND if year == 2026 else LATER
    with pytest.raises(purging.Refused, match=f"{year} is not over"):
        purge(now, year, clock_is_right=True)
    assert there() == built.left_after(0)


HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moments", "believed"),
    [
        ([NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - HOUR, NOON], True),
        ([NOON - 3 * HOUR, NOON], True),  # a worker that was away for a while
        ([NOON - 3 * HOUR - SECOND, NOON], False),
        ([NOON - timedelta(days=200), NOON + timedelta(days=3)], False),  # a leap over the new year
        ([NOON - timedelta(days=200), NOON - timedelta(days=100), NOON - HOUR, NOON, NOON + HOUR], True),
        # Forward and back: the new year is still to come.
        ([NOON - 9 * HOUR, NOON + 99 * HOUR, NOON - 8 * HOUR, NOON - 6 * HOUR, NOON - 3 * HOUR, NOON], True),
        ([NOON], False),
        ([], False),
    ],
)
def test_only_a_clock_that_walked_over_the_new_year_is_believed(moments, believed):
    for moment in moments:
        purging.read_clock(moment)
    now = max(moments, default=NOON)
    assert (purging.refusal(2026, now) == "") is believed
    if not believed:
        assert "--clock-is-right" in purging.refusal(2026, now)
        assert purging.refusal(2026, now, clock_is_right=True) == ""


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("off", [timedelta(hours=2), timedelta(hours=-2), timedelta(days=365)])
def test_two_clocks_that_differ_are_refused(establishment, monkeypatch, off):
    assert purging.refusal(2026, LATER) == ""
    real = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: real() + off)
    assert "database" in purging.refusal(2026, LATER, clock_is_right=True)


@pytest.mark.usefixtures("seen")
def test_a_training_over_the_new_year_is_waited_for():
    built = build(PARIS * 2, (2026,), late=False)
    school = Establishment.objects.first()
    ends = LATER + timedelta(hours=5)
    training = ExamFactory(
        establishment=school, kind=ExamKind.TRAINING, year=2026, starts_at=ends - timedelta(days=3), ends_at=ends
    )
    report = purge()
    assert (report.waiting, report.establishments) == ([school.pk], 1)
    assert there()[Candidate] == built.left_after(2026, holding={school.pk})[Candidate] != set()
    closes = ends + timedelta(minutes=10)
    assert purge(closes - SECOND).waiting == [school.pk]
    assert purge(closes).waiting == []
    assert not Exam.objects.filter(pk=training.pk).exists()


# --- The command and the clockwork ------------------------------------------------------------------------------------


def command(*arguments) -> str:
    out = io.StringIO()
    call_command("purge", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def last_year(db):
    """A session of the year before the real clock's."""
    year = (timezone.now() - 12 * HOUR).year - 1
    return year, build(PARIS, (year, year + 1), late=False)


def test_the_command_only_counts_unless_told(last_year):
    year, built = last_year
    said = command()
    assert "candidates.Candidate: 2" in said
    assert "Nothing was done: add --wet-run. It would be refused" in said
    assert there() == built.left_after(0)
    assert not Purge.objects.exists()
    with pytest.raises(CommandError, match="--clock-is-right"):
        command("--wet-run")
    with pytest.raises(CommandError, match="is not over"):
        command("--wet-run", "--year", str(year + 1), "--clock-is-right")
    assert there() == built.left_after(0)
    assert "candidates.Candidate: 2" in command("--wet-run", "--clock-is-right")
    assert there() == built.left_after(year)
    assert "0 establishments, 0 rows" in command("--wet-run", "--clock-is-right")


def test_the_hourly_task_waits_for_a_clock_that_it_knows(last_year, caplog):
    year, built = last_year
    with caplog.at_level(logging.ERROR):
        tasks.purge()
    assert "is due and refused" in caplog.text
    assert there() == built.left_after(0)
    Clock.objects.update(steady_since=purging.over_everywhere(year) - HOUR)
    tasks.purge()
    assert there() == built.left_after(year)


def test_the_task_is_in_the_timetable():
    names = {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.purge.name, tasks.remind_to_archive.name} <= names


# --- Around the rows --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_files_go_after_their_rows_and_even_later():
    build(PARIS, (2026,), files=True, late=False)
    with_file = Job.objects.exclude(file="").values_list("file", flat=True)
    (name,) = with_file.filter(created_at__lt=datetime(2026, 12, 31, 23, tzinfo=UTC))
    (stays,) = with_file.exclude(file=name)
    unlink = Path.unlink

    def killed(self, **kwargs):
        if self.name == name:
            raise Killed
        unlink(self, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", killed)
        with pytest.raises(Killed):
            purge()
    assert not Job.objects.filter(file=name).exists()
    assert jobs.path_of(name).exists()
    assert Purge.objects.get(establishment__isnull=False).files == [name]
    assert not purging.is_done(2026)
    assert purge().files == 1
    assert not jobs.path_of(name).exists()
    assert jobs.path_of(stays).exists()
    assert [row.files for row in Purge.objects.all()] == [[], []]
    assert purging.is_done(2026)


@pytest.mark.usefixtures("seen")
def test_what_no_row_knows_goes_when_it_is_old(settings, tmp_path):
    build(PARIS, (2026,), late=False)
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.JOB_FILES_ROOT.mkdir()
    live = Job.objects.create(kind="k", title="t")
    Job.objects.filter(pk=live.pk).update(created_at=NOON)
    hour_ago = timezone.now() - timedelta(hours=2)

    def left(folder, name, at=hour_ago):
        (folder / name).write_text("CANARI")
        os.utime(folder / name, (at.timestamp(), at.timestamp()))

    before = min(hour_ago, NOON - HOUR)
    for folder, name in (
        (settings.JOB_FILES_ROOT, "f" * 32 + ".part"),
        (settings.JOB_FILES_ROOT, f"{live.pk}-1.part"),
        (settings.FILE_UPLOAD_TEMP_DIR, "tmpold.upload.csv"),
    ):
        left(folder, name, before)
    now = timezone.now() + timedelta(days=400)
    left(settings.JOB_FILES_ROOT, "e" * 32, now)
    left(settings.JOB_FILES_ROOT, "01234567-89ab-cdef-0123-456789abcdef-2.part", now)
    left(settings.FILE_UPLOAD_TEMP_DIR, "tmpnew.upload.csv", now)
    purge()
    assert {path.name for path in settings.JOB_FILES_ROOT.iterdir()} == {"e" * 32, f"{live.pk}-1.part"}
    assert [path.name for path in settings.FILE_UPLOAD_TEMP_DIR.iterdir()] == ["tmpnew.upload.csv"]


@pytest.mark.usefixtures("seen")
def test_sessions_last_used_in_the_year_end(settings):
    build(PARIS, (2026,), late=False)
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for key, used in (("old", NOON - SECOND), ("new", NOON)):
        Session.objects.create(session_key=key, session_data="x", expire_date=used + age)
    assert purge().counts["sessions.Session"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == ["new"]


@pytest.mark.usefixtures("seen")
def test_accounts_stay_and_answers_are_counted_before_they_go():
    member = MembershipFactory()
    exam = ExamFactory(establishment=member.establishment, starts_at=datetime(2026, 12, 20, 9, tzinfo=UTC))
    for number in range(1, 21):
        ExamQuestion.objects.create(exam=exam, number=number, question=QuestionFactory(expected="A"))
    for _ in range(3):
        SittingFactory(exam=exam, closed=True, responses={str(n): {"c": "A"} for n in range(1, 21)})
    purge()
    assert not Sitting.objects.exists()
    figures = QuestionFigures.objects.filter(year=2026)
    assert set(figures.values_list("answers", "right")) == {(3, 3)}
    assert figures.count() == 20
    assert (Membership.objects.get(), Establishment.objects.get()) == (member, member.establishment)


@pytest.mark.usefixtures("seen")
def test_answers_that_the_hour_has_not_counted_are_counted_with_the_deletion(monkeypatch):
    monkeypatch.setattr(purging, "count_answers", lambda: None)
    exam = ExamFactory(starts_at=datetime(2026, 12, 20, 9, tzinfo=UTC))
    for number in range(1, 21):
        ExamQuestion.objects.create(exam=exam, number=number, question=QuestionFactory(expected="A"))
    SittingFactory(exam=exam, closed=True, responses={})
    purge()
    assert set(QuestionFigures.objects.values_list("answers", "right")) == {(1, 0)}


@pytest.mark.usefixtures("seen")
def test_the_years_keys_leave_their_file_and_no_newer_key(settings, tmp_path):
    old, this, later = (sealing.new_key(year) for year in (2025, 2026, 2027))
    settings.SEAL_KEYS_FILE = tmp_path / "seal_keys"
    settings.SEAL_KEYS_FILE.write_text("".join(f"{key.entry}\n" for key in (old, this, later)))
    settings.SEAL_KEYS = Keyring([old, this])  # read before the new key was made
    build(PARIS, (2026,), late=False)
    waiting = ExamFactory(year=2025, starts_at=LATER - HOUR)
    report = purge()
    assert any(this.kid in note for note in report.notes)
    assert [key.kid for key in read_keys(settings.SEAL_KEYS_FILE.read_text(), sealing.SealKey).keys] == [
        old.kid,
        later.kid,
    ]
    Exam.objects.filter(pk=waiting.pk).update(starts_at=LATER - 5 * HOUR, ends_at=LATER - HOUR)
    purge()
    assert [key.kid for key in read_keys(settings.SEAL_KEYS_FILE.read_text(), sealing.SealKey).keys] == [later.kid]


@pytest.mark.usefixtures("seen")
def test_the_secrets_of_attestations_go_and_their_public_halves_stay(settings, tmp_path):
    this, later = (seal.new_key(year) for year in (2026, 2027))
    settings.ATTESTATION_KEYS_FILE = tmp_path / "attestation_keys"
    settings.ATTESTATION_KEYS_FILE.write_text(f"{this.entry}\n{later.entry}\n")
    settings.ATTESTATION_PUBLIC_KEYS_FILE = tmp_path / "attestation_public_keys"
    settings.ATTESTATION_PUBLIC_KEYS_FILE.write_text("")
    build(PARIS, (2026,), late=False)
    report = purge()
    assert any(this.kid in note for note in report.notes)
    kept = read_keys(settings.ATTESTATION_KEYS_FILE.read_text(), seal.SigningKey)
    assert [key.kid for key in kept.keys] == [later.kid]
    public = read_keys(settings.ATTESTATION_PUBLIC_KEYS_FILE.read_text(), seal.PublicKey)
    assert [key.kid for key in public.keys] == [this.kid]


@pytest.mark.usefixtures("seen")
def test_the_key_of_the_log_s_pseudonyms_goes_with_its_year(settings, tmp_path):
    this, later = (logs.new_key(year) for year in (2026, 2027))
    settings.LOG_KEYS_FILE = tmp_path / "log_keys"
    settings.LOG_KEYS_FILE.write_text(f"{this.entry}\n{later.entry}\n")
    build(PARIS, (2026,), late=False)
    report = purge()
    assert any(this.kid in note for note in report.notes)
    assert [key.kid for key in read_keys(settings.LOG_KEYS_FILE.read_text(), logs.LogKey).keys] == [later.kid]


@pytest.mark.usefixtures("seen")
def test_of_keys_in_the_environment_it_is_said_what_to_do(settings):
    key = sealing.new_key(2026)
    settings.SEAL_KEYS_FILE, settings.SEAL_KEYS = None, Keyring([key])
    build(PARIS, (2026,), late=False)
    (note,) = purge().notes
    assert f"out of SEAL_KEYS ({key.kid})" in note


@pytest.mark.usefixtures("seen")
def test_a_cache_or_a_queue_that_is_away_does_not_stop_the_purge(monkeypatch):
    build(PARIS, (2026,), late=False)

    def away():
        raise ConnectionError

    monkeypatch.setattr(purging.cache, "clear", away)
    monkeypatch.setattr(purging, "_empty_queue", away)
    assert len([note for note in purge().notes if "could not be emptied" in note]) == 2
    assert not Candidate.objects.exists()
    assert purging.is_done(2026)


# --- Interrupted ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_interrupted_at_any_statement_it_converges():
    """Each statement may be the last one; what was not committed is not half there."""
    built = build(["Europe/Paris", "Pacific/Noumea"], (2026, 2027), late=False)
    with undone():
        with Watched() as watched:
            purge()
        whole = there()
        ledger = sorted((row.establishment or 0, row.counts) for row in Purge.objects.all())
        assert whole == built.left_after(2026)
    points = random.Random(2027).sample(range(len(watched.sql)), min(25, len(watched.sql)))
    for point in sorted(points):
        with undone():
            with pytest.raises(Killed), Watched(fail_at=point):
                purge()
            for school in Establishment.objects.all():
                sides = (school.candidates.count(), school.exams.count())
                assert sides in {(4, 2), (2, 1)}, watched.sql[point]
            purge()
            assert there() == whole, watched.sql[point]
            found = sorted((row.establishment or 0, row.counts) for row in Purge.objects.all() if row.counts)
            assert found == ledger, watched.sql[point]
            assert purging.is_done(2026)


@pytest.mark.usefixtures("seen")
def test_one_establishment_that_fails_does_not_hold_back_the_others(monkeypatch, caplog):
    build(PARIS * 2, (2026,), late=False)
    first, second = Establishment.objects.order_by("pk")
    delete = purging._delete

    def locked(scope, keys):
        if Candidate in keys and set(keys[Candidate]) & set(first.candidates.values_list("pk", flat=True)):
            raise OperationalError("lock not available")
        return delete(scope, keys)

    with monkeypatch.context() as patch:
        patch.setattr(purging, "_delete", locked)
        assert purge().failed == [first.pk]
    assert (first.candidates.count(), second.candidates.count()) == (2, 0)
    assert purge().failed == []
    assert not Candidate.objects.exists()


@pytest.mark.media
def test_killed_at_fifty_points_and_run_again(tmp_path):
    """kill -9 of a real process on a database in a file (tests/ops/purge_killed.py)."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    assert "50 kills" in _killed(environment, tmp_path)


@pytest.mark.postgresql
def test_killed_on_postgresql_and_run_again(tmp_path, db):
    """The same with a server that has to notice by itself that its client is gone; afterwards no name is in a dump."""
    name = f"killed_{connection.settings_dict['NAME']}"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {k: v for k, v in os.environ.items() if k != "REDIS_URL"} | {"DATABASE_URL": address}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            assert "8 kills" in _killed(environment, tmp_path)
        finally:
            for made in (name, f"{name}_kept"):
                cursor.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)')


def _killed(environment: dict[str, str], folder: Path) -> str:
    """What `purge_killed` says of itself."""
    environment |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.ops.purge_killed"], env=environment, capture_output=True, text=True, check=False,
        cwd=django_settings.BASE_DIR,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    return run.stdout
