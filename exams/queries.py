"""What pages and documents read across candidates, exams, sittings and the bank."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from candidates.models import Candidate, CandidateQuerySet, ImportDraft
from candidates.queries import Preview, import_preview
from candidates.rules import History, is_ine, normal_identifier
from candidates.siecle.gateway import Result
from candidates.siecle.results import Batch
from esr.core.text import search_key
from establishments.claims import Pupil
from establishments.enums import Role
from establishments.models import Establishment, User
from exams import protocol, rules, sealing
from exams.enums import EventKind, ExamKind, ExamState, FileOutcome, Outcome, Reason, SittingState, Standing, Theme
from exams.models import (
    Exam,
    ExamQuestion,
    ExportedResult,
    Incident,
    Question,
    SiecleExport,
    Sitting,
    SittingEvent,
)


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


def sitting_of_code(exam: Exam, code: str, born: date | None) -> Sitting | None:
    """The sitting that a code opens; with `born` also its candidate's birth date must be that one.

    One query decides both, so that the time it takes does not tell a right code from a wrong one.
    """
    key = {"access_code": code} | ({"candidate__birth_date": born} if born else {})
    return exam.sittings.filter(**key).first()


@dataclass(frozen=True)
class WrongCodes:
    """Codes typed at an exam's door that were nobody's, since the first of them.

    A watched exam asks for the birth date besides the code, and counts no further.
    """

    count: int
    since: datetime | None
    watched: bool


def wrong_codes(exam: Exam, now: datetime) -> WrongCodes:
    """What of the last day still counts. One query when it is much, none otherwise."""
    if exam.wrong_codes_since is None or exam.wrong_codes_since <= now - rules.WRONG_CODES_WINDOW:
        return WrongCodes(0, None, watched=False)
    count = exam.wrong_codes
    watched = count >= rules.WRONG_CODES_BASE and count >= rules.wrong_codes_allowed(exam.sittings.count())
    return WrongCodes(count, exam.wrong_codes_since, watched)


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
        "signal": exam.signal,
        "urls": {
            "start": reverse("sitting_start"),
            "resume": reverse("sitting_resume", args=[sitting.pk]),
            "save": reverse("sitting_save", args=[sitting.pk]),
            "finish": reverse("sitting_finish", args=[sitting.pk]),
            "signal": reverse("exam_signal", args=[exam.pk]),
            "result": reverse("exam_result"),
            "leave": reverse("exam_leave"),
        },
        "rescue": {
            "salt": exam.number,
            "iterations": sealing.CODE_ITERATIONS,
            "hash": sealing.code_check(exam.number, exam.rescue_code),
        },
        "questions": [_for_player(number, by_number[number]) for number in sitting.order],
    }


def seal_of(sitting: Sitting) -> dict | None:
    """With what the device of this sitting's epoch makes a result file, given to that device alone; None when the
    platform has no key of the year. `exam` must be loaded."""
    key = settings.SEAL_KEYS.sealing(sitting.exam.year)
    if key is None:
        return None
    return {
        "kid": key.kid,
        "point": sealing.encode(key.point),
        "key": sealing.encode(key.sitting_key(sitting.pk, sitting.epoch)),
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


# --- The room ---------------------------------------------------------------------------------------------------


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
    timed = rules.MODES[exam.mode].timed
    if timed and rules.is_silent(heard, timedelta(milliseconds=sitting.answer_ms), now):
        return Standing.INTERRUPTED, "Aucune nouvelle de cet appareil"
    return Standing.RUNNING, ""


# --- What happened ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One line of a sitting's « Historique ». `by` is whoever did it, `device` the number of the candidate's device."""

    at: datetime
    title: str
    detail: str = ""
    by: str = ""
    device: int | None = None


def timeline(sitting: Sitting) -> list[Entry]:
    """Everything that is known of a sitting, in order: its log, the answers as they came, the supervisor's notes.

    The log holds no names: those of accounts are looked up now. Four queries; `exam.establishment` must be loaded.
    """
    events = list(sitting.events.all())
    about = Q(sitting=sitting) | Q(sitting=None)
    incidents = list(sitting.exam.incidents.filter(about))
    authors = _authors(sitting.exam.establishment, {row.account for row in (*events, *incidents) if row.account})

    def by(row: SittingEvent | Incident) -> str:
        return authors.get(row.account, "compte supprimé") if row.account else ""

    entries = [_reception(sitting, int(q), response) for q, response in sitting.responses.items()]
    entries += [
        Entry(event.at, event.get_kind_display(), _event_detail(event), by(event), event.detail.get("epoch"))
        for event in events
    ]
    entries += [
        Entry(
            incident.at,
            f"Incident noté : {incident.get_category_display()}",
            " – ".join(filter(None, [incident.text, "" if incident.sitting_id else "toute la salle"])),
            by(incident),
        )
        for incident in incidents
    ]
    return sorted(entries, key=lambda entry: entry.at)


