"""Three hundred names go through the real pages and tasks; after the purge they are found nowhere."""

import logging
import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from candidates.models import Candidate, ImportDraft
from candidates.resources import COLUMNS
from esr.celery import app as celery
from esr.core import jobs
from esr.core.models import Job
from esr.ops import purging
from esr.ops.models import Clock
from exams import sealing
from exams.enums import ExamKind, SittingState
from exams.models import Exam, Incident, SiecleExport, Sitting
from tests import services
from tests.factories import make_bank

LETTERS = "ABCDEFGHIJKLMNOPQRST"
# Letters alone: what holds them holds them for certain.
CANARIES = [f"Zqxcanari{a}{b}{c}".upper() for a in LETTERS for b in LETTERS for c in "X"][:300]
CANARY = re.compile(rb"zqx-?canari", re.IGNORECASE)


def database() -> list[str]:
    """Every cell of every table that names a canary."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [f"{table}.{n}" for n, v in zip(names, row, strict=True) if CANARY.search(_bytes(v))]
    return sorted(set(found))


def dump() -> list[str]:
    """The lines of a dump that name a canary. PostgreSQL dumps what is committed: the test's own transaction is."""
    if connection.vendor != "postgresql":
        return []
    where = connection.settings_dict
    address = f"postgresql://{where['USER']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    command = [services.postgres_folder() / "pg_dump", address]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    return [line.decode() for line in lines if CANARY.search(line)]


def _bytes(value) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def files(*folders) -> list[str]:
    return [str(path) for folder in folders for path in Path(folder).rglob("*") if path.is_file() and _names(path)]


def _names(path: Path) -> bool:
    try:
        return bool(CANARY.search(path.name.encode()) or CANARY.search(path.read_bytes()))
    except FileNotFoundError:  # another process of the tests is at work in the same folder
        return False


def redis() -> list[str]:
    """Keys in Redis that hold a canary, of whatever kind."""
    if not django_settings.REDIS_URL:
        return []

    server = Redis.from_url(django_settings.REDIS_URL)
    values = {
        b"string": server.get,
        b"list": lambda key: server.lrange(key, 0, -1),
        b"hash": server.hgetall,
        b"set": server.smembers,
        b"zset": lambda key: server.zrange(key, 0, -1),
    }
    read = {key: repr(values[server.type(key)](key)) for key in server.scan_iter()}
    return [key.decode() for key, value in read.items() if CANARY.search(value.encode() + key)]


def csv(names) -> SimpleUploadedFile:
    titles = ";".join(column.title for column in COLUMNS)
    values = {
        "identifier": "", "last_name": "", "first_name": "Lily", "birth_date": "03/04/2012", "division": "5A",
        "sex": "F", "attestation": "ASSR1", "export_to_siecle": "non",
    }  # fmt: skip
    lines = [";".join({**values, "last_name": name}.get(column.field, "") for column in COLUMNS) for name in names]
    return SimpleUploadedFile("zqxcanari.csv", "\n".join([titles, *lines]).encode())


def post(client, name, fields, *arguments):
    response = client.post(reverse(name, args=arguments), fields)
    assert response.status_code == 302, (name, re.findall(r'class="fr-error.*?<', response.content.decode())[:5])
    return response


