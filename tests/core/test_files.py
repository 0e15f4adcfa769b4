"""Files that several machines share, on an S3 server of the tests' own: what one makes the others find."""

import io
import os
from datetime import timedelta

import boto3
import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer

from esr.core import files, jobs, pdf
from esr.core.enums import JobState
from esr.core.models import Job
from exams import actions, queries
from tests.test_settings import load

KEYS = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def server():
    """The address of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def buckets(server, settings):
    """Two buckets, empty, as the platform's storages; their names."""
    client = boto3.client("s3", endpoint_url=server, **KEYS)
    names = {"private": "esr-private", "media": "esr-media"}
    for name in names.values():
        client.create_bucket(Bucket=name)
    options = {"endpoint_url": server, "access_key": "k", "secret_key": "s", "region_name": "us-east-1"}
    shared = {
        alias: {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**options, "bucket_name": name}}
        for alias, name in names.items()
    }
    settings.STORAGES = {**settings.STORAGES, **shared, "default": shared["media"]}
    yield names
    for name in names.values():
        bucket = boto3.resource("s3", endpoint_url=server, **KEYS).Bucket(name)
        bucket.objects.all().delete()
        bucket.delete()


@pytest.fixture
def another_machine(settings, tmp_path):
    """Call it to go on, on a machine whose disk is empty."""
    count = iter(range(10))

    def move():
        disk = tmp_path / f"machine-{next(count)}"
        for root in ("JOB_FILES_ROOT", "FOOTAGE_ROOT", "BANK_IMPORTS_ROOT", "MEDIA_ROOT"):
            setattr(settings, root, disk / root.lower())
        return disk

    return move


def on_disk(folder) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


@jobs.task("test_shared", file=True)
def shared(progress, *, words: str) -> jobs.Product:
    progress.scratch.write_bytes(words.encode())
    return jobs.Product(filename="mots.txt", content=progress.scratch)


@pytest.fixture
def job(db, buckets, establishment, another_machine):
    """A job that another machine has done."""
    disk = another_machine()
    row = Job.objects.create(
        kind="test_shared", title="Mots", scope=str(establishment.pk), arguments={"words": "Lily MARTIN"}
    )
    jobs.run(row.pk)
    assert on_disk(disk) == []  # nothing about anybody stays on the machine that made it
    another_machine()
    row.refresh_from_db()
    return row


def test_a_file_made_on_one_machine_is_handed_out_by_another_to_those_who_may(job, head_client, other_head_client):
    assert job.state == JobState.DONE
    answer = head_client.post(reverse("job_file", args=[job.pk]))
    assert b"".join(answer.streaming_content) == b"Lily MARTIN"
    assert answer["Content-Length"] == "11"
    assert answer["Cache-Control"] == "private, no-store"
    assert other_head_client.post(reverse("job_file", args=[job.pk])).status_code == 404


def test_what_is_gone_from_the_storage_is_said_to_be_gone(job, head_client):
    storages["private"].delete(f"jobs/{job.file}")
    assert not jobs.has_file(job)
    assert head_client.post(reverse("job_file", args=[job.pk])).status_code == 410
    assert jobs.can_start_again(job)


def test_old_files_and_orphans_go_from_the_storage_too(job):
    now = timezone.now()
    assert jobs.drop_old_files(now) == 0
    Job.objects.filter(pk=job.pk).update(finished_at=now - timedelta(days=8))
    assert jobs.drop_old_files(now + timedelta(days=8)) == 1
    assert list(files.JOBS.listing()) == []


def test_the_file_of_a_row_that_the_purge_deleted_goes(job):
    Job.objects.all().delete()
    assert jobs.drop_orphans(timezone.now()) == 1
    assert list(files.JOBS.listing()) == []


def test_a_cancelled_job_leaves_nothing(job):
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    jobs.cancel(job)
    assert list(files.JOBS.listing()) == []