def room_incidents(exam: Exam) -> list[Entry]:
    """The supervisor's notes about the whole room, in order. Three queries."""
    incidents = list(exam.incidents.filter(sitting=None))
    authors = _authors(exam.establishment, {incident.account for incident in incidents if incident.account})
    return [Entry(i.at, i.get_category_display(), i.text, authors.get(i.account, "compte supprimé")) for i in incidents]


def _reception(sitting: Sitting, number: int, response: dict) -> Entry:
    said = ["réponse définitive reçue" if response["f"] else "réponse provisoire reçue"]
    if response["l"]:
        said.append("hors délai")
    if response["o"] == protocol.FILE:
        said.append("par un fichier de résultat")
    at = datetime.fromtimestamp(response["at"] / 1000, UTC)
    position = sitting.order.index(number) + 1
    return Entry(at, f"Question {position} sur {sitting.total}", ", ".join(said), device=response["e"])


def _event_detail(event: SittingEvent) -> str:
    said = []
    if seconds := event.detail.get("seconds"):
        said.append(f"{seconds} s par question")
    if event.detail.get("room"):
        said.append("toute la salle")
    if reason := event.detail.get("reason"):
        said.append(Reason(reason).label)
    if cause := event.detail.get("cause"):
        said.append((FileOutcome(cause) if cause in FileOutcome else FileOutcome.UNREADABLE).label)
    if (answers := event.detail.get("answers")) is not None:
        said.append("1 réponse" if answers == 1 else f"{answers} réponses")
    return ", ".join(said)


def _authors(establishment: Establishment, accounts: set[int]) -> dict[int, str]:
    """Account key → « Surveillant (0750655E-S) »: the role held here today, and the name of the account."""
    roles = dict(establishment.memberships.filter(user__in=accounts).values_list("user", "role"))
    names = User.objects.filter(pk__in=accounts).values_list("pk", "username")
    return {key: f"{Role(roles[key]).label} ({name})" if key in roles else name for key, name in names}


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
    counted = [(sitting, outcome) for sitting, outcome in outcomes if outcome != Outcome.TECHNICAL_ABSENCE]
    for sitting, _ in counted:
        if sitting.rattrapage:
            return f"Rattrapage déjà organisé le {_day(sitting)}", False
    if counted:
        sitting, outcome = counted[-1]
        return f"{outcome.label} le {_day(sitting)} : rattrapage", True
    if outcomes:
        sitting, outcome = outcomes[-1]
        return f"{outcome.label} le {_day(sitting)}", True
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
        """« Admis », « Échoué », « Absent », « Absence technique », or « Épreuve » while nothing is settled."""
        settled = self.outcome in (Outcome.ADMITTED, Outcome.FAILED, Outcome.ABSENT, Outcome.TECHNICAL_ABSENCE)
        return self.outcome.label if settled else "Épreuve"

    def __str__(self):
        return f"{self.label} le {self.date:%d/%m/%Y}"


def candidate_results(establishment: Establishment, year: int, now: datetime) -> dict[int, CandidateResult]:
    """Candidate key → result at the exams (not the trainings) of the attestation that the candidate is entered for.

    Having been admitted wins; otherwise the latest exam speaks, and a technical absence only when it is alone.
    One query.
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
        if known and (known.outcome == Outcome.ADMITTED or sitting.state == SittingState.VOID):
            continue
        day = sitting.exam.starts_at.astimezone(establishment.zone).date()
        results[sitting.candidate_id] = CandidateResult(sitting.outcome_at(now), day, sitting.pk)
    return results


@dataclass(frozen=True)
class CandidateLine:
    """One candidate on « Liste des candidats »."""

    candidate: Candidate
    result: CandidateResult | None
    name: str  # as it is sorted: accents and capitals aside

    @property
    def has_attestation(self) -> bool:
        """D2: admitted, and not one of those whose attestation is printed from SIECLE's side."""
        admitted = self.result is not None and self.result.outcome == Outcome.ADMITTED
        return admitted and not self.candidate.export_to_siecle

    def has(self, words: Sequence[str]) -> bool:
        """Whether every word stands in some column; `words` are search keys."""
        text = self._text() if words else ""
        return all(word in text for word in words)

    def _text(self) -> str:
        """Every column as the page shows it, for the search."""
        someone = self.candidate
        extra_time = "Tps + Tiers-temps" if someone.extra_time else ""
        cells = (someone, someone.division, f"{someone.birth_date:%d/%m/%Y}", someone.attestation, extra_time)
        return search_key(" ".join(map(str, (*cells, self.result or ""))))


