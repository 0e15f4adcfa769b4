"""The results of a session, sitting by sitting: what is kept for fifty years (handbook 10)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from establishments.models import Establishment
from exams.enums import EXAM_KINDS, EventKind
from exams.models import Exam, ExamQuerySet, Sitting, SittingQuerySet

# What can change a result once it is there, or make one.
_RESULT_EVENTS = (
    EventKind.CLOSED,
    EventKind.GRADED,
    EventKind.VOIDED,
    EventKind.UNVOIDED,
    EventKind.RESCORED,
    EventKind.TYPED,
)

RESULT_HEADER = (
    "Nom",
    "Prénom",
    "INE / Identifiant candidat",
    "Classe",
    "Date de naissance",
    "Attestation",
    "Épreuve",
    "Numéro de l’épreuve",
    "Type d’épreuve",
    "Date planifiée",
    "Rattrapage",
    "Note sur 20",
    "Résultat",
)


def session_exams(establishment: Establishment, year: int) -> ExamQuerySet:
    """The exams of a session that settle results (no trainings), in the order of their dates."""
    exams = Exam.objects.of(establishment).filter(year=year, kind__in=EXAM_KINDS)
    return exams.select_related("establishment").order_by("starts_at", "pk")


def session_sittings(establishment: Establishment, year: int) -> SittingQuerySet:
    """Every candidate in every one of those exams: by exam, then by name; answers and order deferred."""
    sittings = Sitting.objects.of(establishment).filter(exam__year=year, exam__kind__in=EXAM_KINDS)
    names = ("candidate__last_name", "candidate__first_name", "candidate_id")
    return (
        sittings.select_related("candidate", "exam__establishment")
        .defer("responses")
        .order_by("exam__starts_at", "exam_id", *names)
    )


def result_rows(sittings: Iterable[Sitting], now: datetime) -> list[tuple]:
    """A line per sitting under RESULT_HEADER; dates are local, without their zone, as spreadsheets want them."""
    return [_result_row(sitting, now) for sitting in sittings]


def _result_row(sitting: Sitting, now: datetime) -> tuple:
    candidate, exam = sitting.candidate, sitting.exam
    return (
        candidate.last_name,
        candidate.first_name,
        candidate.identifier,
        candidate.division,
        candidate.birth_date,
        exam.attestation,
        exam.name,
        exam.number,
        exam.get_kind_display(),
        exam.starts_at.astimezone(exam.establishment.zone).replace(tzinfo=None),
        "oui" if sitting.rattrapage else "non",
        sitting.mark,
        sitting.outcome_at(now).label,
    )


def results_since(sittings: SittingQuerySet, moment: datetime, now: datetime) -> QuerySet:
    """The keys of the sittings that have got their result, or another one, since `moment`: by an event, or because
    their exam ended without them."""
    by_event = Q(events__kind__in=_RESULT_EVENTS, events__at__gt=moment)
    by_the_clock = Q(exam__ends_at__gt=moment, exam__ends_at__lte=now)
    return sittings.filter(by_event | by_the_clock).order_by().values("pk").distinct()
