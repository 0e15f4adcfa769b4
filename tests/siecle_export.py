"""SIECLE BEE exports made for the tests, as the real ones are: everything around what is read is there too."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FIFTH, FOURTH, THIRD, SECOND = "10110001110", "10210001110", "10310019110", "20010015110"

# Personal data of an export that the platform never reads: a leak test looks for it.
PRIVATE = ("0612345678", "famille.secrete@example.org", "75101", "RUE-SECRETE")


@dataclass(frozen=True)
class Someone:
    """One pupil; an empty text leaves the element out. `private` adds the address, telephone and mail."""

    number: int
    ine: str
    last_name: str = "DUPONT"
    first_name: str = "Zoé"
    born: str = "14/03/2013"
    sex: str = "2"
    mef: str = FIFTH
    divisions: Sequence[str] = ("5A",)
    groups: Sequence[str] = ("5LV2ESP1",)
    left_on: str = ""
    status: str = "ST"
    extra: str = ""  # XML put before the rest

    @property
    def element(self) -> str:
        private = (
            f"<TEL_PORTABLE>{PRIVATE[0]}</TEL_PORTABLE><MEL>{PRIVATE[1]}</MEL>"
            f"<CODE_COMMUNE_INSEE_NAISS>{PRIVATE[2]}</CODE_COMMUNE_INSEE_NAISS><CODE_PAYS_NAT>100</CODE_PAYS_NAT>"
            f"<ADRESSE><LIGNE1>{PRIVATE[3]}</LIGNE1></ADRESSE>"
        )
        last_year = (
            "<SCOLARITE_AN_DERNIER><CODE_MEF>10010012110</CODE_MEF><CODE_STRUCTURE>6E 5</CODE_STRUCTURE>"
            "<DENOM_COMPL>DES MIMOSAS</DENOM_COMPL></SCOLARITE_AN_DERNIER>"
        )
        read = {
            "ID_NATIONAL": self.ine,
            "NOM_DE_FAMILLE": self.last_name,
            "PRENOM": self.first_name,
            "DATE_NAISS": self.born,
            "DATE_SORTIE": self.left_on,
            "CODE_SEXE": self.sex,
        }
        after = {"CODE_MEF": self.mef, "CODE_STATUT": self.status}
        return (
            f"<ELEVE ELEVE_ID={quoteattr(str(self.number))} ELENOET={quoteattr(str(self.number))}>"
            f"{self.extra}{_elements(read)}{private}{last_year}{_elements(after)}</ELEVE>\n"
        )

    @property
    def structures(self) -> str:
        codes = [*((group, "G") for group in self.groups), *((division, "D") for division in self.divisions)]
        inside = "".join(
            f"<STRUCTURE>{_elements({'CODE_STRUCTURE': code, 'TYPE_STRUCTURE': kind})}</STRUCTURE>"
            for code, kind in codes
        )
        return f"<STRUCTURES_ELEVE ELEVE_ID={quoteattr(str(self.number))}>{inside}</STRUCTURES_ELEVE>\n"


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items() if value)


def export(
    pupils: Iterable[Someone],
    *,
    uai: str = "0750655E",
    school_year: str = "2025",
    encoding: str = "ISO-8859-15",
    declared: str = "",
    root: str = "BEE_ELEVES",
    structures_first: bool = False,
    before: str = "",
) -> bytes:
    """ElevesSansAdresses.xml; `declared` is the encoding that it claims when that is not the one it has."""
    pupils = list(pupils)
    eleves = f"<ELEVES>\n{''.join(pupil.element for pupil in pupils)}</ELEVES>\n"
    structures = f"<STRUCTURES>\n{''.join(pupil.structures for pupil in pupils)}</STRUCTURES>\n"
    inside = structures + eleves if structures_first else eleves + structures
    said = _elements({"UAJ": uai, "ANNEE_SCOLAIRE": school_year})
    text = (
        f'<?xml version="1.0" encoding="{declared or encoding}"?>\n{before}<{root} VERSION="2.1">\n'
        f"<PARAMETRES>{said}</PARAMETRES>\n<DONNEES>\n{inside}</DONNEES>\n</{root}>\n"
    )
    return text.encode(encoding)


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


_NAMES = "ABADIE BERGER CARON DELMAS ESTÈVE FERRAND GUILLOT HAMON IMBERT JOUBERT L'HERMITE MÜLLER N'DIAYE".split()
_FIRST_NAMES = "Inès Malo Aya Tom Zoé Noé Lina Adam Ève Sacha Chloé Lœtitia Anaïs".split()
_CLASSES = ((FIFTH, "5", 13, "ASSR1"), (THIRD, "3", 15, "ASSR2"), (SECOND, "2", 16, "ASSR2"))


def school_of(count: int, *, year: int) -> list[Someone]:
    """`count` pupils, all concerned by an exam of the session's `year`: a third each in 5e, 3e and 2de."""
    pupils = []
    for n in range(count):
        mef, level, age, _ = _CLASSES[n % 3]
        pupils.append(
            Someone(
                number=600_000 + n,
                ine=f"{100_000_000 + n}{'ABCDEFGHJKLMNPRSTUVWXYZ'[n % 23]}K",
                last_name=f"{_NAMES[n % 13]}-{_letters(n)}",
                first_name=_FIRST_NAMES[n // 13 % 13],
                born=f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{year - age}",
                sex="12"[n % 2],
                mef=mef,
                divisions=(f"{level}{'ABCDEFGH'[n // 3 % 8]}",),
            )
        )
    return pupils


def _letters(number: int) -> str:
    """0 → A, 27 → BB: names without digits."""
    letters = ""
    while True:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26] + letters
        number = number // 26 - 1
        if number < 0:
            return letters
