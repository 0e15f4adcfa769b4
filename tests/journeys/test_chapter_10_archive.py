"""Handbook 10: before 1 January the session is archived; what takes time is followed, stopped, and found again."""

import io
import zipfile
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from certificates import rules
from certificates.models import Download
from certificates.tasks import ATTESTATIONS
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from tests.browser import pdf_pages


def test_the_session_is_archived_from_the_list_of_candidates(head, sat_exam):
    head.follows("Liste des candidats")
    head.presses("Télécharger la liste des candidats")
    assert "ALEXANDRE;Lily" in head.prints("CSV").decode("utf-8-sig")
    head.follows("Archiver la session")
    head.sees_title(f"Archiver la session {sat_exam.year}")
    assert head.row("Liste des candidats")[2].startswith("téléchargée le")
    assert head.row("Archive de la session")[2] == "jamais téléchargée"
    head.presses("Préparer l’archive")
    with zipfile.ZipFile(io.BytesIO(head.prints("Télécharger le fichier"))) as archive:
        [name] = [name for name in archive.namelist() if "/attestations/" in name]
        [page] = pdf_pages(archive.read(name))
    assert "ALEXANDRE" in page
    head.goes("/archive/")
    assert head.row("Archive de la session")[2].startswith("archivée le")
    assert head.row("Attestations")[2].startswith("avec l’archive du")


@pytest.fixture
def job(school) -> Job:
    return Job.objects.create(
        kind=ATTESTATIONS,
        title="Attestations de la session",
        scope=str(school.pk),
        state=JobState.RUNNING,
        attempts=1,
        done=120,
        total=300,
        arguments={"establishment": school.pk, "candidates": [], "account": 1},
    )


def test_a_bar_moves_and_the_end_is_said_once(head, job):
    head.goes(f"/travaux/{job.pk}/")
    bar = head.page.get_by_role("progressbar", name="Avancement")
    expect(bar).to_have_js_property("value", 120)
    # The button is not replaced with the bar: whoever is on it with the keyboard stays there.
    head.page.get_by_role("button", name="Annuler").focus()
    Job.objects.update(done=240)
    expect(bar).to_have_js_property("value", 240, timeout=60_000)
    expect(head.page.get_by_role("button", name="Annuler")).to_be_focused()
    said = head.page.locator("#travail-fin")
    expect(said).to_have_attribute("role", "status")
    expect(said).to_be_empty()
    Job.objects.update(state=JobState.FAILED, error="Aucun de ces candidats n’a plus d’attestation à imprimer.")
    expect(said).to_have_text("Ce travail n’a pas abouti.", timeout=60_000)
    expect(bar).to_have_count(0)
    expect(head.page.get_by_role("button", name="Annuler")).to_have_count(0)
    expect(head.page.get_by_role("button", name="Réessayer")).to_be_visible()


def test_a_job_is_stopped_and_found_again_in_the_menu(head, job):
    head.goes(f"/travaux/{job.pk}/")
    head.presses("Annuler")
    head.sees("Ce travail a été annulé")
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    head.goes("/accueil/")
    head.presses("Collège des Mimosas")
    head.page.get_by_role("link", name="Travaux", exact=True).click()
    assert head.row("Attestations de la session")[2] == "Annulé"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_page_passes_axe_and_reflows(head, sat_exam, job, monkeypatch, tmp_path, width, scheme):
    page = head.page
    page.set_viewport_size({"width": width, "height": 768})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def look(path, name):
        head.goes(path)
        found = [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        head.looks(tmp_path / f"{name}-{width}-{scheme}.png")

    monkeypatch.setattr(rules, "is_reminded", lambda today: True)
    look("/archive/", "archive-never")
    look("/accueil/", "home")
    address = f"/travaux/{job.pk}/"
    look(address, "job-running")
    Job.objects.update(state=JobState.CANCELLED, finished_at=timezone.now())
    look(address, "job-cancelled")
    Job.objects.update(state=JobState.DONE, filename="attestations-2026.pdf")
    look(address, "job-expired")
    head.goes("/archive/")
    head.presses("Préparer l’archive")
    head.prints("Télécharger le fichier")
    look("/travaux/", "jobs")
    Download.objects.update(as_of=sat_exam.starts_at - timedelta(days=1))
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="La liste est vide.")
    look(address, "job-failed")
    look("/archive/", "archive-again")
    look("/accueil/", "home-again")
    done = Job.objects.exclude(pk=job.pk).get()
    assert jobs.has_file(done)
    look(f"/travaux/{done.pk}/", "job-done")
    look("/candidats/", "candidates")
