from datetime import timedelta

import pytest
from django.utils import timezone

from esr.core import broker, jobs
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


def files() -> list[str]:
    return sorted(file.name for file in jobs.path_of("").iterdir())


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
def test_a_full_disk_is_said_and_leaves_nothing(kind):
    def task(progress):
        progress.scratch.symlink_to("/dev/full")  # takes everything, and keeps nothing
        return jobs.Product("a.txt", b"a")

    job = start(kind, task)
    assert (job.state, job.file, files()) == (JobState.FAILED, "", [])
    assert job.error == "La plateforme n’avait plus de place pour ce travail. Refaites-le dans une dizaine de minutes."


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
    assert files() == []


@pytest.mark.django_db
def test_a_worker_taken_for_dead_that_ends_after_all_changes_nothing(kind, caplog):
    """Its successor has removed what it was writing."""

    def task(progress):
        progress.scratch.write_bytes(b"slow")
        Job.objects.update(state=JobState.WAITING)
        jobs._tasks[kind] = jobs.Task(lambda progress: jobs.Product("a.txt", b"second"), True, "", "job", None, False)
        jobs.run(progress.job.pk)
        return jobs.Product("a.txt", progress.scratch)

    job = start(kind, task)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert [jobs.path_of(name).read_bytes() for name in files()] == [b"second"]
    assert not caplog.records


@pytest.mark.django_db
def test_what_a_killed_worker_has_left_goes_with_the_next_try(kind):
    jobs.task(kind, file=True)(lambda progress: jobs.Product("a.txt", b"whole"))
    job = Job.objects.create(kind=kind, title="Essai", attempts=1)
    jobs.path_of("").mkdir(parents=True)
    for name in (f"{job.pk}-1.part", f"{job.pk}-1", "another-1.part"):
        jobs.path_of(name).write_bytes(b"half")
    jobs.run(job.pk)
    assert files() == sorted([f"{job.pk}-2", "another-1.part"])


@pytest.mark.django_db
def test_a_cancelled_job_stops_at_its_next_sign_of_life_and_leaves_nothing(kind):
    done = []

    def task(progress):
        progress.scratch.write_bytes(b"half")
        progress(0, 2)
        jobs.cancel(progress.job)
        progress._last = 0  # as half a second later
        progress(1, 2)
        done.append(True)

    jobs.task(kind, file=True)(task)
    job = Job.objects.create(kind=kind, title="Essai")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file, job.is_over, done) == (JobState.CANCELLED, "", True, [])
    assert job.finished_at
    assert files() == []


@pytest.mark.django_db
def test_a_job_cancelled_at_its_very_end_leaves_no_file(kind, caplog):
    def task(progress):
        jobs.cancel(progress.job)
        return jobs.Product("a.txt", b"too late")

    jobs.task(kind, file=True)(task)
    job = Job.objects.create(kind=kind, title="Essai")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file) == (JobState.CANCELLED, "")
    assert files() == []
    assert not caplog.records


@pytest.mark.django_db
def test_a_job_cancelled_while_it_waits_is_never_begun(kind):
    calls = []
    jobs.task(kind, file=True)(lambda progress: calls.append(1))
    job = Job.objects.create(kind=kind, title="Essai")
    jobs.cancel(job)
    jobs.run(job.pk)
    jobs.revive_stale()
    assert calls == []
    with pytest.raises(jobs.NotPossible, match="déjà terminé"):
        jobs.cancel(job)


@pytest.mark.django_db
def test_what_changes_more_than_a_file_is_not_stopped_half_way(kind):
    jobs.task(kind)(lambda progress: None)
    job = Job.objects.create(kind=kind, title="Essai")
    with pytest.raises(jobs.NotPossible):
        jobs.cancel(job)
    Job.objects.update(state=JobState.FAILED)
    job.refresh_from_db()
    with pytest.raises(jobs.NotPossible):
        jobs.start_again(job, account=7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "file", "possible"),
    [
        (JobState.WAITING, "", False),
        (JobState.RUNNING, "", False),
        (JobState.FAILED, "", True),
        (JobState.CANCELLED, "", True),
        (JobState.DONE, "there", False),
        (JobState.DONE, "lost", True),
        (JobState.DONE, "", True),  # kept its week
    ],
)
def test_what_may_be_asked_for_again(kind, state, file, possible):
    jobs.task(kind, file=True)(lambda progress, *, word: None)
    jobs.path_of("").mkdir(parents=True)
    jobs.path_of("there").write_bytes(b"a")
    job = Job.objects.create(
        kind=kind, title="Essai", scope="1", arguments={"word": "a"}, state=state, file=file, filename="a.txt"
    )
    assert jobs.can_start_again(job) == possible
    if not possible:
        with pytest.raises(jobs.NotPossible):
            jobs.start_again(job, account=7)
        return
    again = jobs.start_again(job, account=7)
    assert again.pk != job.pk
    assert (again.kind, again.title, again.scope, again.arguments) == (kind, "Essai", "1", {"word": "a"})
    assert again.state == JobState.WAITING