def candidate_lines(establishment: Establishment, year: int, now: datetime) -> list[CandidateLine]:
    """The year's candidates by name, accents aside. Two queries."""
    results = candidate_results(establishment, year, now)
    candidates = Candidate.objects.of(establishment).of_year(year)
    lines = [CandidateLine(someone, results.get(someone.pk), search_key(str(someone))) for someone in candidates]
    return sorted(lines, key=lambda line: (line.name, line.candidate.pk))


@dataclass(frozen=True)
class Asked:
    """What the list is asked for: words, a value per filter (None: any; a division or a result may be ""), an order."""

    text: str = ""
    division: str | None = None
    attestation: str | None = None
    result: str | None = None
    extra_time: bool | None = None
    order: str = "candidat"

    def wants(self, line: CandidateLine) -> bool:
        someone = line.candidate
        filters = (
            (self.division, someone.division),
            (self.attestation, someone.attestation),
            (self.result, line.result.label if line.result else ""),
            (self.extra_time, someone.extra_time),
        )
        return all(wanted is None or wanted == has for wanted, has in filters)


def found(lines: Iterable[CandidateLine], asked: Asked) -> list[CandidateLine]:
    """The lines that pass the filters and in which every word stands somewhere, accents and capitals aside; sorted."""
    words = search_key(asked.text).split()
    return ordered([line for line in lines if asked.wants(line) and line.has(words)], asked.order)


def divisions(lines: Iterable[CandidateLine]) -> list[str]:
    """The classes of the list, 5A before 10B; "" last, when somebody has none."""
    names = {line.candidate.division for line in lines}
    return sorted(names - {""}, key=_natural) + ([""] if "" in names else [])


def _natural(text: str) -> list:
    """5A before 10B."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", search_key(text))]


# Column → what it is sorted by; None where the cell is empty. Lines come by name, and equals stay so.
ORDERS: dict[str, Callable[[CandidateLine], object]] = {
    "candidat": lambda line: line.name,
    "classe": lambda line: _natural(line.candidate.division) if line.candidate.division else None,
    "naissance": lambda line: line.candidate.birth_date,
    "epreuve": lambda line: line.candidate.attestation,
    "tps": lambda line: line.candidate.extra_time or None,
    "resultat": lambda line: (line.result.label, line.result.date) if line.result else None,
}


def ordered(lines: Sequence[CandidateLine], order: str) -> list[CandidateLine]:
    """The lines sorted by a column, "-classe" downwards; empty cells come last either way, equals stay by name."""
    key = ORDERS[order.removeprefix("-")]
    keyed = [(key(line), line) for line in lines]
    filled = sorted((pair for pair in keyed if pair[0] is not None), key=itemgetter(0), reverse=order.startswith("-"))
    return [line for _, line in filled] + [line for value, line in keyed if value is None]


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


def candidate_history(candidates: CandidateQuerySet, now: datetime) -> History:
    """Who of them already began an exam, and who is registered in one that is not over. One query."""
    sat, registered = set(), set()
    sittings = Sitting.objects.filter(candidate__in=candidates).values_list("candidate", "state", "exam__ends_at")
    for candidate, state, ends_at in sittings.order_by():
        if state != SittingState.NOT_STARTED:
            sat.add(candidate)
        elif ends_at > now:
            registered.add(candidate)
    return History(frozenset(sat), frozenset(registered))


def registered_for_another(candidates: CandidateQuerySet, now: datetime) -> int:
    """How many of them are registered in an exam to come of another attestation than their own."""
    sittings = Sitting.objects.filter(candidate__in=candidates, exam__ends_at__gt=now, exam__kind=ExamKind.EXAM)
    return sittings.exclude(exam__attestation=F("candidate__attestation")).values("candidate").distinct().count()


def draft_preview(draft: ImportDraft, now: datetime) -> Preview:
    """What confirming an import would do to the list, knowing who sat what."""
    known = Candidate.objects.of(draft.establishment).of_year(draft.year)
    return import_preview(draft, candidate_history(known, now))


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


# --- SIECLE BEE -------------------------------------------------------------------------------------------------


def _settled(establishment: Establishment, year: int) -> dict[tuple[int, str], tuple[Candidate, Result]]:
    """(Candidate key, attestation) → the result of the year's exams: admitted once for all, or the latest failure.

    An absence is no result. One query.
    """
    sittings = (
        Sitting.objects.of(establishment)
        .filter(exam__kind=ExamKind.EXAM, exam__year=year, state=SittingState.CLOSED)
        .select_related("exam", "candidate")
        .defer("responses")
        .order_by("exam__starts_at", "exam_id")
    )
    settled: dict[tuple[int, str], tuple[Candidate, Result]] = {}
    for sitting in sittings:
        key = sitting.candidate_id, sitting.exam.attestation
        if key in settled and settled[key][1].outcome == Outcome.ADMITTED:
            continue
        candidate = sitting.candidate
        outcome = Outcome.ADMITTED if rules.is_admitted(sitting.mark, sitting.total) else Outcome.FAILED
        day = sitting.exam.starts_at.astimezone(establishment.zone).date()
        ine = candidate.identifier if candidate.has_ine else ""
        settled[key] = candidate, Result(ine, candidate.siecle_id, key[1], outcome.value, day)
    return settled


def attestations_held(establishment: Establishment, year: int) -> dict[str, set[str]]:
    """INE, or number in SIECLE BEE → the attestations obtained in this year's exams of this establishment."""
    held: dict[str, set[str]] = {}
    for candidate, result in _settled(establishment, year).values():
        if result.outcome == Outcome.ADMITTED:
            for key in filter(None, (candidate.identifier, candidate.siecle_id)):
                held.setdefault(key, set()).add(result.attestation)
    return held


