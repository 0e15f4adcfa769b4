"""The archive of a session: one zip per establishment, with everything that it has to keep (handbook 10).

It stands on the roof because it holds what neighbours make: papers of `certificates`, reports of `stats`. The zip is
written on the disk entry by entry, so no more than one document is ever in memory; names in it are ours and name no
pupil; the same data give the same entries, but for the workbooks, which carry the instant they were written.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from certificates import documents, rules
from certificates import queries as certificates
from esr.core import pdf, spreadsheets
from establishments.models import Establishment
from exams import queries
from exams.enums import ExamState
from exams.models import Exam, Sitting
from exams.rules import is_admitted
from stats import documents as reports
from stats import queries as statistics

README = "LISEZMOI.txt"
MANIFEST = "MANIFESTE-SHA256.txt"
# Where a result's attestation is, behind the columns of the results.
PLACE = "Attestation archivée"
AT_LSU = "dans le LSU (résultat à exporter vers SIECLE BEE)"

# Called with how much is done, and of how much.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Entry:
    """One file of the archive; `size` in bytes, `digest` its SHA-256 in hexadecimal."""

    name: str
    size: int
    digest: str


class Archive:
    """A zip under construction: everything below one folder, every entry summed."""

    def __init__(self, path: Path, folder: str, moment: datetime):
        self.entries: list[Entry] = []
        self._folder, self._moment = folder, moment
        self._zip = zipfile.ZipFile(path, "w")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *failure) -> None:
        self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        """Text is compressed; PDF and workbooks are already."""
        info = zipfile.ZipInfo(f"{self._folder}/{name}", self._moment.timetuple()[:6])
        info.create_system, info.external_attr = 3, 0o644 << 16  # as on Linux, whatever the machine
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith((".txt", ".csv")) else zipfile.ZIP_STORED
        self._zip.writestr(info, content)
        self.entries.append(Entry(name, len(content), hashlib.sha256(content).hexdigest()))

    def manifest(self) -> bytes:
        """The sums as `sha256sum -c` reads them."""
        return "".join(f"{entry.digest}  {entry.name}\n" for entry in self.entries).encode()


@dataclass
class _Steps:
    """The progress of the whole, from that of its parts: a page of attestations counts as one, a document as `COST`."""

    progress: Progress
    total: int
    done: int = 0

    COST = 20

    def part(self, done: int, total: int) -> None:
        self.progress(min(self.done + done, self.total), self.total)

    def over(self, cost: int) -> None:
        self.done += cost
        self.part(0, 0)


@dataclass
class _Places:
    """Sitting → where its attestation is."""

    places: dict = field(default_factory=dict)

    def of(self, sitting: Sitting) -> str:
        if sitting.mark is None or not is_admitted(sitting.mark):
            return ""
        return self.places.get(sitting.pk, AT_LSU)

    def add(self, name: str, sittings: Sequence[Sitting], content: bytes) -> None:
        """A page per sitting, in their order."""
        if pdf.pages(content) != len(sittings):
            raise RuntimeError(f"{name} has not one page per attestation")
        for page, sitting in enumerate(sittings, start=1):
            self.places[sitting.pk] = f"{name}, page {page}"


def filename(establishment: Establishment, year: int) -> str:
    return f"archive-{slugify(establishment.identifier)}-{year}.zip"


def write(establishment: Establishment, year: int, path: Path, *, now: datetime, progress: Progress) -> None:
    """Write the session's archive as of `now` to `path`. Raises ValueError when there is nothing to archive."""
    session = certificates.session(establishment, year, now)
    if session.is_empty:
        raise ValueError("Cette session ne contient ni candidat ni épreuve : il n’y a rien à archiver.")
    exams = [exam for exam in queries.session_exams(establishment, year) if exam.state_at(now) != ExamState.UPCOMING]
    steps = _Steps(progress, session.printable + _Steps.COST * (1 + len(exams)))
    places = _Places()
    moment = now.astimezone(establishment.zone)
    with Archive(path, filename(establishment, year).removesuffix(".zip"), moment) as archive:
        _add_candidates(archive, establishment, year, now)
        for exam in exams:
            _add_attestations(archive, exam, places, moment, steps)
            _add_papers(archive, exam)
            steps.over(_Steps.COST)
        _add_results(archive, establishment, year, now, places)
        _add_readme(archive, establishment, session, exams, year, moment)
        archive.add(MANIFEST, archive.manifest())
        steps.over(_Steps.COST)


def _add_candidates(archive: Archive, establishment: Establishment, year: int, now: datetime) -> None:
    rows = queries.candidate_rows(queries.candidate_lines(establishment, year, now))
    _add_table(archive, "liste-candidats", "Candidats", queries.CANDIDATE_HEADER, rows)


def _add_table(archive: Archive, name: str, title: str, header: Sequence[str], rows: Sequence[tuple]) -> None:
    archive.add(f"{name}.xlsx", spreadsheets.to_xlsx(title, header, rows))
    archive.add(f"{name}.csv", spreadsheets.to_csv(header, rows))


def _add_attestations(archive: Archive, exam: Exam, places: _Places, moment: datetime, steps: _Steps) -> None:
    sittings = list(certificates.attestable(exam.establishment).filter(exam=exam))
    if not sittings:
        return
    name = f"attestations/{exam.attestation}-epreuve-{exam.number}.pdf"
    # With the date of their issue; those never issued have that of the archive, which issues none.
    issued = certificates.original_days(sittings)
    content = documents.attestations(sittings, issued_on=moment.date(), originals=issued, progress=steps.part)
    places.add(name, sittings, content)
    archive.add(name, content)
    steps.over(len(sittings))


def _add_papers(archive: Archive, exam: Exam) -> None:
    for name, content in _papers(exam):
        archive.add(f"epreuves/{exam.number}/{name}", content)


def _papers(exam: Exam) -> Iterator[tuple[str, bytes]]:
    sittings = list(exam.sittings.select_related("candidate").defer("responses", "order"))
    yield "emargement.pdf", documents.attendance_sheet(exam, sittings)
    yield "corrige.pdf", documents.exam_correction(exam)
    figures = statistics.exam_statistics(exam)
    if figures.candidates:
        yield "statistiques.pdf", reports.exam_report(exam, figures)
        yield "statistiques.xlsx", reports.exam_workbook(figures)


def _add_results(archive: Archive, establishment: Establishment, year: int, now: datetime, places: _Places) -> None:
    sittings = list(queries.session_sittings(establishment, year))
    rows = [
        (*row, places.of(sitting)) for sitting, row in zip(sittings, queries.result_rows(sittings, now), strict=True)
    ]
    _add_table(archive, "resultats", "Résultats", (*queries.RESULT_HEADER, PLACE), rows)


def _add_readme(
    archive: Archive,
    establishment: Establishment,
    session: certificates.Session,
    exams: Sequence[Exam],
    year: int,
    moment: datetime,
) -> None:
    context = {
        "establishment": establishment,
        "year": year,
        "moment": moment,
        "session": session,
        "exams": exams,
        "entries": archive.entries,
        "manifest": MANIFEST,
        "kept_years": rules.KEPT_YEARS,
        "kept_until": year + rules.KEPT_YEARS,
    }
    with timezone.override(establishment.zone):
        text = render_to_string("certificates/archive/readme.txt", context)
    # As the oldest Notepad wants it.
    archive.add(README, text.replace("\n", "\r\n").encode("utf-8-sig"))
