"""What the documents say officially, with the handbook's sections (2023 edition). Pure data and functions.

Attestations are the values of `establishments.enums.Attestation` as plain strings. Titles are the regulation's; the
sentences are ours, on the facts of the sections they name.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto


@dataclass(frozen=True)
class Wording:
    """The words of one attestation."""

    # 5.1, « Modèle de convocation »: what follows « CONVOCATION À L'ÉPREUVE DE », on two lines where it is long.
    summons: str
    # 8, « Maquette de diplôme »: the title, and the mention below it when there is one.
    title: str
    mention: str
    # 1 and 8: what it gives right to, on the convocation and on the attestation.
    right: str


# 1.2, 1.3 and 8.
_LICENCE_MENTION = "OBLIGATOIRE POUR LA DÉLIVRANCE DU PERMIS DE CONDUIRE"

# 1: the theory of the BSR, which is category AM of the licence, from the age of 14.
_MOPED = (
    "tient lieu de partie théorique du brevet de sécurité routière (BSR), c’est-à-dire de la catégorie AM du permis de "
    "conduire. Avec elle, on peut dès 14 ans suivre la partie pratique, puis conduire un cyclomoteur ou un quadricycle "
    "léger à moteur."
)
# 1: born from 1988 on, and under 21.
_LICENCE = "Avant 21 ans, elle est exigée pour obtenir le permis de conduire."
# 1.4.
_NO_LICENCE = (
    "L’AER reconnaît des connaissances sur la route et ses règles. Elle ne donne pas le droit de s’inscrire à "
    "l’apprentissage de la conduite, ni d’obtenir un titre de conduite."
)

WORDINGS = {
    "ASSR1": Wording(
        summons="L'ATTESTATION SCOLAIRE\nDE SÉCURITÉ ROUTIÈRE DE NIVEAU 1 (ASSR1)",
        title="ATTESTATION SCOLAIRE DE SÉCURITÉ ROUTIÈRE NIVEAU 1",
        mention="",
        right=f"L’ASSR1 {_MOPED}",
    ),
    "ASSR2": Wording(
        summons="L'ATTESTATION SCOLAIRE\nDE SÉCURITÉ ROUTIÈRE DE NIVEAU 2 (ASSR2)",
        title="ATTESTATION SCOLAIRE DE SÉCURITÉ ROUTIÈRE NIVEAU 2",
        mention=_LICENCE_MENTION,
        right=f"L’ASSR2 {_MOPED} {_LICENCE}",
    ),
    "ASR": Wording(
        summons="L'ATTESTATION DE SÉCURITÉ ROUTIÈRE (ASR)",
        title="ATTESTATION DE SÉCURITÉ ROUTIÈRE",
        mention=_LICENCE_MENTION,
        right=f"L’ASR {_MOPED} {_LICENCE}",
    ),
    "AER": Wording(
        summons="L'ATTESTATION D'ÉDUCATION À LA ROUTE (AER)",
        title="ATTESTATION D'ÉDUCATION À LA ROUTE",
        mention="",
        right=_NO_LICENCE,
    ),
}

# 8: printed on every attestation.
DUPLICATE_RULE = "UN SEUL DUPLICATA PEUT ÊTRE PRODUIT PAR L'ÉTABLISSEMENT ORGANISATEUR DES ÉPREUVES"

# 10.3: what is left once the duplicate was issued.
ONLY_ONE = (
    "Un seul duplicata, ou une seule attestation de réussite, peut être délivré (livret, 8 et 10.3). Votre copie "
    "archivée reste la preuve de la réussite ; si ce duplicata n’a pas été remis, complétez d’après elle le « Modèle "
    "d’attestation de réussite »."
)


class Printing(Enum):
    """What may be printed of one attestation today."""

    ORIGINAL = auto()
    DUPLICATE = auto()
    NOTHING = auto()


def printing(original_on: date | None, duplicate_on: date | None, today: date) -> Printing:
    """What may be printed today of an attestation of which these copies were issued.

    8 and 10.3: an original, then one duplicate. A copy may be printed again on the day it is issued, for paper jams
    and downloads fail: it is then the same paper, with the same date.
    """
    if original_on is None or (original_on == today and duplicate_on is None):
        return Printing.ORIGINAL
    return Printing.DUPLICATE if duplicate_on in (None, today) else Printing.NOTHING


# 10: from 1 January everything of the year is gone; heads are reminded to archive from this day (month, day) on.
REMINDED_FROM = (12, 1)

# 10, instruction n° 2005-003 of 22 February 2005: how long an establishment keeps the results, in years.
KEPT_YEARS = 50


def is_reminded(today: date) -> bool:
    """Whether heads are reminded to archive the session; `today` is the establishment's."""
    return (today.month, today.day) >= REMINDED_FROM


def days_left(today: date) -> int:
    """Days until everything of the year is gone: 1 on 31 December."""
    return (date(today.year + 1, 1, 1) - today).days
