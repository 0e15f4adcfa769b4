"""The regulation about establishments: identifiers, attestations and dates by category. Pure functions.

Attestations and categories are the values of `enums` as plain strings.
"""

import re
from datetime import date, timedelta

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


# Handbook 2.1: which identifier each kind of establishment signs up with, and the category of most of them.
APPLICANTS = {
    "school": ("uai", "EN"),
    "greta": ("uai", "GRET"),
    "epide": ("epide", "EPID"),
    "pjj": ("srj", "PJJ"),
    "medico_social": ("finess", "MEDS"),
    "teaching_unit": ("uai", "MEDS"),
}

# Handbook 2.1: the link of the validation e-mail; a day is the platform's own choice.
SIGN_UP_LIFETIME = timedelta(hours=24)


def normal_identifier(kind: str, value: str) -> str:
    """`value` as the list of authorised establishments has it: " 0750655 e" is 0750655E, "Épide  Île" is ÉPIDE ÎLE."""
    separator = " " if kind in ("epide", "srj") else ""
    return separator.join(value.upper().split())


# FINESS, categories of establishments (nomenclature R66): those with pupils of an age to sit the attestations.
_FINESS_WITH_PUPILS = {
    "183",  # institut médico-éducatif
    "186",  # institut thérapeutique, éducatif et pédagogique
    "188",  # établissement pour enfants ou adolescents polyhandicapés
    "192",  # institut d'éducation motrice
    "194",  # institut pour déficients visuels
    "195",  # institut pour déficients auditifs
    "196",  # institut d'éducation sensorielle
}


def is_medico_social_with_pupils(finess_category: str) -> bool:
    return finess_category in _FINESS_WITH_PUPILS


_TEACHING_TYPES = {"collège", "lycée", "erea"}
_SOUTHERN_ACADEMIES = {"40"}  # New Caledonia: the school year is the calendar year


def category_in_directory(line: dict[str, str]) -> str:
    """The category of a line of the open-data directory, empty for what organises no exam.

    `line` has the directory's columns in lower case. The flag GRETA says that a lycée hosts one: the GRETA itself has
    a line and a UAI of its own (handbook 2.1), known by its name.
    """
    kind, name = line["type_etablissement"].casefold(), line["nom_etablissement"].casefold()
    teaches = kind in _TEACHING_TYPES
    if "apprenti" in kind:
        return "CFA"
    if "greta" in kind or (not teaches and (name.startswith("greta") or line["greta"] == "1")):
        return "GRET"
    if kind in ("médico-social", "medico-social"):
        return "MEDS"
    if not teaches:
        return ""
    if line["lycee_agricole"] == "1":
        return "AGRI"
    if line["lycee_militaire"] == "1":
        return "MILI"
    if "légion d'honneur" in name.replace("’", "'"):
        return "LEGI"
    if "maritime" in name and kind == "lycée":
        return "MARI"
    return "SUD" if line["code_academie"] in _SOUTHERN_ACADEMIES else "EN"


def is_private_without_contract(status: str, contract: str) -> bool:
    """Of the directory: a private establishment organises exams only under contract with the State."""
    contract = contract.casefold()
    under_contract = contract not in ("", "sans objet", "sans contrat") and not contract.startswith("hors contrat")
    return status.casefold().startswith("priv") and not under_contract


# The departments of each academy: FINESS knows no academies.
_DEPARTMENTS = {
    "01": "75", "02": "04 05 13 84", "03": "25 39 70 90", "04": "24 33 40 47 64", "06": "03 15 43 63",
    "07": "21 58 71 89", "08": "07 26 38 73 74", "09": "59 62", "10": "01 42 69", "11": "11 30 34 48 66",
    "12": "54 55 57 88", "13": "16 17 79 86", "14": "22 29 35 56", "15": "67 68", "16": "09 12 31 32 46 65 81 82",
    "17": "44 49 53 72 85", "18": "18 28 36 37 41 45", "19": "08 10 51 52", "20": "02 60 80", "22": "19 23 87",
    "23": "06 83", "24": "77 93 94", "25": "78 91 92 95", "27": "2A 2B", "28": "974 9D", "31": "972 9B",
    "32": "971 9A", "33": "973 9C", "43": "976 9F", "44": "975 9E", "70": "14 27 50 61 76",
}  # fmt: skip
_ACADEMY_OF = {department: academy for academy, all_of in _DEPARTMENTS.items() for department in all_of.split()}


def academy_of_department(code: str) -> str:
    """The academy of a department (75, 2A, 974, or 9A to 9F as FINESS writes those overseas); empty if unknown."""
    return _ACADEMY_OF.get(code, "")


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


def with_exception(
    dates: tuple[date, date], exception: tuple[date | None, date | None], year: int
) -> tuple[date, date]:
    """`dates` of the session `year`, changed by those days of an establishment's exception that fall in that year:
    an exception ends with its year without anybody having to take it back."""
    opens_on, closes_on = (
        own if own and own.year == year else usual for usual, own in zip(dates, exception, strict=True)
    )
    return opens_on, closes_on


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


# All of the Republic's; establishments abroad choose among the world's.
FRENCH_TIME_ZONES = (
    "Europe/Paris",
    *_ACADEMY_TIME_ZONES.values(),
    "Pacific/Marquesas",
    "Pacific/Gambier",
    "Pacific/Wallis",
)


def time_zone_of(academy: str) -> str:
    """The usual time zone of an academy's establishments."""
    return _ACADEMY_TIME_ZONES.get(academy, "Europe/Paris")
