"""Who gets an attestation, who does not and why, what was issued to whom, and what of a session was archived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from candidates.models import Candidate
from certificates import rules
from certificates.enums import Copy, DownloadKind
from certificates.models import Download, Issue
from esr.core import jobs
from esr.core.models import Job
from establishments.models import Establishment
from exams.enums import ExamKind, ExamState, Outcome, SittingState
from exams.models import Exam, Sitting, SittingQuerySet
from exams.queries import authors, board, candidate_lines, results_since, session_exams, session_sittings
from exams.rules import PASS_MARK

# Handbook 8.1: LSU prints the attestations of those whose result goes to SIECLE BEE.
_EXPORTED = "Admis, résultat à exporter vers SIECLE BEE : l’attestation s’édite depuis le LSU"
_REASONS = {
    Outcome.ADMITTED: _EXPORTED,
    Outcome.FAILED: "Échoué",
    Outcome.ABSENT: "Absent",
    Outcome.TECHNICAL_ABSENCE: "Absence technique",
    Outcome.INTERRUPTED: "Épreuve interrompue",
    Outcome.RUNNING: "Épreuve en cours",
    Outcome.REGISTERED: "Épreuve à venir ou non commencée",
}
_NO_EXAM = "Inscrit à aucune épreuve d’examen"


def attestable(establishment: Establishment) -> SittingQuerySet:
    """D2: the sittings that give an attestation to print here, with all that it says; by name."""
    return (
        Sitting.objects.of(establishment)
        .filter(state=SittingState.CLOSED, mark__gte=PASS_MARK, candidate__export_to_siecle=False)
        .exclude(exam__kind=ExamKind.TRAINING)
        .select_related("candidate", "exam__establishment")
        .defer("responses")
    )


# --- What was issued (handbook 8 and 10.3) ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """On which local days the copies of one attestation were issued."""

    original: date | None = None
    duplicate: date | None = None

    def of(self, copy: Copy) -> date | None:
        return self.original if copy == Copy.ORIGINAL else self.duplicate

    def printing(self, today: date) -> rules.Printing:
        return rules.printing(self.original, self.duplicate, today)


def issued_days(sittings: Iterable[Sitting]) -> dict[UUID, Days]:
    """Sitting key → what was issued of it, for every one of `sittings`. One query."""
    zones = {sitting.pk: sitting.exam.establishment.zone for sitting in sittings}
    days = {key: {} for key in zones}
    for key, copy, at in Issue.objects.filter(sitting__in=zones).values_list("sitting", "copy", "at"):
        days[key][copy] = at.astimezone(zones[key]).date()
    return {key: Days(found.get(Copy.ORIGINAL), found.get(Copy.DUPLICATE)) for key, found in days.items()}


def original_days(sittings: Iterable[Sitting]) -> dict[UUID, date]:
    """Sitting key → « Fait le », for those whose original was issued. One query."""
    return {key: days.original for key, days in issued_days(sittings).items() if days.original}


def originals(sittings: Sequence[Sitting], today: date) -> list[Sitting]:
    """Those whose original may be printed today: never issued, or issued today. One query."""
    days = issued_days(sittings)
    return [sitting for sitting in sittings if days[sitting.pk].printing(today) is rules.Printing.ORIGINAL]


@dataclass(frozen=True)
class Issued:
    """What was issued of one attestation and by whom, for people to read. Days are local."""

    sitting: Sitting
    days: Days
    original_by: str
    duplicate_by: str

    @property
    def candidate(self) -> Candidate:
        return self.sitting.candidate


def issued(sittings: SittingQuerySet, establishment: Establishment) -> list[Issued]:
    """Those of `sittings` of which something was issued, by name. Four queries."""
    found = sittings.filter(issues__copy=Copy.ORIGINAL).select_related("candidate", "exam__establishment")
    found = list(found.defer("responses", "order"))
    who = {(row.sitting_id, row.copy): row.account for row in Issue.objects.filter(sitting__in=found)}
    names = authors(establishment, {account for account in who.values() if account})
    days = issued_days(found)

    def by(sitting: Sitting, copy: Copy) -> str:
        account = who.get((sitting.pk, copy))
        return names.get(account, "compte supprimé") if account else ""

    return [
        Issued(sitting, days[sitting.pk], by(sitting, Copy.ORIGINAL), by(sitting, Copy.DUPLICATE)) for sitting in found
    ]


# --- What « Toutes les attestations » would print ---------------------------------------------------------------------


@dataclass(frozen=True)
class LeftOut:
    """Candidates without an attestation to print, for one reason."""

    reason: str
    candidates: list[Candidate]


@dataclass(frozen=True)
class AttestationPlan:
    """What « Toutes les attestations » would print, whom it leaves out, and what was issued before."""

    ready: int
    left_out: list[LeftOut]
    issued: list[Issued]
    before: int  # attestations issued on a day before, which are not printed again
    copyable: frozenset[UUID]  # the sittings whose duplicate may be made


def attestation_plan(establishment: Establishment, year: int, now: datetime) -> AttestationPlan:
    """Everyone of the session is counted once: ready, issued before, or left out for one reason. Eight queries."""
    lines = candidate_lines(establishment, year, now)
    outcomes = [(line.candidate, line.result.outcome if line.result else None) for line in lines]
    sittings = Sitting.objects.ever_of(establishment).filter(candidate__year=year)
    return _plan(establishment, sittings, outcomes, now)


def exam_attestation_plan(exam: Exam, now: datetime) -> AttestationPlan:
    """The same for one exam, whose `establishment` is loaded. Seven queries."""
    outcomes = [(line.candidate, line.outcome) for line in board(exam, now).lines]
    return _plan(exam.establishment, Sitting.objects.filter(exam=exam), outcomes, now)


def _plan(
    establishment: Establishment,
    sittings: SittingQuerySet,
    outcomes: Iterable[tuple[Candidate, Outcome | None]],
    now: datetime,
) -> AttestationPlan:
    today = now.astimezone(establishment.zone).date()
    able = list(attestable(establishment).filter(pk__in=sittings.values("pk")))
    days = issued_days(able)
    ready = sum(day.printing(today) is rules.Printing.ORIGINAL for day in days.values())
    served = {sitting.candidate_id for sitting in able}
    left_out: dict[str, list[Candidate]] = {reason: [] for reason in (*_REASONS.values(), _NO_EXAM)}
    for candidate, outcome in outcomes:
        if candidate.pk not in served:
            left_out[_REASONS[outcome] if outcome else _NO_EXAM].append(candidate)
    return AttestationPlan(
        ready=ready,
        left_out=[LeftOut(reason, candidates) for reason, candidates in left_out.items() if candidates],
        issued=issued(sittings, establishment),
        before=len(able) - ready,
        copyable=frozenset(
            key for key, day in days.items() if day.printing(today) is rules.Printing.DUPLICATE and not day.duplicate
        ),
    )


# --- « Archiver la session » --------------------------------------------------------------------------------------

ARCHIVE = "archive"
"""The kind of the job that makes one: the roof registers it, for it holds what neighbours print."""


@dataclass(frozen=True)
class Session:
    """What there is to archive of a session; `unfinished` are the exams to come or going on, by date."""

    candidates: int
    exams: int
    results: int
    printable: int
    at_lsu: int
    unfinished: list[Exam]

    @property
    def is_empty(self) -> bool:
        return not self.candidates and not self.exams


def session(establishment: Establishment, year: int, now: datetime) -> Session:
    """Five queries. `results` are marks; `printable` and `at_lsu` the attestations that are printed here and there."""
    exams = list(session_exams(establishment, year))
    sittings = session_sittings(establishment, year)
    return Session(
        candidates=Candidate.objects.ever_of(establishment).of_year(year).count(),
        exams=len(exams),
        results=sittings.filter(mark__isnull=False).count(),
        printable=attestable(establishment).filter(exam__year=year).count(),
        at_lsu=sittings.filter(mark__gte=PASS_MARK, candidate__export_to_siecle=True).count(),
        unfinished=[exam for exam in exams if exam.state_at(now) != ExamState.OVER],
    )


@dataclass(frozen=True)
class Taken:
    """A copy that was taken at `at`, of the data as they were at `as_of`, by an account as the pages name it."""

    at: datetime
    as_of: datetime
    by: str


@dataclass(frozen=True)
class Copies:
    """The latest copies of a session; `since` counts the results that the archive does not have yet, `unarchived` the
    attestations to print here among them, and `unissued` those of which no original was ever issued."""

    candidates: Taken | None
    archive: Taken | None
    since: int
    unarchived: int
    unissued: int

    @property
    def is_archived(self) -> bool:
        return self.archive is not None and not self.since


def copies(establishment: Establishment, year: int, now: datetime) -> Copies:
    """At most seven queries."""
    downloads = Download.objects.ever_of(establishment).filter(year=year)
    candidates, archive = downloads.last(DownloadKind.CANDIDATES), downloads.last(DownloadKind.ARCHIVE)
    names = authors(establishment, {download.account for download in (candidates, archive) if download})
    printable = attestable(establishment).filter(exam__year=year)
    changed = results_since(session_sittings(establishment, year), archive.as_of, now) if archive else None
    return Copies(
        candidates=_taken(candidates, names),
        archive=_taken(archive, names),
        since=changed.count() if archive else 0,
        unarchived=(printable.filter(pk__in=changed) if archive else printable).count(),
        unissued=printable.exclude(issues__copy=Copy.ORIGINAL).count(),
    )


def _taken(download: Download | None, names: dict[int, str]) -> Taken | None:
    return download and Taken(download.at, download.as_of, names.get(download.account, "compte supprimé"))


def archive_job(establishment: Establishment, year: int) -> Job | None:
    """The job that makes the session's archive, or has made the one that can be taken; the newest."""
    asked = Job.objects.filter(kind=ARCHIVE, scope=str(establishment.pk), arguments__year=year)
    return next((job for job in asked if not job.is_over or jobs.has_file(job)), None)
