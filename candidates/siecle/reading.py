"""From the pupils of SIECLE BEE to the rows of an import: who is concerned, by which attestation, and why.

Nothing is looked up and nothing written. A pupil with a mistake is refused by name while the others go on; somebody
whom no exam of the year concerns is set aside with the reason.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from candidates import rules
from candidates.rules import ImportRow, Reading, RowError, SetAside
from candidates.siecle import mef
from candidates.siecle.gateway import Export, Pupil, Refused
from esr.core.text import TextError, clean, misread

_SHOWN = 60  # characters of a wrong value that the preview repeats
_NAMED = 5  # pupils that one message names
_LONGEST_KEY = 201  # two names of the list and a space
_SEXES = {"1": "M", "2": "F"}
_INACTIVE = "inactifs"
_APPRENTICE = "AP"
# The only ones that candidates are given without being asked (handbook 3).
AUTOMATIC = ("ASSR1", "ASSR2")
_SCHOOL_YEAR_STARTS = 8  # in August, the new one is prepared


@dataclass(frozen=True)
class Context:
    """What the reading needs to know beside the export.

    `held` maps an INE or an ELEVE_ID to the attestations obtained this year on the platform. `possible` also takes the
    pupils whom the year of birth alone points at, when SIECLE BEE does not say what they already hold.
    """

    uai: str
    year: int  # the session
    today: date
    held: Mapping[str, Collection[str]]
    possible: bool = True


def read(export: Export, context: Context) -> Reading:
    """Judge every pupil. Raises Refused when the export is another school's."""
    _check_school(export.uai, context.uai)
    reading = Reading([], [], [*_school_year_notes(export.school_year, context), *export.notes])
    present = []
    for rank, pupil in enumerate(export.pupils, start=1):
        one = _One(pupil, rank, context, knows_held=export.knows_held)
        if absent := one.absent():
            reading.set_aside.append(absent)
        else:
            present.append(one)
    twice = _twice(present)
    for one in present:
        judged = [twice[one.rank]] if one.rank in twice else one.judged()
        if isinstance(judged, SetAside):
            reading.set_aside.append(judged)
        elif isinstance(judged, ImportRow):
            reading.rows.append(judged)
        else:
            keys = _keys(one.pupil)
            reading.errors.extend(RowError(one.rank, *error, who=one.who, keys=keys) for error in judged)
    if not export.pupils:
        reading.notes.append("Cet export ne contient aucun élève.")
    return reading


def _check_school(found: str, expected: str) -> None:
    if not found:
        raise Refused(
            "Cet export ne dit pas de quel établissement il vient (UAJ). Refaites l’export depuis SIECLE BEE et "
            "chargez-le sans le modifier."
        )
    if rules.normal_identifier(found) != rules.normal_identifier(expected):
        raise Refused(
            f"Cet export est celui de l’établissement {_plain(found)[:20]}, et votre compte est celui de {expected}. "
            "Chargez l’export de votre établissement."
        )


def _school_year_notes(said: str, context: Context) -> list[str]:
    if not said:
        return ["Cet export ne dit pas de quelle année scolaire il est : vérifiez qu’il est récent."]
    current = context.today.year - (context.today.month < _SCHOOL_YEAR_STARTS)
    # Schools of the southern rhythm count a school year by the calendar.
    if said in (str(current), str(context.today.year)):
        return []
    return [
        f"Cet export est de l’année scolaire {_plain(said)[:9]}, et nous sommes en {current}-{current + 1} : "
        "vérifiez que c’est le bon."
    ]


def _twice(present: Collection["_One"]) -> dict[int, tuple[str, str, str]]:
    """Rank → what is wrong, for every pupil whose INE or number another one has too: nobody here can say whose it is.

    Somebody who left and came back is there twice, so only those who are present are compared.
    """
    met: dict[tuple[str, str], list[_One]] = defaultdict(list)
    for one in present:
        for column, raw in (("INE", one.pupil.ine), ("ELEVE_ID", one.pupil.siecle_id)):
            if value := rules.normal_identifier(_plain(raw)):
                met[column, value].append(one)
    errors = {}
    for (column, value), same in met.items():
        for one in same if len(same) > 1 else ():
            others = ", ".join([other.who for other in same if other is not one][:_NAMED])
            what = "Cet INE est aussi celui de" if column == "INE" else "Ce numéro d’élève est aussi celui de"
            message = f"{what} {others} : corrigez-le dans SIECLE BEE et refaites l’export."
            errors.setdefault(one.rank, (column, value[:_SHOWN], message))
    return errors


