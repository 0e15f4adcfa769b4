"""An exam's page, and its room as the supervisor follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from candidates.models import Candidate
from exams import rules
from exams.enums import EventKind, Outcome, SittingState, Standing
from exams.models import (
    Exam,
    Sitting,
    SittingEvent,
)


@dataclass(frozen=True)
class Line:
    """One candidate on the exam's page."""

    sitting: Sitting
    candidate: Candidate
    outcome: Outcome
    has_attestation: bool


@dataclass(frozen=True)
class Board:
    """The exam's page: its candidates, how many are registered and how many were absent."""

    lines: list[Line]

    @property
    def registered(self) -> int:
        return len(self.lines)

    @property
    def absent(self) -> int:
        return sum(line.outcome == Outcome.ABSENT for line in self.lines)

    @property
    def closed(self) -> int:
        return sum(line.sitting.state == SittingState.CLOSED for line in self.lines)

    @property
    def interrupted(self) -> int:
        return sum(line.outcome == Outcome.INTERRUPTED for line in self.lines)

    @property
    def has_rattrapages(self) -> bool:
        return any(line.sitting.rattrapage for line in self.lines)

    @property
    def has_attestations(self) -> bool:
        return any(line.has_attestation for line in self.lines)


def board(exam: Exam, now: datetime) -> Board:
    """The candidates of an exam and where each of them is."""
    sittings = exam.sittings.select_related("candidate")
    if not exam.is_offline:
        sittings = sittings.defer("responses")
    lines = []
    for sitting in sittings:
        sitting.exam = exam
        outcome = sitting.outcome_at(now)
        has_attestation = (
            not exam.is_training and outcome == Outcome.ADMITTED and not sitting.candidate.export_to_siecle
        )
        lines.append(Line(sitting, sitting.candidate, outcome, has_attestation))
    return Board(lines)


@dataclass(frozen=True)
class Place:
    """One candidate on the supervisor's board.

    `answered` counts the questions that are over for the candidate; `silence` is the time since the last reception.
    """

    sitting: Sitting
    candidate: Candidate
    standing: Standing
    outcome: Outcome
    why: str
    answered: int
    silence: timedelta | None

    @property
    def question(self) -> int:
        """The question that the candidate has reached."""
        return min(self.answered + 1, self.sitting.total)

    @property
    def answer_time(self) -> timedelta:
        """What the candidate has to answer each question; until the start, what they would have."""
        own = rules.answer_time(extra_time=self.candidate.extra_time)
        return timedelta(milliseconds=self.sitting.answer_ms) or own

    @property
    def ago(self) -> str:
        """The time since the last reception, as "12 s" or "3 min"."""
        seconds = max(0, int(self.silence.total_seconds()))
        minutes = seconds // 60
        if minutes >= 60:
            return f"{minutes // 60} h {minutes % 60:02d}"
        return f"{minutes} min" if minutes else f"{seconds} s"


@dataclass(frozen=True)
class Room:
    """The exam's page while candidates sit: who needs the supervisor comes first."""

    places: list[Place]

    def _count(self, standing: Standing) -> int:
        return sum(place.standing == standing for place in self.places)

    @property
    def registered(self) -> int:
        return len(self.places)

    @property
    def absent(self) -> int:
        return self._count(Standing.ABSENT)

    @property
    def closed(self) -> int:
        return self._count(Standing.CLOSED)

    @property
    def running(self) -> int:
        return sum(place.sitting.state == SittingState.RUNNING for place in self.places)

    @property
    def paused(self) -> int:
        return sum(
            place.sitting.state == SittingState.RUNNING and place.sitting.paused_at is not None for place in self.places
        )

    @property
    def summary(self) -> str:
        """What the supervisor must know now; it changes when somebody begins or ceases to need them."""
        needing, silent = self._count(Standing.HELP), self._count(Standing.INTERRUPTED)
        said = []
        if needing:
            said.append("1 candidat a besoin d’aide" if needing == 1 else f"{needing} candidats ont besoin d’aide")
        if silent:
            said.append("1 candidat est interrompu" if silent == 1 else f"{silent} candidats sont interrompus")
        return ", ".join(said or ["Aucun candidat n’a besoin d’aide"]) + "."


