"""Documents of more candidates than a class: asked for on a page, made by a job, taken by whoever may."""

import re

import pytest
from django.urls import reverse

from certificates import tasks
from esr.core import jobs, pdf
from esr.core.models import Job
from establishments.enums import Attestation
from tests.certificates.reading import text_of
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

# URL name → the kind of its job, what a supervisor gets.
PAPERS = {
    "exam_convocations": ("convocations", 403),
    "exam_convocations_to_cut": ("convocations_to_cut", 403),
    "exam_codes_pdf": ("access_codes", 200),
    "exam_code_slips": ("code_slips", 200),
    "exam_grid": ("grids", 200),
    "exam_attendance_sheet": ("attendance_sheet", 200),
}
NAMES = ("ALEXANDRE", "BAILLY", "CISSÉ")


@pytest.fixture
def exam(establishment):
    exam = ExamFactory(establishment=establishment, number="48210937", name="Examen 5A", exam_questions__count=20)
    for name in NAMES:
        SittingFactory(exam=exam, candidate__last_name=name, closed=True)
    return exam


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Post, and do the job that follows."""

    def post(client, address):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address)

    return post


@pytest.mark.parametrize("name", PAPERS)
def test_a_whole_school_s_is_made_by_a_job(exam, head_client, post, monkeypatch, name):
    address = reverse(name, args=[exam.pk])
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 3)
    at_once = head_client.get(address)
    filename = re.search('filename="(.*)"', at_once["Content-Disposition"])[1]
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 2)
    page = head_client.get(address).content.decode()
    assert "Ce document réunit 3 candidats" in page
    assert "Préparer le PDF" in page
    assert not Job.objects.exists()
    response = post(head_client, address)
    job = Job.objects.get()
    assert response.url == reverse("job", args=[job.pk])
    kind, _ = PAPERS[name]
    assert (job.kind, job.state, job.filename, job.arguments) == (kind, "done", filename, {"exam": exam.pk})
    assert jobs.path_of(job.file).read_bytes() == at_once.content
    assert all(person in " ".join(text_of(at_once.content)) for person in NAMES)


@pytest.mark.parametrize(("name", "expected"), [(name, status) for name, (_, status) in PAPERS.items()])
def test_a_supervisor_follows_what_the_room_needs(
    exam, head_client, supervisor_client, other_head_client, post, monkeypatch, name, expected
):
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 2)
    address = reverse(name, args=[exam.pk])
    assert supervisor_client.get(address).status_code == expected
    asking = supervisor_client if expected == 200 else head_client
    page = post(asking, address).url
    their = {200: 200, 403: 404}[expected]
    assert supervisor_client.get(page).status_code == supervisor_client.post(f"{page}fichier/").status_code == their
    assert (page in supervisor_client.get(reverse("job_list")).content.decode()) == (expected == 200)
    assert head_client.post(f"{page}fichier/").status_code == 200
    assert other_head_client.get(page).status_code == 404
    assert other_head_client.post(f"{page}fichier/").status_code == 404


def test_a_long_name_counts_as_several(exam, head_client, monkeypatch):
    address = reverse("exam_attendance_sheet", args=[exam.pk])
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 5)
    assert head_client.get(address)["Content-Type"] == "application/pdf"
    SittingFactory(exam=exam, candidate__last_name="DE LA ROCHEFOUCAULD-MONTMORENCY")
    assert "Ce document réunit 4 candidats" in head_client.get(address).content.decode()
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 7)
    assert head_client.get(address)["Content-Type"] == "application/pdf"


def test_another_school_s_document_is_not_begun(exam, other_head_client, monkeypatch):
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 0)
    for name in PAPERS:
        assert other_head_client.post(reverse(name, args=[exam.pk])).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind, _ in PAPERS.values()])
def test_its_bar_moves(exam, kind):
    steps = []
    getattr(tasks, kind).make(exam, exam.starts_at.date(), lambda done, total: steps.append(done / total))
    assert steps == sorted(steps)
    assert len(set(steps)) >= 2
    assert 0 <= steps[0] < steps[-1] <= 1


def test_whoever_cancels_stops_it(exam, head_client, monkeypatch):
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 0)
    page = head_client.post(reverse("exam_attendance_sheet", args=[exam.pk])).url
    job = Job.objects.get()
    lay_out = pdf.lay_out

    def cancelled_before(html):
        jobs.cancel(job)
        return lay_out(html)

    monkeypatch.setattr(pdf, "lay_out", cancelled_before)
    monkeypatch.setattr(jobs, "_SAVE_EVERY", 0)
    jobs.run(job.pk)
    assert "Ce travail a été annulé" in head_client.get(page).content.decode()
    assert list(jobs.path_of("").iterdir()) == []
    monkeypatch.undo()
    again = head_client.post(f"{page}refaire/").url
    jobs.run(again.split("/")[-2])
    assert "48210937" in head_client.post(f"{again}fichier/")["Content-Disposition"]


def test_a_job_whose_exam_is_gone_or_empty_says_so(exam, head_client, post, monkeypatch):
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 0)
    address = reverse("exam_convocations", args=[exam.pk])
    job = Job.objects.get(pk=head_client.post(address).url.split("/")[-2])
    exam.sittings.all().delete()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.error == "Aucun candidat n’est inscrit à cette épreuve : il n’y a pas de convocation."
    again = jobs.start_again(job, account=0)
    exam.delete()
    jobs.run(again.pk)
    again.refresh_from_db()
    assert again.error == "Cette épreuve a été supprimée : il n’y a plus rien à préparer."


def test_the_attestations_of_a_large_exam_are_a_job_s(exam, head_client, post, monkeypatch):
    someone = exam.sittings.first().candidate
    other = ExamFactory(establishment=exam.establishment, attestation=Attestation.ASSR2)
    SittingFactory(exam=other, candidate=someone, closed=True)
    SittingFactory(exam=other, candidate=CandidateFactory(establishment=exam.establishment), closed=True)
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 2)
    response = post(head_client, reverse("exam_attestations", args=[exam.pk]))
    job = Job.objects.get()
    assert response.url == reverse("job", args=[job.pk])
    assert (job.state, job.filename) == ("done", "attestations-epreuve-48210937.pdf")
    pages = text_of(jobs.path_of(job.file).read_bytes())
    assert [name in page for name, page in zip(NAMES, pages, strict=True)] == [True] * 3
    assert exam.sittings.filter(issues__copy="original").count() == 3
    assert not other.sittings.filter(issues__isnull=False).exists()