def _names(pupil: Pupil) -> str:
    return " ".join(part for part in (_plain(pupil.last_name).upper(), _plain(pupil.first_name)) if part)


def _keys(pupil: Pupil) -> list[str]:
    """All by which the list of candidates may know the pupil."""
    keys = (rules.normal_identifier(_plain(pupil.ine)), _plain(pupil.siecle_id), _names(pupil))
    return [key[:_LONGEST_KEY] for key in keys if key]


def _who(pupil: Pupil) -> str:
    """« DUPONT Zoé (élève 500001) »"""
    names = _names(pupil)
    number = f" (élève {_plain(pupil.siecle_id)[:20]})" if pupil.siecle_id.strip() else ""
    return f"{names[:100] or 'Élève sans nom'}{number}"


def _plain(text: str) -> str:
    try:
        return clean(text)
    except TextError:
        return ""


def day(text: str) -> date:
    """14/03/2013 or 2013-03-14. Raises ValueError."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return datetime.strptime(text, "%d/%m/%Y" if "/" in text else "%Y-%m-%d").date()


class _One:
    """One pupil being judged: what is worth a look is gathered on the way."""

    def __init__(self, pupil: Pupil, rank: int, context: Context, *, knows_held: bool):
        self.pupil = pupil
        self.rank = rank
        self.context = context
        self.knows_held = knows_held
        self.who = _who(pupil)
        self.warnings: list[str] = []
        self.errors: list[tuple[str, str, str]] = []

    def _aside(self, reason: str, *, is_gone: bool = False) -> SetAside:
        return SetAside(
            who=self.who,
            division=_plain(self.pupil.divisions[-1])[:40] if self.pupil.divisions else "",
            reason=reason,
            keys=_keys(self.pupil),
            is_gone=is_gone,
        )

    def absent(self) -> SetAside | None:
        """Those who are not there any more, whatever else is wrong about them."""
        if self.pupil.left_on.strip():
            try:
                left_on = day(self.pupil.left_on)
            except ValueError:
                shown = _plain(self.pupil.left_on)[:_SHOWN]
                message = "Cette date de sortie est illisible : corrigez-la dans SIECLE BEE et refaites l’export."
                self.errors.append(("Date de sortie", shown, message))
            else:
                if left_on < self.context.today:
                    return self._aside(f"A quitté l’établissement le {left_on:%d/%m/%Y}.", is_gone=True)
                self.warnings.append(f"Quitte l’établissement le {left_on:%d/%m/%Y}.")
        if any(_plain(division).casefold() == _INACTIVE for division in self.pupil.divisions):
            return self._aside("Est dans la division « Inactifs » de SIECLE BEE.", is_gone=True)
        return None

    def judged(self) -> ImportRow | SetAside | list[tuple[str, str, str]]:
        """A row, or the reason why not; or everything that is wrong."""
        last_name = self._text("Nom de famille", self.pupil.last_name.upper(), 100, required=True)
        first_name = self._text("Prénom", self.pupil.first_name, 100, required=True)
        division = self._division()
        ine = rules.normal_identifier(self._text("INE", self.pupil.ine, 20))
        siecle_id = self._text("ELEVE_ID", self.pupil.siecle_id, 20)
        born = self._born()
        if self.errors or born is None:
            return self.errors
        chosen = self._attestation(born, {key for key in (ine, siecle_id) if key})
        if not chosen.attestation:
            return self._aside(chosen.why)
        if not ine:
            self.warnings.append(
                "Sans INE dans SIECLE BEE : la plateforme lui donne un identifiant, et son résultat ne pourra pas y "
                "être exporté."
            )
        why = [chosen.why]
        if usage := self._text("Nom d’usage", self.pupil.usage_name, 100):
            why.append(f"Nom d’usage : {usage}.")
        return ImportRow(
            line=self.rank,
            identifier=ine,
            last_name=last_name,
            first_name=first_name,
            birth_date=born,
            division=division,
            sex=_SEXES.get(self.pupil.sex.strip(), ""),
            attestation=chosen.attestation,
            export_to_siecle=bool(ine),
            siecle_id=siecle_id,
            in_siecle=True,
            why=why,
            warnings=self.warnings,
        )

    def _text(self, column: str, raw: str, longest: int, *, required: bool = False) -> str:
        try:
            value = clean(_from_windows(raw), max_length=longest)
        except TextError as error:
            self.errors.append((column, _plain(raw)[:_SHOWN], f"{error} Corrigez-le dans SIECLE BEE."))
            return ""
        if meant := misread(value):
            message = (
                f"Les accents de ce texte sont abîmés : faut-il lire « {meant} » ? Chargez le fichier tel que SIECLE "
                "BEE l’a produit, sans l’ouvrir ni l’enregistrer avant."
            )
            self.errors.append((column, value[:_SHOWN], message))
        elif required and not any(character.isalpha() for character in value):
            message = "Cette information manque : complétez-la dans SIECLE BEE et refaites l’export."
            self.errors.append((column, value[:_SHOWN], message))
        return value

    def _division(self) -> str:
        divisions = [self._text("Division", division, 40) for division in self.pupil.divisions]
        if len(divisions) > 1:
            self.warnings.append(f"Plusieurs divisions ({', '.join(divisions)}) : la dernière est retenue.")
        return divisions[-1] if divisions else ""

    def _born(self) -> date | None:
        raw = _plain(self.pupil.birth_date)
        column, remedy = "Date de naissance", "SIECLE BEE et refaites l’export."
        if not raw:
            self.errors.append((column, "", f"Cette date manque : complétez-la dans {remedy}"))
            return None
        try:
            born = day(raw)
        except ValueError:
            self.errors.append((column, raw[:_SHOWN], f"Cette date n’existe pas : corrigez-la dans {remedy}"))
            return None
        if not rules.is_plausible_birth_date(born, self.context.year):
            message = (
                f"Cette personne aurait {self.context.year - born.year} ans en {self.context.year}, et un candidat a "
                f"de {rules.MIN_AGE} à {rules.MAX_AGE} ans : corrigez la date dans {remedy}"
            )
            self.errors.append((column, raw[:_SHOWN], message))
            return None
        return born

    def _attestation(self, born: date, keys: Collection[str]) -> rules.Eligibility:
        here = {attestation for key in keys for attestation in self.context.held.get(key, ())}
        level = mef.level_of(self.pupil.mef, national=self.pupil.national_mef, mefstat4=self.pupil.mefstat4)
        found = rules.eligibility(
            level=level.name if level else "",
            by_level=level.attestation if level else "",
            is_apprentice=self.pupil.status.strip().upper() == _APPRENTICE,
            born=born.year,
            year=self.context.year,
            held={*here, *self.pupil.held},
        )
        if not found.attestation:
            obtained_here = [attestation for attestation in reversed(AUTOMATIC) if attestation in here]
            # Still in the list with the result: importing again changes nothing of it.
            return rules.Eligibility(obtained_here[0], found.why) if obtained_here else found
        if found.by_age_only and not self.knows_held:
            if not self.context.possible:
                reason = (
                    f"{found.why} L’export ne dit pas si elle est déjà obtenue, et vous n’avez pas demandé ces élèves."
                )
                return rules.Eligibility("", reason)
            self.warnings.append(f"L’export ne dit pas si l’{found.attestation} est déjà obtenue : vérifiez.")
        return found


_C1 = re.compile("[\x80-\x9f]")


def _from_windows(text: str) -> str:
    """An apostrophe or dash of Windows in a file that calls itself ISO arrives as a control character."""
    return _C1.sub(lambda met: met[0].encode("latin-1").decode("cp1252", "ignore"), text)
