"""What an identity provider says of a person, read into rights and pupils (formats.md, "Staff accounts", "Pupils").

Pure functions. A claim may be missing, one text or a list of texts; whatever cannot be read gives nothing. The
mapping of A11, in one place:

| the academic hub says                                              | right in that school |
|--------------------------------------------------------------------|----------------------|
| `FrEduFonctAdm` holds DIR, and `FrEduRneResp` names the school       | head                 |
| `FrEduResDel` for our application delegates `FrEduRneResp` of the school | head, between its two dates |
| `FrEduResDel` for our application delegates `FrEduRne` of the school   | supervisor, between its two dates |
| `FrEduRne` names the school (one works there), and none of the above | none                 |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from establishments.rules import is_uai

HEAD, SUPERVISOR = "head", "supervisor"
_DELEGATED = {"FrEduRneResp": HEAD, "FrEduRne": SUPERVISOR}
_DAY = "%d/%m/%Y"

PUPIL = "eleve2d"
PARENTS = {"resp1d", "resp2d"}


@dataclass(frozen=True)
class Right:
    """A role in one school; `since` and `until` (inclusive) are a delegation's days, None for an office held."""

    uai: str
    role: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def texts(claims: Mapping, name: str) -> list[str]:
    """The values of one claim as a list of texts, without empty ones."""
    value = claims.get(name)
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]


def _uais(values: Iterable[str]) -> list[str]:
    """Schools of `0590121L$UAJ$PU$…` or bare UAIs; « X » (none) and anything else that is no UAI is left out."""
    found = (value.split("$")[0].strip().upper() for value in values)
    return [uai for uai in found if is_uai(uai)]


def _day(value: str) -> date | None:
    try:
        return datetime.strptime(value.strip(), _DAY).date()
    except ValueError:
        return None


def _delegation(value: str, application: str) -> list[Right]:
    """`name|address?applicationname=…|first day|last day|delegator|attribute=UAI$…;UAI$…|server||`."""
    parts = value.split("|")
    if len(parts) < 6:
        return []
    try:
        named = parse_qs(urlsplit(parts[1]).query).get("applicationname")
    except ValueError:
        return []
    since, until = _day(parts[2]), _day(parts[3])
    attribute, _, schools = parts[5].partition("=")
    role = _DELEGATED.get(attribute.strip())
    if named != [application] or since is None or until is None or role is None:
        return []
    return [Right(uai, role, since, until) for uai in _uais(schools.split(";"))]


def rights(claims: Mapping, application: str) -> list[Right]:
    """Every right the claims give, whatever its dates; a school may appear several times."""
    found = []
    if "DIR" in [value.upper() for value in texts(claims, "FrEduFonctAdm")]:
        found += [Right(uai, HEAD) for uai in _uais(texts(claims, "FrEduRneResp"))]
    for value in texts(claims, "FrEduResDel"):
        found += _delegation(value, application)
    return found


def best(rights_of_one_school: Iterable[Right]) -> Right:
    """The right that counts where several hold: head before supervisor, then the one that lasts longest."""
    return max(rights_of_one_school, key=lambda right: (right.role == HEAD, right.until or date.max))


@dataclass(frozen=True)
class Pupil:
    """Who ÉduConnect says is there. Any text may be empty, and there is no birth date."""

    ine: str
    uais: tuple[str, ...]
    last_name: str
    first_name: str


def affiliations(claims: Mapping) -> set[str]:
    """What ÉduConnect calls the person: eleve2d is a pupil, resp1d and resp2d are parents."""
    return {value.lower() for value in texts(claims, "FrEduCtPersonAffiliation")}


def pupil(claims: Mapping) -> Pupil:
    def first(name: str) -> str:
        return next(iter(texts(claims, name)), "")

    return Pupil(
        ine="".join(first("FrEduCtEleveINE").split()).upper(),
        uais=tuple(_uais(texts(claims, "FrEduCtEleveUAI"))),
        last_name=first("family_name"),
        first_name=first("given_name"),
    )