_WORST_FIRST = list(Standing)


def room(exam: Exam, now: datetime, only: Sitting | None = None) -> Room:
    """Where every candidate of an exam is, or `only` one of them. Three queries; answers of the others are not read."""
    sittings = exam.sittings.select_related("candidate").defer("responses")
    if only:
        sittings = sittings.filter(pk=only.pk)
    running = sittings.filter(state=SittingState.RUNNING)
    answered = {
        key: sum(response["f"] for response in responses.values())
        for key, responses in running.order_by().values_list("pk", "responses")
    }
    refused: set[UUID] = set()
    continued: dict[UUID, datetime] = {}
    kinds = [EventKind.FILE_REFUSED, EventKind.FILE_LOADED, EventKind.CONTINUED]
    events = SittingEvent.objects.filter(sitting__in=running.order_by().values("pk"), kind__in=kinds)
    for key, kind, at in events.order_by("at", "pk").values_list("sitting", "kind", "at"):
        if kind == EventKind.CONTINUED:
            continued[key] = at
        else:
            refused.add(key) if kind == EventKind.FILE_REFUSED else refused.discard(key)
    places = []
    for sitting in sittings:
        sitting.exam = exam
        heard = max(filter(None, (sitting.last_seen_at, sitting.started_at, continued.get(sitting.pk))), default=now)
        standing, why = _standing(sitting, heard, sitting.pk in refused, now)
        silence = now - sitting.last_seen_at if sitting.last_seen_at and sitting.pk in answered else None
        places.append(
            Place(
                sitting,
                sitting.candidate,
                standing,
                sitting.outcome_at(now),
                why,
                answered.get(sitting.pk, 0),
                silence,
            )
        )
    # Sorting is stable: within a standing the order by name stays, so that lines do not jump.
    return Room(sorted(places, key=lambda place: _WORST_FIRST.index(place.standing)))


def _standing(sitting: Sitting, heard: datetime, refused: bool, now: datetime) -> tuple[Standing, str]:
    """The standing of a sitting and, for whoever needs the supervisor, why."""
    exam = sitting.exam
    if sitting.state == SittingState.CLOSED:
        return Standing.CLOSED, ""
    if sitting.state == SittingState.VOID:
        return Standing.VOID, ""
    if sitting.state == SittingState.NOT_STARTED:
        if now >= exam.ends_at:
            return Standing.ABSENT, ""
        return (Standing.PRESENT if sitting.present else Standing.NOT_STARTED), ""
    if now >= exam.ends_at + rules.LATE_ARRIVAL:
        return Standing.INTERRUPTED, "Épreuve jamais terminée"
    allowed = sitting.takeover_until is not None and now <= sitting.takeover_until
    if allowed:
        return Standing.INTERRUPTED, f"Reprise autorisée jusqu’à {timezone.localtime(sitting.takeover_until):%H:%M}"
    if sitting.takeover_asked_at:
        return Standing.HELP, "Un autre appareil attend votre autorisation"
    if refused:
        return Standing.HELP, "Fichier de résultat refusé"
    if sitting.paused_at:
        return Standing.PAUSED, f"depuis {timezone.localtime(sitting.paused_at):%H:%M}"
    answer_time = timedelta(milliseconds=sitting.answer_ms)
    has_answered = sitting.last_seen_at != sitting.started_at  # both are noted when it begins
    if rules.MODES[exam.mode].timed and rules.is_silent(heard, answer_time, now, has_answered=has_answered):
        return Standing.INTERRUPTED, "Aucune nouvelle de cet appareil"
    return Standing.RUNNING, ""