@pytest.fixture
def broker(settings, tmp_path):
    """Messages stay where the broker keeps them, as when no worker is there."""
    settings.BROKER_FOLDER = Path(django_settings.DATA_DIR) / "broker"
    (settings.BROKER_FOLDER / "control").mkdir(parents=True, exist_ok=True)
    eager, celery.conf.task_always_eager = celery.conf.task_always_eager, False
    yield
    celery.conf.task_always_eager = eager


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("open_calendar", "broker")
def test_three_hundred_names_are_found_nowhere(head_client, establishment, settings, tmp_path, caplog, mailoutbox):
    caplog.set_level(logging.DEBUG)
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.SEAL_KEYS_FILE = tmp_path / "seal_keys"
    settings.SEAL_KEYS_FILE.write_text(sealing.new_key(timezone.now().year).entry)
    make_bank()
    # The list: a file, its preview, its confirmation; then another file that nobody confirms.
    for confirmed in (True, False):
        draft = post(head_client, "candidate_import", {"file": csv(CANARIES if confirmed else CANARIES[:9])})
        key = ImportDraft.objects.get().pk
        page = head_client.get(draft["Location"])
        if confirmed:
            seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page.content.decode()).group(1)
            post(head_client, "candidate_import_preview", {"seen": seen}, key)
    assert Candidate.objects.count() == 300
    post(head_client, "candidate_list", {"q": CANARIES[7]})  # what was searched for is in the session
    # An exam, results, an incident, an export, a printed document, a job in the queue.
    now = timezone.now()
    local = timezone.localtime(now + timedelta(minutes=5), establishment.zone)
    fields = {
        "kind": ExamKind.EXAM, "attestation": "ASSR1", "name": f"Examen {CANARIES[0]}",
        "starts_at": local.strftime("%Y-%m-%dT%H:%M"), "place": CANARIES[1], "convocation_text": CANARIES[2],
        "candidates": list(Candidate.objects.values_list("pk", flat=True)), "generate": "on",
    }  # fmt: skip
    _exam(head_client, fields)
    exam = Exam.objects.get()
    Exam.objects.filter(pk=exam.pk).update(starts_at=now - timedelta(hours=5), ends_at=now - timedelta(hours=2))
    Sitting.objects.update(
        state=SittingState.CLOSED, started_at=now, closed_at=now, mark=15, epoch=1, responses={"1": {"c": "A"}}
    )
    sitting = Sitting.objects.first()
    incident = {"category": "other", "text": f"{CANARIES[3]} a dû sortir"}
    post(head_client, "sitting_incident", incident, sitting.pk)
    post(head_client, "exam_room", incident, exam.pk)
    for number, candidate in enumerate(Candidate.objects.all()[:9]):
        known = {"identifier": f"{100000000 + number}AB", "in_siecle": True, "export_to_siecle": True}
        Candidate.objects.filter(pk=candidate.pk).update(**known)
    post(head_client, "siecle_export", {})
    assert head_client.get(reverse("exam_codes_pdf", args=[exam.pk])).status_code == 200
    three = Candidate.objects.filter(export_to_siecle=False).values_list("pk", flat=True)[:3]
    post(head_client, "all_attestations", {"candidates": list(three)})
    job = Job.objects.get(kind="attestations")
    jobs.run(job.pk)
    made = Job.objects.get(pk=job.pk)
    assert made.file, made.error
    assert jobs.path_of(made.file).stat().st_size > 1000
    jobs.path_of(made.file).write_bytes(jobs.path_of(made.file).read_bytes() + CANARIES[4].encode())
    jobs.enqueue(job.pk)
    cache.set(f"attempts:{CANARIES[5]}", CANARIES[6])
    left = settings.FILE_UPLOAD_TEMP_DIR / "tmpabc.upload.csv"
    left.write_text(CANARIES[8])
    hours_ago = (now - timedelta(hours=3)).timestamp()
    os.utime(left, (hours_ago, hours_ago))
    assert Incident.objects.count() == 2
    assert SiecleExport.objects.count() == 1

    def everywhere() -> dict[str, list]:
        return {
            "database": database(),
            "dump": dump(),
            "files": files(tmp_path, django_settings.DATA_DIR),
            "redis": redis(),
            "mails": [message.subject for message in mailoutbox if CANARY.search(message.body.encode())],
            "cache": [cache.get(f"attempts:{CANARIES[5]}")],
        }

    before = everywhere()
    tables = {cell.split(".")[0] for cell in before["database"]}
    assert {"candidates_candidate", "candidates_importdraft", "exams_exam", "exams_incident"} <= tables
    assert len(before["files"]) >= 2
    assert (len(before["dump"]) > 300) == (connection.vendor == "postgresql")
    assert CANARY.search(repr([s.get_decoded() for s in Session.objects.all()]).encode())
    assert before["cache"] == [CANARIES[6]]
    assert _queued() > 0

    over = purging.over_everywhere(now.year)
    Clock.objects.create(steady_since=now, seen_at=over)
    report = purging.run(year=now.year, now=over + timedelta(hours=1))
    assert report.counts["candidates.Candidate"] == 300
    assert report.notes == [note for note in report.notes if "could not" not in note]
    assert everywhere() == {"database": [], "dump": [], "files": [], "redis": [], "mails": [], "cache": [None]}
    assert not Session.objects.exists()
    assert _queued() == 0
    assert not settings.SEAL_KEYS.keys
    # What was said on the way, at every level: SQL, jobs, requests.
    said = [record for record in caplog.records if CANARY.search(record.getMessage().encode())]
    assert [record for record in said if record.name not in _TESTS_OWN] == []


# SQL with its values, which Django only logs under DEBUG; and who draws pages in this process.
_TESTS_OWN = {"django.db.backends"}


def _queued() -> int:
    with celery.connection_for_write() as broker:
        if django_settings.REDIS_URL:
            return broker.channel().client.llen("celery")
    return len(list((Path(django_settings.DATA_DIR) / "broker").glob("*.msg")))


def _exam(client, fields) -> None:
    response = client.post(reverse("exam_create"), fields)
    assert response.status_code == 302, re.findall(r"fr-error-text[^<]*<?[^<]*", response.content.decode())[:5]
