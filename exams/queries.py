"""What pages and documents read across candidates, exams, sittings and the bank."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from candidates.models import Candidate, CandidateQuerySet
from candidates.rules import is_ine, normal_identifier
from esr.core.text import search_key
from establishments.claims import Pupil
from establishments.models import Establishment
from exams import rules
from exams.enums import ExamKind, ExamState, Outcome, SittingState, Theme
from exams.models import Exam, ExamQuestion, Question, Sitting


def _media(question: Question, name: str) -> str:
    return f"{settings.MEDIA_URL}bank/{question.media}/{name}"


def exam_questions(exam: Exam) -> list[ExamQuestion]:
    """The exam's questions in their order, with propositions loaded: three queries whatever their number."""
    return list(
        exam.exam_questions.order_by("number").prefetch_related(
            Prefetch("question", Question.objects.prefetch_related("propositions"))
        )
    )


# --- Who a candidate is -----------------------------------------------------------------------------------------


def sitting_of_pupil(exam: Exam, pupil: Pupil) -> Sitting | None:
    """The sitting of the candidate whom ÉduConnect names, or None when that is not certain.

    The INE decides. Without a candidate of that INE, the same name without accents and this very establishment decide
    together, when one candidate alone has them; two different INEs are two persons, whatever their names.
    """
    sittings = list(exam.sittings.select_related("candidate"))
    if pupil.ine:
        found = [sitting for sitting in sittings if normal_identifier(sitting.candidate.identifier) == pupil.ine]
        if found:
            return found[0] if len(found) == 1 else None
        sittings = [sitting for sitting in sittings if not is_ine(sitting.candidate.identifier)]
    name = _person_key(pupil.last_name, pupil.first_name)
    if exam.establishment.identifier not in pupil.uais or not all(name):
        return None
    found = [s for s in sittings if _person_key(s.candidate.last_name, s.candidate.first_name) == name]
    return found[0] if len(found) == 1 else None


def _person_key(*names: str) -> tuple[str, ...]:
    """Names as two lists compare them: no accents, no case, hyphens and apostrophes as spaces."""
    return tuple(search_key(name.translate(_NAME_MARKS)) for name in names)


_NAME_MARKS = str.maketrans("-'’", "   ")


# --- The player -------------------------------------------------------------------------------------------------


def player_data(sitting: Sitting, now: datetime) -> dict:
    """All that the candidate's page needs to go through the exam without the network: questions in this
    candidate's order, and nothing of the key (see delivery, P4)."""
    exam = sitting.exam
    by_number = {row.number: row.question for row in exam_questions(exam)}
    return {
        "sitting": str(sitting.pk),
        "mode": exam.mode,
        "firstName": sitting.candidate.first_name,
        "state": sitting.state,
        "epoch": sitting.epoch,
        "answerMs": sitting.answer_ms or _answer_ms(sitting.candidate),
        "now": epoch_ms(now),
        "endsAt": epoch_ms(exam.ends_at),
        "urls": {
            "start": reverse("sitting_start"),
            "resume": reverse("sitting_resume", args=[sitting.pk]),
            "save": reverse("sitting_save", args=[sitting.pk]),
            "finish": reverse("sitting_finish", args=[sitting.pk]),
            "result": reverse("exam_result"),
            "leave": reverse("exam_leave"),
        },
        "questions": [_for_player(number, by_number[number]) for number in sitting.order],
    }


def _for_player(number: int, question: Question) -> dict:
    return {
        "q": number,
        "statement": question.statement,
        "multiple": question.is_multiple,
        "propositions": [{"letter": p.letter, "text": p.text} for p in question.propositions.all()],
        "video": _media(question, "video.mp4"),
        "still": _media(question, "still.jpg"),
        "reading": _media(question, "reading.m4a"),
        "captions": _media(question, "reading.vtt"),
        "media": _media(question, "media.json"),
        "description": question.scene,
    }


