"""The regulation of exams, with the handbook's sections (2023 edition). Pure functions: no ORM, no clock.

Themes, kinds and attestations are the values of `enums` as plain strings; instants are aware datetimes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, time, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

# 5.2: twenty questions a sitting, the same for all candidates of an exam, each in another order.
QUESTIONS = 20

# 5.2 and the printed examples of 6.1: how many questions of each theme.
BLUEPRINT = {
    "circulation": 6,
    "comportement-citoyen": 2,
    "developpement-durable": 1,
    "distracteurs": 2,
    "equipements": 2,
    "passagers": 1,
    "premiers-secours": 1,
    "sante-conduites-a-risque": 3,
    "vitesse": 2,
}

# 8: at least 10 out of 20, a point a question.
PASS_MARK = 10

# 5.2 and 4.3: time to answer once the video has ended; with tiers-temps a third more.
ANSWER_TIME = timedelta(seconds=45)
ANSWER_TIME_EXTRA = timedelta(seconds=60)

# 5.1 and 4.1: how long an exam stays valid from its planned start.
VALIDITY = {"exam": timedelta(hours=3), "training": timedelta(days=3), "offline": timedelta(hours=3)}

# Answers already given still arrive for a while after the end; starting is refused at the end itself.
LATE_ARRIVAL = timedelta(minutes=10)

# An answer whose timer ran longer than its time plus this is marked late (it is kept).
NETWORK_GRACE = timedelta(seconds=10)

# 6.2 and 7.2: candidates see the correction of an exam from 18:00 of the day, local time.
CORRECTION_HOUR = time(18, 0)

# 5.1: own text on the convocation.
CONVOCATION_TEXT_MAX = 300

# How long « Autoriser la reprise » lets another device in.
TAKEOVER_WINDOW = timedelta(minutes=10)

# Delivery, 8: what the supervisor types before a result file can be made.
RESCUE_CODE_LENGTH = 6

# Without a sign of life for longer than the time to answer plus this, a sitting is shown as interrupted: a video of
# 12 s, its loading and a few failed tries take less.
SILENCE = timedelta(seconds=60)

# The same for a sitting of which nothing has arrived yet: its first video comes together with those of the whole room,
# 35 of 321 kB, which take a line of 1 Mbit/s a minute and a half.
FIRST_SILENCE = timedelta(minutes=2)

# The exam's page follows the room from this long before the start, when it fills, until nothing arrives any more.
WATCHED_BEFORE = timedelta(hours=1)

# What of a line the room check counts on: the rest is for answers, pages, and the school's other users.
LINE_SHARE = 0.7

# Seconds that a question of the bank shows its video, by and large.
VIDEO_TIME = timedelta(seconds=8)

# « Donner du temps »: seconds to answer each question, more than the 45 s (60 s with tiers-temps) of 5.2.
GIVEN_ANSWER_TIMES = tuple(timedelta(seconds=seconds) for seconds in (60, 75, 90))

INCIDENT_TEXT_MAX = 500

# Codes are read from paper by twelve-year-olds: no I, L, O, 0, 1, no S/5, B/8, Z/2, U/V pair.
CODE_ALPHABET = "ACDEFGHJKMNPQRTVWXY34679"
CODE_LENGTH = 8
NUMBER_LENGTH = 8


@dataclass(frozen=True)
class Limit:
    """So many wrong answers in so much time."""

    tries: int
    window: timedelta


# What one device may type wrong: a twelve-year-old errs twice or three times. It slows down whoever tries by hand; a
# program throws its cookies away, hence the count of the whole exam below. No limit goes by network address: a school
# is one address.
NUMBER_TRIES = Limit(20, timedelta(minutes=10))
CODE_TRIES = Limit(10, timedelta(minutes=5))

# What a whole exam may see of wrong codes before it asks for the birth date as well: five for each candidate, twice
# what a clumsy class needs, and enough for small groups. A day, so that an attack that waits gains nothing.
WRONG_CODES_BASE = 200
WRONG_CODES_EACH = 5
WRONG_CODES_WINDOW = timedelta(days=1)


def wrong_codes_allowed(registered: int) -> int:
    """How many wrong codes an exam of so many candidates sees before it is watched."""
    return WRONG_CODES_BASE + WRONG_CODES_EACH * registered


def wait(limit: Limit, tried: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long a device waits that answered wrong at the instants `tried`, oldest first; None when it need not."""
    recent = [at for at in tried if at > now - limit.window]
    return recent[-limit.tries] + limit.window - now if len(recent) >= limit.tries else None


@dataclass(frozen=True)
class Mode:
    """How the one player behaves."""

    timed: bool  # the next question comes by itself when the time is over
    controls: bool  # the video can be paused and watched again
    corrects: bool  # the correction of each question shows at once
    delivers: bool  # answers go to the establishment