@pytest.mark.django_db
def test_who_asks_again_is_who_answers_for_it(kind):
    jobs.task(kind, file=True, once="Une seule fois.")(lambda progress, **arguments: None)
    arguments = {"word": "a", "account": 1}
    job = Job.objects.create(kind=kind, title="Essai", scope="1", arguments=arguments, state=JobState.FAILED)
    assert jobs.start_again(job, account=2).arguments == {"word": "a", "account": 2}
    job.state = JobState.DONE
    with pytest.raises(jobs.NotPossible, match="Une seule fois"):
        jobs.start_again(job, account=2)


@pytest.mark.django_db
def test_the_same_work_is_not_begun_twice(kind):
    jobs.task(kind)(lambda progress, **arguments: None)
    first = jobs.start(kind, title="Essai", scope="1", a=1, b=[2])
    assert jobs.start(kind, title="Essai", scope="1", b=[2], a=1) == first
    Job.objects.filter(pk=first.pk).update(state=JobState.RUNNING)
    assert jobs.start(kind, title="Essai", scope="1", a=1, b=[2]) == first
    others = [
        jobs.start(kind, title="Essai", scope="2", a=1, b=[2]),
        jobs.start(kind, title="Essai", scope="1", a=1, b=[3]),
        # The platform's own say themselves what is the same.
        jobs.start(kind, title="Essai", a=1),
        jobs.start(kind, title="Essai", a=1),
    ]
    assert len({first, *others}) == 5
    for over in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        Job.objects.filter(fingerprint=first.fingerprint).update(state=over)
        again = jobs.start(kind, title="Essai", scope="1", a=1, b=[2])
        assert again.pk != first.pk
        first = again


@pytest.mark.django_db
def test_whoever_takes_the_file_is_told_to_its_task(kind):
    told = []
    fetched = lambda job, *, account, now: told.append((job.pk, account))  # noqa: E731
    jobs.task(kind, file=True, fetched=fetched)(lambda progress: jobs.Product("a.txt", b"a"))
    job = Job.objects.create(kind=kind, title="Essai")
    with pytest.raises(FileNotFoundError):
        jobs.fetch(job, account=7)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert told == []
    with jobs.fetch(job, account=7) as file:
        assert file.read() == b"a"
    jobs.path_of(job.file).unlink()
    with pytest.raises(FileNotFoundError):
        jobs.fetch(job, account=8)
    assert told == [(job.pk, 7)]


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

    asked = []

    def down(*args, **options):
        asked.append(options)
        raise ConnectionError

    monkeypatch.setattr(tasks.run_job, "apply_async", down)
    jobs.task(kind)(lambda progress: None)
    job = jobs.start(kind, title="Essai")
    jobs.enqueue(job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING
    jobs.enqueue(job.pk)
    assert asked == [{"retry": False}]  # a page that somebody waits for: once, and not again for a while
    broker._away_until = 0.0
    jobs.enqueue(job.pk)
    assert len(asked) == 2


@pytest.mark.django_db
def test_a_large_file_is_moved_into_place(kind):
    def task(progress):
        progress.scratch.write_bytes(b"film")
        return jobs.Product("film.mp4", progress.scratch)

    job = start(kind, task)
    assert (job.state, job.filename) == (JobState.DONE, "film.mp4")
    assert jobs.path_of(job.file).read_bytes() == b"film"
    assert files() == [job.file]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("Rien."), RuntimeError(), jobs.Interrupted()])
def test_a_task_that_fails_leaves_no_scratch(kind, error):
    def task(progress):
        progress.scratch.write_bytes(b"half of a film")
        raise error

    start(kind, task)
    assert files() == []


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
    assert files() == [new.file]
    old.refresh_from_db()
    assert (old.file, old.filename, old.state) == ("", "a.txt", JobState.DONE)