def _answer_ms(candidate: Candidate) -> int:
    return int(rules.answer_time(extra_time=candidate.extra_time).total_seconds() * 1000)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970, as JavaScript counts."""
    return int(moment.timestamp() * 1000)


# --- Corrections ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CorrectedProposition:
    letter: str
    text: str
    expected: bool
    chosen: bool


@dataclass(frozen=True)
class CorrectedQuestion:
    """One question with its key; `given` and `right` speak of a candidate's answer."""

    position: int
    number: int
    theme: str
    theme_label: str
    competence: str
    statement: str
    propositions: list[CorrectedProposition]
    given: str
    expected: str
    right: bool
    explanation: str
    media: str
    still_url: str
    video_url: str


@dataclass(frozen=True)
class ThemeScore:
    theme: str
    label: str
    right: int
    total: int

    @property
    def percent(self) -> int:
        """Success in whole percents, rounded half up."""
        return (200 * self.right + self.total) // (2 * self.total) if self.total else 0


@dataclass(frozen=True)
class Correction:
    """One candidate's sitting, corrected, in the order the candidate met the questions."""

    mark: int
    admitted: bool
    themes: list[ThemeScore]
    questions: list[CorrectedQuestion]

    @property
    def errors(self) -> int:
        return len(self.questions) - self.mark


def _corrected(position: int, row: ExamQuestion, given: str) -> CorrectedQuestion:
    question = row.question
    expected = question.expected
    return CorrectedQuestion(
        position=position,
        number=row.number,
        theme=question.theme,
        theme_label=Theme(question.theme).label,
        competence=question.competence,
        statement=question.statement,
        propositions=[
            CorrectedProposition(p.letter, p.text, p.expected, p.letter in given) for p in question.propositions.all()
        ],
        given=given,
        expected=expected,
        right=rules.is_right(given, expected),
        explanation=question.explanation,
        media=question.media,
        still_url=_media(question, "still.jpg"),
        video_url=_media(question, "video.mp4"),
    )


def exam_correction(exam: Exam) -> list[CorrectedQuestion]:
    """The exam's questions with their key, in the exam's order, no candidate's answers."""
    return [_corrected(row.number, row, "") for row in exam_questions(exam)]


def correction(sitting: Sitting, rows: Sequence[ExamQuestion] | None = None) -> Correction:
    """A closed sitting corrected; `rows` are the exam's questions when the caller has them already."""
    by_number = {row.number: row for row in (rows or exam_questions(sitting.exam))}
    questions = [
        _corrected(position, by_number[number], sitting.responses.get(str(number), {}).get("c", ""))
        for position, number in enumerate(sitting.order, start=1)
    ]
    return Correction(sitting.mark, rules.is_admitted(sitting.mark, sitting.total), theme_scores(questions), questions)


def theme_scores(questions: Sequence[CorrectedQuestion]) -> list[ThemeScore]:
    """Success per theme, in the handbook's order; themes without a question are left out."""
    scores = []
    for theme in Theme:
        of_theme = [question for question in questions if question.theme == theme]
        if of_theme:
            scores.append(ThemeScore(theme, theme.label, sum(q.right for q in of_theme), len(of_theme)))
    return scores


def correction_opens_at(sitting: Sitting) -> datetime:
    """When this candidate may see the correction; `exam.establishment` must be loaded."""
    exam = sitting.exam
    return rules.correction_opens_at(exam.kind, exam.ends_at, exam.establishment.zone, sitting.closed_at)


# --- Exam pages -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One candidate on the exam's page."""

    sitting: Sitting
    candidate: Candidate
    outcome: Outcome
    has_attestation: bool

    @property
    def shows_result(self) -> bool:
        return self.outcome not in (Outcome.REGISTERED,)


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
    def has_attestations(self) -> bool:
        return any(line.has_attestation for line in self.lines)


def board(exam: Exam, now: datetime) -> Board:
    """The candidates of an exam and where each of them is."""
    sittings = exam.sittings.select_related("candidate").defer("responses")
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
class Choice:
    """One candidate on the page « Choisir les candidats »."""

    candidate: Candidate
    information: str
    can_be_chosen: bool


