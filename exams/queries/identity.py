"""Who stands at an exam's door."""

from dataclasses import dataclass
from datetime import date, datetime

from candidates.rules import is_ine, normal_identifier
from esr.core.text import search_key
from establishments.claims import Pupil
from exams import rules
from exams.models import (
    Exam,
    Sitting,
)


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