# 4.1, 4.2 and 5.2. The last two are the public site's: « Je m'entraîne » and « Je me teste ».
MODES = {
    "exam": Mode(timed=True, controls=False, corrects=False, delivers=True),
    "timed_training": Mode(timed=True, controls=False, corrects=False, delivers=True),
    "untimed_training": Mode(timed=False, controls=True, corrects=False, delivers=True),
    "practice": Mode(timed=False, controls=True, corrects=True, delivers=False),
    "self_test": Mode(timed=True, controls=False, corrects=False, delivers=False),
}


def mode_of(kind: str, *, timed: bool) -> str:
    """The player's mode for an exam of `kind`."""
    if kind == "training":
        return "timed_training" if timed else "untimed_training"
    return "exam"


def ends_at(kind: str, starts_at: datetime) -> datetime:
    """« Date de fin »: the instant from which the exam is over."""
    return starts_at + VALIDITY[kind]


def state_of(starts_at: datetime, end: datetime, now: datetime) -> str:
    """« À venir » before the start, « Actif » from the start up to the end, « Terminé » from the end on."""
    if now < starts_at:
        return "upcoming"
    return "active" if now < end else "over"


def answer_time(*, extra_time: bool) -> timedelta:
    return ANSWER_TIME_EXTRA if extra_time else ANSWER_TIME


def is_watched(starts_at: datetime, end: datetime, now: datetime) -> bool:
    """Whether the exam's page follows the room."""
    return starts_at - WATCHED_BEFORE <= now < end + LATE_ARRIVAL


def is_silent(heard_at: datetime, answer_time: timedelta, now: datetime, *, has_answered: bool) -> bool:
    """Whether a timed sitting gave no sign of life for so long that its device, or its network, must be gone."""
    return now - heard_at > answer_time + (SILENCE if has_answered else FIRST_SILENCE)


def correction_opens_at(kind: str, end: datetime, zone: ZoneInfo, sat_at: datetime) -> datetime:
    """When the candidate may see the correction: training at once; an exam at 18:00 local time of the day it was
    sat, but never before the exam itself is over, for others may still be sitting it (6.2)."""
    if kind == "training":
        return sat_at
    evening = datetime.combine(sat_at.astimezone(zone).date(), CORRECTION_HOUR, tzinfo=zone)
    return max(evening, end)


def file_is_late(kind: str, end: datetime, zone: ZoneInfo, started_at: datetime, now: datetime) -> bool:
    """Delivery, 9: once the others read the correction, a result file is the head's decision. A training's correction
    is open to whoever has finished it: there is no instant from which on its files would be worth less."""
    return kind != "training" and now >= correction_opens_at(kind, end, zone, started_at)


def is_admitted(mark: int, total: int = QUESTIONS) -> bool:
    """Half of the points or more; `total` is 20 but for a short training."""
    return mark * QUESTIONS >= PASS_MARK * total


def is_right(choices: str, expected: str) -> bool:
    """R1: every expected answer and no other. Both are letters, as "AC"."""
    return set(choices) == set(expected)


def mark(responses: Mapping[int, str], key: Mapping[int, str | None]) -> int:
    """The mark out of len(key): `responses` and `key` map a question's number to letters.

    None in the key: the question was neutralised, and its point goes to everybody. So the mark stays out of twenty,
    the pass mark stays the regulation's, and neutralising lowers nobody.
    """
    return sum(expected is None or is_right(responses.get(number, ""), expected) for number, expected in key.items())


# --- The rattrapage (9) -------------------------------------------------------------------------------------------

MAIN, RATTRAPAGE = "main", "rattrapage"


def entitlement(attempts: Sequence[tuple[str, bool]]) -> tuple[str | None, int | None]:
    """What a candidate's next exam of an attestation would be, MAIN or RATTRAPAGE, or None when there may be none; and
    the position of the attempt that decides, None when nothing has gone before.

    `attempts` are the candidate's exams of the year for the attestation, oldest first, as (outcome, was it the
    rattrapage); outcomes are values of enums.Outcome. One rattrapage, after a failure or an absence; a technical
    absence is as if it had not been.
    """
    for blocking in (("admitted",), ("registered", "running"), ("interrupted",)):
        for position, (outcome, _) in enumerate(attempts):
            if outcome in blocking:
                return None, position
    counted = [position for position, (outcome, _) in enumerate(attempts) if outcome != "technical_absence"]
    for position in counted:
        if attempts[position][1]:
            return None, position
    if counted:
        return RATTRAPAGE, counted[-1]
    return MAIN, len(attempts) - 1 if attempts else None


