import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job

PARTS = ["", "etat/"]
POSTED = ["fichier/", "annuler/", "refaire/"]


def ask(client, job, part):
    return (client.post if part in POSTED else client.get)(f"/travaux/{job.pk}/{part}")


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
        finished_at=timezone.now(),
    )


def test_a_finished_job_is_downloaded_by_the_head(head_client, supervisor_client, job):
    client = head_client
    assert {ask(supervisor_client, job, part).status_code for part in PARTS + POSTED} == {404}
    assert str(job.pk) not in supervisor_client.get("/travaux/").content.decode()
    assert f'action="/travaux/{job.pk}/fichier/"' in client.get(f"/travaux/{job.pk}/").content.decode()
    assert client.get(f"/travaux/{job.pk}/etat/").status_code == 286
    response = client.post(f"/travaux/{job.pk}/fichier/")
    assert b"".join(response.streaming_content) == b"%PDF-canari"
    assert response["Content-Disposition"] == 'attachment; filename="attestations.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("part", POSTED)
def test_what_may_be_written_down_is_posted(head_client, job, part):
    assert head_client.get(f"/travaux/{job.pk}/{part}").status_code == 405


@pytest.mark.parametrize("part", PARTS + POSTED)
def test_another_establishments_job_is_like_none(other_head_client, job, part):
    Job.objects.update(state=JobState.RUNNING)
    theirs = ask(other_head_client, job, part)
    nobodys = ask(other_head_client, Job(pk=uuid.uuid4()), part)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content
    assert Job.objects.get().state == JobState.RUNNING


@pytest.mark.parametrize("part", PARTS + POSTED)
def test_the_platforms_own_jobs_are_nobodys(head_client, part):
    own = Job.objects.create(kind="purge", title="Purge", scope="")
    assert ask(head_client, own, part).status_code == 404


@pytest.mark.parametrize("part", PARTS + POSTED)
def test_a_job_is_for_those_signed_in(client, admin_client, job, part):
    assert ask(client, job, part).status_code == 302
    assert ask(admin_client, job, part).status_code == 403


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
    response = head_client.post(f"/travaux/{job.pk}/fichier/")
    assert response["Location"] == f"/travaux/{job.pk}/"


def test_a_file_that_was_kept_long_enough_says_so_and_is_made_again(head_client, job):
    Job.objects.update(kind="film")
    jobs.drop_old_files(job.finished_at + jobs.FILES_KEPT * 2)
    Job.objects.update(finished_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    response = head_client.post(f"/travaux/{job.pk}/fichier/")
    assert response.status_code == 410
    page = " ".join(response.content.decode().split())
    assert "Ce fichier n’est plus disponible" in page
    assert "« attestations.pdf » a été gardé jusqu’au <strong>9 mars 2026 à 10:30</strong>." in page
    assert f'action="/travaux/{job.pk}/refaire/"' in page
    assert "Refaire" in page
    again = head_client.post(f"/travaux/{job.pk}/refaire/")
    assert again["Location"] != f"/travaux/{job.pk}/"
    assert head_client.get(again["Location"]).status_code == 200


def test_a_file_that_is_lost_says_so(head_client, job):
    jobs.path_of("a1b2").unlink()
    response = head_client.post(f"/travaux/{job.pk}/fichier/")
    assert response.status_code == 410
    assert "La plateforme ne le trouve plus." in response.content.decode()


def test_a_failed_job_says_why_and_is_tried_again(head_client, job):
    Job.objects.update(state=JobState.FAILED, error="La ligne 4 est illisible.", file="")
    response = head_client.get(f"/travaux/{job.pk}/etat/")
    assert response.status_code == 286
    assert "La ligne 4 est illisible." in response.content.decode()
    assert "Réessayer" in response.content.decode()
    urls = {head_client.post(f"/travaux/{job.pk}/refaire/")["Location"] for _ in range(2)}
    # Nobody has begun it: the second click leads to the first one's job.
    assert len(urls) == 1
    assert Job.objects.filter(state=JobState.WAITING).count() == 1


def test_a_job_is_cancelled_while_it_runs(head_client, job):
    Job.objects.update(state=JobState.RUNNING, file="", filename="")
    assert f'action="/travaux/{job.pk}/annuler/"' in head_client.get(f"/travaux/{job.pk}/").content.decode()
    page = head_client.post(f"/travaux/{job.pk}/annuler/", follow=True).content.decode()
    assert "Ce travail a été annulé" in page
    assert "/annuler/" not in page
    assert "Réessayer" in page
    page = head_client.post(f"/travaux/{job.pk}/annuler/", follow=True).content.decode()
    assert "Ce travail est déjà terminé." in page


def test_a_job_that_is_done_is_not_done_again(head_client, job):
    Job.objects.update(kind="film")
    page = head_client.post(f"/travaux/{job.pk}/refaire/", follow=True).content.decode()
    assert "Ce travail ne peut pas être refait." in page
    assert Job.objects.count() == 1


def test_an_exchange_with_siecle_is_not_stopped_half_way(head_client, establishment):
    job = Job.objects.create(kind="siecle_export", title="Export", scope=str(establishment.pk))
    assert "/annuler/" not in head_client.get(f"/travaux/{job.pk}/").content.decode()
    head_client.post(f"/travaux/{job.pk}/annuler/")
    assert Job.objects.get().state == JobState.WAITING


def test_the_list_finds_each_job_again(head_client, other_head_client, job, other_establishment):
    for n in range(2):
        Job.objects.create(kind="siecle_import", title=f"Import {n}", scope=job.scope, state=JobState.RUNNING)
    Job.objects.create(kind="attestations", title="CANARI", scope=str(other_establishment.pk))
    Job.objects.create(kind="bank_media", title="CANARI")
    page = head_client.get("/travaux/").content.decode()
    assert f'href="/travaux/{job.pk}/"' in page
    assert page.count('href="/candidats/siecle/') == 2
    assert "CANARI" not in page
    assert "Toutes les attestations" not in other_head_client.get("/travaux/").content.decode()


def test_the_list_asks_as_much_for_one_as_for_three(head_client, job, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as one:
        head_client.get("/travaux/")
    for _ in range(2):
        Job.objects.create(kind="attestations", title="Autre", scope=job.scope)
    with django_assert_max_num_queries(len(one)):
        head_client.get("/travaux/")


def test_an_empty_list_says_what_will_be_there(head_client):
    assert "Aucun travail" in head_client.get("/travaux/").content.decode()