def choices(
    establishment: Establishment, *, kind: str, attestation: str, year: int, now: datetime, exam: Exam | None = None
) -> list[Choice]:
    """Every candidate of the session entered for `attestation`, and why each may or may not be chosen.

    `exam` is the one being changed: its own registrations count for nothing. Two queries.
    """
    candidates = Candidate.objects.of(establishment).of_year(year).filter(attestation=attestation)
    if kind == ExamKind.TRAINING:
        return [Choice(candidate, "", True) for candidate in candidates]
    earlier: dict[int, list[Sitting]] = {}
    sittings = Sitting.objects.of(establishment).filter(
        exam__kind=ExamKind.EXAM, exam__attestation=attestation, exam__year=year
    )
    if exam:
        sittings = sittings.exclude(exam=exam)
    for sitting in sittings.select_related("exam").defer("responses").order_by("exam__starts_at"):
        earlier.setdefault(sitting.candidate_id, []).append(sitting)
    return [Choice(candidate, *_information(earlier.get(candidate.pk, []), now)) for candidate in candidates]


def _information(sittings: Sequence[Sitting], now: datetime) -> tuple[str, bool]:
    """What stands in the Information column, and whether the candidate can be chosen (handbook 9)."""
    outcomes = [(sitting, sitting.outcome_at(now)) for sitting in sittings]
    for sitting, outcome in outcomes:
        if outcome == Outcome.ADMITTED:
            return f"Déjà admis le {_day(sitting)}", False
    for sitting, outcome in outcomes:
        if outcome in (Outcome.REGISTERED, Outcome.RUNNING):
            return f"Déjà inscrit le {_day(sitting)}", False
        if outcome == Outcome.INTERRUPTED:
            return f"Épreuve interrompue le {_day(sitting)}", False
    for sitting, _ in outcomes:
        if sitting.rattrapage:
            return f"Rattrapage déjà organisé le {_day(sitting)}", False
    if outcomes:
        sitting, outcome = outcomes[-1]
        return f"{outcome.label} le {_day(sitting)} : rattrapage", True
    return "", True


def _day(sitting: Sitting) -> str:
    return timezone.localtime(sitting.exam.starts_at).strftime("%d/%m/%Y")


# --- Receipts ---------------------------------------------------------------------------------------------------


def receipt(sitting: Sitting) -> str:
    """What the candidate reads once everything has arrived, as "ABCD-EFGH": derived from the sitting and the instant
    it closed, so that the platform can say again whether it is its own."""
    digest = salted_hmac("exams.receipt", f"{sitting.pk}:{epoch_ms(sitting.closed_at)}", algorithm="sha256").digest()
    letters = "".join(rules.CODE_ALPHABET[byte % len(rules.CODE_ALPHABET)] for byte in digest[:8])
    return f"{letters[:4]}-{letters[4:]}"


# --- The list of candidates -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CandidateResult:
    """What the list says of a candidate (handbook 3 and 7.1): the mark is not part of it. `date` is local."""

    outcome: Outcome
    date: date
    sitting_id: UUID

    @property
    def label(self) -> str:
        """« Admis », « Échoué », « Absent », or « Épreuve » while nothing is settled."""
        settled = self.outcome in (Outcome.ADMITTED, Outcome.FAILED, Outcome.ABSENT)
        return self.outcome.label if settled else "Épreuve"

    def __str__(self):
        return f"{self.label} le {self.date:%d/%m/%Y}"


def candidate_results(establishment: Establishment, year: int, now: datetime) -> dict[int, CandidateResult]:
    """Candidate key → result at the exams (not the trainings) of the attestation that the candidate is entered for.

    Having been admitted wins; otherwise the latest exam speaks. One query.
    """
    sittings = (
        Sitting.objects.of(establishment)
        .filter(exam__kind=ExamKind.EXAM, exam__year=year, exam__attestation=F("candidate__attestation"))
        .select_related("exam")
        .only("candidate_id", "state", "mark", "order", "exam__starts_at", "exam__ends_at")
        .order_by("exam__starts_at", "exam_id")
    )
    results: dict[int, CandidateResult] = {}
    for sitting in sittings:
        known = results.get(sitting.candidate_id)
        if known and known.outcome == Outcome.ADMITTED:
            continue
        day = sitting.exam.starts_at.astimezone(establishment.zone).date()
        results[sitting.candidate_id] = CandidateResult(sitting.outcome_at(now), day, sitting.pk)
    return results


