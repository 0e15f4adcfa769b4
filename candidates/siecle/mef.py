"""From a MEF (module élémentaire de formation: a pupil's class level and course) to a level.

A national MEF has eleven characters, letters among them; the first three name the level, the tenth the year of a course
of several years, the eleventh a local variant. Sources: base centrale des nomenclatures, as published in the open data
of the ministry. Pure functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """`attestation`: the one that a class of this level sits (handbook 1.1 and 1.2), or empty."""

    name: str
    attestation: str = ""


SIXIEME = Level("6e")
CINQUIEME = Level("5e", "ASSR1")
QUATRIEME = Level("4e")
TROISIEME = Level("3e", "ASSR2")
SECONDE = Level("2de")

_BY_MEF = {
    "100": SIXIEME,
    "101": CINQUIEME,
    "102": QUATRIEME,
    "103": TROISIEME,
    "164": Level("6e SEGPA"),
    "165": Level("5e SEGPA", "ASSR1"),
    "166": Level("4e SEGPA"),
    "167": Level("3e SEGPA", "ASSR2"),
    "200": SECONDE,
    "210": SECONDE,
}
_CAP = ("240", "241", "242")
_BAC_PRO = "247"

_BY_MEFSTAT4 = {
    "2115": QUATRIEME,
    "2116": TROISIEME,
    "2211": SECONDE,
    "2433": _BY_MEF["166"],
    "2434": _BY_MEF["167"],
}


def level_of(mef: str, *, national: str = "", mefstat4: str = "") -> Level | None:
    """The level of a MEF, or None when the tables do not have it.

    `national` is the code that a local one is attached to (MEF_RATTACHEMENT of Nomenclature.xml), `mefstat4` the four
    characters of the statistical code: each is asked when the one before says nothing.
    """
    return _by_mef(national) or _by_mef(mef) or _BY_MEFSTAT4.get(mefstat4.strip()[:4])


def _by_mef(code: str) -> Level | None:
    code = code.strip().upper()
    start, year = code[:3], code[9:10]
    if start in _CAP:
        return Level(_with_year("CAP", year))
    if start == _BAC_PRO:
        return Level(_with_year("bac professionnel", year))
    return _BY_MEF.get(start)


def _with_year(course: str, year: str) -> str:
    ordinals: Mapping[str, str] = {"1": "1re année", "2": "2e année", "3": "3e année"}
    return f"{course}, {ordinals[year]}" if year in ordinals else course
