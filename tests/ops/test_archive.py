"""What is in « Archiver la session », against the database; unzipped and checked with the command its README names."""

import io
import re
import subprocess
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from candidates.models import Candidate
from certificates.queries import ARCHIVE
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from esr.ops import archive
from exams.models import Sitting
from tests.browser import pdf_pages
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

ANSWERS = {
    str(n): {"c": "A", "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"} for n in range(1, 21)
}  # fmt: skip


def make_session(establishment, other_establishment) -> int:
    """A session with a bit of everything, and another school's."""
    now = timezone.now()
    year = establishment.year_at(now)

    def exam(days, number, **fields):
        start = now - timedelta(days=days)
        return ExamFactory(
            establishment=establishment, year=year, number=number, starts_at=start, exam_questions__count=20, **fields
        )

    def sat(exam, last_name, **fields):
        candidate = fields.pop("candidate", None) or CandidateFactory(
            establishment=establishment, year=year, last_name=last_name, export_to_siecle=fields.pop("siecle", False)
        )
        return SittingFactory(exam=exam, candidate=candidate, **fields)

    main, again = exam(3, "11111111", name="Examen 5A"), exam(2, "22222222", name="Rattrapage")
    answered = {"closed": True, "responses": ANSWERS}
    zoe = sat(main, "ZAOUI", mark=20, **answered)
    sat(main, "ALEXANDRE", mark=12, **answered)
    sat(main, "BAILLY", mark=18, siecle=True, **answered)
    failed = sat(main, "CISSÉ", mark=4, **answered)
    sat(main, "ABSENTE")
    sat(again, "", candidate=failed.candidate, rattrapage=True, mark=11, **answered)
    sat(exam(1, "33333333", kind="offline", name="Film"), "DUPONT", closed=True, mark=15, responses={})
    sat(exam(1, "44444444", kind="training", name="Entraînement"), "", candidate=zoe.candidate, **answered)
    sat(exam(-1, "55555555", name="À venir"), "=HYPERLINK(1)")
    CandidateFactory(establishment=establishment, year=year, last_name="INSCRITE NULLE PART")
    CandidateFactory(establishment=establishment, year=year - 1, last_name="CANARI1")
    theirs = ExamFactory(establishment=other_establishment, starts_at=now - timedelta(days=1))
    SittingFactory(exam=theirs, closed=True, candidate__last_name="CANARI2")
    return year


def make(establishment, year) -> Job:
    scope = str(establishment.pk)
    job = jobs.start(ARCHIVE, title="Archive", scope=scope, establishment=establishment.pk, year=year)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """The archive as its reader has it, unzipped in a folder, and what the database said; made once."""
    folder = tmp_path_factory.mktemp("archive")
    with django_db_blocker.unblock(), override_settings(JOB_FILES_ROOT=folder / "jobs"), transaction.atomic():
        establishment = EstablishmentFactory(name="Collège des Mimosas", identifier="0750655E")
        year = make_session(establishment, EstablishmentFactory())
        job = make(establishment, year)
        sittings = Sitting.objects.of(establishment).exclude(exam__kind="training").select_related("exam", "candidate")
        facts = SimpleNamespace(
            year=year,
            job=job,
            zone=establishment.zone,
            candidates=list(Candidate.objects.of(establishment).of_year(year)),
            sittings=list(sittings),
        )
        content = jobs.path_of(job.file).read_bytes() if job.file else b""
        transaction.set_rollback(True)
    assert (job.state, job.error) == (JobState.DONE, "")
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        opened.extractall(folder)
        facts.names = opened.namelist()
    facts.folder = folder / job.filename.removesuffix(".zip")
    return facts


@pytest.fixture
def school(establishment, other_establishment):
    """The same, small: one exam with two admitted candidates."""
    exam = ExamFactory(
        establishment=establishment, starts_at=timezone.now() - timedelta(days=1), exam_questions__count=2
    )
    for _ in range(2):
        SittingFactory(exam=exam, closed=True, order=[1, 2], responses={q: ANSWERS[q] for q in "12"})
    return establishment, exam.year


