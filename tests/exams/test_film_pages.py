"""« Film de l’épreuve » on the exam's page: asked for, followed, downloaded, and made again when it must be."""

from pathlib import Path

import pytest

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from exams import queries, tasks
from exams.bank import film


@pytest.fixture
def address(exam):
    return f"/epreuves/{exam.pk}/film"


@pytest.fixture
def filming(monkeypatch):
    """The film module, which writes down what it is asked and makes a small file."""
    calls = []

    def make(questions, out: Path, **options):
        calls.append((questions, options))
        options["progress"](1, 2)
        out.write_bytes(b"a film")

    monkeypatch.setattr(film, "make", make)
    return calls


def run() -> Job:
    job = Job.objects.filter(kind=queries.FILM).first()
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("role", ["head", "supervisor"])
def test_whoever_runs_the_exam_gets_its_film(request, role, exam, address, filming):
    client = request.getfixturevalue(f"{role}_client")
    assert f'href="{address}/"' in client.get(f"/epreuves/{exam.pk}/").content.decode()
    assert "Préparer le film" in client.get(address + "/").content.decode()
    assert client.get(address + ".mp4")["Location"] == address + "/"
    assert client.post(address + "/").status_code == 302
    assert f'hx-get="{address}/etat/"' in client.get(address + "/").content.decode()
    assert client.get(address + "/etat/").status_code == 200
    job = run()
    assert (job.state, job.scope) == (JobState.DONE, str(exam.establishment_id))
    fragment = client.get(address + "/etat/")
    assert fragment.status_code == 286
    assert "Le film est prêt." in fragment.content.decode()
    assert f'href="{address}.mp4"' in client.get(address + "/").content.decode()
    response = client.get(address + ".mp4")
    assert b"".join(response.streaming_content) == b"a film"
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"] == f'attachment; filename="film-epreuve-{exam.number}.mp4"'
    assert response["Cache-Control"] == "private, no-store"


def test_another_school_gets_nothing_of_it(head_client, other_head_client, exam, address, filming):
    head_client.post(address + "/")
    run()
    for path in (address + "/", address + "/etat/", address + ".mp4"):
        assert other_head_client.get(path).status_code == 404
    assert other_head_client.post(address + "/").status_code == 404
    assert Job.objects.filter(kind=queries.FILM).count() == 1


def test_asking_again_starts_nothing_while_it_is_made_or_there(head_client, exam, address, filming):
    for _ in range(2):
        head_client.post(address + "/")
    assert Job.objects.filter(kind=queries.FILM).count() == 1
    run()
    head_client.post(address + "/")
    assert Job.objects.filter(kind=queries.FILM).count() == 1


def test_the_film_follows_the_exams_questions_in_its_order_and_holds_no_answer(head_client, exam, address, filming):
    head_client.post(address + "/")
    run()
    (questions, options), rows = filming[0], queries.exam_questions(exam)
    assert [question.statement for question in questions] == [row.question.statement for row in rows]
    assert [question.media.name for question in questions] == [row.question.media for row in rows]
    assert questions[0].propositions == ("Proposition A", "Proposition B", "Proposition C")
    assert (options["answer_seconds"], options["described"]) == (45, False)


def test_the_film_of_an_aer_is_described(head_client, exam, address, filming):
    type(exam).objects.filter(pk=exam.pk).update(attestation="AER")
    head_client.post(address + "/")
    run()
    assert filming[0][1]["described"] is True


def test_changed_questions_are_another_film(head_client, exam, address, filming):
    head_client.post(address + "/")
    run()
    first, second = exam.exam_questions.order_by("number")[:2]
    first.question, second.question = second.question, first.question
    exam.exam_questions.filter(pk__in=[first.pk, second.pk]).delete()
    first.pk = second.pk = None
    type(first).objects.bulk_create([first, second])
    assert "Préparer le film" in head_client.get(address + "/").content.decode()
    assert "un film est gardé sept jours" in head_client.get(address + ".mp4", follow=True).content.decode()
    head_client.post(address + "/")
    assert Job.objects.filter(kind=queries.FILM).count() == 2


def test_an_exam_that_changed_while_its_film_was_waiting_is_not_filmed(head_client, exam, address, filming):
    head_client.post(address + "/")
    exam.exam_questions.filter(number=20).delete()
    job = run()
    assert (job.state, job.error[:28]) == (JobState.FAILED, "L’épreuve a été modifiée ou ")
    assert filming == []


def test_media_that_are_not_built_yet_are_said_and_it_can_be_tried_again(head_client, exam, address):
    head_client.post(address + "/")
    assert run().state == JobState.FAILED
    page = head_client.get(address + "/").content.decode()
    assert "ne sont pas encore toutes prêtes" in page
    assert "Recommencer" in page
    head_client.post(address + "/")
    assert Job.objects.filter(kind=queries.FILM).count() == 2
    assert list(jobs.path_of("").iterdir()) == []


def test_a_film_that_went_after_a_week_can_be_asked_for_again(head_client, exam, address, filming):
    head_client.post(address + "/")
    job = run()
    jobs.drop_old_files(job.finished_at + jobs.FILES_KEPT * 2)
    assert "Préparer le film" in head_client.get(address + "/").content.decode()
    assert "un film est gardé sept jours" in head_client.get(address + ".mp4", follow=True).content.decode()
    assert tasks.exam_film is jobs._tasks[queries.FILM].function


def test_a_film_that_a_head_cancelled_can_be_asked_for_again(head_client, supervisor_client, exam, address, filming):
    head_client.post(address + "/")
    job = Job.objects.get()
    cancel = f'action="/travaux/{job.pk}/annuler/"'
    assert cancel in head_client.get(address + "/").content.decode()
    assert cancel not in supervisor_client.get(address + "/").content.decode()
    head_client.post(f"/travaux/{job.pk}/annuler/")
    assert "Préparer le film" in supervisor_client.get(address + "/").content.decode()
    supervisor_client.post(address + "/")
    assert run().state == JobState.DONE
    assert Job.objects.count() == 2


def test_a_film_whose_file_is_lost_can_be_asked_for_again(head_client, exam, address, filming):
    head_client.post(address + "/")
    jobs.path_of(run().file).unlink()
    assert "Préparer le film" in head_client.get(address + "/").content.decode()
    head_client.post(address + "/")
    assert run().state == JobState.DONE