@dataclass(frozen=True)
class CandidateLine:
    """One candidate on « Liste des candidats »."""

    candidate: Candidate
    result: CandidateResult | None

    @property
    def has_attestation(self) -> bool:
        """D2: admitted, and not one of those whose attestation is printed from SIECLE's side."""
        admitted = self.result is not None and self.result.outcome == Outcome.ADMITTED
        return admitted and not self.candidate.export_to_siecle

    @property
    def text(self) -> str:
        """Every column as the page shows it, for the search."""
        someone = self.candidate
        extra_time = "Tps + Tiers-temps" if someone.extra_time else ""
        cells = (someone, someone.division, f"{someone.birth_date:%d/%m/%Y}", someone.attestation, extra_time)
        return search_key(" ".join(map(str, (*cells, self.result or ""))))


def candidate_lines(establishment: Establishment, year: int, now: datetime) -> list[CandidateLine]:
    """The year's candidates by name, accents aside. Two queries."""
    results = candidate_results(establishment, year, now)
    candidates = Candidate.objects.of(establishment).of_year(year)
    lines = [CandidateLine(candidate, results.get(candidate.pk)) for candidate in candidates]
    return sorted(lines, key=lambda line: (search_key(str(line.candidate)), line.candidate.pk))


def found(lines: Sequence[CandidateLine], text: str) -> list[CandidateLine]:
    """The lines in which every word of `text` stands somewhere, accents and capitals aside."""
    words = search_key(text).split()
    return [line for line in lines if all(word in line.text for word in words)] if words else list(lines)


def _natural(text: str) -> list:
    """5A before 10B."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", search_key(text))]


# Column → what it is sorted by; None where the cell is empty.
_ORDERS: dict[str, Callable[[CandidateLine], object]] = {
    "candidat": lambda line: search_key(str(line.candidate)),
    "classe": lambda line: _natural(line.candidate.division) if line.candidate.division else None,
    "naissance": lambda line: line.candidate.birth_date,
    "epreuve": lambda line: line.candidate.attestation,
    "tps": lambda line: line.candidate.extra_time or None,
    "resultat": lambda line: (line.result.label, line.result.date) if line.result else None,
}


def ordered(lines: Sequence[CandidateLine], order: str) -> list[CandidateLine]:
    """The lines sorted by a column, "-classe" downwards; empty cells come last either way, equals stay by name."""
    key = _ORDERS[order.removeprefix("-")]
    filled = [line for line in lines if key(line) is not None]
    empty = [line for line in lines if key(line) is None]
    return sorted(filled, key=key, reverse=order.startswith("-")) + empty


CANDIDATE_HEADER = (
    "Nom",
    "Prénom",
    "INE / Identifiant candidat",
    "Classe",
    "Date de naissance",
    "Épreuve",
    "Tps +",
    "Résultat",
)


def candidate_rows(lines: Iterable[CandidateLine]) -> list[tuple]:
    """« Télécharger la liste des candidats » under CANDIDATE_HEADER (handbook 10.1)."""
    return [
        (
            line.candidate.last_name,
            line.candidate.first_name,
            line.candidate.identifier,
            line.candidate.division,
            line.candidate.birth_date,
            line.candidate.attestation,
            "oui" if line.candidate.extra_time else "non",
            str(line.result or ""),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Loss:
    """What deleting candidates takes with it."""

    candidates: int
    registrations: int
    results: int


def candidates_loss(candidates: CandidateQuerySet) -> Loss:
    sittings = Sitting.objects.filter(candidate__in=candidates)
    return Loss(
        candidates=candidates.count(),
        registrations=sittings.count(),
        results=sittings.filter(mark__isnull=False).count(),
    )


def sitting_now(candidates: CandidateQuerySet, now: datetime, *, lock: bool = False) -> bool:
    """Whether one of them is registered in an active exam, or still sends its answers after the end.

    `lock` (in a transaction) holds their sittings, so that none of them starts before the commit.
    """
    sittings = Sitting.objects.filter(candidate__in=candidates, exam__ends_at__gt=now - rules.LATE_ARRIVAL)
    sittings = sittings.select_related("exam").only("state", "exam__starts_at", "exam__ends_at").order_by("pk")
    if lock:
        sittings = sittings.select_for_update(of=("self",))
    return any(
        sitting.state == SittingState.RUNNING or sitting.exam.state_at(now) == ExamState.ACTIVE for sitting in sittings
    )