@dataclass(frozen=True)
class ExportLine:
    """One result, and what stands in its way (`problem`) or deserves a look (`warning`).

    `is_again`: another result of the same attestation went before.
    """

    candidate: Candidate
    result: Result
    problem: str = ""
    warning: str = ""
    is_again: bool = False

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.result.outcome)


@dataclass(frozen=True)
class ExportPlan:
    """What an export to SIECLE BEE would carry now.

    `unchanged`: results that went and are still the same. `waiting`: candidates flagged for it without a result.
    """

    to_send: list[ExportLine]
    left_out: list[ExportLine]
    unchanged: int
    waiting: int


NOT_FLAGGED = "La case « Résultat du candidat à exporter vers SIECLE BEE » n’est pas cochée."
NO_INE = "Ce candidat n’a pas d’INE : SIECLE BEE ne peut pas le reconnaître."


def export_plan(establishment: Establishment, year: int) -> ExportPlan:
    """Every settled result of the year, by name: each goes once, unless it changed since. Three queries."""
    settled = _settled(establishment, year)
    sent, refused = _exported(establishment, year)
    to_send, left_out, unchanged = [], [], 0
    for key, (candidate, result) in sorted(settled.items(), key=lambda item: search_key(str(item[1][0]))):
        before = sent.get(key)
        if before == (result.ine, result.outcome, result.day):
            unchanged += 1
            continue
        problem = NOT_FLAGGED if not candidate.export_to_siecle else NO_INE if not result.ine else ""
        warnings = []
        if key in refused and refused[key][0] == result.ine:
            warnings.append(f"Refusé la dernière fois : {refused[key][1]}")
        if not candidate.in_siecle:
            warnings.append("Aucun import depuis SIECLE BEE ne connaît ce candidat : vérifiez son INE.")
        line = ExportLine(candidate, result, problem, " ".join(warnings), is_again=before is not None)
        (left_out if problem else to_send).append(line)
    return ExportPlan(to_send, left_out, unchanged, _waiting(establishment, year, {key for key, _ in settled}))


def _exported(establishment: Establishment, year: int):
    """(Candidate key, attestation) → (INE, outcome, day) as it last went; and → (INE, reason) if refused since."""
    sent, refused = {}, {}
    rows = ExportedResult.objects.filter(export__establishment=establishment, export__year=year)
    for row in rows.exclude(ine="").order_by("export__made_at", "export_id"):
        key = row.candidate_id, row.attestation
        if not row.problem:
            sent[key] = row.ine, row.outcome, row.day
            refused.pop(key, None)
        elif row.problem != NOT_FLAGGED:
            refused[key] = row.ine, row.problem
    return sent, refused


def exported_batch(export: SiecleExport) -> Batch:
    """The results that went with an export, as its file carries them."""
    results = [line.result for line in exported_lines(export) if not line.problem]
    return Batch(export.establishment.identifier, export.year, export.made_at, results)


def exported_lines(export: SiecleExport) -> list[ExportLine]:
    """What an export carried, and what it could not, as they were then."""
    return [
        ExportLine(row.candidate, Result(row.ine, row.siecle_id, row.attestation, row.outcome, row.day), row.problem)
        for row in export.results.select_related("candidate")
    ]


def _waiting(establishment: Establishment, year: int, settled: set[int]) -> int:
    flagged = Candidate.objects.of(establishment).of_year(year).filter(export_to_siecle=True)
    return len(set(flagged.values_list("pk", flat=True)) - settled)
