"""Reading the two public lists of establishments: bytes in, lines out; nothing is looked up, nothing written.

- the ministry's directory, open data « fr-en-annuaire-education »: CSV in UTF-8, `;`, a header whose names are compared
  in lower case;
- FINESS, open data « etalab-cs1100502 »: CSV in ISO-8859-1, `;`, no header, 32 fields (2nd: the geographic FINESS).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from esr.core.text import TextError, clean
from establishments import rules
from establishments.enums import Academy, Category, IdentifierKind, Status
from establishments.models import AuthorisedEstablishment

_ACADEMIES = set(Academy.values)
_DIRECTORY_COLUMNS = (
    "identifiant_de_l_etablissement",
    "nom_etablissement",
    "type_etablissement",
    "statut_public_prive",
    "adresse_1",
    "code_postal",
    "nom_commune",
    "code_academie",
    "libelle_departement",
    "libelle_region",
    "mail",
)
# Missing from some extracts; an empty value then says nothing.
_OPTIONAL_COLUMNS = (
    "adresse_2", "adresse_3", "greta", "lycee_agricole", "lycee_militaire", "type_contrat_prive", "etat",
)  # fmt: skip
_OPEN_STATES = {"", "ouvert", "a fermer", "à fermer"}
_FINESS_FIELDS = 32


class Unreadable(ValueError):
    """The file as a whole is not what it should be; the message says why and what to do, in French."""


@dataclass(frozen=True, slots=True)
class Line:
    """One authorised establishment; the fields are those of `AuthorisedEstablishment`, compared as they stand."""

    number: int
    identifier_kind: str
    identifier: str
    name: str
    email: str
    category: str
    status: str
    academy: str
    department: str
    region: str
    address: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that should be an establishment and cannot be one: its number in the file and why, in French."""

    number: int
    reason: str


def _length(name: str) -> int:
    return AuthorisedEstablishment._meta.get_field(name).max_length


_LENGTHS = {name: _length(name) for name in ("name", "department", "region", "address", "postal_code", "city")}


@lru_cache(maxsize=20_000)
def _text(value: str, max_length: int) -> str:
    """`clean`, which most values of these files need not go through: they repeat, or are plain."""
    if value.isascii() and value.isprintable() and len(value) <= max_length and "  " not in value:
        return value.strip()
    return clean(value, max_length=max_length)


def _email(value: str) -> str:
    """The address, or nothing: these files have some that are none, and an establishment may do without."""
    value = value.strip().lower()
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value


def _line(number: int, **fields: str) -> Line | Refused:
    """A line whose texts are clean, or the reason why it is none."""
    try:
        texts = {name: _text(fields[name], length) for name, length in _LENGTHS.items()}
    except TextError as error:
        return Refused(number, f"{fields['identifier']} : {error}")
    if not texts["name"]:
        return Refused(number, f"{fields['identifier']} : le nom manque.")
    return Line(number, **(fields | texts))


def _rows(file: BinaryIO, encoding: str) -> Iterator[list[str]]:
    """The file's rows, one at a time. Iterating raises Unreadable: another encoding, or quotes that never end."""

    def decode(line: bytes) -> str:
        try:
            return line.decode(encoding)
        except UnicodeDecodeError as error:
            raise Unreadable(f"Ce fichier n’est pas encodé en {encoding.upper()}.") from error

    rows = csv.reader(map(decode, file), delimiter=";")
    try:
        yield from rows
    except csv.Error as error:
        raise Unreadable(
            f"Ce fichier n’est pas un CSV lisible à partir de la ligne {rows.line_num} : téléchargez-le à nouveau."
        ) from error


def read_directory(file: BinaryIO) -> Iterator[Line | Refused]:
    """Each open establishment of the directory that may organise exams; schools without exams are passed over.

    Raises Unreadable when the file is not that directory.
    """
    rows = _rows(file, "utf-8")
    columns = [name.strip("\ufeff ").lower() for name in next(rows, [])]
    missing = [name for name in _DIRECTORY_COLUMNS if name not in columns]
    if missing:
        raise Unreadable(
            "Ce fichier n’est pas l’annuaire de l’éducation (fr-en-annuaire-education, CSV, séparateur « ; ») : "
            f"il manque {', '.join(missing)}."
        )
    absent = dict.fromkeys(set(_OPTIONAL_COLUMNS) - set(columns), "")
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(columns):
            yield Refused(number, f"{len(row)} colonnes au lieu de {len(columns)}.")
            continue
        line = dict(zip(columns, row, strict=True)) | absent
        line["code_academie"] = line["code_academie"].strip().zfill(2)
        category = rules.category_in_directory(line)
        if not category or line["etat"].strip().casefold() not in _OPEN_STATES:
            continue
        if rules.is_private_without_contract(line["statut_public_prive"], line["type_contrat_prive"]):
            continue
        yield _directory_line(number, line, category)


def _directory_line(number: int, line: dict[str, str], category: str) -> Line | Refused:
    identifier = rules.normal_identifier(IdentifierKind.UAI, line["identifiant_de_l_etablissement"])
    if not rules.is_uai(identifier):
        return Refused(number, f"« {identifier[:20]} » n’est pas un UAI.")
    private = line["statut_public_prive"].casefold().startswith("priv")
    return _line(
        number,
        identifier_kind=IdentifierKind.UAI,
        identifier=identifier,
        name=line["nom_etablissement"],
        email=_email(line["mail"]),
        category=category,
        status=Status.PRIVATE if private else Status.PUBLIC,
        academy=line["code_academie"] if line["code_academie"] in _ACADEMIES else "",
        department=line["libelle_departement"],
        region=line["libelle_region"],
        address=", ".join(part.strip() for part in (line["adresse_1"], line["adresse_2"], line["adresse_3"]) if part),
        postal_code=line["code_postal"],
        city=line["nom_commune"],
    )


def read_finess(file: BinaryIO) -> Iterator[Line | Refused]:
    """Each medico-social establishment with pupils of the FINESS extract; hospitals, pharmacies… are passed over.

    Raises Unreadable when the file is not that extract.
    """
    rows = _rows(file, "iso-8859-1")
    head = next(rows, [])
    if head[:2] != ["finess", "etalab"]:
        raise Unreadable(
            "Ce fichier n’est pas l’extraction FINESS des établissements (etalab-cs1100502) : sa première ligne "
            "commence par « finess;etalab »."
        )
    for number, row in enumerate(rows, start=2):
        if not row or row[0] != "structureet":
            continue
        if len(row) != _FINESS_FIELDS:
            yield Refused(number, f"{len(row)} champs au lieu de {_FINESS_FIELDS}.")
        elif rules.is_medico_social_with_pupils(row[18]):
            yield _finess_line(number, row)


def _finess_line(number: int, row: list[str]) -> Line | Refused:
    identifier = rules.normal_identifier(IdentifierKind.FINESS, row[1])
    if not rules.is_finess(identifier):
        return Refused(number, f"« {identifier[:20]} » n’est pas un numéro FINESS.")
    postal_code, _, city = row[15].strip().partition(" ")
    street = " ".join(part.strip() for part in row[7:10] if part.strip())
    return _line(
        number,
        identifier_kind=IdentifierKind.FINESS,
        identifier=identifier,
        name=row[4] or row[3],
        email="",
        category=Category.MEDICO_SOCIAL,
        # Legal status is the managing body's, which is in another file: most are associations.
        status=Status.PRIVATE,
        academy=rules.academy_of_department(row[13]),
        department=row[14],
        region="",
        address=", ".join(part.strip() for part in (street, row[10], row[11]) if part.strip()),
        postal_code=postal_code,
        city=city,
    )
