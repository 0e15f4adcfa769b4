"""The regulation about establishments: identifiers, attestations and dates by category. Pure functions.

Attestations and categories are the values of `enums` as plain strings.
"""

import re
from datetime import date

# UAI: seven digits and a key letter (numéro d'immatriculation du Répertoire national des établissements).
_UAI = re.compile(r"[0-9]{7}[A-HJ-NPR-Z]")
_UAI_KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"

# FINESS: nine digits, Luhn key; Corsican numbers start with 2A or 2B and are checked by form only.
_FINESS = re.compile(r"[0-9]{9}")
_FINESS_CORSICA = re.compile(r"2[AB][0-9]{7}")


def is_uai(value: str) -> bool:
    """Whether `value` has a UAI's form and the right key letter: 0750655E is, 0750655F is not."""
    return bool(_UAI.fullmatch(value)) and _UAI_KEYS[int(value[:7]) % len(_UAI_KEYS)] == value[7]


def is_finess(value: str) -> bool:
    """Whether `value` is a geographic FINESS number: 010000024 is, 010000025 is not."""
    if _FINESS_CORSICA.fullmatch(value):
        return True
    if not _FINESS.fullmatch(value):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in value[-2::-2])
    return (sum(int(digit) for digit in value[-1::-2]) + sum(doubled)) % 10 == 0


# Handbook, calendar page: who may take what. Categories not named here organise ASSR1, ASSR2 and AER.
_SCHOOL_ATTESTATIONS = ("ASSR1", "ASSR2", "AER")
_ATTESTATIONS = {
    "CFA": ("ASR", "AER"),
    "GRET": ("ASR", "AER"),
    "MEDS": ("ASSR1", "ASSR2", "ASR", "AER"),
}


def attestations_of(category: str) -> tuple[str, ...]:
    """The attestations an establishment of this category may organise, in the handbook's order."""
    return _ATTESTATIONS.get(category, _SCHOOL_ATTESTATIONS)


# Handbook, calendar page: first and last day (month, day) on which an exam may be created.
OPENING_DAY = (1, 16)
_CLOSING_DAY = (7, 7)
_LATE_CLOSING_DAY = (12, 1)
_LATE_CATEGORIES = {"SUD", "PJJ", "PENI", "EPID", "GRET", "MEDS"}


def usual_dates(category: str, year: int) -> tuple[date, date]:
    """First and last day of the exams of `year`, unless the national calendar says otherwise."""
    closing = _LATE_CLOSING_DAY if category in _LATE_CATEGORIES else _CLOSING_DAY
    return date(year, *OPENING_DAY), date(year, *closing)


# Where an academy's establishments are when they do not say otherwise (IANA names).
_ACADEMY_TIME_ZONES = {
    "28": "Indian/Reunion",
    "31": "America/Martinique",
    "32": "America/Guadeloupe",
    "33": "America/Cayenne",
    "40": "Pacific/Noumea",
    "41": "Pacific/Tahiti",
    "43": "Indian/Mayotte",
    "44": "America/Miquelon",
}


def time_zone_of(academy: str) -> str:
    """The usual time zone of an academy's establishments."""
    return _ACADEMY_TIME_ZONES.get(academy, "Europe/Paris")