def is_kept(outcome: str, *, rattrapage: bool, followed: bool) -> bool:
    """Whether it is kept of a deleted exam that this candidate was in it; `followed`: by a rattrapage.

    Who sat it has had it, and so has who was absent from a rattrapage. An absence from the main exam goes with it, as
    if it had never been planned, unless the rattrapage after it stands. A technical absence never counts.
    """
    if outcome in ("registered", "absent"):
        return followed or (rattrapage and outcome == "absent")
    return outcome != "technical_absence"


def blueprint_for(themes: Collection[str], available: Mapping[str, int]) -> dict[str, int]:
    """How many questions of each theme an exam draws from a bank with `available` questions per theme.

    Without chosen `themes` it is the blueprint. A training on some themes (4.1) shares its twenty questions in the
    blueprint's proportions (Sainte-Laguë's divisors); a theme that runs out leaves its part to the others, and a bank
    with fewer than twenty gives a shorter training. Raises NotEnoughQuestions.
    """
    if not themes or len(set(themes)) == len(BLUEPRINT):
        shares = dict(BLUEPRINT)
    else:
        shares = dict.fromkeys([theme for theme in BLUEPRINT if theme in themes], 0)
        for _ in range(min(QUESTIONS, sum(available.get(theme, 0) for theme in shares))):
            open_themes = [theme for theme, count in shares.items() if count < available.get(theme, 0)]
            shares[max(open_themes, key=lambda theme: BLUEPRINT[theme] / (2 * shares[theme] + 1))] += 1
    missing = {theme: max(count, 1) - available.get(theme, 0) for theme, count in shares.items()}
    missing = {theme: count for theme, count in missing.items() if count > 0}
    if missing:
        raise NotEnoughQuestions(missing)
    return shares


class NotEnoughQuestions(ValueError):
    """The bank cannot fill the blueprint; `missing` maps a theme to how many questions it lacks."""

    def __init__(self, missing: Mapping[str, int]):
        super().__init__(missing)
        self.missing = dict(missing)


def draw(
    pool: Mapping[str, Sequence[tuple[int, int]]],
    shares: Mapping[str, int],
    shuffled: Callable[[Sequence], list],
) -> list[int]:
    """Draw `shares[theme]` question keys of each theme, and mix them.

    `pool[theme]` holds (times met, key): at random among the least met first. `shuffled` returns a new list in
    random order.
    """
    drawn = []
    for theme, count in shares.items():
        least_met_first = sorted(shuffled(pool[theme]), key=lambda entry: entry[0])
        drawn += [key for _, key in least_met_first[:count]]
    return shuffled(drawn)


# --- The quality of a question --------------------------------------------------------------------------------------

# Below so many answers, figures of a question are chance: a correlation of 0.2 is then within its own error.
ANSWERS_TO_JUDGE = 100

# Usual bounds of classical test theory: a question that nearly everybody, or hardly anybody, gets right tells little
# about those who sit the exam, and one whose correlation with the other nineteen is low does not measure what they do.
TOO_EASY, TOO_HARD = 0.95, 0.25
LEAST_DISCRIMINATION = 0.15


@dataclass(frozen=True)
class AnswerSums:
    """What is known of the answers to one question, without anybody's answer: sums that add up.

    `rest` is the number of a sitting's other questions answered rightly (0 to 19).
    """

    answers: int = 0
    right: int = 0
    rest: int = 0
    rest_squares: int = 0
    rest_of_right: int = 0

    def __add__(self, other: "AnswerSums") -> "AnswerSums":
        return AnswerSums(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def facility(self) -> float | None:
        """The part of right answers, 0 to 1; None without any answer."""
        return self.right / self.answers if self.answers else None

    @property
    def discrimination(self) -> float | None:
        """Point-biserial correlation of the answer (right: 1, wrong: 0) with the rest of the mark, from -1 to 1.

        The question itself is left out of the mark it is compared with, or it would correlate with itself. None where
        it is not defined: everybody answered alike, or everybody has the same rest.
        """
        n = self.answers
        spread = self.right * (n - self.right) * (n * self.rest_squares - self.rest**2)
        return (n * self.rest_of_right - self.right * self.rest) / sqrt(spread) if spread > 0 else None


def sums_of(right: bool, mark: int) -> AnswerSums:
    """What one answer adds, in a sitting whose right answers, this one included, are `mark`."""
    rest = mark - right
    return AnswerSums(1, int(right), rest, rest**2, rest if right else 0)


def doubts(sums: AnswerSums) -> tuple[str, ...]:
    """What makes a question worth an editor's look: "negative", "weak", "hard", "easy"; none while answers are few."""
    if sums.answers < ANSWERS_TO_JUDGE:
        return ()
    found = []
    if sums.discrimination is not None and sums.discrimination < LEAST_DISCRIMINATION:
        found.append("negative" if sums.discrimination < 0 else "weak")
    if sums.facility < TOO_HARD:
        found.append("hard")
    elif sums.facility > TOO_EASY:
        found.append("easy")
    return tuple(found)
