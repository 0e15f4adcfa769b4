"""Figures of one exam, by name; and of a session, aggregated so that nobody can be recognised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, Min, OuterRef, QuerySet

from candidates.enums import Sex
from candidates.models import Candidate
from establishments.enums import Academy, Attestation
from establishments.models import Establishment
from exams.enums import EXAM_KINDS, ExamKind, Outcome, SittingState, Theme
from exams.models import Exam, ExamQuestion, Proposition, Sitting
from exams.queries import Correction, ThemeScore, correction, exam_questions
from exams.rules import is_admitted, is_right
from stats import rules
from stats.models import WeekFigures

# --- One exam: « Statistiques des réponses » (handbook 6.1) -------------------------------------------------------


@dataclass(frozen=True)
class CandidateScores:
    """A candidate who finished, and the corrected sitting."""

    candidate: Candidate
    correction: Correction

    @property
    def outcome(self) -> Outcome:
        return Outcome.ADMITTED if self.correction.admitted else Outcome.FAILED


@dataclass(frozen=True)
class ThemeStatistics:
    """One theme: the score of the class, and of each candidate by name."""

    score: ThemeScore
    questions: int
    candidates: list[tuple[Candidate, ThemeScore]]

    @property
    def distribution(self) -> list[rules.MarkCount]:
        """How many candidates were right how often, from every question down to none."""
        return rules.distribution((score.right for _, score in self.candidates), self.questions)


@dataclass(frozen=True)
class ExamStatistics:
    """Of the candidates who finished, in the order of their names; `themes` are those the exam has questions of."""

    registered: int
    candidates: list[CandidateScores]
    themes: list[ThemeStatistics]

    @property
    def marks(self) -> list[int]:
        return [line.correction.mark for line in self.candidates]

    @property
    def total(self) -> int:
        """How many points there are (see `Sitting.total`)."""
        return sum(theme.questions for theme in self.themes)

    @property
    def weak(self) -> list[ThemeStatistics]:
        """The themes that the class should train, the weakest first."""
        return [self.themes[i] for i in rules.weak_themes([(t.score.right, t.score.total) for t in self.themes])]

    @property
    def admitted(self) -> int:
        return sum(line.correction.admitted for line in self.candidates)

    @property
    def mean(self) -> float:
        """The mean mark; there is one as soon as somebody has finished."""
        return sum(self.marks) / len(self.marks)

    @property
    def lowest(self) -> int:
        return min(self.marks)

    @property
    def highest(self) -> int:
        return max(self.marks)

    @property
    def distribution(self) -> list[tuple[Outcome, list[rules.MarkCount]]]:
        """The marks that admit and those that fail, each from the best down; once somebody has finished."""
        counts = rules.distribution(self.marks, self.total)
        return [
            (Outcome.ADMITTED, [line for line in counts if is_admitted(line.mark, self.total)]),
            (Outcome.FAILED, [line for line in counts if not is_admitted(line.mark, self.total)]),
        ]


def exam_statistics(exam: Exam) -> ExamStatistics:
    """Marks and success per theme: five queries, however many candidates."""
    rows = exam_questions(exam)
    lines = []
    for sitting in exam.sittings.filter(state=SittingState.CLOSED).select_related("candidate", "exam"):
        if sitting.is_mark_alone:
            continue
        lines.append(CandidateScores(sitting.candidate, correction(sitting, rows)))
    themes = [theme_statistics(position, lines) for position in range(len(lines[0].correction.themes) if lines else 0)]
    return ExamStatistics(exam.sittings.count(), lines, themes)


def theme_statistics(position: int, lines: Sequence[CandidateScores]) -> ThemeStatistics:
    """The theme at `position`: every candidate of an exam has the same questions, hence the same themes."""
    scores = [line.correction.themes[position] for line in lines]
    of_class = ThemeScore(
        scores[0].theme, scores[0].label, sum(score.right for score in scores), sum(score.total for score in scores)
    )
    candidates = [line.candidate for line in lines]
    return ThemeStatistics(of_class, scores[0].total, list(zip(candidates, scores, strict=True)))


# --- The establishment: aggregated and anonymous (handbook 11.1) --------------------------------------------------

SMALL = f"moins de {rules.SMALLEST_GROUP}"
MASKED = "masqué"
# The same for a small group and for one hidden with it: see rules.hidden_groups.
SMALL_OR_MASKED = f"{SMALL} ou {MASKED}"


@dataclass(frozen=True)
class Row:
    """One group as it may be published: what may not be known is not in it.

    Figures are numbers, a text that stands for a hidden one, or None where there is none; `rate` is in whole percents.
    """

    breakdown: str
    label: str
    registered: int | str
    present: int | str | None
    admitted: int | str | None
    rate: int | str | None

    @property
    def has_rate(self) -> bool:
        return isinstance(self.rate, int)


@dataclass(frozen=True)
class Breakdown:
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class AttestationStatistics:
    """Everyone of one attestation, then by theme (training only), class and sex. A group too small has no parts."""

    attestation: str
    whole: Row
    breakdowns: list[Breakdown]

    @property
    def rows(self) -> list[Row]:
        return [self.whole, *(row for breakdown in self.breakdowns for row in breakdown.rows)]


@dataclass(frozen=True)
class Section:
    """Training, main exam or rattrapage. There is deliberately no figure over several attestations: with it, the
    single candidate of an attestation would be a subtraction away."""

    title: str
    is_training: bool
    attestations: list[AttestationStatistics]


WHOLE = "Ensemble"
BY_THEME = "Thème"
BY_DIVISION = "Classe"
BY_SEX = "Sexe"


@dataclass
class _Tally:
    """A group being counted. Sittings make the figures; people decide whether the group is too small."""

    registered: int = 0
    present: int = 0
    admitted: int = 0
    right: int = 0
    answers: int = 0
    people: set[int] = field(default_factory=set)
    people_present: set[int] = field(default_factory=set)

    def add(self, candidate: int, *, present: bool, admitted: bool = False, right: int = 0, answers: int = 0) -> None:
        self.registered += 1
        self.present += present
        self.admitted += admitted
        self.right += right
        self.answers += answers
        self.people.add(candidate)
        if present:
            self.people_present.add(candidate)

    @property
    def size(self) -> tuple[int, int]:
        return len(self.people), len(self.people_present)


# attestation → (breakdown, group) → tally
_Tallies = dict[str, dict[tuple[str, str], _Tally]]

# Present: whoever began, unless a technical absence has undone it.
_CAME = (SittingState.RUNNING, SittingState.CLOSED)


def establishment_statistics(establishment: Establishment, year: int) -> list[Section]:
    """Training, main exam and rattrapage of a session: four queries. Sections without anybody are left out."""
    training: _Tallies = {}
    main: _Tallies = {}
    rattrapage: _Tallies = {}
    sittings = Sitting.objects.ever_of(establishment).filter(exam__year=year).order_by()
    _count_exams(sittings.filter(exam__kind__in=EXAM_KINDS), main, rattrapage)
    _count_training(sittings.filter(exam__kind=ExamKind.TRAINING), _keys(establishment, year), training)
    sections = [
        _section("Entraînement", training, is_training=True),
        _section("Examen : épreuve principale", main, is_training=False),
        _section("Examen : épreuve de rattrapage", rattrapage, is_training=False),
    ]
    return [section for section in sections if section.attestations]


def _groups(tallies: _Tallies, attestation: str, division: str, sex: str) -> list[_Tally]:
    """Where one sitting counts, themes apart."""
    of_attestation = tallies.setdefault(attestation, {})
    keys = [(WHOLE, WHOLE), (BY_DIVISION, division), (BY_SEX, sex)]
    return [of_attestation.setdefault(key, _Tally()) for key in keys]


def _count_exams(sittings, main: _Tallies, rattrapage: _Tallies) -> None:
    columns = ("exam__attestation", "rattrapage", "state", "mark", "candidate", "candidate__division", "candidate__sex")
    for attestation, is_rattrapage, state, mark, candidate, division, sex in sittings.values_list(*columns):
        for tally in _groups(rattrapage if is_rattrapage else main, attestation, division, sex):
            tally.add(
                candidate,
                present=state in _CAME,
                admitted=state == SittingState.CLOSED and is_admitted(mark),
            )


@dataclass(frozen=True)
class _Key:
    """One question of a training exam: its number, theme and expected letters."""

    number: str
    theme: str
    expected: str


def _keys(establishment: Establishment, year: int) -> dict[int, list[_Key]]:
    """The questions of the training exams of a session, by exam: two queries."""
    rows = ExamQuestion.objects.filter(
        exam__establishment=establishment, exam__year=year, exam__kind=ExamKind.TRAINING
    ).order_by()
    expected: dict[int, str] = {}
    letters = Proposition.objects.filter(expected=True, question__in=rows.values("question")).order_by()
    for question, letter in letters.values_list("question", "letter"):
        expected[question] = expected.get(question, "") + letter
    keys: dict[int, list[_Key]] = {}
    for exam, number, question, theme in rows.values_list("exam", "number", "question", "question__theme"):
        keys.setdefault(exam, []).append(_Key(str(number), theme, expected.get(question, "")))
    return keys


def _count_training(sittings, keys: Mapping[int, Sequence[_Key]], training: _Tallies) -> None:
    """Success in training is the share of right answers of those who finished."""
    columns = (
        "exam", "exam__attestation", "state", "responses", "candidate", "candidate__division", "candidate__sex",
    )  # fmt: skip
    # Streamed: the answers of a year of training are the one heavy thing here.
    for exam, attestation, state, responses, candidate, division, sex in sittings.values_list(*columns).iterator(500):
        present = state == SittingState.CLOSED
        right: dict[str, int] = {}
        answers: dict[str, int] = {}
        for key in keys.get(exam, ()):
            given = responses.get(key.number, {}).get("c", "")
            right[key.theme] = right.get(key.theme, 0) + (present and is_right(given, key.expected))
            answers[key.theme] = answers.get(key.theme, 0) + present
        for tally in _groups(training, attestation, division, sex):
            tally.add(candidate, present=present, right=sum(right.values()), answers=sum(answers.values()))
        for theme in answers:
            tally = training[attestation].setdefault((BY_THEME, theme), _Tally())
            tally.add(candidate, present=present, right=right[theme], answers=answers[theme])


def _section(title: str, tallies: _Tallies, *, is_training: bool) -> Section:
    parts = [_attestation(name, tallies[name], is_training) for name in Attestation if name in tallies]
    return Section(title, is_training, parts)


def _attestation(name: str, tallies: Mapping[tuple[str, str], _Tally], is_training: bool) -> AttestationStatistics:
    whole = tallies[WHOLE, WHOLE]
    if not rules.is_publishable(*whole.size):
        stands_for = SMALL if whole.size[0] < rules.SMALLEST_GROUP else MASKED
        return AttestationStatistics(name, _hidden_row(WHOLE, WHOLE, stands_for, is_training), [])
    divisions = sorted((group for kind, group in tallies if kind == BY_DIVISION), key=lambda name: (not name, name))
    breakdowns = []
    for kind, groups in (
        (BY_THEME, {theme: theme.label for theme in Theme}),
        (BY_DIVISION, {division: division or "Sans classe" for division in divisions}),
        (BY_SEX, {sex: sex.label for sex in Sex}),
    ):
        met = {label: tallies[kind, group] for group, label in groups.items() if (kind, group) in tallies}
        if met:
            breakdowns.append(Breakdown(kind, _rows(kind, met, is_training)))
    return AttestationStatistics(name, _row(WHOLE, WHOLE, whole, is_training), breakdowns)


def _rows(kind: str, tallies: Mapping[str, _Tally], is_training: bool) -> list[Row]:
    """The groups of one breakdown, by label, as they may be published."""
    hidden = rules.hidden_groups([tally.size for tally in tallies.values()])
    if len(hidden) == len(tallies):
        return [_hidden_row(kind, "Tous les groupes", MASKED, is_training)]
    return [
        _hidden_row(kind, label, SMALL_OR_MASKED, is_training)
        if position in hidden
        else _row(kind, label, tally, is_training)
        for position, (label, tally) in enumerate(tallies.items())
    ]


def _row(breakdown: str, label: str, tally: _Tally, is_training: bool) -> Row:
    if is_training:
        rate = rules.percent(tally.right, tally.answers) if tally.answers else None
        return Row(breakdown, label, tally.registered, None, None, rate)
    rate = rules.percent(tally.admitted, tally.present) if tally.present else None
    return Row(breakdown, label, tally.registered, tally.present, tally.admitted, rate)


def _hidden_row(breakdown: str, label: str, stands_for: str, is_training: bool) -> Row:
    of_exam = None if is_training else MASKED
    return Row(breakdown, label, stands_for, of_exam, of_exam, MASKED)


# --- The academy and the nation: people by establishment and week, without names (handbook 11.2) -------------------


@dataclass
class Count:
    """People of one attestation, some of whom came, some of whom passed."""

    registered: int = 0
    present: int = 0
    admitted: int = 0

    def add(self, registered: int, present: int, admitted: int) -> None:
        self.registered += registered
        self.present += present
        self.admitted += admitted

    @property
    def size(self) -> tuple[int, int]:
        return self.registered, self.present


@dataclass
class _Person:
    week: date
    is_void: bool
    present: bool = False
    admitted: bool = False


# Session, attestation, Monday of the week.
WeekKey = tuple[int, str, date]


def people_by_week(establishment: Establishment, year: int) -> dict[WeekKey, Count]:
    """The people of an establishment's exams, of the session `year` and those to come: one query.

    A candidate of a main exam and its rattrapage is one person, present or admitted if they were in one of them. Their
    week is, in the establishment's time, that of the planned start of their first exam, or of the first after a
    technical absence; so a rattrapage passed in June is one more admitted in the week of the main exam.
    """
    sittings = Sitting.objects.ever_of(establishment).filter(exam__year__gte=year, exam__kind__in=EXAM_KINDS)
    columns = ("exam__year", "exam__attestation", "candidate", "exam__starts_at", "state", "mark")
    zone = establishment.zone
    people: dict[tuple[int, str, int], _Person] = {}
    rows = sittings.order_by("exam__starts_at", "exam").values_list(*columns)
    for session, attestation, candidate, starts_at, state, mark in rows.iterator(2000):
        week, is_void = rules.week_of(starts_at.astimezone(zone).date()), state == SittingState.VOID
        person = people.setdefault((session, attestation, candidate), _Person(week, is_void))
        if person.is_void and not is_void:
            person.week, person.is_void = week, False
        person.present |= state in _CAME
        person.admitted |= state == SittingState.CLOSED and is_admitted(mark)
    counts: dict[WeekKey, Count] = {}
    for (session, attestation, _), person in people.items():
        counts.setdefault((session, attestation, person.week), Count()).add(1, person.present, person.admitted)
    return counts


def establishments_to_count(now: datetime) -> Iterator[Establishment]:
    """Those whose figures are older than their own last midnight, or lack: two queries and one for each time zone.

    Once a day, and after midnight: two countings differ by whole days of exams, never by the one candidate who
    finished between two looks at the page.
    """
    zones = Establishment.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct()
    for zone in map(ZoneInfo, zones):
        local = now.astimezone(zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
        counted = WeekFigures.objects.filter(establishment=OuterRef("pk"), year__gte=local.year)
        sittings = Sitting.objects.filter(
            exam__establishment=OuterRef("pk"), exam__year__gte=local.year, exam__kind__in=EXAM_KINDS
        )
        yield from (
            Establishment.objects.filter(time_zone=zone.key)
            .filter(Exists(counted) | Exists(sittings))
            .exclude(Exists(counted.filter(counted_at__gte=midnight)))
            .order_by("pk")
        )


@dataclass(frozen=True)
class Figures:
    """What may be published of a group: numbers, or texts that stand for what may not be known.

    `rate` is in whole percents, None when nobody came.
    """

    registered: int | str
    present: int | str
    admitted: int | str
    rate: int | str | None

    @property
    def is_given(self) -> bool:
        return isinstance(self.registered, int)


HIDDEN = Figures(SMALL_OR_MASKED, MASKED, MASKED, MASKED)


def _published(count: Count) -> Figures:
    rate = rules.percent(count.admitted, count.present) if count.present else None
    return Figures(count.registered, count.present, count.admitted, rate)


@dataclass(frozen=True)
class Line:
    """One attestation in one establishment; without attestation, an establishment that has nobody."""

    establishment: Establishment
    attestation: str
    figures: Figures


@dataclass(frozen=True)
class Total:
    """One attestation over many establishments."""

    attestation: str
    figures: Figures


@dataclass(frozen=True)
class AcademyFigures:
    academy: Academy
    lines: list[Line]
    totals: list[Total]


# establishment's key → week → people, of one attestation
_Weeks = dict[int, dict[date, Count]]


def figures_of_academies(
    establishments: QuerySet[Establishment], year: int, *, attestation: str = "", week: date | None = None
) -> list[AcademyFigures]:
    """Registered, present and admitted by establishment, and in all: two queries, however many establishments.

    `establishments` are all those of one academy or of several, in the order of the page; `attestation` and `week`
    leave only that one. What is published cannot be subtracted into a group of fewer than five people:

    - of the session: the whole academy with its establishments, less those that `rules.hidden_groups` hides. Where it
      would hide all of them, it hides their sum;
    - of a week: establishments alone, the weeks of each being a breakdown of its session and hidden by the same rule.
      An establishment that is not there had nobody, or is hidden: nothing tells which. The sum is of what is shown: a
      whole one would be a second way to the hidden ones, across the weeks' breakdown;
    - no sum over attestations, nor main exam and rattrapage apart: both would be differences of a few people.
    """
    found = _weeks_of(establishments, year, attestation)
    wanted = [attestation] if attestation else list(Attestation)
    by_academy: dict[str, list[Establishment]] = {}
    for establishment in establishments:
        by_academy.setdefault(establishment.academy, []).append(establishment)
    academies = []
    for academy in sorted(by_academy, key=lambda code: Academy(code).label):
        figures = AcademyFigures(Academy(academy), [], [])
        for name in wanted:
            of_attestation = found.get(name, {})
            weeks = {e.pk: of_attestation[e.pk] for e in by_academy[academy] if e.pk in of_attestation}
            published, total = _of_week(weeks, week) if week else _of_session(weeks)
            if total:
                figures.totals.append(Total(name, total))
            figures.lines.extend(Line(e, name, published[e.pk]) for e in by_academy[academy] if e.pk in published)
        academies.append(_in_order(figures, by_academy[academy], with_nobody=week is None))
    return academies


def _weeks_of(establishments: QuerySet[Establishment], year: int, attestation: str) -> dict[str, _Weeks]:
    rows = WeekFigures.objects.filter(establishment__in=establishments.order_by().values("pk"), year=year).order_by()
    if attestation:
        rows = rows.filter(attestation=attestation)
    found: dict[str, _Weeks] = {}
    columns = ("attestation", "establishment", "week", "registered", "present", "admitted")
    for name, establishment, week, *people in rows.values_list(*columns).iterator(5000):
        found.setdefault(name, {}).setdefault(establishment, {})[week] = Count(*people)
    return found


def _sum(counts: Iterable[Count]) -> Count:
    whole = Count()
    for count in counts:
        whole.add(count.registered, count.present, count.admitted)
    return whole


def _of_session(weeks: _Weeks) -> tuple[dict[int, Figures], Figures | None]:
    """What is published of the establishments that have anybody, and of all together."""
    years = {key: _sum(counts.values()) for key, counts in weeks.items()}
    hidden = _hidden(years)
    figures = {key: HIDDEN if key in hidden else _published(count) for key, count in years.items()}
    if not years:
        return figures, None
    return figures, HIDDEN if len(hidden) == len(years) else _published(_sum(years.values()))


def _of_week(weeks: _Weeks, week: date) -> tuple[dict[int, Figures], Figures | None]:
    """What is published of one week: the establishments shown, and their sum."""
    hidden = _hidden({key: _sum(counts.values()) for key, counts in weeks.items()})
    shown = {
        key: counts[week]
        for key, counts in weeks.items()
        if week in counts and key not in hidden and week not in _hidden(counts)
    }
    return {key: _published(count) for key, count in shown.items()}, _published(_sum(shown.values())) if shown else None


def _hidden(groups: Mapping) -> set:
    """The keys of the groups that a breakdown hides."""
    keys = list(groups)
    return {keys[i] for i in rules.hidden_groups([count.size for count in groups.values()])}


def _in_order(figures: AcademyFigures, establishments: Sequence[Establishment], *, with_nobody: bool) -> AcademyFigures:
    """Line by line as the establishments come, with those that have nobody if need be."""
    lines: dict[int, list[Line]] = {}
    for line in figures.lines:
        lines.setdefault(line.establishment.pk, []).append(line)
    nobody = _published(Count())
    for establishment in establishments:
        if with_nobody and establishment.pk not in lines:
            lines[establishment.pk] = [Line(establishment, "", nobody)]
    ordered = [line for establishment in establishments for line in lines.get(establishment.pk, ())]
    return AcademyFigures(figures.academy, ordered, figures.totals)


def national_totals(academies: Iterable[AcademyFigures]) -> list[Total]:
    """The sum of what the academies publish; those that are hidden are not in it, or they would be the difference."""
    counts: dict[str, Count] = {}
    for academy in academies:
        for total in academy.totals:
            count = counts.setdefault(total.attestation, Count())
            if total.figures.is_given:
                count.add(total.figures.registered, total.figures.present, total.figures.admitted)
    return [
        Total(name, _published(counts[name]) if counts[name].registered else HIDDEN)
        for name in Attestation
        if name in counts
    ]


def by_figure(lines: Iterable[Line], name: str) -> list[Line]:
    """Lines from the highest figure down, what is not given last, equals in their order."""

    def height(line: Line) -> int:
        value = getattr(line.figures, name)
        return value if isinstance(value, int) else -1

    return sorted(lines, key=height, reverse=True)


def weeks_counted(establishments: QuerySet[Establishment], year: int) -> tuple[list[date], datetime | None]:
    """The weeks that have figures, and when the oldest of these figures was counted; one query."""
    rows = WeekFigures.objects.filter(establishment__in=establishments.order_by().values("pk"), year=year).order_by()
    found = list(rows.values_list("week").annotate(Min("counted_at")).order_by("week"))
    return [week for week, _ in found], min((counted_at for _, counted_at in found), default=None)
