import uuid

import pytest

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job

PARTS = ["", "etat/", "fichier/"]


@pytest.fixture
def job(establishment, settings):
    settings.JOB_FILES_ROOT.mkdir(parents=True)
    jobs.path_of("a1b2").write_bytes(b"%PDF-canari")
    return Job.objects.create(
        kind="attestations",
        title="Toutes les attestations",
        scope=str(establishment.pk),
        state=JobState.DONE,
        done=300,
        total=300,
        file="a1b2",
        filename="attestations.pdf",
    )


def test_a_finished_job_is_downloaded_by_the_head(head_client, supervisor_client, job):
    client = head_client
    assert [supervisor_client.get(f"/travaux/{job.pk}/{part}").status_code for part in PARTS] == [403, 403, 403]
    assert f'href="/travaux/{job.pk}/fichier/"' in client.get(f"/travaux/{job.pk}/").content.decode()
    assert client.get(f"/travaux/{job.pk}/etat/").status_code == 286
    response = client.get(f"/travaux/{job.pk}/fichier/")
    assert b"".join(response.streaming_content) == b"%PDF-canari"
    assert response["Content-Disposition"] == 'attachment; filename="attestations.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("part", PARTS)
def test_another_establishments_job_is_like_none(other_head_client, job, part):
    theirs = other_head_client.get(f"/travaux/{job.pk}/{part}")
    nobodys = other_head_client.get(f"/travaux/{uuid.uuid4()}/{part}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


@pytest.mark.parametrize("part", PARTS)
def test_the_platforms_own_jobs_are_nobodys(head_client, part):
    own = Job.objects.create(kind="purge", title="Purge", scope="")
    assert head_client.get(f"/travaux/{own.pk}/{part}").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_a_job_is_for_those_signed_in(client, admin_client, job, part):
    assert client.get(f"/travaux/{job.pk}/{part}").status_code == 302
    assert admin_client.get(f"/travaux/{job.pk}/{part}").status_code == 403


def test_a_running_job_is_asked_again_until_it_is_over(head_client, job):
    Job.objects.update(state=JobState.RUNNING, done=120, file="")
    page = head_client.get(f"/travaux/{job.pk}/").content.decode()
    assert f'hx-get="/travaux/{job.pk}/etat/" hx-trigger="every 2s"' in page
    assert '<progress value="120" max="300"></progress>' in page
    fragment = head_client.get(f"/travaux/{job.pk}/etat/")
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    Job.objects.update(state=JobState.DONE)
    fragment = head_client.get(f"/travaux/{job.pk}/etat/")
    assert fragment.status_code == 286
    assert 'id="travail-fin" hx-swap-oob="true">C’est terminé.</p>' in fragment.content.decode()
    assert "hx-get" not in head_client.get(f"/travaux/{job.pk}/").content.decode()


def test_a_job_without_a_file_offers_none(head_client, job):
    Job.objects.update(file="", filename="")
    assert "/fichier/" not in head_client.get(f"/travaux/{job.pk}/").content.decode()
    assert head_client.get(f"/travaux/{job.pk}/fichier/").status_code == 404


def test_a_file_that_is_gone_is_not_found(head_client, job):
    jobs.path_of("a1b2").unlink()
    assert head_client.get(f"/travaux/{job.pk}/fichier/").status_code == 404


def test_a_failed_job_says_why(head_client, job):
    Job.objects.update(state=JobState.FAILED, error="La ligne 4 est illisible.", file="")
    response = head_client.get(f"/travaux/{job.pk}/etat/")
    assert response.status_code == 286
    assert "La ligne 4 est illisible." in response.content.decode()