def test_a_storage_that_is_away_fails_the_job_and_says_so_to_nobody_s_harm(db, settings, another_machine):
    from botocore.config import Config

    options = {
        **{"endpoint_url": "http://127.0.0.1:9", "access_key": "k", "secret_key": "s", "bucket_name": "b"},
        "client_config": Config(retries={"max_attempts": 0}),
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    disk = another_machine()
    row = Job.objects.create(kind="test_shared", title="Mots", arguments={"words": "Lily MARTIN"})
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (JobState.FAILED, "Une erreur inattendue a interrompu ce travail.")
    assert jobs.can_start_again(row)
    assert not [name for name in on_disk(disk) if name.endswith(".part")]


def test_half_made_files_of_a_killed_worker_go_with_a_later_job(db, another_machine):
    another_machine()
    files.JOBS.folder.mkdir(parents=True)
    old, new = files.JOBS.path(f"{'0' * 8}-1.part"), files.JOBS.path(f"{'1' * 8}-1.part")
    for file in (old, new):
        file.write_bytes(b"half")
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(old, (long_ago, long_ago))
    row = Job.objects.create(kind="test_shared", title="Mots", arguments={"words": "a"})
    jobs.run(row.pk)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_bank_received_by_a_web_server_is_read_by_a_worker(db, buckets, another_machine):
    web = another_machine()
    given = actions.receive_bank(
        file=io.BytesIO(b"PK, or not"), filename="banque.zip", retire=False, account=None, now=timezone.now()
    )
    assert on_disk(web) == []
    worker = another_machine()
    actions.read_bank(given=given, now=timezone.now())
    assert given.faults != ["Le fichier n’est plus sur le serveur : envoyez-le de nouveau."]
    assert given.faults
    assert on_disk(worker) == []
    actions.abandon_bank(given=given)
    assert list(files.BANK_IMPORTS.listing()) == []


def test_media_built_on_one_machine_are_on_all(db, buckets, another_machine, server):
    another_machine()
    folder = queries.media_folder("a" * 20)
    folder.mkdir(parents=True)
    (folder / "still.jpg").write_bytes(b"picture")
    (folder / "reading.m4a").write_bytes(b"voice")
    files.MEDIA.put_folder(queries.media_name_below("a" * 20))
    assert on_disk(folder) == ["reading.m4a", "still.jpg"]  # no secret: the machine keeps its copy
    another_machine()
    assert on_disk(queries.media_folder("a" * 20)) == ["reading.m4a", "still.jpg"]
    assert files.MEDIA.folders("bank") == {"a" * 20}
    assert pdf.has_picture("a" * 20)
    head = boto3.client("s3", endpoint_url=server, **KEYS).head_object(
        Bucket="esr-media", Key=f"bank/{'a' * 20}/reading.m4a"
    )
    assert head["ContentType"] == "audio/mp4"
    files.MEDIA.drop_folder(queries.media_name_below("a" * 20))
    assert not queries.media_folder("a" * 20).exists()
    assert files.MEDIA.folders("bank") == set()


def test_the_films_of_editors_are_brought_where_they_are_cut(db, buckets, another_machine, tmp_path):
    another_machine()
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    name = actions.keep_footage(film)
    another_machine()
    assert files.FOOTAGE.has(name)
    assert files.FOOTAGE.bring(name).read_bytes() == b"film"
    with pytest.raises(FileNotFoundError):
        files.FOOTAGE.bring("nowhere")
    assert on_disk(files.FOOTAGE.folder) == [name]


def test_the_environment_says_where_files_are(tmp_path):
    run = load(
        tmp_path,
        "sorted(settings.STORAGES), settings.STORAGES['private']['OPTIONS']['endpoint_url'], "
        "settings.STORAGES['private']['OPTIONS']['secret_key'], settings.STORAGES['default']['OPTIONS']['bucket_name']",
        PRIVATE_STORAGE_URL="https://key:s%2Fecret@objects.example.org/esr-private?region=fr-par",
        MEDIA_STORAGE_URL="https://key:secret@objects.example.org:9000/esr-media",
    )
    assert run.stdout.strip() == (
        "(['default', 'media', 'private', 'staticfiles'], 'https://objects.example.org', 's/ecret', 'esr-media')"
    )
    assert load(tmp_path, "sorted(settings.STORAGES)").stdout.strip() == "['default', 'staticfiles']"


@pytest.mark.parametrize(
    "wrong", ["objects.example.org/b", "https://objects.example.org/b", "https://k:s@h/", "s3://b"]
)
def test_an_unusable_storage_stops_the_start(tmp_path, wrong):
    run = load(tmp_path, "1", PRIVATE_STORAGE_URL=wrong)
    assert run.returncode != 0
    assert "PRIVATE_STORAGE_URL" in run.stderr