def table(path):
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_it_holds_what_is_to_be_kept_and_names_nobody_outside(made):
    year = made.year
    assert made.job.filename == f"archive-0750655e-{year}.zip"
    root = f"archive-0750655e-{year}/"
    assert {name.removeprefix(root) for name in made.names} == {
        "LISEZMOI.txt",
        "MANIFESTE-SHA256.txt",
        "liste-candidats.csv",
        "liste-candidats.xlsx",
        "resultats.csv",
        "resultats.xlsx",
        "attestations/ASSR1-epreuve-11111111.pdf",
        "attestations/ASSR1-epreuve-22222222.pdf",
        "attestations/ASSR1-epreuve-33333333.pdf",
        *(
            f"epreuves/{n}/{name}.pdf"
            for n in ("11111111", "22222222", "33333333")
            for name in ("corrige", "emargement")
        ),
        *(f"epreuves/{n}/statistiques.{form}" for n in ("11111111", "22222222") for form in ("pdf", "xlsx")),
    }
    assert len(made.names) == len(set(made.names))
    # No name that some system cannot write, and nobody's.
    assert all(re.fullmatch(r"[A-Za-z0-9/.-]+", name) for name in made.names)


def test_its_sums_are_checked_with_the_command_it_names(made):
    check = ["sha256sum", "--check", "--strict", "MANIFESTE-SHA256.txt"]
    assert "sha256sum -c MANIFESTE-SHA256.txt" in (made.folder / "LISEZMOI.txt").read_text("utf-8-sig")
    good = subprocess.run(check, cwd=made.folder, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert good.stdout.count(": OK") == len(made.names) - 1  # not itself
    damaged = made.folder / "attestations/ASSR1-epreuve-11111111.pdf"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    bad = subprocess.run(check, cwd=made.folder, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert [line for line in bad.stdout.splitlines() if not line.endswith(": OK")] != []


def test_every_candidate_and_every_result_is_in_it_once(made):
    people = table(made.folder / "liste-candidats.xlsx")
    assert sorted(line["INE / Identifiant candidat"] for line in people) == sorted(
        c.identifier for c in made.candidates
    )
    results = table(made.folder / "resultats.xlsx")
    known = [(s.candidate.identifier, s.exam.number, s.mark, "oui" if s.rattrapage else "non") for s in made.sittings]
    columns = ("INE / Identifiant candidat", "Numéro de l’épreuve", "Note sur 20", "Rattrapage")
    assert sorted(known, key=str) == sorted((tuple(line[name] for name in columns) for line in results), key=str)
    outcomes = {(line["Nom"], line["Épreuve"]): line["Résultat"] for line in results}
    assert outcomes["CISSÉ", "Examen 5A"] == "Échoué"
    assert outcomes["CISSÉ", "Rattrapage"] == "Admis"
    assert outcomes["ABSENTE", "Examen 5A"] == "Absent"
    assert outcomes["'=HYPERLINK(1)", "À venir"] == "Inscrit"
    [exam] = {sitting.exam for sitting in made.sittings if sitting.exam.number == "11111111"}
    [line] = [line for line in results if line["Nom"] == "ZAOUI"]
    assert abs(line["Date planifiée"] - exam.starts_at.astimezone(made.zone).replace(tzinfo=None)) < timedelta(
        seconds=1
    )
    text = (made.folder / "resultats.csv").read_text("utf-8-sig")
    assert len(text.splitlines()) == len(results) + 1
    assert "CANARI" not in text + (made.folder / "liste-candidats.csv").read_text("utf-8-sig")


def test_every_attestation_is_where_the_results_say(made):
    places = {}
    for line in table(made.folder / "resultats.xlsx"):
        if place := line["Attestation archivée"]:
            places[line["Nom"], line["Épreuve"]] = place
    assert places.pop(("BAILLY", "Examen 5A")) == archive.AT_LSU
    pages = {path.name: pdf_pages(path.read_bytes()) for path in (made.folder / "attestations").iterdir()}
    for (name, _), place in places.items():
        file, _, page = place.removeprefix("attestations/").partition(", page ")
        assert name in pages[file][int(page) - 1]
    assert sum(map(len, pages.values())) == len(places) == 4
    assert not any("BAILLY" in page for file in pages.values() for page in file)


def test_the_papers_of_an_exam_are_those_of_its_page(made):
    folder = made.folder / "epreuves/11111111"
    correction = " ".join(pdf_pages((folder / "corrige.pdf").read_bytes()))
    assert "Question 20" in correction
    attendance = " ".join(pdf_pages((folder / "emargement.pdf").read_bytes()))
    assert all(name in attendance for name in ("ZAOUI", "ALEXANDRE", "BAILLY", "CISSÉ", "ABSENTE"))
    assert "Statistiques des réponses" in pdf_pages((folder / "statistiques.pdf").read_bytes())[0]
    report = openpyxl.load_workbook(folder / "statistiques.xlsx").active
    assert {row[0] for row in report.iter_rows(values_only=True)} >= {"Classe", "ZAOUI", "CISSÉ"}


def test_the_readme_says_what_is_what(made):
    text = (made.folder / "LISEZMOI.txt").read_bytes().decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    said = " ".join(text.split())
    year = made.year
    for words in (
        f"ARCHIVE DE LA SESSION {year}",
        "Collège des Mimosas (0750655E)",
        "4 attestations, un fichier PDF par épreuve",
        "1 attestation n’y est pas",
        "Archivez-les depuis le LSU.",
        f"50 ans, donc jusqu’à la fin de {year + 50}",
        f"Le 1er janvier {year + 1}, la plateforme supprime",
        "CE QUI MANQUE ENCORE",
    ):
        assert words in said, words
    missing = said[said.index("CE QUI MANQUE ENCORE") : said.index("VÉRIFIER")]
    assert "55555555" in missing
    assert "11111111" not in missing
    for path in (p for p in made.folder.rglob("*") if p.is_file() and p.name not in (archive.README, archive.MANIFEST)):
        assert f"{path.stat().st_size} {path.relative_to(made.folder)}" in said


def test_the_same_session_gives_the_same_archive(school, tmp_path):
    """But for the workbooks, which carry the instant they were written."""
    establishment, year = school
    now = timezone.now()
    manifests = []
    for n in range(2):
        archive.write(establishment, year, tmp_path / f"{n}.zip", now=now, progress=lambda done, total: None)
        with zipfile.ZipFile(tmp_path / f"{n}.zip") as opened:
            [name] = [name for name in opened.namelist() if name.endswith(archive.MANIFEST)]
            lines = io.TextIOWrapper(opened.open(name)).read().splitlines()
        manifests.append([line for line in lines if not line.endswith((".xlsx", archive.README))])
    assert manifests[0] == manifests[1]
    assert len(manifests[0]) == 6


def test_its_progress_grows_to_the_end(school, tmp_path):
    establishment, year = school
    seen = []
    archive.write(establishment, year, tmp_path / "a.zip", now=timezone.now(), progress=lambda *part: seen.append(part))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) == 1


def test_an_archive_that_is_cancelled_leaves_nothing(school, monkeypatch):
    establishment, year = school
    scope = str(establishment.pk)
    job = jobs.start(ARCHIVE, title="Archive", scope=scope, establishment=establishment.pk, year=year)
    add = archive.Archive.add

    def then_cancel(self, name, content):
        add(self, name, content)
        if name == "liste-candidats.csv":
            assert jobs.Progress(Job.objects.get()).scratch.exists()
            jobs.cancel(job)

    monkeypatch.setattr(archive.Archive, "add", then_cancel)
    monkeypatch.setattr(jobs, "_SAVE_EVERY", 0)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file) == (JobState.CANCELLED, "")
    assert list(jobs.path_of("").iterdir()) == []


def test_an_empty_session_makes_no_archive(establishment):
    job = make(establishment, establishment.current_year)
    assert job.state == JobState.FAILED
    assert job.error == "Cette session ne contient ni candidat ni épreuve : il n’y a rien à archiver."
    assert list(jobs.path_of("").iterdir()) == []


def test_attestations_over_more_pages_than_candidates_are_refused(school, monkeypatch):
    """Then the places in the results would be wrong."""
    monkeypatch.setattr(archive.pdf, "pages", lambda content: 7)
    assert make(*school).state == JobState.FAILED
