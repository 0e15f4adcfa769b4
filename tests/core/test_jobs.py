from datetime import timedelta

import pytest
from django.utils import timezone

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(jobs, "_tasks", {})
    return "essai"


def start(kind, task, **arguments):
    jobs.task(kind)(task)
    job = Job.objects.create(kind=kind, title="Essai", arguments=arguments)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
def test_a_job_leaves_its_file(kind):
    def task(progress, *, word):
        progress(1, 1)
        return jobs.Product("mot.txt", word.encode())

    job = start(kind, task, word="bonjour")
    assert (job.state, job.percent, job.filename) == (JobState.DONE, 100, "mot.txt")
    assert jobs.path_of(job.file).read_bytes() == b"bonjour"


@pytest.mark.django_db
def test_a_failure_says_only_what_is_meant_for_people(kind):
    def task(progress, *, error):
        raise {"known": ValueError("La liste est vide."), "unknown": RuntimeError("secret")}[error]

    assert start(kind, task, error="known").error == "La liste est vide."
    jobs._tasks.clear()
    job = start(kind, task, error="unknown")
    assert (job.state, job.error) == (JobState.FAILED, "Une erreur inattendue a interrompu ce travail.")


@pytest.mark.django_db
def test_a_job_is_done_once(kind):
    calls = []
    job = start(kind, lambda progress: calls.append(1))
    jobs.run(job.pk)
    assert calls == [1]


@pytest.mark.django_db
def test_a_worker_that_lost_its_job_stops_and_leaves_nothing(kind):
    def task(progress):
        Job.objects.update(attempts=7)  # another worker took over
        progress(1, 1)

    job = start(kind, task)
    assert (job.state, job.file) == (JobState.RUNNING, "")


@pytest.mark.django_db
def test_a_dead_workers_job_is_started_again_then_given_up(kind, django_capture_on_commit_callbacks):
    calls = []
    jobs.task(kind)(lambda progress: calls.append(1))
    long_ago = timezone.now() - timedelta(hours=1)
    dead = Job.objects.create(kind=kind, title="Essai", state=JobState.RUNNING, heartbeat=long_ago, attempts=1)
    hopeless = Job.objects.create(kind=kind, title="Essai", state=JobState.RUNNING, heartbeat=long_ago, attempts=3)
    alive = Job.objects.create(kind=kind, title="Essai", state=JobState.RUNNING, heartbeat=timezone.now(), attempts=1)
    Job.objects.update(created_at=long_ago)
    jobs.revive_stale()
    states = [Job.objects.get(pk=job.pk).state for job in (dead, hopeless, alive)]
    assert states == [JobState.DONE, JobState.FAILED, JobState.RUNNING]
    assert calls == [1]


@pytest.mark.django_db
def test_starting_hands_the_key_to_a_worker_after_commit(kind, django_capture_on_commit_callbacks):
    jobs.task(kind)(lambda progress: None)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(kind, title="Essai")
        assert job.state == JobState.WAITING
    job.refresh_from_db()
    assert job.state == JobState.DONE


@pytest.mark.django_db
def test_a_broker_that_is_down_loses_nothing(kind, monkeypatch, caplog):
    from esr.core import tasks

    def down(*args):
        raise ConnectionError

    monkeypatch.setattr(tasks.run_job, "delay", down)
    jobs.task(kind)(lambda progress: None)
    job = jobs.start(kind, title="Essai")
    jobs.enqueue(job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING


@pytest.mark.django_db
def test_a_large_file_is_moved_into_place(kind):
    def task(progress):
        progress.scratch.write_bytes(b"film")
        return jobs.Product("film.mp4", progress.scratch)

    job = start(kind, task)
    assert (job.state, job.filename) == (JobState.DONE, "film.mp4")
    assert jobs.path_of(job.file).read_bytes() == b"film"
    assert [file.name for file in jobs.path_of("").iterdir()] == [job.file]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("Rien."), RuntimeError(), jobs.Interrupted()])
def test_a_task_that_fails_leaves_no_scratch(kind, error):
    def task(progress):
        progress.scratch.write_bytes(b"half of a film")
        raise error

    start(kind, task)
    assert list(jobs.path_of("").iterdir()) == []


@pytest.mark.django_db
def test_files_go_after_a_week(kind):
    now = timezone.now()
    old = start(kind, lambda progress: jobs.Product("a.txt", b"a"))
    new = start(kind + "2", lambda progress: jobs.Product("b.txt", b"b"))
    orphan = jobs.path_of("c.part")
    orphan.write_bytes(b"c")
    assert jobs.drop_old_files(now) == 0
    # A week and a day later for the first, six days for the second.
    later = now + jobs.FILES_KEPT + timedelta(days=1)
    Job.objects.filter(pk=new.pk).update(finished_at=later - timedelta(days=6))
    assert jobs.drop_old_files(later) == 2
    assert [file.name for file in jobs.path_of("").iterdir()] == [new.file]
    old.refresh_from_db()
    assert (old.file, old.filename, old.state) == ("", "a.txt", JobState.DONE)
