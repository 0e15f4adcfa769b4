"""A whole school: the CSV that a French Excel saved becomes convocations, codes and, after results, attestations.

Read as text page by page: every candidate once, in order, and nobody else on their page. No browser here, so this
journey also runs on SQLite.
"""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from exams import actions, protocol
from exams.models import Exam
from tests.browser import pdf_pages
from tests.factories import make_bank

COUNT = 600
LAST = (
    "ALEXANDRE BÉNÉTEAU CISSÉ DÉSIRÉ ÉVRARD FAŸ GRÄF HÉRAULT IBAÑEZ JAÑEZ KÖNIG LEBŒUF MÂCHEFERT NOÛS O'BRIEN".split()
)
FIRST = "Adèle Benoît Chloé Désiré Éloïse François Gaël Héloïse Inès Joël Kévin Loïc Maëlle Noël Océane".split()
DIVISIONS = [f"5{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]


def letters(n: int) -> str:
    """A different word for each number, so that no name is part of another."""
    return "".join("BCDFGHJKLMNPRSTVWXZQ"[n // 20**place % 20] for place in range(3))


def people() -> list[tuple[str, str, str, str]]:
    """(INE, last name, first name, division), the last name unique."""
    return [
        (f"{130_000_000 + n}AC", f"{LAST[n % 15]} {letters(n)}", FIRST[n // 15 % 15], DIVISIONS[n % 20])
        for n in range(COUNT)
    ]


def excel_csv() -> bytes:
    lines = ["INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE"]
    for n, (ine, last, first, division) in enumerate(people()):
        lines.append(f"{ine};{last};{first};{1 + n % 28:02d}/{1 + n % 12:02d}/2012;{division};{'FM'[n % 2]};ASSR1;non")
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


@pytest.fixture
def school(head_client, establishment, db, open_calendar):
    """Six hundred candidates imported through the pages."""
    make_bank()
    upload = SimpleUploadedFile("candidats.csv", excel_csv(), "text/csv")
    preview = head_client.post(reverse("candidate_import"), {"file": upload})
    page = head_client.get(preview.url).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page).group(1)
    head_client.post(preview.url, {"seen": seen})
    return establishment


def only_name_on(page: str, everybody: list[str]) -> list[str]:
    return [name for name in everybody if name in page]


def test_from_excel_to_paper(school, head_client, django_capture_on_commit_callbacks):
    def printed(name: str) -> list[str]:
        """The pages of a document that a job prepares."""
        with django_capture_on_commit_callbacks(execute=True):
            page = head_client.post(reverse(name, args=[exam.pk])).url
        return pdf_pages(b"".join(head_client.post(f"{page}fichier/").streaming_content))

    candidates = list(Candidate.objects.of(school))
    assert sorted((c.identifier, c.last_name, c.first_name, c.division) for c in candidates) == sorted(people())
    tomorrow = timezone.localtime() + timedelta(days=1)
    posted = {
        "kind": "exam",
        "attestation": "ASSR1",
        "name": "Examen des 5e",
        "starts_at": f"{tomorrow:%d/%m/%Y} 09:00",
        "candidates": [c.pk for c in candidates],
        "generate": "1",
    }
    head_client.post(reverse("exam_create"), posted)
    exam = Exam.objects.get()
    sittings = list(exam.sittings.select_related("candidate"))
    names = [f"{s.candidate.first_name} {s.candidate.last_name}" for s in sittings]
    assert len(set(names)) == COUNT

    pages = printed("exam_convocations")
    assert [only_name_on(page, names) for page in pages] == [[name] for name in names]
    assert all(f"{tomorrow:%d/%m/%Y}" in page or "9" in page for page in pages)

    codes = " ".join(printed("exam_codes_pdf")).replace(" ", "")
    positions = [codes.index(s.access_code) for s in sittings]
    assert positions == sorted(positions)
    assert len(set(positions)) == COUNT

    # Everyone answers through the protocol's own rules: two in three are admitted.
    start = exam.starts_at
    key = actions.answer_key(exam)
    admitted = []
    for n, sitting in enumerate(sittings):
        right = (15, 10, 9)[n % 3]
        actions.start_sitting(sitting=sitting, token=f"{n:043d}", now=start)
        items = [protocol.Item(q, 1, key[q] if q <= right else "", True, 900) for q in key]
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=start + timedelta(minutes=25))
        admitted += [sitting.candidate] if right >= 10 else []
    Exam.objects.update(starts_at=timezone.now() - timedelta(hours=4), ends_at=timezone.now() - timedelta(hours=1))

    pages = printed("exam_attestations")
    last_names = [c.last_name for c in candidates]
    assert [only_name_on(page, last_names) for page in pages] == [[c.last_name] for c in admitted]
    assert all(c.birth_date.strftime("%d/%m/%Y") in page for c, page in zip(admitted, pages, strict=True))
